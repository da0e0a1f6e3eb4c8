"""Reads that shape the inbox: everything a page needs, prefetched, in a fixed number of queries."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Count, Exists, OuterRef, Prefetch, Q, QuerySet

from accounts.models import AuditLog, User
from contacts.models import Contact, ContactIdentity
from inbox.folders import Folder
from inbox.models import Amendment, Attachment, Conversation, Message, ScheduledMessage
from inbox.models.conversation import window_ends_soon
from lib.transactions import horizon
from numbers.models import PhoneNumber
from numbers.selectors import SECRETS
from teams.models import Team

PAGE = 40
"""Messages of one page of a thread."""
ROWS = 50
"""Conversations of one page of the list."""
CATCH_UP_DEPTH = 300
"""How far back, in messages, a page that was away looks for what changed."""

TOLD_OF_CONTACTS = ("contact.merged", "contact.unmerged", "contact.marketing_stopped", "contact.marketing_resumed")
"""What happened to a contact and is worth a line in each of their threads."""


def visible_contacts(user: User) -> QuerySet[Contact]:
    """The contacts with a conversation that a person may see, and those nobody has talked with; an
    administrator sees all, those that were merged away too."""
    if not user.is_active:
        return Contact.objects.none()
    if user.is_admin:
        return Contact.objects.all()
    any_talk = Conversation.objects.filter(contact=OuterRef("pk"))
    theirs = Conversation.objects.visible_to(user).filter(contact=OuterRef("pk"))
    return Contact.objects.filter(Exists(theirs) | ~Exists(any_talk), merged_into=None)


def visible_messages(user: User) -> QuerySet[Message]:
    """The messages of the conversations a person may see."""
    return Message.objects.filter(conversation__in=Conversation.objects.visible_to(user))


def visible_scheduled(user: User) -> QuerySet[ScheduledMessage]:
    """What is to leave later in the conversations a person may see."""
    return ScheduledMessage.objects.filter(conversation__in=Conversation.objects.visible_to(user))


def scheduled_for_display(conversation: Conversation) -> QuerySet[ScheduledMessage]:
    """What is to leave later, and what could not and nobody has taken note of."""
    shown = ScheduledMessage.objects.filter(conversation=conversation, state__in=["WAITING", "NOT_SENT"])
    return shown.select_related("author").order_by("due_at", "pk")


def visible_attachments(user: User) -> QuerySet[Attachment]:
    """The files of the conversations a person may see."""
    files = Attachment.objects.select_related("message__conversation")
    return files.filter(message__conversation__in=Conversation.objects.visible_to(user))


def messages_for_display() -> QuerySet[Message]:
    """Messages with all that `_message.html` shows."""
    shown = Message.objects.select_related("author", "conversation__contact", "resent_as", "attachment", "quoted")
    number = Prefetch("conversation__number", PhoneNumber.objects.select_related("waba").defer(*SECRETS))
    return shown.prefetch_related(number, "receipts", "amendments")


def rows_for_display() -> QuerySet[Conversation]:
    """Conversations with all that `_row.html` shows."""
    identities = Prefetch("contact__identities", ContactIdentity.objects.filter(is_current=True))
    shown = Conversation.objects.select_related("contact", "number__waba", "assignee", "team", "last_message")
    secrets = [f"number__{secret}" for secret in SECRETS]
    return shown.defer(*secrets).prefetch_related(identities, "last_message__amendments")


@dataclass(frozen=True, slots=True)
class ListPage:
    """One page of a folder; `more` is the cursor of the next one, empty at the end."""

    conversations: Sequence[Conversation]
    more: str


def list_page(folder: Folder, user: User, *, before: str = "") -> ListPage:
    """The conversations of a folder, in its order, from cursor `before` on."""
    # In this order: of the two, only the first keeps what it prefetches.
    rows = rows_for_display() & folder.of(user)
    if position := _position(before):
        rows = rows.filter(folder.beyond(*position))
    found = list(rows[: ROWS + 1])
    more = _cursor(folder.place(found[ROWS - 1]), found[ROWS - 1].pk) if len(found) > ROWS else ""
    return ListPage(found[:ROWS], more)


def folder_counts(user: User) -> dict[str, int]:
    """How many conversations wait in each folder that shows a count."""
    visible = Conversation.objects.visible_to(user).not_closed()
    return visible.aggregate(
        mine=Count("pk", filter=Q(assignee=user)),
        unassigned=Count("pk", filter=Q(assignee=None)),
        ending=Count("pk", filter=window_ends_soon()),
        all=Count("pk"),
    )


@dataclass(frozen=True, slots=True)
class ThreadPage:
    """Messages and events, oldest first; `more` is the cursor of the page before, `cursor` of what comes."""

    entries: Sequence[Message | AuditLog]
    more: str
    cursor: int


def thread_page(conversation: Conversation, *, before: str = "") -> ThreadPage:
    """The newest messages of a conversation, or those before a cursor, with the events among them."""
    cursor = horizon()
    messages = messages_for_display().filter(conversation=conversation).order_by("-sent_at", "-pk")
    position = _position(before)
    if position:
        at, pk = position
        messages = messages.filter(Q(sent_at__lt=at) | Q(sent_at=at, pk__lt=pk))
    found = list(messages[: PAGE + 1])
    has_more = len(found) > PAGE
    page = found[:PAGE]
    events = _events(conversation)
    if has_more:
        events = events.filter(at__gte=page[-1].sent_at)
    if position:
        events = events.filter(at__lt=position[0])
    entries: list[Message | AuditLog] = [*page, *events]
    more = _cursor(page[-1].sent_at, page[-1].pk) if has_more else ""
    return ThreadPage(sorted(entries, key=_when), more, cursor)


def thread_changes(conversation: Conversation, *, since: int) -> ThreadPage:
    """What changed in a thread since cursor `since`; nothing that committed late is missed."""
    cursor = horizon()
    recent = Message.objects.filter(conversation=conversation).order_by("-sent_at", "-pk").values("pk")
    amended = Amendment.objects.filter(number=OuterRef("number"), target_wamid=OuterRef("wamid"), written_in__gte=since)
    changed = messages_for_display().filter(Q(changed_in__gte=since) | Exists(amended), pk__in=recent[:CATCH_UP_DEPTH])
    entries: list[Message | AuditLog] = [*changed, *_events(conversation).filter(written_in__gte=since)]
    return ThreadPage(sorted(entries, key=_when), "", cursor)


def assignable_people(conversation: Conversation) -> QuerySet[User]:
    """The people who may look after a conversation: those of its team, or of its number's teams."""
    teams = (
        Team.objects.filter(pk=conversation.team_id)
        if conversation.team_id
        else Team.objects.filter(numbers=conversation.number_id)
    )
    return User.objects.filter(is_active=True, memberships__team__in=teams).distinct().order_by("name")


def _events(conversation: Conversation) -> QuerySet[AuditLog]:
    of_conversation = Q(entity_type="conversation", entity_id=conversation.pk)
    of_contact = Q(entity_type="contact", entity_id=conversation.contact_id, action__in=TOLD_OF_CONTACTS)
    told = AuditLog.objects.filter(of_conversation | of_contact).exclude(action="conversation.read")
    return told.select_related("actor")


def _when(entry: Message | AuditLog) -> tuple[datetime, int]:
    return (entry.at if isinstance(entry, AuditLog) else entry.sent_at), entry.pk


def _cursor(at: datetime, pk: int) -> str:
    return f"{at.isoformat()}~{pk}"


def _position(cursor: str) -> tuple[datetime, int] | None:
    """Read a cursor; one that is not ours counts as none."""
    at, _, pk = cursor.partition("~")
    try:
        return datetime.fromisoformat(at), int(pk)
    except ValueError:
        return None

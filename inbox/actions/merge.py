"""Two contacts that are one person: made one, and made two again."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from datetime import datetime
from functools import wraps
from typing import ParamSpec

from django.db import OperationalError, connection, transaction
from django.db.models import Exists, OuterRef, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from psycopg.errors import DeadlockDetected

from accounts.audit import record
from accounts.models import Role, User
from contacts.actions import Move, merging, relink
from contacts.actions.merging import Memo, change, is_as_left, restore
from contacts.models import Contact, ContactIdentity, ContactMerge
from inbox import broadcasts
from inbox.models import Conversation, Message
from inbox.models.conversation import ConversationQuerySet
from lib.refusals import Refusal

Status = Conversation.Status
P = ParamSpec("P")
TRIES = 4
"""How often a verb is tried when it meets deliveries that lock the same rows."""


class SameContact(Refusal):
    text = _("Choose two different contacts.")


class AlreadyMerged(Refusal):
    text = _("One of these contacts was merged into another already. Merge the one it became.")


class OnLegalHold(Refusal):
    text = _("One of these contacts is on legal hold. Only an administrator may do this.")


class ContactNotVisible(Refusal):
    text = _("You may merge only contacts whose conversations you can see, and agents may not.")


class MergeUndone(Refusal):
    text = _("This merge was undone already.")


class LaterMergeStands(Refusal):
    text = _("A later merge builds on this one. Undo the later one first.")


def untied(verb: Callable[P, ContactMerge]) -> Callable[P, ContactMerge]:
    """Try a person's verb again when PostgreSQL ended it to untie a ring of waits with a delivery."""

    @wraps(verb)
    def tried(*args: P.args, **kwargs: P.kwargs) -> ContactMerge:
        for left in reversed(range(TRIES)):
            try:
                return verb(*args, **kwargs)
            except OperationalError as error:
                # Within somebody else's transaction there is nothing left to try in.
                if not left or connection.in_atomic_block or not isinstance(error.__cause__, DeadlockDetected):
                    raise
        raise AssertionError("unreachable")

    return tried


@untied
def merge_contacts(kept: Contact, merged: Contact, *, by: User | None) -> ContactMerge:
    """Make `merged` part of `kept`: its identities, conversations and what is known of it; return the record.

    Where both have a conversation that is not closed on one number, the one with the newest message stays
    open and the other is closed. Raise SameContact, AlreadyMerged, OnLegalHold or ContactNotVisible.
    """
    if kept.pk == merged.pk:
        raise SameContact
    with transaction.atomic():
        locked = merging.lock_both(kept.pk, merged.pk)
        kept, merged = locked[kept.pk], locked[merged.pk]
        _check_can_merge(kept, merged, by)
        merge = ContactMerge(kept=kept, merged=merged, by=by)
        merging.join_facts(merge)
        _absorb(merge)
        record("contact.merged", kept, by=by, merge=merge.pk, merged=merged.pk)
    return merge


def follow(moves: Sequence[Move]) -> None:
    """Let contacts go on under the identities Meta tells of; merge those that turn out to be one person.

    Runs inside the caller's transaction.
    """
    for pair in relink(moves):
        contacts = Contact.objects.in_bulk([pair.kept, pair.merged])
        if any(contact.merged_into_id for contact in contacts.values()):
            continue
        said = Message.objects.filter(conversation__contact=pair.merged)
        if pair.since is None or not said.filter(sent_at__lt=pair.since).exists():
            merge_contacts(contacts[pair.kept], contacts[pair.merged], by=None)


@untied
def undo_merge(merge: ContactMerge, *, by: User | None) -> ContactMerge:
    """Make two contacts of one again, as they were; what was said or changed since stays where it is.

    Raise MergeUndone, LaterMergeStands, OnLegalHold or ContactNotVisible.
    """
    with transaction.atomic():
        locked = merging.lock_both(merge.kept_id, merge.merged_id)
        merge = ContactMerge.objects.select_for_update().get(pk=merge.pk)
        merge.kept, merge.merged = locked[merge.kept_id], locked[merge.merged_id]
        _check_can_undo(merge, by)
        _absorb(merge)
        merging.part_facts(merge)
        merging.part_identities(merge)
        _part_conversations(merge, by)
        merge.undone_at, merge.undone_by = timezone.now(), by
        merge.save(update_fields=["undone_at", "undone_by"])
        record("contact.unmerged", merge.kept, by=by, merge=merge.pk, merged=merge.merged_id)
    return merge


def gather_strays() -> int:
    """Bring what a race left at merged contacts to those they became; return how many had something."""
    left = [
        Exists(Conversation.objects.filter(contact=OuterRef("pk"), status=Status.CLOSED)),
        Exists(Conversation.objects.filter(contact=OuterRef("pk")).exclude(status=Status.CLOSED)),
        Exists(ContactIdentity.objects.filter(contact=OuterRef("pk"))),
    ]
    merged = Contact.objects.filter(merged_into__isnull=False).filter(left[0] | left[1] | left[2])
    strays = ContactMerge.objects.filter(undone_at=None, merged__in=merged).order_by("pk")
    for merge in strays:
        _gather(merge)
    return len(strays)


def _gather(merge: ContactMerge) -> None:
    with transaction.atomic():
        locked = merging.lock_both(merge.kept_id, merge.merged_id)
        merge = ContactMerge.objects.select_for_update().get(pk=merge.pk)
        if merge.undone_at is None:
            merge.kept, merge.merged = locked[merge.kept_id], locked[merge.merged_id]
            _absorb(merge)


# --- Who may ---------------------------------------------------------------------------------------


def _check_can_merge(kept: Contact, merged: Contact, by: User | None) -> None:
    if kept.merged_into_id or merged.merged_into_id:
        raise AlreadyMerged
    _check_rights([kept, merged], by)


def _check_can_undo(merge: ContactMerge, by: User | None) -> None:
    if merge.undone_at:
        raise MergeUndone
    later = ContactMerge.objects.filter(undone_at=None, pk__gt=merge.pk)
    if later.filter(Q(kept=merge.kept_id) | Q(merged=merge.kept_id)).exists():
        raise LaterMergeStands
    _check_rights([merge.kept], by)
    if merge.merged.legal_hold and by and not by.is_admin:
        raise OnLegalHold


def _check_rights(contacts: Iterable[Contact], by: User | None) -> None:
    if by is None or (by.is_active and by.is_admin):
        return
    visible = Conversation.objects.visible_to(by)
    for contact in contacts:
        if by.role != Role.SUPERVISOR or not visible.filter(contact=contact).exists():
            raise ContactNotVisible
        if contact.legal_hold:
            raise OnLegalHold


# --- Conversations ---------------------------------------------------------------------------------


def _absorb(merge: ContactMerge) -> None:
    """Move to the kept contact all that is at the merged one now, and write it down in the merge."""
    merging.move_identities(merge)
    conversations = _locked(merge)
    theirs = [one for one in conversations if one.contact_id == merge.merged_id]
    mine = [one for one in conversations if one.contact_id == merge.kept_id]
    merge.save()
    for one in theirs:
        _make_room(merge, one, mine)
        one.contact = merge.kept
        one.save(update_fields=["contact"])
        merge.particulars.setdefault("conversations", []).append(one.pk)
    merge.save(update_fields=["particulars"])
    for one in theirs:
        broadcasts.conversation_changed(one)


def _locked(merge: ContactMerge) -> list[Conversation]:
    both = Conversation.objects.filter(contact__in=[merge.kept_id, merge.merged_id])
    return list(both.select_for_update(no_key=True).order_by("pk"))


def _make_room(merge: ContactMerge, one: Conversation, mine: list[Conversation]) -> None:
    """Settle what the database allows a contact once for each number: what is not closed, and history."""
    same_number = [other for other in mine if other.number_id == one.number_id]
    for other in same_number:
        if one.is_history and other.is_history:
            merge.particulars.setdefault("history", []).append(change(one, is_history=False))
        if not one.is_closed and not other.is_closed:
            older, newer = sorted((one, other), key=_newest_message)
            merge.particulars.setdefault("closed", []).append(_close_into(newer, older, merge.by))


def _newest_message(one: Conversation) -> tuple[bool, datetime, int]:
    """When the last message was; where only Meta has said something so far, there is none."""
    return one.last_message_id is not None, one.last_message_at, one.pk


def _close_into(newer: Conversation, older: Conversation, by: User | None) -> Memo:
    """Close the older of two conversations; the newer takes over who waits and what is unread."""
    waiting = [at for at in (older.waiting_since, newer.waiting_since) if at is not None]
    is_open = Status.OPEN in (older.status, newer.status)
    unread = older.unread_count
    # It ends with its last message: what the customer sent later belongs to the one that stays open.
    closed = change(older, status=Status.CLOSED, closed_at=older.last_message_at, waiting_since=None, unread_count=0)
    open_ = change(
        newer,
        status=Status.OPEN if is_open else newer.status,
        waiting_since=min(waiting, default=None),
        unread_count=newer.unread_count + unread,
    )
    record("conversation.closed", older, by=by, reason="merged", into=newer.pk)
    broadcasts.conversation_changed(older)
    broadcasts.conversation_changed(newer)
    return {"closed": closed, "open": open_}


def _part_conversations(merge: ContactMerge, by: User | None) -> None:
    moved = set(merge.particulars.get("conversations", []))
    conversations = {one.pk: one for one in _locked(merge)}
    for pk in moved & conversations.keys():
        conversations[pk].contact = merge.merged
        conversations[pk].save(update_fields=["contact"])
    for memo in reversed(merge.particulars.get("closed", [])):
        _open_again(conversations, memo, by)
    for memo in merge.particulars.get("history", []):
        one = conversations.get(memo["id"])
        if one and one.is_closed and not _same_pair(one).filter(is_history=True).exists():
            restore(one, memo)
    for pk in moved & conversations.keys():
        broadcasts.conversation_changed(conversations[pk])


def _open_again(conversations: dict[int, Conversation], memo: Memo, by: User | None) -> None:
    """Give both conversations back what they had, if the closed one is still as the merge left it."""
    closed, open_ = conversations.get(memo["closed"]["id"]), conversations.get(memo["open"]["id"])
    if closed is None or open_ is None or _same_pair(closed).exclude(status=Status.CLOSED).exists():
        return
    if is_as_left(closed, {"after": {name: memo["closed"]["after"][name] for name in ("status", "closed_at")}}):
        restore(closed, memo["closed"])
        restore(open_, memo["open"])
        record("conversation.reopened", closed, by=by, reason="unmerged")
        broadcasts.conversation_changed(closed)
        broadcasts.conversation_changed(open_)


def _same_pair(conversation: Conversation) -> ConversationQuerySet:
    """The other conversations of its contact and number."""
    pair = Conversation.objects.filter(contact=conversation.contact_id, number=conversation.number_id)
    return pair.exclude(pk=conversation.pk)

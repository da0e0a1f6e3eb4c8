"""Two teams that must not see each other, and fresh things of theirs to try every door on."""

from __future__ import annotations

import itertools
import uuid
from datetime import timedelta
from typing import Any

from django.conf import settings
from django.contrib.contenttypes.models import ContentType
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.test import Client
from django.utils import timezone

from accounts.models import AuditLog, Role, SecondFactor, Session, User
from accounts.tokens import machine, refresh
from campaigns.models import Campaign, Price, Recipient
from contacts.models import Contact, ContactIdentity, ContactMerge
from inbox.actions import merge_contacts
from inbox.models import Attachment, Conversation, Message, ScheduledMessage, StagedFile
from messaging.models import Template
from numbers.models import Alert, PhoneNumber, WabaAccount
from teams.models import Team, TeamMember
from tests.conftest import person
from webhooks.models import WebhookEvent

ABSENT = 2_000_000_000
SECRET = "must-never-be-shown"
_serials = itertools.count(1)


class World:
    """The teams North and South, each with a number, an account and people; the roles are North's.

    The scope "none" is: of a conversation, in no team's name on North's number; of a contact, nobody wrote
    yet; of a person, in no team; of a number, serving no team; of a team, without members.
    """

    def __init__(self) -> None:
        self.north, self.south = Team.objects.create(name="North"), Team.objects.create(name="South")
        self.west = Team.objects.create(name="West")
        self.numbers = {"own": self._number(self.north), "other": self._number(self.south), "none": self._number()}
        self.contact_type = ContentType.objects.get_for_model(Contact).pk
        self.people = {role: self.person(role) for role in ("agent", "supervisor", "admin", "deactivated", "teamless")}
        self.people["unscoped"] = self.people["admin"]
        self.bearers = {role: self.bearer(role) for role in ("anonymous", *self.people)}
        self.cookies = {role: self.cookie(role) for role in ("anonymous", *self.people)}

    def person(self, role: str) -> User:
        """Make one more person of a role of the table."""
        roles = {"supervisor": Role.SUPERVISOR, "admin": Role.ADMIN}
        teams = () if role in ("teamless", "admin") else (self.north,)
        return person(f"{role}-{next(_serials)}", roles.get(role, Role.AGENT), *teams)

    def cookie(self, role: str, user: User | None = None) -> str:
        """Sign a person in and return the session's key; empty for anonymous. The deactivated one had signed in."""
        if role == "anonymous":
            return ""
        user = user or self.people[role]
        client = Client()
        client.force_login(user)
        if role == "deactivated":
            User.objects.filter(pk=user.pk).update(is_active=False)
        return client.cookies[settings.SESSION_COOKIE_NAME].value

    def bearer(self, role: str, user: User | None = None) -> str:
        """Sign a person in by API and return the token; of an administrator's machine where it has other scopes."""
        if role == "anonymous":
            return ""
        user = user or self.people[role]
        if role == "unscoped":
            return machine.create_token(name="CRM", scopes=["templates:write"], expires_at=None, by=user)[1]
        return refresh.begin(user).access

    @property
    def newcomer(self) -> User:
        """An agent of North who is in none of its other teams."""
        return self._user_of("own")

    @property
    def merging(self) -> Contact:
        """Somebody else, to be merged with: a customer nobody wrote with yet."""
        return self._contact("customer-to-merge")

    def sendable(self, number: PhoneNumber) -> Template:
        """A template that may be sent from a number."""
        given = {"name": f"sendable_{next(_serials)}", "language": "pt_BR", "category": "UTILITY"}
        return Template.objects.create(waba=number.waba, meta_id="1", status="APPROVED", **given)

    def make(self, kind: str, scope: str, role: str) -> Any:
        """Make a fresh thing of a kind in a scope; None for "absent". A token is the role's own, or another's."""
        if scope == "absent":
            return None
        if kind == "apitoken":
            owner = self.people[role] if scope == "own" and role in self.people else self.newcomer
            return machine.create_token(name="CRM", scopes=["contacts:read"], expires_at=None, by=owner)[0]
        if kind == "session":
            mine = scope == "own" and role not in ("anonymous", "deactivated")
            return Session.objects.get(pk=self.cookie("agent", self.people[role] if mine else self.newcomer))
        if kind == "stagedfile":
            mine = scope == "own" and role in self.people
            return self._stored(StagedFile(by=self.people[role] if mine else self.newcomer, kind="image"))
        return getattr(self, f"_{kind}_of")(scope)

    # --- What each kind is in each scope ----------------------------------------------------------------
    def _conversation_of(self, scope: str, **fields: Any) -> Conversation:
        team = {"own": self.north, "other": self.south, "none": None}[scope]
        number = self.numbers["other" if scope == "other" else "own"]
        now = timezone.now()
        return Conversation.objects.create(
            contact=self._contact(f"{scope}-customer"), number=number, team=team, last_inbound_at=now, **fields
        )

    def _closed_conversation_of(self, scope: str) -> Conversation:
        return self._conversation_of(scope, status="CLOSED", closed_at=timezone.now())

    def _message_of(self, scope: str, **fields: Any) -> Message:
        conversation = self._conversation_of(scope)
        given = {"direction": "INBOUND", "kind": "text", "text": f"said-in-{scope}", "wamid": f"wamid.{uuid.uuid4()}"}
        values = {"sent_at": timezone.now(), **given, **fields}
        return Message.objects.create(conversation=conversation, number=conversation.number, **values)

    def _failed_message_of(self, scope: str) -> Message:
        ours = {"client_key": uuid.uuid4(), "payload": {"type": "text", "text": {"body": "said"}}}
        return self._message_of(scope, direction="OUTBOUND", status=Message.Status.FAILED, **ours)

    def _unconfirmed_message_of(self, scope: str) -> Message:
        due = timezone.now() + timedelta(hours=1)
        return self._message_of(scope, direction="OUTBOUND", status=Message.Status.UNKNOWN, due_at=due)

    def _scheduled_message_of(self, scope: str) -> ScheduledMessage:
        conversation, due = self._conversation_of(scope), timezone.now() + timedelta(hours=1)
        payload = {"type": "text", "text": {"body": "later"}}
        return ScheduledMessage.objects.create(
            conversation=conversation,
            author=self.people["admin"],
            client_key=uuid.uuid4(),
            kind="text",
            text="later",
            payload=payload,
            due_at=due,
        )

    def _attachment_of(self, scope: str) -> Attachment:
        message = self._message_of(scope, kind="image", payload={"image": {"id": "1"}})
        now = timezone.now()
        return self._stored(Attachment(message=message, media_id="1", state="READY", stored_at=now))

    def _stored(self, file: Any) -> Any:
        """Keep a row of a file with something in the storage."""
        file.content_type, file.size, file.sha256 = "image/jpeg", 4, "0" * 64
        file.thumbnail_width = file.thumbnail_height = 1
        file.save()
        for name in (file.storage_name, file.thumbnail_name):
            default_storage.save(name, ContentFile(b"file"))
        return file

    def _failed_attachment_of(self, scope: str) -> Attachment:
        message = self._message_of(scope, kind="image", payload={"image": {"id": "1"}})
        expires = timezone.now() + timedelta(days=9)
        return Attachment.objects.create(message=message, media_id="1", state="FAILED", expires_at=expires)

    def _contact_of(self, scope: str) -> Contact:
        return self._contact("unwritten-customer") if scope == "none" else self._conversation_of(scope).contact

    def _merge_of(self, scope: str) -> ContactMerge:
        kept = self._contact_of(scope)
        merge_contacts(kept, self.merging, by=self.people["admin"])
        return ContactMerge.objects.get(kept=kept)

    def _user_of(self, scope: str) -> User:
        teams = {"own": [self.north], "other": [self.south], "none": []}[scope]
        return person(f"{scope}-colleague-{next(_serials)}", Role.AGENT, *teams)

    def _deactivated_user_of(self, scope: str) -> User:
        user = self._user_of(scope)
        User.objects.filter(pk=user.pk).update(is_active=False)
        return user

    def _enrolled_user_of(self, scope: str) -> User:
        user = self._user_of(scope)
        SecondFactor.objects.create(user=user, secret="A" * 32, confirmed_at=timezone.now())
        return user

    def _member_of(self, scope: str) -> TeamMember:
        return TeamMember.objects.create(team=self._team_of(scope), user=self._user_of(scope))

    def _supervising_member_of(self, scope: str) -> TeamMember:
        user = person(f"lead-{next(_serials)}", Role.SUPERVISOR, self.south if scope == "other" else self.north)
        return TeamMember.objects.create(team=self._team_of(scope), user=user)

    def _paused_phonenumber_of(self, scope: str) -> PhoneNumber:
        number = self._phonenumber_of(scope)
        PhoneNumber.objects.filter(pk=number.pk).update(state="PAUSED")
        return number

    def _team_of(self, scope: str) -> Team:
        team = Team.objects.create(name=f"{scope}-team-{next(_serials)}")
        if scope == "own":
            leads = {"supervisor"}
            people = [(role, user) for role, user in self.people.items() if role in ("agent", "supervisor")]
            TeamMember.objects.bulk_create(TeamMember(team=team, user=u, lead=r in leads) for r, u in people)
        elif scope == "other":
            TeamMember.objects.create(team=team, user=self._user_of("other"))
        return team

    def _phonenumber_of(self, scope: str) -> PhoneNumber:
        return self._number(*{"own": [self.north], "other": [self.south], "none": []}[scope])

    def _wabaaccount_of(self, scope: str) -> WabaAccount:
        serial = f"{next(_serials):015}"
        return WabaAccount.objects.create(waba_id=serial, name="account-name", access_token=SECRET, app_secret=SECRET)

    def _paused_wabaaccount_of(self, scope: str) -> WabaAccount:
        account = self._wabaaccount_of(scope)
        WabaAccount.objects.filter(pk=account.pk).update(state="PAUSED")
        return account

    def _template_of(self, scope: str) -> Template:
        waba = self.numbers[scope].waba
        given = {"name": f"{scope}_template_{next(_serials)}", "language": "pt_BR", "category": "UTILITY"}
        return Template.objects.create(waba=waba, meta_id="1", status="APPROVED", **given)

    def _campaign_of(self, scope: str, state: str = "DRAFT") -> Campaign:
        template, now = self._template_of(scope), timezone.now()
        campaign = Campaign.objects.create(
            name=f"{scope}-campaign", number=self.numbers[scope], template=template, by=self.people["admin"],
            state=state, columns=["telefone"], source={"file": "list.csv", "count": 1},
            mapping={"address": "telefone", "values": {}}, checked_at=now, starts_at=now, running_since=now,
        )  # fmt: skip
        address = f"55119{next(_serials):08}"
        Recipient.objects.create(campaign=campaign, line=2, cells=[f"+{address}"], address=address)
        return campaign

    def _running_campaign_of(self, scope: str) -> Campaign:
        return self._campaign_of(scope, "RUNNING")

    def _paused_campaign_of(self, scope: str) -> Campaign:
        return self._campaign_of(scope, "PAUSED")

    def _scheduled_campaign_of(self, scope: str) -> Campaign:
        return self._campaign_of(scope, "SCHEDULED")

    def _price_of(self, scope: str) -> Price:
        code = str(next(_serials))
        dated = {"currency": "USD", "amount": 1, "valid_from": timezone.localdate(), "source": "-"}
        return Price.objects.create(calling_code=code, category="UTILITY", **dated)

    def _alert_of(self, scope: str) -> Alert:
        number = self.numbers[scope]
        key = f"{next(_serials):064}"
        given = {"kind": "silence", "topic": "silence", "severity": "WARNING", "at": timezone.now(), "key": key}
        return Alert.objects.create(waba=number.waba, number=number, **given)

    def _auditlog_of(self, scope: str) -> AuditLog:
        return AuditLog.objects.order_by("pk").last()

    def _webhookevent_of(self, scope: str) -> WebhookEvent:
        return WebhookEvent.objects.create(body=b"{}", state="DONE", processed_at=timezone.now())

    def _contact(self, name: str) -> Contact:
        contact = Contact.objects.create(name=name)
        digits = f"55119{next(_serials):08}"
        ContactIdentity.objects.create(contact=contact, kind="PHONE", value=digits, key=digits, seen_at=timezone.now())
        return contact

    def _number(self, *teams: Team) -> PhoneNumber:
        waba = self._wabaaccount_of("any")
        serial = f"{next(_serials):015}"
        number = PhoneNumber.objects.create(
            waba=waba, phone_number_id=serial, display_phone=f"+{serial}", name=f"number-{serial}", app_secret=SECRET
        )
        number.teams.set(teams)
        return number

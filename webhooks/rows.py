"""From facts to the rows they became: all facts of a delivery in a few statements."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import Q, QuerySet
from django.urls import reverse
from django.utils.translation import gettext as _

from contacts import phones
from contacts.models import Contact, ContactIdentity
from inbox.actions.statuses import attempt_id
from inbox.models import Amendment, Message, MessageReceipt, ParkedStatus, SendAttempt
from messaging import facts
from messaging.models import Template
from numbers.models import Alert, PhoneNumber, WabaAccount

Key = tuple[str, str]
"""A phone_number_id and a wamid."""


PLAIN = ("phone_number_id", "name", "display_phone")
"""Columns of a number without its secrets: one that does not open must not close this page."""


@dataclass(frozen=True, slots=True)
class Link:
    """A row something became, with its page; the address is empty where there is none."""

    label: str
    address: str = ""


class Rows:
    """The rows that the facts of one delivery are about, found by what facts of any class may carry."""

    def __init__(self, said: Sequence[Any]) -> None:
        numbers = PhoneNumber.objects.filter(phone_number_id__in=_texts(said, "phone_number_id")).only(*PLAIN)
        self._numbers = {number.phone_number_id: number for number in numbers}
        self._meta_ids = {number.pk: number.phone_number_id for number in numbers}
        self._accounts = {a.waba_id: a for a in _accounts(said)}
        wamids = _texts(said, "wamid") | _texts(said, "target_wamid")
        self._attempts = self._messages_by_attempt(said)
        self._messages = self._messages_by_wamid(wamids)
        self._receipts = self._receipts_by_message()
        self._amendments = self._keyed(Amendment, wamids)
        self._parked = self._keyed(ParkedStatus, wamids)
        self._contacts = _contacts(said)
        self._templates = _templates(said)
        self._alerts = _alerts(said)

    def has(self, fact: Any) -> bool:
        """Tell whether what the fact says stands in a row; what only changes columns of others always does."""
        if isinstance(fact, facts.StatusUpdate):
            return bool(self._receipt(fact) or self._parked.get(self._key(fact)))
        if isinstance(fact, facts.Amendment):
            return self._amendment(fact) is not None
        return not isinstance(fact, facts.MessageFact) or self._message(fact) is not None

    def links(self, fact: Any) -> list[Link]:
        """Return the rows of one fact: its message, receipt, amendment, contact, template, number, account."""
        message = self._message(fact)
        links = [_message_link(message)] if message else []
        if receipt := self._receipt(fact):
            links.append(Link(_("Receipt: %(status)s") % {"status": receipt.get_status_display()}))
        if amendment := self._amendment(fact):
            links.append(Link(str(amendment)))
        if parked := self._parked.get(self._key(fact)):
            links.append(Link(_("Parked: its message is not known (yet)")) if not message else Link(str(parked[0])))
        contact = message.conversation.contact if message else self._contact(fact)
        links += [_admin_link(contact)] if contact else []
        return links + [_admin_link(row) for row in self._surroundings(fact)]

    def _surroundings(self, fact: Any) -> Iterable[Any]:
        waba = _text(fact, "waba_id")
        template = self._templates.get((waba, _text(fact, "name"), _text(fact, "language")))
        template = template or self._templates.get((waba, _text(fact, "meta_id"), ""))
        alert = self._alerts.get((_text(getattr(fact, "notice", None), "kind"), getattr(fact, "at", None)))
        number = self._numbers.get(_text(fact, "phone_number_id"))
        account = self._accounts.get(waba)
        return [row for row in (alert, template, number, None if number else account) if row]

    def _key(self, fact: Any) -> Key:
        return _text(fact, "phone_number_id"), _text(fact, "wamid")

    def _message(self, fact: Any) -> Message | None:
        number = _text(fact, "phone_number_id")
        by_attempt = self._attempts.get(_text(fact, "callback_data"))
        return (
            by_attempt
            or self._messages.get((number, _text(fact, "wamid")))
            or self._messages.get((number, _text(fact, "target_wamid")))
        )

    def _receipt(self, fact: Any) -> MessageReceipt | None:
        message = self._message(fact)
        if message is None or not isinstance(fact, facts.StatusUpdate):
            return None
        return self._receipts.get((message.pk, fact.status.upper()))

    def _amendment(self, fact: Any) -> Amendment | None:
        if not isinstance(fact, facts.Amendment):
            return None
        return next((row for row in self._amendments.get(self._key(fact), ()) if row.kind == fact.kind), None)

    def _contact(self, fact: Any) -> Contact | None:
        person = getattr(fact, "customer", None) or getattr(fact, "person", None)
        bsuid, phone = _text(person, "bsuid"), _text(person, "phone")
        return self._contacts.get(bsuid) or self._contacts.get(_phone_key(phone))

    def _messages_by_attempt(self, said: Sequence[Any]) -> dict[str, Message]:
        ids = [text for text in _texts(said, "callback_data") if attempt_id(text)]
        found = SendAttempt.objects.filter(pk__in=ids).select_related("message__conversation__contact")
        found = found.prefetch_related("message__conversation__contact__identities")
        return {str(attempt.pk): attempt.message for attempt in found} if ids else {}

    def _messages_by_wamid(self, wamids: set[str]) -> dict[Key, Message]:
        found = Message.objects.filter(number__in=self._meta_ids, wamid__in=wamids)
        found = found.select_related("conversation__contact").prefetch_related("conversation__contact__identities")
        return {(self._meta_ids[message.number_id], message.wamid or ""): message for message in found}

    def _receipts_by_message(self) -> dict[tuple[int, str], MessageReceipt]:
        messages = {m.pk for m in (*self._messages.values(), *self._attempts.values())}
        found = MessageReceipt.objects.filter(message__in=messages)
        return {(row.message_id, Message.Status(row.status).name): row for row in found}

    def _keyed(self, model: Any, wamids: set[str]) -> dict[Key, list[Any]]:
        rows = defaultdict(list)
        for row in model.objects.filter(number__in=self._meta_ids, wamid__in=wamids):
            rows[self._meta_ids[row.number_id], row.wamid].append(row)
        return rows


def _templates(said: Sequence[Any]) -> dict[tuple[str, str, str], Template]:
    """Templates by account, name and language, and by account and Meta's id."""
    named = Q(name__in=_texts(said, "name")) | Q(meta_id__in=_texts(said, "meta_id"))
    found = Template.objects.filter(named, waba__waba_id__in=_texts(said, "waba_id")).select_related("waba")
    found = found.only("name", "language", "meta_id", "waba__waba_id")
    by_name = {(row.waba.waba_id, row.name, row.language): row for row in found}
    return by_name | {(row.waba.waba_id, row.meta_id, ""): row for row in found if row.meta_id}


def _alerts(said: Sequence[Any]) -> dict[tuple[str, datetime | None], Alert]:
    """Alerts by what they say and Meta's time; one that Meta gave no time is not found again."""
    notices = [notice for fact in said if (notice := getattr(fact, "notice", None))]
    times = [at for fact in said if (at := getattr(fact, "at", None))]
    found = Alert.objects.filter(kind__in=_texts(notices, "kind"), at__in=times) if notices else ()
    return {(row.kind, row.at): row for row in found}


def _accounts(said: Sequence[Any]) -> QuerySet[WabaAccount]:
    return WabaAccount.objects.filter(waba_id__in=_texts(said, "waba_id")).only("waba_id", "name")


def _contacts(said: Sequence[Any]) -> dict[str, Contact]:
    """The people that facts name, by BSUID and by the key of their phone."""
    people = [p for fact in said if (p := getattr(fact, "customer", None) or getattr(fact, "person", None))]
    if not people:
        return {}
    portfolios = {account.portfolio for account in WabaAccount.objects.only("waba_id", "portfolio_id")}
    bsuids = {f"{portfolio}/{bsuid}" for portfolio in portfolios for bsuid in _texts(people, "bsuid")}
    numbers = {_phone_key(phone) for phone in _texts(people, "phone")}
    named = Q(kind="BSUID", key__in=bsuids) | Q(kind="PHONE", is_current=True, key__in=numbers)
    found = ContactIdentity.objects.filter(named).select_related("contact").prefetch_related("contact__identities")
    return {row.value if row.kind == "BSUID" else row.key: row.contact for row in found}


def _phone_key(phone: str) -> str:
    try:
        return phones.canonical(phone)
    except ValueError:
        return ""


def _text(fact: Any, name: str) -> str:
    value = getattr(fact, name, "")
    return value if isinstance(value, str) else ""


def _texts(said: Iterable[Any], name: str) -> set[str]:
    return {_text(fact, name) for fact in said} - {""}


def _message_link(message: Message) -> Link:
    address = reverse("inbox:conversation", args=["all", message.conversation_id])
    label = _("Message %(id)s, %(direction)s") % {
        "id": message.pk,
        "direction": message.get_direction_display().lower(),
    }
    return Link(label, f"{address}#message-{message.pk}")


def _admin_link(row: Any) -> Link:
    address = reverse(f"admin:{row._meta.app_label}_{row._meta.model_name}_change", args=[row.pk])
    return Link(f"{row._meta.verbose_name}: {row}", address)

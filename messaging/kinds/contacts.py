"""Contact cards; with them a customer also gives their own phone, when we asked for it (Meta: section 3.4)."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext_noop

from messaging import values
from messaging.limits import check_count, check_text
from messaging.values import line, mapping, objects, text, web_address

NAME = "contacts"
LABEL = gettext_noop("Contact")
ICON = "user"

MAX_CARDS, MAX_NAME = 257, 200
MAX_PARTS = 20
"""Phones, e-mails and so on of one card."""
SENDERS_OWN = "contact_request"
NAME_PARTS = ("prefix", "first_name", "middle_name", "last_name", "suffix")
ADDRESS_PARTS = ("street", "city", "state", "zip", "country")

_VCARD_NAME = re.compile(r"^FN[^:\n]*:([^\r\n]+)", re.MULTILINE | re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Phone:
    """A phone as it stands on the card, and WhatsApp's id of it where it has one."""

    number: str
    label: str = ""
    wa_id: str = ""


@dataclass(frozen=True, slots=True)
class Card:
    """One contact card."""

    name: str
    phones: tuple[Phone, ...] = ()
    emails: tuple[str, ...] = ()
    organization: str = ""
    addresses: tuple[str, ...] = ()
    urls: tuple[str, ...] = ()
    """Addresses of the web and no others."""
    birthday: str = ""
    is_senders_own: bool = False
    """The phones are the sender's: only then may they be taken for theirs."""


@dataclass(frozen=True, slots=True)
class Contacts:
    """The cards of one message."""

    cards: tuple[Card, ...]


def parse(raw: Mapping[str, Any]) -> Contacts:
    """Read contact cards as Meta gave them."""
    message = mapping(raw)
    is_own = message.get("origin") == SENDERS_OWN
    return Contacts(tuple(_card(item, is_own) for item in objects(message.get(NAME), MAX_CARDS)))


def words(content: Contacts) -> str:
    """Return names, organizations, phones and e-mails."""
    return values.words(
        part
        for card in content.cards
        for part in (card.name, card.organization, *(phone.number for phone in card.phones), *card.emails)
    )


def payload(cards: Sequence[Card]) -> list[dict[str, Any]]:
    """Return contact cards to send; raise Invalid when they are none or too many, or one has no name."""
    check_count("contacts", cards, 1, MAX_CARDS)
    return [_sent(card) for card in cards]


def _card(given: dict[str, Any], is_own: bool) -> Card:
    organization = mapping(given.get("org"))
    addresses = (_joined(item, ADDRESS_PARTS) for item in objects(given.get("addresses"), MAX_PARTS))
    urls = (web_address(item.get("url")) for item in objects(given.get("urls"), MAX_PARTS))
    emails = (line(item.get("email")) for item in objects(given.get("emails"), MAX_PARTS))
    return Card(
        name=_name(given),
        phones=tuple(_phones(given.get("phones"))),
        emails=tuple(filter(None, emails)),
        organization=_joined(organization, ("company", "department", "title")),
        addresses=tuple(filter(None, addresses)),
        urls=tuple(filter(None, urls)),
        birthday=line(given.get("birthday"), 20),
        is_senders_own=is_own or given.get("origin") == SENDERS_OWN,
    )


def _name(given: dict[str, Any]) -> str:
    name = mapping(given.get("name"))
    if found := line(name.get("formatted_name")) or _joined(name, NAME_PARTS, " "):
        return found
    # An answer to our request for a phone carries the name in the vCard only.
    in_vcard = _VCARD_NAME.search(text(given.get("vcard")))
    return line(in_vcard[1]) if in_vcard else ""


def _phones(given: Any) -> Iterator[Phone]:
    for item in objects(given, MAX_PARTS):
        wa_id = line(item.get("wa_id"), 40)
        if number := line(item.get("phone"), 40) or wa_id:
            yield Phone(number=number, label=line(item.get("type"), 40), wa_id=wa_id)


def _joined(given: dict[str, Any], keys: Sequence[str], by: str = ", ") -> str:
    return by.join(filter(None, (line(given.get(key)) for key in keys)))


def _sent(card: Card) -> dict[str, Any]:
    check_text("name", card.name, MAX_NAME)
    # Meta wants one part of the name beside the whole of it.
    first, _, last = card.name.partition(" ")
    name = {"formatted_name": card.name, "first_name": first} | ({"last_name": last} if last else {})
    given: dict[str, Any] = {
        "phones": [_sent_phone(phone) for phone in card.phones],
        "emails": [{"email": email} for email in card.emails],
        "addresses": [{"street": address} for address in card.addresses],
        "urls": [{"url": url} for url in card.urls],
        "org": {"company": card.organization} if card.organization else {},
        "birthday": card.birthday,
    }
    return {"name": name} | {key: value for key, value in given.items() if value}


def _sent_phone(phone: Phone) -> dict[str, str]:
    given = {"phone": phone.number, "type": phone.label, "wa_id": phone.wa_id}
    return {key: value for key, value in given.items() if value}

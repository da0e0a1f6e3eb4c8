"""Field `messages`: what customers wrote, and what became of what we wrote (Meta: sections 2 and 4)."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from functools import partial
from typing import Any

from contacts.facts import Person
from messaging import kinds
from messaging.facts import Amendment, Kept, MessageFact, StatusUpdate
from messaging.fields.change import MAX_WAMID, Change, digits, required, text, time, wamid, word
from messaging.fields.people import People, person
from numbers.news import AccountProblem
from numbers.routes import Place

FIELDS = ("messages",)

AMENDMENTS = {"reaction": "message_id", "edit": "original_message_id", "revoke": "original_message_id"}
"""Kinds that are said about another message, and the key that names it."""
STATUSES = frozenset({"sent", "delivered", "read", "played", "failed"})
RETIRED = frozenset({"request_welcome"})
"""Kinds that carried no message of anybody's even when Meta sent them."""


def read(change: Change) -> Iterator[Any]:
    """Read messages, statuses and errors of one value; any of them may be absent."""
    people = People(change.value.get("contacts"))
    yield from change.each("messages", partial(received, change.phone_number_id, people))
    yield from change.each("statuses", partial(status, change.phone_number_id))
    yield from _errors(change)


def received(number: str, people: People, place: Place, item: dict[str, Any]) -> Any:
    """Read one message of a customer: a message, what was said about one, or what makes no rows."""
    kind = word(item.get("type"))
    if "group_id" in item:
        return Kept(place, "group message")
    if kind in RETIRED:
        return Kept(place, kind)
    if kind == "system":
        return _system(number, people, place, item)
    return message(number, people.sender(item), place, item)


def message(
    number: str, customer: Person, place: Place, item: dict[str, Any], *, is_ours: bool = False
) -> MessageFact | Amendment:
    """Read one message of a conversation whose customer is known; raise Unreadable."""
    kind = word(item.get("type")) or "unknown"
    if kind in AMENDMENTS:
        return _amendment(number, place, item, kind, is_ours=is_ours)
    content = kinds.read(kind, item)
    context = item.get("context")
    return MessageFact(
        place=place,
        phone_number_id=required(number, "metadata.phone_number_id"),
        wamid=wamid(item.get("id")),
        kind=kind,
        text=kinds.of(kind).words(content),
        sent_at=time(item.get("timestamp")),
        quoted_wamid=text(context.get("id"))[:MAX_WAMID] if isinstance(context, dict) else "",
        customer=_with_own_phone(customer, content),
        raw=item,
        is_ours=is_ours,
        status="sent" if is_ours else "",
        media=getattr(content, "media", None),
    )


def _amendment(number: str, place: Place, item: dict[str, Any], kind: str, *, is_ours: bool) -> Amendment:
    content = item.get(kind)
    target = content.get(AMENDMENTS[kind]) if isinstance(content, dict) else None
    return Amendment(
        place=place,
        phone_number_id=required(number, "metadata.phone_number_id"),
        wamid=wamid(item.get("id")),
        target_wamid=wamid(target, f"{kind}.{AMENDMENTS[kind]}"),
        kind=kind,
        text=kinds.words(kind, item),
        sent_at=time(item.get("timestamp")),
        is_ours=is_ours,
        raw=item,
    )


def _with_own_phone(customer: Person, content: Any) -> Person:
    """Take the phone that a customer gave as their own when we asked for it (Meta: section 3.4)."""
    if customer.phone or not isinstance(content, kinds.contacts.Contacts):
        return customer
    own = [phone.wa_id or phone.number for card in content.cards if card.is_senders_own for phone in card.phones]
    return replace(customer, phone=digits(own[0])[:32]) if own else customer


def _system(number: str, people: People, place: Place, item: dict[str, Any]) -> MessageFact | Kept:
    """Read a notice of Meta's: it names the customer by what they were before (Meta: section 2.6)."""
    said = kinds.system.parse(item)
    before = person(said.old_phone or item.get("from"), said.old_bsuid or item.get("from_user_id"))
    if not before.phone and not before.bsuid:
        return Kept(place, "system message without sender")
    after = person(said.new_phone, said.new_bsuid)
    notice = message(number, before, place, item)
    assert isinstance(notice, MessageFact)
    return replace(notice, moved_to=after) if after.phone or after.bsuid else notice


def status(number: str, place: Place, item: dict[str, Any]) -> StatusUpdate | Kept:
    """Read what became of one message of ours; calls, payments and groups have statuses of their own."""
    if item.get("type") in ("call", "payment") or word(item.get("status")) not in STATUSES:
        return Kept(place, f"status:{word(item.get('type') or item.get('status'))}")
    if "group_id" in item or item.get("recipient_type") == "group":
        return Kept(place, "group status")
    return StatusUpdate(
        place=place,
        phone_number_id=required(number, "metadata.phone_number_id"),
        wamid=wamid(item.get("id")),
        status=item["status"],
        at=time(item.get("timestamp")),
        callback_data=text(item.get("biz_opaque_callback_data")),
        particulars={key: item[key] for key in ("errors", "pricing", "conversation") if item.get(key)},
    )


def _errors(change: Change) -> Iterator[Any]:
    """Read errors of the account or the app; one beside a message belongs to that message (Meta: 2.8)."""
    if change.value.get("messages"):
        yield from (Kept(place, "error beside a message") for place, _ in change.objects("errors"))
    else:
        yield from change.each("errors", partial(problem, change))


def problem(change: Change, place: Place, item: dict[str, Any]) -> AccountProblem:
    """Read one error that concerns the number or its account as a whole (Meta: section 2.8)."""
    data = item.get("error_data")
    code = item.get("code")
    return AccountProblem(
        place=place,
        phone_number_id=required(change.phone_number_id, "metadata.phone_number_id"),
        code=code if type(code) is int and abs(code) < 2**31 else None,
        title=text(item.get("title") or item.get("message"))[:200],
        detail=text(data.get("details"))[:500] if isinstance(data, dict) else "",
        at=change.at,
    )

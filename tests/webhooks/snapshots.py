"""What a world holds in the end: all rows without ids and without its mark, so that two can be compared."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from contacts.models import Contact
from inbox.models import Amendment, Conversation, Message, ParkedStatus
from tests.webhooks.stories import BASE, World


def snapshot(world: World) -> dict[str, Any]:
    """All rows of a world without ids and without its mark, in an order of their own."""
    people = Contact.objects.filter(conversations__number__in=world.numbers).distinct()
    return {
        "amendments": sorted(
            (_bare(one.wamid), _bare(one.target_wamid), one.kind, one.direction, one.text, _seconds(one.sent_at))
            for one in Amendment.objects.filter(number__in=world.numbers)
        ),
        "contacts": sorted(_contact(world, contact) for contact in people),
        "conversations": sorted(
            _conversation(world, one) for one in Conversation.objects.filter(number__in=world.numbers)
        ),
        "parked": sorted(
            (_bare(one.wamid), one.status, _seconds(one.at), str(one.particulars))
            for one in ParkedStatus.objects.filter(number__in=world.numbers)
        ),
    }


def differences(one: World, other: World) -> list[str]:
    """What only one of two worlds holds, a line for each row."""
    rows, others = snapshot(one), snapshot(other)
    return [
        f"{mark} {name}: {row}"
        for name in rows
        for mark, ours, theirs in (("-", rows[name], others[name]), ("+", others[name], rows[name]))
        for row in ours
        if row not in theirs or ours.count(row) != theirs.count(row)
    ]


def _contact(world: World, contact: Contact) -> tuple[Any, ...]:
    identities = sorted(
        (i.kind, _unmarked(world, i.value), _unmarked(world, i.key), i.is_current, _seconds(i.seen_at))
        for i in contact.identities.all()
    )
    return identities, contact.profile_name, _seconds(contact.profile_name_at)


def _conversation(world: World, one: Conversation) -> tuple[Any, ...]:
    shown = list(one.messages.prefetch_related("receipts").order_by("sent_at", "pk"))
    said = [message for message in shown if message.kind != "system"]
    reopened = str(shown[0].wamid).startswith("opening.1.") if shown else False
    return (
        sorted(_message(message) for message in shown),
        world.numbers.index(one.number),
        one.status,
        _seconds(one.closed_at),
        "the last message is the last said"
        if one.last_message_id == (said[-1].pk if said else None)
        else "another is the last message",
        _seconds(one.last_message_at) if said else -1.0,
        _seconds(one.last_inbound_at),
        _seconds(one.last_outbound_at),
        # Closing ends the wait, reopening does not bring it back: people's doing, and outside the promise.
        None if reopened else _seconds(one.waiting_since),
        one.unread_count,
    )


def _message(message: Message) -> tuple[Any, ...]:
    receipts = sorted((r.status, _seconds(r.at), str(r.particulars)) for r in message.receipts.all())
    said = (_seconds(message.sent_at), _bare(message.wamid or message.text), message.direction)
    return *said, message.kind, message.text, message.status or 0, receipts


def _bare(wamid: str) -> str:
    """A wamid without its world's mark."""
    return wamid.rpartition(".")[0]


def _unmarked(world: World, value: str) -> str:
    return value.replace(f"{world.mark:08}/", "").replace(f"{world.mark:05}", "")


def _seconds(at: datetime | None) -> float:
    return at.timestamp() - BASE if at else -1.0

"""Make the messages of a chunk of recipients, all in the transaction of who calls."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass

from django.db import connection

from campaigns.addresses import contacts_at
from campaigns.filling import Filling
from campaigns.models import Campaign, Recipient
from contacts.models import Contact
from inbox.actions import Bulk, queue_bulk
from inbox.models import Message
from lib.arrays import columns
from lib.failpoints import failpoint
from messaging.limits import Invalid
from messaging.outgoing import Outgoing

Reason = Recipient.Reason


@dataclass(frozen=True, slots=True)
class Decision:
    """What becomes of a recipient: what they get, or why nothing."""

    recipient: int
    contact: int
    content: Outgoing | None = None
    reason: str = ""


def hand_over(campaign: Campaign, recipients: Sequence[Recipient]) -> None:
    """Queue the messages of these recipients, and write down of each what became of it."""
    contacts = contacts_at({r.address for r in recipients if r.address}, campaign.number.waba.portfolio)
    decisions = _decide(campaign, recipients, contacts)
    ready = [one for one in decisions if one.content]
    bulk = [Bulk(one.contact, one.content, f"campaign-{one.recipient}") for one in ready if one.content]
    messages = queue_bulk(campaign.number, bulk, by=campaign.by)
    failpoint("campaign.queued")
    _note_handed(ready, messages)
    _note_left_out([one for one in decisions if one.reason])


def _decide(campaign: Campaign, recipients: Sequence[Recipient], contacts: dict[str, int]) -> list[Decision]:
    """Decide of each anew: since the check somebody may have asked for no more, or two turned out to be one."""
    refusing = _refusing(contacts.values()) if campaign.is_marketing else set()
    reached = _reached(campaign, contacts.values())
    filling, decisions = Filling.of(campaign), []
    for recipient in recipients:
        contact = contacts[recipient.address or ""]
        if contact in reached or contact in refusing:
            reason = Reason.DUPLICATE if contact in reached else Reason.OPTED_OUT
            decisions.append(Decision(recipient.pk, contact, reason=reason))
            continue
        try:
            decisions.append(Decision(recipient.pk, contact, filling.outgoing(recipient.cells)))
            reached.add(contact)
        except Invalid:
            decisions.append(Decision(recipient.pk, contact, reason=Reason.BAD_VALUE))
    return decisions


def _refusing(contacts: Collection[int]) -> set[int]:
    refused = Contact.objects.filter(pk__in=contacts, marketing_refused_at__isnull=False)
    return set(refused.values_list("pk", flat=True))


def _reached(campaign: Campaign, contacts: Collection[int]) -> set[int]:
    reached = Recipient.objects.filter(campaign=campaign, contact__in=contacts)
    return set(reached.values_list("contact_id", flat=True))


HANDED = """
UPDATE campaigns_recipient AS r SET state = 'HANDED', contact_id = n.contact, message_id = n.message
FROM unnest(%b::bigint[], %b::bigint[], %b::bigint[]) AS n (id, contact, message) WHERE r.id = n.id
"""

LEFT_OUT = """
UPDATE campaigns_recipient AS r SET state = 'SKIPPED', reason = n.reason
FROM unnest(%b::bigint[], %b::text[]) AS n (id, reason) WHERE r.id = n.id
"""


def _note_handed(ready: Sequence[Decision], messages: Sequence[Message]) -> None:
    rows = [(one.recipient, one.contact, message.pk) for one, message in zip(ready, messages, strict=True)]
    if rows:
        with connection.cursor() as cursor:
            cursor.execute(HANDED, columns(rows))


def _note_left_out(left_out: Sequence[Decision]) -> None:
    if left_out:
        with connection.cursor() as cursor:
            cursor.execute(LEFT_OUT, columns([(one.recipient, str(one.reason)) for one in left_out]))

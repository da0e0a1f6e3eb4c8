"""Hold every line of the list against the mapping, before anything is sent."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping

from django.db import connection, transaction
from django.utils import timezone

from accounts.models import User
from campaigns.actions.drafting import lock_draft
from campaigns.addresses import address_key
from campaigns.filling import Filling
from campaigns.models import Campaign, Recipient
from campaigns.refusals import NotChecked
from lib.arrays import columns

BATCH = 5000
State, Reason = Recipient.State, Recipient.Reason
Checked = tuple[int, str | None, str, str]
"""A recipient's id, address, state and reason."""


def map_columns(campaign: Campaign, mapping: Mapping[str, object], *, by: User) -> Campaign:
    """Say which column holds the phone and what fills each variable, and check the list by it.

    Raise NotADraft.
    """
    with transaction.atomic():
        draft = lock_draft(campaign)
        draft.mapping = dict(mapping)
        draft.save(update_fields=["mapping"])
        return check_list(draft)


def check_list(campaign: Campaign) -> Campaign:
    """Decide for each line whether it can be sent to, or why not; raise NotADraft, NotChecked.

    What changes by itself, consent and the template, is asked once more when the message is made.
    """
    with transaction.atomic():
        draft = lock_draft(campaign)
        filling = Filling.of(draft)
        if not filling.is_complete:
            raise NotChecked
        # Addresses of the last check must not stand in the way of this one's.
        Recipient.objects.filter(campaign=draft).exclude(address=None).update(address=None)
        for batch in _checked(draft, filling):
            _store(batch)
        if draft.is_marketing:
            _leave_out_opted_out(draft)
        draft.checked_at = timezone.now()
        draft.save(update_fields=["checked_at"])
    return draft


def _checked(draft: Campaign, filling: Filling) -> Iterator[list[Checked]]:
    portfolio, seen = draft.number.waba.portfolio, set[str]()
    rows = Recipient.objects.filter(campaign=draft).order_by("line").values_list("pk", "line", "cells")
    after = 0
    while batch := list(rows.filter(line__gt=after)[:BATCH]):
        after = batch[-1][1]
        yield [(pk, *_verdict(cells, filling, portfolio, seen)) for pk, _line, cells in batch]


def _verdict(cells: list[str], filling: Filling, portfolio: str, seen: set[str]) -> tuple[str | None, str, str]:
    """Return the address, state and reason of one line; `seen` learns of who will be sent to."""
    if len(cells) != len(filling.columns):
        return None, State.SKIPPED, Reason.BROKEN
    given = filling.address(cells)
    key = address_key(given, portfolio)
    if not key:
        return None, State.SKIPPED, Reason.NOT_A_PHONE if given else Reason.NO_ADDRESS
    if key in seen:
        return None, State.SKIPPED, Reason.DUPLICATE
    if reason := filling.trouble(cells):
        return None, State.SKIPPED, reason
    seen.add(key)
    return key, State.WAITING, ""


STORE = """
UPDATE campaigns_recipient AS r SET address = n.address, state = n.state, reason = n.reason
FROM unnest(%b::bigint[], %b::text[], %b::text[], %b::text[]) AS n (id, address, state, reason) WHERE r.id = n.id
"""

OPTED_OUT = """
UPDATE campaigns_recipient AS r SET state = 'SKIPPED', reason = 'OPTED_OUT'
FROM contacts_contactidentity AS i JOIN contacts_contact AS c ON c.id = i.contact_id
WHERE r.campaign_id = %s AND r.state = 'WAITING' AND i.key = r.address AND i.is_current
  AND i.kind IN ('PHONE', 'BSUID') AND c.marketing_refused_at IS NOT NULL
"""


def _store(batch: Iterable[Checked]) -> None:
    with connection.cursor() as cursor:
        cursor.execute(STORE, columns([(pk, address, str(state), str(reason)) for pk, address, state, reason in batch]))


def _leave_out_opted_out(draft: Campaign) -> None:
    with connection.cursor() as cursor:
        cursor.execute(OPTED_OUT, [draft.pk])

"""From ledger rows to the inbox: claim a batch, read each delivery in its own fate, apply all together.

A batch is one transaction: the claim is its row locks, so that a killed worker leaves nothing behind
and the next one starts at once. What cannot be applied is quarantined alone.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

import structlog
from django.db import OperationalError, connection, transaction
from psycopg.types.json import Jsonb

from inbox import actions
from lib import pulse
from lib.arrays import columns
from lib.plans import execute_planned_now
from messaging.inbound import Fact, InboundMessage, Parsed, Poison, StatusUpdate, parse, path
from numbers.models import PhoneNumber
from webhooks.queue import Queue

log = structlog.get_logger(__name__)


SECRETS = ("app_secret", "waba__access_token", "waba__app_secret")
"""Not needed here: one that does not open must not stop the queue."""


@dataclass(slots=True)
class Delivery:
    """A ledger row and what became of it."""

    pk: int
    body: bytes
    parsed: Parsed = field(default_factory=Parsed)

    @property
    def poison(self) -> list[Poison]:
        return self.parsed.poison

    @property
    def state(self) -> str:
        return "QUARANTINED" if self.poison else "DONE"

    @property
    def outcome(self) -> dict[str, Any]:
        """What the ledger tells of it: counts of facts by kind, and of what was only kept."""
        counts: dict[str, int] = {}
        for fact in self.parsed.facts:
            name = "messages" if isinstance(fact, InboundMessage) else "statuses"
            counts[name] = counts.get(name, 0) + 1
        for kept in self.parsed.kept:
            counts[kept.name] = counts.get(kept.name, 0) + 1
        return counts


def drain_due(queue: Queue | None = None) -> None:
    """Apply waiting deliveries until none is left; a worker keeps its `queue` from one call to the next."""
    queue = queue or Queue()
    while not pulse.stopping.is_set() and drain_batch(queue):
        pass


def drain_batch(queue: Queue | None = None) -> int:
    """Apply one batch of waiting deliveries in one transaction; return how many it had."""
    with transaction.atomic():
        deliveries = [Delivery(pk, body) for pk, body in (queue or Queue()).claim()]
        if deliveries:
            _apply(deliveries)
            _settle(deliveries)
    return len(deliveries)


def _apply(deliveries: Sequence[Delivery]) -> None:
    for delivery in deliveries:
        delivery.parsed = _parsed(delivery)
    numbers = _numbers(deliveries)
    routed = [(d, fact) for d in deliveries for fact in d.parsed.facts if fact.phone_number_id in numbers]
    for delivery in deliveries:
        unknown = [fact for fact in delivery.parsed.facts if fact.phone_number_id not in numbers]
        delivery.poison.extend(Poison(f.place, f"unknown number {f.phone_number_id[:32]}") for f in unknown)
    _apply_facts(routed, numbers)


def _parsed(delivery: Delivery) -> Parsed:
    try:
        return parse(delivery.body)
    except Exception as error:
        # It promises never to raise; if it does, that delivery waits for us and the others go on.
        log.exception("drain.unparsed", delivery=delivery.pk)
        return Parsed(poison=[Poison((), f"our parser failed: {type(error).__name__}")])


def _numbers(deliveries: Sequence[Delivery]) -> dict[str, PhoneNumber]:
    ids = {fact.phone_number_id for delivery in deliveries for fact in delivery.parsed.facts}
    numbers = PhoneNumber.objects.select_related("waba").defer(*SECRETS).filter(phone_number_id__in=ids)
    return {number.phone_number_id: number for number in numbers}


def _apply_facts(routed: list[tuple[Delivery, Fact]], numbers: dict[str, PhoneNumber]) -> None:
    """Apply facts together; when that fails, halve until the one at fault stands alone.

    Any failure counts, ours too: a fact that we cannot handle must never stop the queue behind it.
    """
    if not routed:
        return
    facts = [fact for _, fact in routed]
    try:
        with transaction.atomic():
            actions.receive_messages([fact for fact in facts if isinstance(fact, InboundMessage)], numbers)
            actions.apply_statuses([fact for fact in facts if isinstance(fact, StatusUpdate)], numbers)
    except Exception as error:
        if len(routed) > 1:
            middle = len(routed) // 2
            _apply_facts(routed[:middle], numbers)
            _apply_facts(routed[middle:], numbers)
        elif isinstance(error, OperationalError):
            # A deadlock or a lost connection says nothing against the fact: the whole batch comes again.
            raise
        else:
            delivery, fact = routed[0]
            log.warning("drain.quarantined", delivery=delivery.pk, path=path(fact.place), error=type(error).__name__)
            delivery.poison.append(Poison(fact.place, f"{type(error).__name__}: {error}".splitlines()[0][:300]))


SETTLE = """
UPDATE webhooks_webhookevent AS e SET state = n.state, outcome = n.outcome, processed_at = now()
FROM unnest(%b::bigint[], %b::text[], %b::jsonb[]) AS n (id, state, outcome) WHERE e.id = n.id
"""

QUARANTINE = """
INSERT INTO webhooks_quarantinedfact (event_id, path, reason)
SELECT * FROM unnest(%b::bigint[], %b::text[], %b::text[])
ON CONFLICT (event_id, path) DO UPDATE SET reason = EXCLUDED.reason
"""


def _settle(deliveries: Sequence[Delivery]) -> None:
    rows = [(d.pk, d.state, Jsonb(d.outcome)) for d in deliveries]
    poison = {(d.pk, path(p.place)[:120]): p.reason[:300] for d in deliveries for p in d.poison}
    with connection.cursor() as cursor:
        execute_planned_now(cursor, SETTLE, columns(rows))
        if poison:
            cursor.execute(QUARANTINE, columns([(*key, reason) for key, reason in sorted(poison.items())]))

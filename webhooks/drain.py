"""From ledger rows to the inbox: claim a batch, read each delivery in its own fate, apply all together.

A batch is one transaction: the claim is its row locks, so that a killed worker leaves nothing behind
and the next one starts at once. What cannot be applied is quarantined alone.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from functools import lru_cache
from typing import Any

import psycopg
import structlog
from django.db import OperationalError, connection, transaction
from django.db.models import Q

from contacts.actions import apply_address_book
from contacts.facts import AddressBookEntry, MarketingChoice
from inbox import actions
from lib import pulse
from lib.arrays import columns
from lib.plans import execute_planned_now
from messaging.catalogue import TemplateNews, apply_template_news
from messaging.facts import Amendment, MessageFact, Parsed, Poison, StatusUpdate, path
from messaging.inbound import parse
from numbers.models import WabaAccount
from numbers.news import (
    AccountNews,
    AccountProblem,
    NumberNews,
    apply_account_news,
    apply_number_news,
    apply_problems,
)
from numbers.pulse import Hearing
from numbers.routes import Routes
from numbers.selectors import numbers_by_id
from webhooks.queue import Queue

OF_THE_FACT = (psycopg.errors.ProgramLimitExceeded, psycopg.errors.StatementTooComplex, psycopg.errors.OutOfMemory)
"""What psycopg calls operational and would come again each time."""

log = structlog.get_logger(__name__)
hearing = Hearing()


APPLY: dict[type, Callable[[Sequence[Any], Routes], object]] = {
    MarketingChoice: actions.receive_marketing_choices,
    AddressBookEntry: apply_address_book,
    MessageFact: actions.receive_messages,
    Amendment: actions.apply_amendments,
    StatusUpdate: actions.apply_statuses,
    TemplateNews: apply_template_news,
    NumberNews: apply_number_news,
    AccountNews: apply_account_news,
    AccountProblem: apply_problems,
}
"""What applies each class of fact. The order is the order of locks: contacts, conversations, messages."""

SECRETS = ("access_token", "app_secret")
"""Not needed here: one that does not open must not stop the queue."""


@dataclass(slots=True)
class Delivery:
    """A ledger row and what became of it."""

    pk: int
    received_at: datetime
    body: bytes
    parsed: Parsed = field(default_factory=Parsed)

    @property
    def poison(self) -> list[Poison]:
        return self.parsed.poison

    def give_up(self, facts: Sequence[tuple[Any, str]]) -> None:
        """Quarantine facts that cannot be applied, each with its reason."""
        gone = {id(fact) for fact, _ in facts}
        self.parsed.facts = [fact for fact in self.parsed.facts if id(fact) not in gone]
        self.parsed.poison.extend(Poison(fact.place, reason) for fact, reason in facts)

    @property
    def state(self) -> str:
        return "QUARANTINED" if self.poison else "DONE"

    @property
    def outcome(self) -> str:
        """What the ledger tells of it, as JSON: counts of what was applied, by kind, and of what was only kept."""
        names = [fact.counted_as for fact in self.parsed.facts]
        names += [kept.name for kept in self.parsed.kept]
        return _as_json(tuple(Counter(names).items()))


# Of the many deliveries most have one of a few outcomes.
@lru_cache(maxsize=1024)
def _as_json(counts: tuple[tuple[str, int], ...]) -> str:
    return json.dumps(dict(counts))


def drain_due(queue: Queue | None = None) -> None:
    """Apply waiting deliveries until none is left; a worker keeps its `queue` from one call to the next."""
    queue = queue or Queue()
    while not pulse.stopping.is_set() and drain_batch(queue):
        pass


def drain_batch(queue: Queue | None = None) -> int:
    """Apply one batch of waiting deliveries in one transaction; return how many it had."""
    with transaction.atomic():
        deliveries = [Delivery(*row) for row in (queue or Queue()).claim()]
        if deliveries:
            routes = _apply(deliveries)
            _settle(deliveries)
    if deliveries:
        _hear(deliveries, routes)
    hearing.flush_due()
    return len(deliveries)


def _apply(deliveries: Sequence[Delivery]) -> Routes:
    for delivery in deliveries:
        delivery.parsed = _parsed(delivery)
    routes = _routes(deliveries)
    for delivery in deliveries:
        unknown = [(fact, missing) for fact in delivery.parsed.facts if (missing := _unknown(fact, routes))]
        if unknown:
            delivery.give_up(unknown)
    _apply_facts([(delivery, fact) for delivery in deliveries for fact in delivery.parsed.facts], routes)
    return routes


def _unknown(fact: Any, routes: Routes) -> str | None:
    """Say why a fact cannot be brought to a number or account of ours; None when it can."""
    number = getattr(fact, "phone_number_id", "")
    if number:
        return None if number in routes.numbers else f"unknown number {number[:32]}"
    return None if fact.waba_id in routes.accounts else f"unknown account {fact.waba_id[:32]}"


def _parsed(delivery: Delivery) -> Parsed:
    try:
        return parse(delivery.body)
    except Exception as error:
        # It promises never to raise; if it does, that delivery waits for us and the others go on.
        log.exception("drain.unparsed", delivery=delivery.pk)
        return Parsed(poison=[Poison((), f"our parser failed: {type(error).__name__}")])


def _routes(deliveries: Sequence[Delivery]) -> Routes:
    """Find our rows of all numbers and accounts that facts name."""
    facts = [fact for delivery in deliveries for fact in delivery.parsed.facts]
    ids = {number for fact in facts if (number := getattr(fact, "phone_number_id", ""))}
    accounts = _accounts({fact.waba_id for fact in facts if not getattr(fact, "phone_number_id", "")} - {""})
    return Routes(numbers_by_id(ids), accounts)


def _accounts(ids: set[str]) -> dict[str, WabaAccount]:
    """Find accounts by WABA id, else by the portfolio, which is all that some deliveries name."""
    if not ids:
        return {}
    found = WabaAccount.objects.defer(*SECRETS).filter(Q(waba_id__in=ids) | Q(portfolio_id__in=ids)).order_by("pk")
    accounts: dict[str, WabaAccount] = {}
    for account in found:
        accounts.setdefault(account.portfolio_id, account)
    return accounts | {account.waba_id: account for account in found}


def _apply_facts(routed: list[tuple[Delivery, Any]], routes: Routes) -> None:
    """Apply facts together; when that fails, halve until the one at fault stands alone, and try it once more.

    Any failure counts, ours too: a fact that we cannot handle must never stop the queue behind it.
    """
    if not routed:
        return
    try:
        _apply_together([fact for _, fact in routed], routes)
    except Exception as error:
        if len(routed) > 1:
            middle = len(routed) // 2
            _apply_facts(routed[:middle], routes)
            _apply_facts(routed[middle:], routes)
        elif _passes(error):
            raise
        else:
            _apply_alone(*routed[0], routes)


def _passes(error: Exception) -> bool:
    """Whether an error says nothing against the fact: a deadlock, a lost connection. The whole batch comes again."""
    return isinstance(error, OperationalError) and not isinstance(error.__cause__, OF_THE_FACT)


def _apply_together(facts: list[Any], routes: Routes) -> None:
    with transaction.atomic():
        for kind, apply in APPLY.items():
            if mine := [fact for fact in facts if type(fact) is kind]:
                apply(mine, routes)


def _apply_alone(delivery: Delivery, fact: Any, routes: Routes) -> None:
    """Try a fact that failed once more, as somebody may have merged its contact meanwhile; then give it up."""
    try:
        _apply_together([fact], routes)
    except Exception as error:
        if _passes(error):
            raise
        log.warning("drain.quarantined", delivery=delivery.pk, path=path(fact.place), error=type(error).__name__)
        delivery.give_up([(fact, f"{type(error).__name__}: {error}".splitlines()[0][:300])])


SETTLE = """
UPDATE webhooks_webhookevent AS e SET state = n.state, outcome = n.outcome::jsonb, processed_at = now()
FROM unnest(%b::bigint[], %b::text[], %b::text[]) AS n (id, state, outcome) WHERE e.id = n.id
"""

QUARANTINE = """
INSERT INTO webhooks_quarantinedfact (event_id, path, reason)
SELECT * FROM unnest(%b::bigint[], %b::text[], %b::text[])
ON CONFLICT (event_id, path) DO UPDATE SET reason = EXCLUDED.reason
"""


def _hear(deliveries: Sequence[Delivery], routes: Routes) -> None:
    """Note the numbers' signs of life, and how long after Meta's time their news came."""
    for delivery in deliveries:
        for fact in delivery.parsed.facts:
            if (number := getattr(fact, "phone_number_id", "")) in routes.numbers:
                hearing.note(number, delivery.received_at, _told_at(fact))


def _told_at(fact: Any) -> datetime | None:
    match fact:
        case MessageFact(is_ours=False, is_history=False):
            return fact.sent_at
        case StatusUpdate():
            return fact.at
    return None


def _settle(deliveries: Sequence[Delivery]) -> None:
    rows = [(d.pk, d.state, d.outcome) for d in deliveries]
    poison = {(d.pk, path(p.place)[:120]): p.reason[:300] for d in deliveries for p in d.poison}
    with connection.cursor() as cursor:
        execute_planned_now(cursor, SETTLE, columns(rows))
        if poison:
            cursor.execute(QUARANTINE, columns([(*key, reason) for key, reason in sorted(poison.items())]))

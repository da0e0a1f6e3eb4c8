"""What the ledger's pages show: what one delivery became, and why deliveries are in quarantine."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.db.models import Count, Max
from django.urls import reverse
from django.utils.translation import gettext as _

from messaging.facts import Parsed, Poison, path
from messaging.inbound import parse
from numbers.routes import Place
from webhooks.models import QuarantinedFact, WebhookEvent
from webhooks.rows import Link, Rows

WORDS_SHOWN = 120
"""Characters of a message's text in one line."""


@dataclass(frozen=True, slots=True)
class Part:
    """One part of a delivery: where it stands, what it is, and what it became."""

    place: str
    name: str
    outcome: str
    """applied, waiting, kept, quarantined, or gone: applied once, with no row to show for it (any more)."""
    summary: str = ""
    reason: str = ""
    links: list[Link] = field(default_factory=list)


def parts_of(event: WebhookEvent) -> list[Part]:
    """Read a delivery again and say of each part what it became, in its order; a few statements for all."""
    parsed = _parsed(event)
    reasons = dict(event.quarantined.values_list("path", "reason"))
    parts = [*_facts(event, parsed, reasons)]
    parts += [(kept.place, Part(path(kept.place), kept.name, "kept")) for kept in parsed.kept]
    for poison in parsed.poison:
        place = path(poison.place)
        parts.append((poison.place, _quarantined(place, reasons.pop(place[:120], poison.reason))))
    ordered = [part for _, part in sorted(parts, key=lambda item: [str(step).zfill(8) for step in item[0]])]
    # What the drain quarantined and this reading does not know: another version read it.
    return ordered + [_quarantined(place, reason) for place, reason in sorted(reasons.items())]


def _parsed(event: WebhookEvent) -> Parsed:
    try:
        return parse(bytes(event.body))
    except Exception as error:
        # The page is where somebody looks when this goes wrong; it must open.
        return Parsed(poison=[Poison((), f"our parser failed: {type(error).__name__}")])


def _facts(event: WebhookEvent, parsed: Parsed, reasons: dict[str, str]) -> Iterator[tuple[Place, Part]]:
    rows = Rows(parsed.facts)
    for fact in parsed.facts:
        place = path(fact.place)
        reason = reasons.pop(place[:120], "")
        if reason:
            outcome = "quarantined"
        elif event.state == WebhookEvent.State.PENDING:
            outcome = "waiting"
        else:
            outcome = "applied" if rows.has(fact) else "gone"
        yield fact.place, Part(place, _name(fact), outcome, _summary(fact), reason, rows.links(fact))


def _quarantined(place: str, reason: str) -> Part:
    return Part(place or "–", _("unreadable"), "quarantined", reason=reason)


def _name(fact: Any) -> str:
    return str(getattr(fact, "counted_as", type(fact).__name__))


def _summary(fact: Any) -> str:
    """The plain words of a fact of any class: what kind it is, what it says, when, by Meta's time."""
    words = [getattr(fact, name, "") for name in ("kind", "status", "value", "name", "text", "wamid")]
    at: datetime | None = getattr(fact, "sent_at", None) or getattr(fact, "at", None)
    shown = [word[:WORDS_SHOWN] for word in words if isinstance(word, str) and word]
    return " · ".join([*dict.fromkeys(shown), *([f"{at:%Y-%m-%d %H:%M:%S} UTC"] if at else [])])


@dataclass(frozen=True, slots=True)
class Reason:
    """A kind of reason for quarantine, on how many deliveries, and when it was last the case."""

    kind: str
    deliveries: int
    newest_at: datetime

    @property
    def address(self) -> str:
        """The list of its deliveries."""
        return reverse("admin:webhooks_webhookevent_changelist", query={"reason": self.kind})


def quarantine_counts(limit: int | None = None) -> list[Reason]:
    """Return the kinds of reasons, the one with most deliveries first."""
    kinds = QuarantinedFact.objects.order_by().values("kind")
    counted = kinds.annotate(deliveries=Count("event", distinct=True), newest_at=Max("created_at"))
    return [Reason(**row) for row in counted.order_by("-deliveries", "kind")[:limit]]

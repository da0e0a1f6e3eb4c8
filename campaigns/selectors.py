"""What the pages of campaigns show."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import cached_property

from django.db.models import Count, QuerySet

from accounts.models import User
from campaigns.filling import Filling
from campaigns.models import Campaign, Recipient
from campaigns.results import Result
from messaging.kinds import template_shown
from messaging.kinds.template_shown import Shown
from messaging.limits import Invalid
from messaging.models import Template
from numbers.models import PhoneNumber

CAMPAIGNS = 30
"""Campaigns of one page of the list."""
PREVIEWS = 3
ROWS = 50
"""Recipients of one page of results."""
TROUBLES = 100
"""Lines that cannot be sent to, shown one by one; the export has all."""

State, Reason = Recipient.State, Recipient.Reason


def campaigns_for_display(user: User) -> QuerySet[Campaign]:
    """The campaigns a person may run, newest first, with all that their list shows."""
    shown = Campaign.objects.visible_to(user).select_related("number__waba", "template", "by")
    return shown.defer("number__app_secret", "number__waba__access_token", "number__waba__app_secret")


@dataclass(frozen=True, slots=True)
class CampaignPage:
    """One page of the list; `more` is the cursor of the next one, empty at the end."""

    campaigns: Sequence[Campaign]
    more: str


def campaign_page(user: User, *, before: str = "") -> CampaignPage:
    """The campaigns a person may run, newest first, from cursor `before` on."""
    found = campaigns_for_display(user).order_by("-pk")
    if before.isdecimal():
        found = found.filter(pk__lt=min(int(before), 2**63 - 1))
    rows = list(found[: CAMPAIGNS + 1])
    return CampaignPage(rows[:CAMPAIGNS], str(rows[CAMPAIGNS - 1].pk) if len(rows) > CAMPAIGNS else "")


def templates_for(number: PhoneNumber) -> QuerySet[Template]:
    """The templates that a campaign of this number can send."""
    return Template.objects.filter(waba=number.waba_id, status=Template.Status.APPROVED).order_by("name", "language")


@dataclass(frozen=True, slots=False)
class Tally:
    """How many recipients are where, counted now: nothing keeps a number that could drift."""

    results: dict[Result, int] = field(default_factory=dict)
    reasons: dict[str, int] = field(default_factory=dict)

    @cached_property
    def total(self) -> int:
        return sum(self.results.values())

    @property
    def waiting(self) -> int:
        return self.results.get(Result.WAITING, 0)

    @property
    def skipped(self) -> int:
        return self.results.get(Result.SKIPPED, 0)

    @property
    def to_send(self) -> int:
        """All who are or were to get it."""
        return self.total - self.skipped

    @property
    def left(self) -> int:
        """Those whose message left, whatever became of it."""
        return self.to_send - self.waiting - self.results.get(Result.QUEUED, 0)

    @property
    def why(self) -> list[tuple[str, int]]:
        """The reasons for leaving somebody out, the most frequent first."""
        found = [(str(Reason(reason).label), count) for reason, count in self.reasons.items()]
        return sorted(found, key=lambda one: -one[1])

    @property
    def by_result(self) -> list[tuple[Result, int]]:
        return [(result, self.results.get(result, 0)) for result in Result]


def tally(campaign: Campaign) -> Tally:
    """Count a campaign's recipients by what became of them."""
    rows = Recipient.objects.filter(campaign=campaign).values_list("state", "reason", "message__status")
    counted = Tally()
    for state, reason, status, count in rows.order_by().annotate(count=Count("pk")):
        result = Result.of(state, status)
        counted.results[result] = counted.results.get(result, 0) + count
        if reason:
            counted.reasons[reason] = counted.reasons.get(reason, 0) + count
    return counted


@dataclass(frozen=True, slots=True)
class Preview:
    """A real line of the list, and the message it would get; `problem` says what WhatsApp would refuse."""

    address: str
    shown: Shown | None
    problem: str = ""


def previews(campaign: Campaign) -> list[Preview]:
    """The messages of the first recipients as they would read."""
    filling = Filling.of(campaign)
    if not filling.is_complete:
        return []
    lines = Recipient.objects.filter(campaign=campaign).exclude(reason=Reason.BROKEN).order_by("line")
    # Those who will be sent to say most; a draft that was never checked has none yet.
    sendable = lines.filter(state=State.WAITING)[:PREVIEWS]
    return [_preview(filling, recipient.cells) for recipient in sendable or lines[:PREVIEWS]]


def _preview(filling: Filling, cells: list[str]) -> Preview:
    try:
        return Preview(filling.address(cells), template_shown.read(filling.outgoing(cells).shown))
    except Invalid as invalid:
        return Preview(filling.address(cells), None, str(invalid.reason))


def sample_lines(campaign: Campaign) -> list[list[str]]:
    """The first lines of the list as they came."""
    lines = Recipient.objects.filter(campaign=campaign).order_by("line").values_list("cells", flat=True)
    return list(lines[:PREVIEWS])


def troubles(campaign: Campaign) -> list[Recipient]:
    """The first lines of the list that cannot be sent to."""
    skipped = Recipient.objects.filter(campaign=campaign, state=State.SKIPPED)
    return list(skipped.order_by("line")[:TROUBLES])


TIER = re.compile(r"TIER_(\d+)(K?)")


def messaging_limit(number: PhoneNumber) -> int | None:
    """How many people the number's business may write to first within 24 hours; None when nobody knows, or none."""
    found = TIER.fullmatch(number.limit or number.waba.limit)
    return int(found[1]) * (1000 if found[2] else 1) if found else None


@dataclass(frozen=True, slots=True)
class ResultPage:
    """One page of recipients in the order of the list; `more` is the cursor of the next one, empty at the end."""

    recipients: Sequence[Recipient]
    more: str


def result_page(campaign: Campaign, result: Result | None, *, after: str = "") -> ResultPage:
    """The recipients of a result, or all, from the line `after` on."""
    found = results_of(campaign, result)
    if after.isdecimal():
        found = found.filter(line__gt=min(int(after), 2**31 - 1))
    rows = list(found[: ROWS + 1])
    return ResultPage(rows[:ROWS], str(rows[ROWS - 1].line) if len(rows) > ROWS else "")


def results_of(campaign: Campaign, result: Result | None) -> QuerySet[Recipient]:
    """The recipients of a result, or all, in the order of the list, with their messages."""
    mine = Recipient.objects.filter(campaign=campaign).select_related("message").prefetch_related("message__receipts")
    return (mine.filter(result.filter) if result else mine).order_by("line")

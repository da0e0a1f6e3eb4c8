"""The results of a campaign as a table for spreadsheets."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from django.db import transaction
from django.utils import timezone, translation
from django.utils.translation import gettext as _

from accounts.audit import record
from accounts.models import User
from campaigns.models import Campaign, Recipient
from campaigns.results import Result, reason_of, result_of
from campaigns.selectors import results_of
from lib.spreadsheets import BYTE_ORDER_MARK, lines

BATCH = 2000


def export_results(campaign: Campaign, result: Result | None, *, by: User) -> Iterator[str]:
    """Record that `by` takes the recipients of a result with them, or all; return the lines of the file."""
    with transaction.atomic():
        record("campaign.exported", campaign, by=by, filter={"result": result} if result else {})
    return _lines(campaign, result, translation.get_language())


def _lines(campaign: Campaign, result: Result | None, language: str | None) -> Iterator[str]:
    zone = timezone.get_current_timezone()
    titles = [_("Line"), *campaign.columns, _("Result"), _("Reason"), _("When")]
    yield BYTE_ORDER_MARK + lines([titles])
    after, found = 0, results_of(campaign, result)
    while batch := list(found.filter(line__gt=after)[:BATCH]):
        after = batch[-1].line
        # Lines are made when the view and its language are gone.
        with translation.override(language), timezone.override(zone):
            table = lines([_cells(recipient, len(campaign.columns)) for recipient in batch])
        yield table


def _cells(recipient: Recipient, width: int) -> Sequence[Any]:
    # A broken line keeps its surplus in the last of its cells.
    given = [*recipient.cells, *[""] * width]
    cells = (
        [*given[: width - 1], " ".join(recipient.cells[width - 1 :])] if len(recipient.cells) > width else given[:width]
    )
    message = recipient.message
    when = timezone.localtime(message.sent_at).isoformat(sep=" ", timespec="seconds") if message else ""
    return [recipient.line, *cells, result_of(recipient).label, reason_of(recipient), when]

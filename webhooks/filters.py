"""What the ledger's list may be narrowed to."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import date, datetime, time, timedelta
from typing import Any

from django.contrib.admin import SimpleListFilter
from django.db.models import Exists, OuterRef, QuerySet
from django.http import HttpRequest
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext_lazy as _

from numbers.models import PhoneNumber
from webhooks.models import QuarantinedFact, WebhookEvent
from webhooks.search import first_id_from
from webhooks.selectors import quarantine_counts

DAYS_OFFERED = 7
REASONS_OFFERED = 20
YEARS = range(2009, 2101)
UNNAMED = "none"
"""The number filter's word for deliveries that name no number."""


class DayFilter(SimpleListFilter):
    """One day by the reader's clock; any day by its date, the last ones by a click."""

    title = _("day")
    parameter_name = "day"
    template = "admin/webhooks/day_filter.html"

    def lookups(self, request: HttpRequest, model_admin: Any) -> Iterable[tuple[str, Any]]:
        today = timezone.localdate()
        for day in (today - timedelta(days=ago) for ago in range(DAYS_OFFERED)):
            yield day.isoformat(), date_format(day, "SHORT_DATE_FORMAT")

    def queryset(self, request: HttpRequest, events: QuerySet[WebhookEvent]) -> QuerySet[WebhookEvent]:
        window = window_of(request)
        if window is None or (not chosen_day(request) and request.GET.get("q")):
            # The search keeps to its own window: rows may lead it to older deliveries.
            return events
        since, until = window
        # Ids go with arrival, so a day is a range of them, wherever in the table it lies.
        ids = events.filter(pk__gte=first_id_from(since), pk__lt=first_id_from(until + timedelta(minutes=1)))
        return ids.filter(received_at__gte=since, received_at__lt=until)

    def others(self) -> list[tuple[str, str]]:
        """The other parameters of the list, which choosing a date keeps."""
        return self._others

    def choices(self, changelist: Any) -> Iterator[Any]:
        self._others = [(k, v) for k, v in changelist.get_filters_params().items() if k != "day" for v in [_last(v)]]
        if changelist.query:
            self._others.append(("q", changelist.query))
        return super().choices(changelist)


class NumberFilter(SimpleListFilter):
    """Deliveries by the number of ours that they name first."""

    title = _("number")
    parameter_name = "number"

    def lookups(self, request: HttpRequest, model_admin: Any) -> Iterable[tuple[str, Any]]:
        names = PhoneNumber.objects.values_list("phone_number_id", "name", "display_phone")
        return [*((meta_id, f"{name} {phone}") for meta_id, name, phone in names), (UNNAMED, _("No number"))]

    def queryset(self, request: HttpRequest, events: QuerySet[WebhookEvent]) -> QuerySet[WebhookEvent]:
        value = self.value()
        return events.filter(routing_key="" if value == UNNAMED else value) if value else events


class ReasonFilter(SimpleListFilter):
    """Quarantined deliveries by the kind of their reason."""

    title = _("reason")
    parameter_name = "reason"

    def lookups(self, request: HttpRequest, model_admin: Any) -> Iterable[tuple[str, Any]]:
        return [(reason.kind, reason.kind) for reason in quarantine_counts(REASONS_OFFERED)]

    def has_output(self) -> bool:
        return True

    def queryset(self, request: HttpRequest, events: QuerySet[WebhookEvent]) -> QuerySet[WebhookEvent]:
        value = self.value()
        if not value:
            return events
        parts = QuarantinedFact.objects.filter(event=OuterRef("pk"), kind=value)
        return events.filter(Exists(parts), state=WebhookEvent.State.QUARANTINED)


FILTERS: list[Any] = ["state", NumberFilter, DayFilter, ReasonFilter]


def chosen_day(request: HttpRequest) -> date | None:
    """The day the list is narrowed to; None where none is, or none on which a delivery can have come."""
    try:
        day = date.fromisoformat(request.GET.get("day", ""))
    except ValueError:
        return None
    return day if day.year in YEARS else None


def window_of(request: HttpRequest) -> tuple[datetime, datetime] | None:
    """From when to when the list looks: the day chosen, else the last 24 hours where it has to read bodies
    or walk the table (a search, a number); None for everything."""
    if day := chosen_day(request):
        first = timezone.make_aware(datetime.combine(day, time.min))
        return first, timezone.make_aware(datetime.combine(day + timedelta(days=1), time.min))
    if request.GET.get("q") or request.GET.get("number"):
        now = timezone.now()
        return now - timedelta(hours=24), now
    return None


def _last(value: Any) -> str:
    return str(value[-1] if isinstance(value, list) else value)

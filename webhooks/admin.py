from __future__ import annotations

import json
from typing import Any

from django.contrib import admin, messages
from django.core.paginator import Paginator
from django.db import models
from django.http import Http404, HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.urls import path
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.functional import cached_property
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.text import capfirst
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from accounts.audit import record
from accounts.requests import person
from lib.admin import ReadOnlyAdmin
from numbers.models import PhoneNumber
from webhooks.actions import replay, replayable
from webhooks.filters import FILTERS, REASONS_OFFERED, chosen_day, window_of
from webhooks.models import WebhookEvent
from webhooks.search import Found, search
from webhooks.selectors import parts_of, quarantine_counts

CONFIRM_ABOVE = 1_000
"""Deliveries that are replayed without a question."""
COUNTED_AT_MOST = 10_000
"""The list counts no further: counting a month of deliveries takes longer than looking at them."""
BODY_SHOWN = 200_000
"""Characters of a body on its page; the download has all of it."""
PARTS_SHOWN = 500


class ShortPaginator(Paginator):
    """Pages of a list whose end nobody turns to."""

    @cached_property
    def count(self) -> int:
        rows: Any = self.object_list
        return rows.order_by("pk")[:COUNTED_AT_MOST].count()


@admin.register(WebhookEvent)
class WebhookEventAdmin(ReadOnlyAdmin):
    """The ledger of Meta's deliveries, as they came and what became of them. For administrators alone:
    a body holds what customers wrote, and nothing of it says which team may read it."""

    list_display = ["id", "received", "number", "outcome_badge", "summary", "delay"]
    list_filter = FILTERS
    search_fields = ["pk"]
    search_help_text = _("A wamid, the id of an attempt, a phone in any spelling, a BSUID, or any text.")
    fields = ("state",)
    actions = ["replay"]
    ordering = ["-pk"]
    paginator = ShortPaginator

    class Media:
        css = {"all": ["css/ledger.css"]}

    def get_queryset(self, request: HttpRequest) -> models.QuerySet[WebhookEvent]:
        rows = super().get_queryset(request)
        if request.resolver_match and "object_id" in request.resolver_match.kwargs:
            return rows
        numbers = PhoneNumber.objects.filter(phone_number_id=models.OuterRef("routing_key"))
        return rows.defer("body").annotate(number_name=models.Subquery(numbers.values("name")[:1]))

    def get_search_results(
        self, request: HttpRequest, events: models.QuerySet[Any], text: str
    ) -> tuple[models.QuerySet[Any], bool]:
        """Narrow the list to the deliveries that hold `text`."""
        window = window_of(request)
        if not (text := text.replace("\0", "").strip()) or window is None:
            return events, False
        found = search(text, since=window[0], until=window[1], anywhere=not chosen_day(request))
        request.META["prosa.found"] = found
        return events.filter(pk__in=found.pks), False

    def changelist_view(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> HttpResponse:
        title = {"title": capfirst(self.opts.verbose_name_plural), "subtitle": None}
        answer = super().changelist_view(request, (extra_context or {}) | title)
        if isinstance(answer, TemplateResponse) and answer.context_data is not None:
            found: Found | None = request.META.get("prosa.found")
            answer.context_data |= {
                "found": found,
                "window": window_of(request),
                "is_day_chosen": bool(chosen_day(request)),
                "reasons": quarantine_counts(REASONS_OFFERED),
            }
        return answer

    def change_view(
        self,
        request: HttpRequest,
        object_id: str,
        form_url: str = "",
        extra_context: dict[str, Any] | None = None,
    ) -> HttpResponse:
        event = self.get_object(request, object_id)
        if event is not None and self.has_view_permission(request, event):
            record("webhook.read", event, by=person(request))
            parts, text = parts_of(event), _readable(bytes(event.body))
            extra_context = (extra_context or {}) | {
                "event": event,
                "delay": self.delay(event),
                "badge": self.outcome_badge(event),
                "number": PhoneNumber.objects.filter(phone_number_id=event.routing_key).only("name").first(),
                "parts": parts[:PARTS_SHOWN],
                "more_parts": max(0, len(parts) - PARTS_SHOWN),
                "body": text[:BODY_SHOWN],
                "is_body_cut": len(text) > BODY_SHOWN,
                "size": len(event.body),
                "subtitle": None,
                "title": _("Delivery %(id)s") % {"id": event.pk},
            }
        return super().change_view(request, object_id, form_url, extra_context)

    def get_urls(self) -> list[Any]:
        body = self.admin_site.admin_view(self.body_view)
        return [path("<int:pk>/body/", body, name="webhooks_webhookevent_body"), *super().get_urls()]

    def body_view(self, request: HttpRequest, pk: int) -> HttpResponse:
        """The exact bytes Meta sent, to be saved and never to be shown by a browser."""
        event = self.model.objects.filter(pk=pk).first()
        if event is None or not self.has_view_permission(request, event):
            raise Http404
        record("webhook.read", event, by=person(request))
        name = f'attachment; filename="delivery-{pk}.json"'
        headers = {"Content-Disposition": name, "X-Content-Type-Options": "nosniff", "Cache-Control": "no-store"}
        return HttpResponse(bytes(event.body), content_type="application/octet-stream", headers=headers)

    @admin.display(description=_("received"), ordering="pk")
    def received(self, event: WebhookEvent) -> str:
        at = timezone.localtime(event.received_at)
        return f"{date_format(at, 'SHORT_DATE_FORMAT')} {at:%H:%M:%S}"

    @admin.display(description=_("number"))
    def number(self, event: Any) -> str:
        return event.number_name or event.routing_key or "–"

    @admin.display(description=_("state"), ordering="state")
    def outcome_badge(self, event: WebhookEvent) -> SafeString:
        return format_html('<span class="badge {}">{}</span>', event.state.lower(), event.get_state_display())

    @admin.display(description=_("outcome"))
    def summary(self, event: WebhookEvent) -> str:
        return ", ".join(f"{name} {count}" for name, count in event.outcome.items())

    @admin.display(description=_("delay"))
    def delay(self, event: WebhookEvent) -> str:
        if event.processed_at is None:
            return "–"
        seconds = (event.processed_at - event.received_at).total_seconds()
        return f"{seconds * 1000:.0f} ms" if seconds < 10 else f"{seconds:.0f} s"

    @admin.action(description=_("Apply again (replay)"), permissions=["view"])
    def replay(self, request: HttpRequest, events: models.QuerySet[Any]) -> HttpResponse | None:
        chosen = events.count()
        count = replayable(events).count()
        if count > CONFIRM_ABOVE and "confirmed" not in request.POST:
            return self._confirmation(request, count)
        count = replay(events, by=person(request))
        text = ngettext("%(count)d delivery is applied again.", "%(count)d deliveries are applied again.", count)
        self.message_user(request, text % {"count": count}, messages.SUCCESS if count else messages.WARNING)
        if waiting := chosen - count:
            text = ngettext("%(count)d was waiting anyway.", "%(count)d were waiting anyway.", waiting)
            self.message_user(request, text % {"count": waiting}, messages.INFO)
        return None

    def _confirmation(self, request: HttpRequest, count: int) -> HttpResponse:
        context = {
            **self.admin_site.each_context(request),
            "title": _("Apply many deliveries again?"),
            "opts": self.opts,
            "count": count,
            "posted": [(k, v) for k, values in request.POST.lists() if k != "csrfmiddlewaretoken" for v in values],
        }
        return TemplateResponse(request, "admin/webhooks/webhookevent/replay_confirmation.html", context)


def _readable(body: bytes) -> str:
    """The body as text; pretty where it is JSON, which is for reading only."""
    try:
        return json.dumps(json.loads(body), ensure_ascii=False, indent=2).encode("utf-8", "replace").decode()
    except (ValueError, RecursionError):
        return body.decode("utf-8", "replace")

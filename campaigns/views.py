"""Pages of campaigns that go: the list, one with its progress and results, and its buttons."""

from __future__ import annotations

from typing import Any

from django.http import HttpResponse, StreamingHttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.text import slugify
from django.views.decorators.http import require_GET, require_POST

from accounts.requests import PersonRequest
from campaigns import actions, selectors
from campaigns.export import export_results
from campaigns.models import Campaign
from campaigns.pages import campaign_view, find
from campaigns.results import Result


@require_GET
@campaign_view
def campaign_list(request: PersonRequest) -> HttpResponse:
    """The campaigns of the numbers a person leads, newest first; `?before=` goes on after one."""
    page = selectors.campaign_page(request.user, before=request.GET.get("before", ""))
    return render(request, "campaigns/campaign_list.html", {"page": page})


@require_GET
@campaign_view
def campaign(request: PersonRequest, pk: int) -> HttpResponse:
    """A draft's next step; else the progress, and the recipients of `?result=`; for htmx more of them."""
    found = find(request, pk)
    if found.is_draft:
        return redirect(_next_step(found), pk)
    result = _result(request.GET.get("result", ""))
    page = selectors.result_page(found, result, after=request.GET.get("after", ""))
    context = {"campaign": found, "result": result, "page": page}
    if request.htmx:
        return render(request, "campaigns/_recipients.html", context)
    return render(request, "campaigns/campaign.html", context | _progress(found))


@require_GET
@campaign_view
def progress(request: PersonRequest, pk: int) -> HttpResponse:
    """How far it is, for a page that is open; one that shows another `?state=` is loaded anew."""
    found = find(request, pk)
    if found.state != request.GET.get("state", found.state):
        return HttpResponse(status=204, headers={"HX-Refresh": "true"})
    context = {"campaign": found, "result": _result(request.GET.get("result", ""))}
    return render(request, "campaigns/_progress.html", context | _progress(found))


@require_POST
@campaign_view
def unschedule(request: PersonRequest, pk: int) -> HttpResponse:
    """Make a scheduled campaign a draft again."""
    actions.unschedule_campaign(find(request, pk), by=request.user)
    return redirect("campaigns:campaign", pk)


@require_POST
@campaign_view
def pause(request: PersonRequest, pk: int) -> HttpResponse:
    """Send nothing more for now."""
    actions.pause_campaign(find(request, pk), by=request.user)
    return redirect("campaigns:campaign", pk)


@require_POST
@campaign_view
def resume(request: PersonRequest, pk: int) -> HttpResponse:
    """Go on."""
    actions.resume_campaign(find(request, pk), by=request.user)
    return redirect("campaigns:campaign", pk)


@require_POST
@campaign_view
def stop(request: PersonRequest, pk: int) -> HttpResponse:
    """End it for good."""
    actions.stop_campaign(find(request, pk), by=request.user)
    return redirect("campaigns:campaign", pk)


@require_POST
@campaign_view
def export(request: PersonRequest, pk: int) -> StreamingHttpResponse:
    """The recipients of a result, or all, as a file; the trail says who took it."""
    found = find(request, pk)
    lines = export_results(found, _result(request.POST.get("result", "")), by=request.user)
    name = f"{slugify(found.name) or 'campanha'}-{timezone.localtime():%Y-%m-%d-%H%M}.csv"
    headers = {"Content-Disposition": f'attachment; filename="{name}"', "Cache-Control": "no-store"}
    return StreamingHttpResponse(lines, content_type="text/csv; charset=utf-8", headers=headers)


def _result(word: str) -> Result | None:
    return Result(word) if word in Result.values else None


def _next_step(draft: Campaign) -> str:
    if not draft.columns:
        return "campaigns:recipients"
    return "campaigns:check" if draft.checked_at else "campaigns:columns"


def _progress(campaign: Campaign) -> dict[str, Any]:
    counted = selectors.tally(campaign)
    return {"tally": counted, "minutes": counted.waiting / campaign.number.sends_per_second / 60}

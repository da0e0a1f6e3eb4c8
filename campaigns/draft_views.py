"""The steps of a draft: what and by which number, to whom, which column is what, the check, the start."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from accounts.requests import PersonRequest
from campaigns import actions, selectors
from campaigns.filling import guess
from campaigns.forms import CampaignForm, ColumnsForm, ContactsForm, SheetForm, StartForm
from campaigns.models import Campaign
from campaigns.pages import campaign_view, find
from campaigns.prices import estimates
from lib.refusals import Refusal
from messaging import template_parts

DAYS = 30
"""How far back the choice of contacts looks at first."""


@require_http_methods(["GET", "POST"])
@campaign_view
def create(request: PersonRequest) -> HttpResponse:
    """Begin a campaign. `?number=` shows that number's templates."""
    form = CampaignForm(request.POST or None, person=request.user, initial=request.GET.dict())
    if request.method == "POST" and form.is_valid():
        try:
            campaign = actions.create_campaign(**form.cleaned_data, by=request.user)
            return redirect("campaigns:recipients", campaign.pk)
        except Refusal as refusal:
            form.add_error("template", str(refusal))
    return _setup(request, form, None)


@require_http_methods(["GET", "POST"])
@campaign_view
def setup(request: PersonRequest, pk: int) -> HttpResponse:
    """Change a draft's name, number or template."""
    campaign = _find_draft(request, pk)
    now = {"name": campaign.name, "number": campaign.number_id, "template": campaign.template_id}
    form = CampaignForm(request.POST or None, person=request.user, initial=now | request.GET.dict())
    if request.method == "POST" and form.is_valid():
        try:
            actions.change_campaign(campaign, **form.cleaned_data, by=request.user)
            return redirect("campaigns:recipients", pk)
        except Refusal as refusal:
            form.add_error("template", str(refusal))
    return _setup(request, form, campaign)


@require_http_methods(["GET", "POST"])
@campaign_view
def recipients(request: PersonRequest, pk: int) -> HttpResponse:
    """Give the draft its list: a file, or the contacts of some days."""
    campaign = _find_draft(request, pk)
    today = timezone.localdate()
    days = {"since": today - timedelta(days=DAYS), "until": today}
    sheet, contacts = SheetForm(), ContactsForm(initial=days)
    if request.method == "POST" and "since" in request.POST:
        contacts = ContactsForm(request.POST)
    elif request.method == "POST":
        sheet = SheetForm(request.POST, request.FILES)
    form: SheetForm | ContactsForm = contacts if contacts.is_bound else sheet
    if form.is_valid():
        try:
            _take_list(request, campaign, form.cleaned_data)
            return redirect("campaigns:columns", pk)
        except Refusal as refusal:
            form.add_error(None, str(refusal))
    context = {"campaign": campaign, "step": "recipients", "sheet": sheet, "contacts": contacts}
    return render(request, "campaigns/recipients.html", context)


@require_http_methods(["GET", "POST"])
@campaign_view
def columns(request: PersonRequest, pk: int) -> HttpResponse:
    """Say which column holds the phone and what fills each variable; then every line is checked."""
    campaign = _find_draft(request, pk)
    if not campaign.columns:
        return redirect("campaigns:recipients", pk)
    if not campaign.mapping:
        campaign.mapping = guess(campaign.columns, template_parts.read(campaign.template).slots)
    form = ColumnsForm(request.POST or None, campaign=campaign, initial=campaign.mapping)
    if request.method == "POST" and form.is_valid():
        actions.map_columns(campaign, form.mapping, by=request.user)
        return redirect("campaigns:check", pk)
    context = {"campaign": campaign, "step": "columns", "form": form, "lines": selectors.sample_lines(campaign)}
    return render(request, "campaigns/columns.html", context | {"previews": selectors.previews(campaign)})


@require_GET
@campaign_view
def preview(request: PersonRequest, pk: int) -> HttpResponse:
    """The first messages as they would read with the columns chosen so far; nothing is stored."""
    campaign = _find_draft(request, pk)
    form = ColumnsForm(request.GET, campaign=campaign)
    form.is_valid()
    campaign.mapping = form.mapping
    return render(request, "campaigns/_previews.html", {"previews": selectors.previews(campaign)})


@require_GET
@campaign_view
def check(request: PersonRequest, pk: int) -> HttpResponse:
    """What would happen: how many get it, who is left out and why, what it may cost, and the buttons to start."""
    campaign = _find_draft(request, pk)
    if campaign.checked_at is None:
        return redirect("campaigns:columns" if campaign.columns else "campaigns:recipients", pk)
    return render(request, "campaigns/check.html", _check(campaign) | {"form": StartForm()})


@require_POST
@campaign_view
def start(request: PersonRequest, pk: int) -> HttpResponse:
    """Send the draft now, or at the time given."""
    campaign = _find_draft(request, pk)
    form = StartForm(request.POST)
    if not form.is_valid():
        return render(request, "campaigns/check.html", _check(campaign) | {"form": form})
    actions.start_campaign(campaign, at=form.cleaned_data["at"], by=request.user)
    return redirect("campaigns:campaign", pk)


@require_POST
@campaign_view
def discard(request: PersonRequest, pk: int) -> HttpResponse:
    """Delete the draft."""
    actions.discard_campaign(find(request, pk), by=request.user)
    messages.success(request, _("The draft was discarded."))
    return redirect("campaigns:list")


def _find_draft(request: PersonRequest, pk: int) -> Campaign:
    campaign = find(request, pk)
    if not campaign.is_draft:
        raise actions.NotADraft
    return campaign


def _setup(request: PersonRequest, form: CampaignForm, campaign: Campaign | None) -> HttpResponse:
    return render(request, "campaigns/setup.html", {"form": form, "campaign": campaign, "step": "setup"})


def _take_list(request: PersonRequest, campaign: Campaign, given: dict[str, Any]) -> None:
    if file := given.get("file"):
        actions.list_sheet(campaign, file, name=file.name)
    else:
        actions.list_contacts(campaign, since=given["since"], until=given["until"], by=request.user)


def _check(campaign: Campaign) -> dict[str, Any]:
    counted = selectors.tally(campaign)
    limit = selectors.messaging_limit(campaign.number)
    return {
        "campaign": campaign,
        "step": "check",
        "tally": counted,
        "troubles": selectors.troubles(campaign),
        "previews": selectors.previews(campaign),
        "estimates": estimates(campaign, waiting=counted.waiting),
        "limit": limit,
        "is_above_limit": limit is not None and counted.waiting > limit,
        "minutes": counted.waiting / campaign.number.sends_per_second / 60,
    }

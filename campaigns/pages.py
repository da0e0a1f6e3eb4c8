"""What all pages of campaigns share: who gets in, and how a refusal is told."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.contrib import messages
from django.http import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect

from accounts.requests import PersonRequest
from campaigns.models import Campaign
from campaigns.rights import check_may_run_campaigns
from campaigns.selectors import campaigns_for_display
from lib.refusals import Refusal

View = Callable[..., HttpResponseBase]


def campaign_view(view: View) -> View:
    """Let in who may run campaigns; a refused verb is told on the campaign's page, where things stand."""

    @wraps(view)
    def wrapped(request: PersonRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        check_may_run_campaigns(request.user)
        try:
            return view(request, *args, **kwargs)
        except Refusal as refusal:
            messages.error(request, str(refusal))
            return redirect("campaigns:campaign", kwargs["pk"]) if "pk" in kwargs else redirect("campaigns:list")

    return wrapped


def find(request: PersonRequest, pk: int) -> Campaign:
    """Return a campaign that the person may run; 404 for any other."""
    return get_object_or_404(campaigns_for_display(request.user), pk=pk)

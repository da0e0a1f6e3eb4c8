"""A person's own API tokens: shown once, revoked at any time."""

from __future__ import annotations

from typing import Any

from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_http_methods, require_POST

from accounts.models import ApiToken
from accounts.requests import PersonRequest
from accounts.token_forms import TokenForm
from accounts.tokens import machine


@require_http_methods(["GET", "POST"])
def tokens(request: PersonRequest) -> HttpResponse:
    """List the person's tokens; make one and show it, this once."""
    form = TokenForm(request.POST if request.method == "POST" else None)
    context: dict[str, Any] = {"token_form": form}
    if request.method == "POST" and form.is_valid():
        _, text = machine.create_token(
            name=form.cleaned_data["name"],
            scopes=form.cleaned_data["scopes"],
            expires_at=form.expires_at,
            by=request.user,
        )
        context = {"token_text": text}
    return render(request, "accounts/tokens.html", context, status=400 if form.errors else 200)


@require_POST
def revoke(request: PersonRequest, pk: int) -> HttpResponse:
    """End one of the person's own tokens."""
    machine.revoke_token(get_object_or_404(ApiToken.objects.of(request.user), pk=pk), by=request.user)
    return redirect("accounts:tokens")

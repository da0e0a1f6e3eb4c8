"""A person's own page: who they are to others, how they come in, where they are signed in."""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import translation
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from accounts import actions, devices, second_factor, sessions
from accounts.forms import PersonForm
from accounts.models import Session
from accounts.requests import person


@dataclass(frozen=True, slots=True)
class Place:
    """One session as its person knows it."""

    session: Session
    device: str
    is_handheld: bool
    is_this: bool


@require_http_methods(["GET", "POST"])
def account(request: HttpRequest) -> HttpResponse:
    """Show a person their own page, and change name, language and time zone."""
    user = person(request)
    form = PersonForm(request.POST or None, instance=user)
    if request.method == "POST" and form.is_valid():
        actions.change_person(user, by=user, **form.cleaned_data)
        # The answer is in the language they just chose.
        with translation.override(form.cleaned_data["language"]):
            messages.success(request, _("Saved."))
        return redirect("accounts:account")
    if request.method == "POST":
        # The form has written what was typed into the person that the page is drawn for.
        user.refresh_from_db()
    context = {
        "form": form,
        "places": _places(request),
        "has_second_factor": second_factor.is_set(user),
        "second_factor_required": second_factor.is_required(user),
        "recovery_codes_left": second_factor.recovery_codes_left(user),
    }
    return render(request, "accounts/account.html", context)


@require_POST
def end_session(request: HttpRequest, handle: UUID) -> HttpResponse:
    """Sign the person out of one other place."""
    user = person(request)
    session = get_object_or_404(Session.objects.of(user), handle=handle)
    if session.pk == request.session.session_key:
        sessions.finish(request, user)
        return redirect("accounts:login")
    sessions.end(session, by=user)
    messages.success(request, _("Signed out there."))
    return redirect("accounts:account")


@require_POST
def end_other_sessions(request: HttpRequest) -> HttpResponse:
    """Sign the person out everywhere but here."""
    sessions.end_others(person(request), but=str(request.session.session_key))
    messages.success(request, _("Signed out everywhere else."))
    return redirect("accounts:account")


def _places(request: HttpRequest) -> list[Place]:
    here = request.session.session_key
    return [
        Place(row, devices.in_words(row.user_agent), devices.is_handheld(row.user_agent), row.pk == here)
        for row in Session.objects.of(person(request)).order_by("-seen_at")
    ]

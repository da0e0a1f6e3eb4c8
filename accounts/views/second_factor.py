"""Setting up the second factor, and getting rid of it."""

from __future__ import annotations

import segno
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from accounts import another_phone, credentials, second_factor
from accounts.address import client_address
from accounts.forms import CodeForm, PasswordAgainForm
from accounts.models import SecondFactor, User
from accounts.refusals import NothingToConfirm, SecondFactorStays, SignInRefusal, WrongCode
from accounts.requests import person
from lib.refusals import Refusal


@require_GET
@never_cache
def setting_up(request: HttpRequest) -> HttpResponse:
    """Show what a second factor is, or the picture for the phone once it was begun."""
    return _shown(request, person(request), CodeForm())


@require_POST
def begin(request: HttpRequest) -> HttpResponse:
    """Make a secret for the phone."""
    second_factor.begin_enrolment(person(request))
    return redirect("accounts:second_factor")


@require_POST
@never_cache
def confirm(request: HttpRequest) -> HttpResponse:
    """Take the first code, and show the recovery codes, this once."""
    user, form = person(request), CodeForm(request.POST)
    if not form.is_valid():
        return _shown(request, user, form)
    try:
        codes = second_factor.confirm_enrolment(user, form.cleaned_data["code"])
    except WrongCode as refusal:
        form.add_error("code", refusal.text)
        return _shown(request, user, form)
    except NothingToConfirm as refusal:
        messages.error(request, refusal.text)
        return redirect("accounts:second_factor")
    return _confirmed(request, codes)


@require_http_methods(["GET", "POST"])
@never_cache
def move(request: HttpRequest) -> HttpResponse:
    """Ask for the password, show the picture for another phone, take its first code, show the recovery codes."""
    user = person(request)
    if not second_factor.is_set(user):
        return redirect("accounts:second_factor")
    if "sealed" in request.POST:
        return _take_code_of_another_phone(request, user, request.POST["sealed"])
    form = PasswordAgainForm(request.POST or None)
    if form.is_valid() and _is_really(request, user, form):
        sealed = another_phone.seal(user, second_factor.new_secret())
        return _another_phone(request, user, CodeForm(), sealed)
    return render(request, "accounts/move_second_factor.html", {"form": form})


@require_http_methods(["GET", "POST"])
@never_cache
def new_codes(request: HttpRequest) -> HttpResponse:
    """Ask for the password, and show new recovery codes, this once."""
    user = person(request)
    if not second_factor.is_set(user):
        return redirect("accounts:second_factor")
    form = PasswordAgainForm(request.POST or None)
    if form.is_valid() and _is_really(request, user, form):
        return render(request, "accounts/recovery_codes.html", {"codes": second_factor.make_new_recovery_codes(user)})
    return render(request, "accounts/new_codes.html", {"form": form})


@require_http_methods(["GET", "POST"])
@never_cache
def remove(request: HttpRequest) -> HttpResponse:
    """Ask for the password, and forget the second factor."""
    user = person(request)
    form = PasswordAgainForm(request.POST or None)
    if form.is_valid() and _is_really(request, user, form):
        try:
            second_factor.remove_second_factor(user, by=user)
        except Refusal as refusal:
            form.add_error(None, str(refusal))
            return render(request, "accounts/remove_second_factor.html", {"form": form}, status=409)
        request.session.cycle_key()
        messages.success(request, _("From now on the password is enough."))
        return redirect("accounts:account")
    stays = SecondFactorStays.text if second_factor.is_required(user) else ""
    return render(request, "accounts/remove_second_factor.html", {"form": form, "stays": stays})


def _shown(request: HttpRequest, user: User, form: CodeForm) -> HttpResponse:
    factor = SecondFactor.objects.filter(user=user).first()
    context = {
        "form": form,
        "is_set": factor is not None and factor.confirmed_at is not None,
        "required": second_factor.is_required(user),
    }
    if factor and factor.confirmed_at is None:
        context |= _for_phone(user, factor.secret)
    return render(request, "accounts/second_factor.html", context)


def _take_code_of_another_phone(request: HttpRequest, user: User, sealed: str) -> HttpResponse:
    form, secret = CodeForm(request.POST), another_phone.opened(user, sealed)
    if secret is None:
        messages.error(request, _("That took too long. Begin again."))
        return redirect("accounts:second_factor_move")
    if form.is_valid():
        try:
            return _confirmed(request, second_factor.move_to_another_phone(user, secret, form.cleaned_data["code"]))
        except WrongCode as refusal:
            form.add_error("code", refusal.text)
    return _another_phone(request, user, form, sealed)


def _another_phone(request: HttpRequest, user: User, form: CodeForm, sealed: str) -> HttpResponse:
    secret = another_phone.opened(user, sealed) or ""
    context = {"form": form, "sealed": sealed, **_for_phone(user, secret)}
    return render(request, "accounts/move_second_factor.html", context)


def _confirmed(request: HttpRequest, codes: list[str]) -> HttpResponse:
    # More may be done from here now: whoever knew the old key does not follow.
    request.session.cycle_key()
    return render(request, "accounts/recovery_codes.html", {"codes": codes, "is_new": True})


def _for_phone(user: User, secret: str) -> dict[str, str]:
    """Return a secret as a phone reads it, and as one copies it by eye."""
    return {"picture": _picture(second_factor.address_for_phone(user, secret)), "secret": _in_groups(secret)}


def _in_groups(secret: str) -> str:
    return " ".join(secret[start : start + 4] for start in range(0, len(secret), 4))


def _picture(address: str) -> SafeString:
    code = segno.make(address, error="m")
    svg = code.svg_inline(border=4, omitsize=True, svgclass="qr")
    return mark_safe(svg)  # noqa: S308  drawn by segno: paths and numbers


def _is_really(request: HttpRequest, user: User, form: PasswordAgainForm) -> bool:
    """Whether the password typed again is the person's; says why not on the form."""
    try:
        credentials.check_password(user.email, form.cleaned_data["password"], address=client_address(request))
    except SignInRefusal as refusal:
        form.add_error("password", str(refusal))
        return False
    return True

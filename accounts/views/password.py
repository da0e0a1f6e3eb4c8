"""A new password: by who knows the old one, or by who reads the person's mail."""

from __future__ import annotations

from django.conf import settings
from django.contrib import messages
from django.contrib.auth import update_session_auth_hash
from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_GET, require_http_methods

from accounts import actions, credentials, password_reset
from accounts.address import client_address
from accounts.forms import ChangePasswordForm, MailForm, NewPasswordForm
from accounts.refusals import SignInRefusal, TooManyTries
from accounts.requests import person


@require_http_methods(["GET", "POST"])
@sensitive_post_parameters()
@never_cache
def change(request: HttpRequest) -> HttpResponse:
    """Change one's own password; whoever else is signed in as this person is not any more."""
    user = person(request)
    form = ChangePasswordForm(request.POST or None, person=user)
    if form.is_valid():
        try:
            credentials.check_password(user.email, form.cleaned_data["old"], address=client_address(request))
        except TooManyTries as refusal:
            form.add_error("old", refusal.text)
        except SignInRefusal:
            form.add_error("old", _("This is not your present password."))
        else:
            new = form.cleaned_data["new"]
            changed = actions.set_password(user, password=new, by=user, but=request.session.session_key)
            update_session_auth_hash(request, changed)
            messages.success(request, _("The password is changed. Everywhere else you are signed out."))
            return redirect("accounts:account")
    return render(request, "accounts/password.html", {"form": form})


@login_not_required
@require_http_methods(["GET", "POST"])
@never_cache
def ask_for_link(request: HttpRequest) -> HttpResponse:
    """Take an e-mail to send a link to; the answer is the same whoever has it, or nobody."""
    form = MailForm(request.POST or None)
    status = 200
    if form.is_valid() and password_reset.can_send():
        try:
            password_reset.ask_for_link(
                form.cleaned_data["email"],
                address=client_address(request),
                site=settings.PUBLIC_URL or request.build_absolute_uri("/").rstrip("/"),
            )
            return redirect("accounts:password_reset_sent")
        except TooManyTries as refusal:
            form.add_error(None, refusal.text)
            status = 429
    context = {"form": form, "can_send": password_reset.can_send()}
    return render(request, "accounts/password_reset.html", context, status=status)


@login_not_required
@require_GET
def link_sent(request: HttpRequest) -> HttpResponse:
    """Say that a mail is on its way, if there is somebody to get it."""
    return render(request, "accounts/password_reset_sent.html")


@login_not_required
@require_http_methods(["GET", "POST"])
@sensitive_post_parameters()
@never_cache
def choose(request: HttpRequest, uid: str, token: str) -> HttpResponse:
    """Take the new password of who followed the link; they sign in with it themselves."""
    user = password_reset.person_of(uid, token)
    if user is None:
        return render(request, "accounts/password_reset_over.html", status=404)
    form = NewPasswordForm(request.POST or None, person=user)
    if form.is_valid():
        actions.set_password(user, password=form.cleaned_data["new"], by=user)
        messages.success(request, _("The new password is set. Sign in with it."))
        return redirect("accounts:login")
    return render(request, "accounts/password_reset_confirm.html", {"form": form, "person": user})

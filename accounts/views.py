"""Signing in and out."""

from __future__ import annotations

from django.contrib.auth.views import LoginView

from accounts.forms import SignInForm


class SignIn(LoginView):
    """Ask for e-mail and password; the Django admin uses the same form."""

    template_name = "accounts/login.html"
    authentication_form = SignInForm
    redirect_authenticated_user = True

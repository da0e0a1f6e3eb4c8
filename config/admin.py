"""The admin site: the supervisors' workplace, in the product's own colours."""

from __future__ import annotations

from typing import Any

from django.contrib import admin
from django.contrib.auth.decorators import login_not_required
from django.contrib.auth.views import redirect_to_login
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.decorators import method_decorator
from django.utils.translation import gettext_lazy as _


class ProsaAdminSite(admin.AdminSite):
    site_header = "Prosa"
    site_title = "Prosa"
    index_title = _("Administration")
    site_url = "/"

    @method_decorator(login_not_required)
    def login(self, request: HttpRequest, extra_context: dict[str, object] | None = None) -> HttpResponse:
        """Send people to the one sign-in page; who is signed in and still here may not enter."""
        if request.user.is_authenticated:
            raise PermissionDenied
        return redirect_to_login(request.GET.get("next", "/admin/"))

    def password_change(self, request: HttpRequest, extra_context: dict[str, object] | None = None) -> Any:
        """Send people to the one page for it: Django's own would leave no trace and end no session."""
        return redirect("accounts:password")

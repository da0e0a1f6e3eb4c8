"""The admin site: the supervisors' workplace, in the product's own colours."""

from __future__ import annotations

from django.contrib import admin
from django.contrib.admin.apps import AdminConfig
from django.utils.translation import gettext_lazy as _


class ProsaAdminSite(admin.AdminSite):
    site_header = "Prosa"
    site_title = "Prosa"
    index_title = _("Administration")
    site_url = "/"
    enable_nav_sidebar = True


class ProsaAdminConfig(AdminConfig):
    default_site = "config.admin.ProsaAdminSite"

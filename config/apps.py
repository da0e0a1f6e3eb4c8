from django.contrib.admin.apps import AdminConfig


class ProsaAdminConfig(AdminConfig):
    """Django's admin with our site."""

    default_site = "config.admin.ProsaAdminSite"

from typing import Any

from django.apps import AppConfig
from django.core import checks
from django.utils.translation import gettext_lazy as _


class AccountsConfig(AppConfig):
    name = "accounts"
    verbose_name = _("Accounts")

    def ready(self) -> None:
        checks.register(_check_scopes, checks.Tags.urls)


def _check_scopes(**kwargs: Any) -> list[checks.CheckMessage]:
    from accounts.permissions import RESOURCES
    from lib.api.checks import scopes_are_said

    return scopes_are_said(frozenset(RESOURCES))

"""WhatsApp Business Accounts (WABA): credentials, and what Meta tells of them."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from lib.encryption import EncryptedTextField
from numbers.models.circuit import Circuit
from numbers.models.pausable import Pausable
from numbers.models.told import ToldByMeta


class WabaAccount(Pausable, ToldByMeta, Circuit):
    """A WhatsApp Business Account: templates, billing, webhook subscription, one access token.

    Its circuit opens when Graph refuses the token, and closes by a new one too. Paused, it holds all its numbers.
    """

    class Subscription(models.TextChoices):
        OURS = "OURS", _("Subscribed")
        NONE = "NONE", _("No app is subscribed")
        OTHERS = "OTHERS", _("Only other apps are subscribed")

    waba_id = models.CharField(_("WABA id"), max_length=32, unique=True)
    name = models.CharField(_("name"), max_length=120)
    portfolio_id = models.CharField(
        _("business portfolio id"),
        max_length=32,
        blank=True,
        help_text=_("Customers' BSUIDs are unique in it."),
    )
    access_token = EncryptedTextField(_("access token"), blank=True)
    app_secret = EncryptedTextField(_("app secret"), blank=True)

    # What Meta tells; its words are kept as they come, for it adds new ones.
    status = models.CharField(_("status"), max_length=32, blank=True, editable=False)
    review = models.CharField(_("review"), max_length=32, blank=True, editable=False)
    limit = models.CharField(_("messaging limit"), max_length=32, blank=True, editable=False)

    # What the check found (numbers.health); empty before the first one.
    subscription = models.CharField(
        _("webhook subscription"), max_length=16, choices=Subscription, blank=True, editable=False
    )
    checked_at = models.DateTimeField(_("checked"), null=True, editable=False)
    check_error = models.CharField(_("check failed because"), max_length=200, blank=True, editable=False)

    class Meta:
        verbose_name = _("WhatsApp account")
        verbose_name_plural = _("WhatsApp accounts")

    def __str__(self) -> str:
        return self.name or self.waba_id

    @property
    def token(self) -> str:
        """What Graph is called with: the account's own token, else the installation's."""
        return self.access_token or settings.WHATSAPP_TOKEN

    @property
    def secret_for_proof(self) -> str:
        """The app secret that proves our calls, where one is stored."""
        return self.app_secret

    @property
    def portfolio(self) -> str:
        """What BSUIDs are scoped to; an account whose portfolio is unknown is a scope of its own."""
        return self.portfolio_id or f"waba:{self.waba_id}"

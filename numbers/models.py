"""WhatsApp numbers, the accounts (WABA) that own them, their credentials and their limits."""

from __future__ import annotations

from django.conf import settings
from django.core.validators import RegexValidator
from django.db import models
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from lib.encryption import EncryptedTextField
from teams.models import Team


class WabaAccount(models.Model):
    """A WhatsApp Business Account: templates, billing, webhook subscription, one access token."""

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
    # The circuit of the credential: set when Graph refuses the token, cleared by a new one or by hand.
    blocked_reason = models.CharField(_("blocked because"), max_length=200, blank=True)
    blocked_until = models.DateTimeField(_("blocked until"), null=True, blank=True)

    class Meta:
        verbose_name = _("WhatsApp account")
        verbose_name_plural = _("WhatsApp accounts")

    def __str__(self) -> str:
        return self.name or self.waba_id

    @property
    def portfolio(self) -> str:
        """What BSUIDs are scoped to; an account whose portfolio is unknown is a scope of its own."""
        return self.portfolio_id or f"waba:{self.waba_id}"


class PhoneNumberQuerySet(models.QuerySet["PhoneNumber"]):
    def visible_to(self, user: User) -> PhoneNumberQuerySet:
        """The numbers that serve a team of the person; an administrator sees all."""
        if not user.is_active:
            return self.none()
        return self if user.is_admin else self.filter(teams__members__user=user).distinct()


class PhoneNumber(models.Model):
    """A number customers write to. Our row is the stable thing; Meta's ids may be replaced."""

    class State(models.TextChoices):
        ACTIVE = "ACTIVE", _("Active")
        PAUSED = "PAUSED", _("Paused")

    # Serves the numbers of one account.
    waba = models.ForeignKey(WabaAccount, models.PROTECT, related_name="numbers", verbose_name=_("account"))
    phone_number_id = models.CharField(_("phone number id"), max_length=32, unique=True)
    waac_id = models.CharField(_("WhatsApp account id"), max_length=32, null=True, blank=True, unique=True)
    display_phone = models.CharField(_("number"), max_length=32)
    name = models.CharField(_("name"), max_length=120)
    color = models.CharField(
        _("color"),
        max_length=12,
        default="teal",
        validators=[RegexValidator(r"^[a-z]+$")],
        help_text=_("Dot in the list."),
    )
    state = models.CharField(_("state"), max_length=8, choices=State, default=State.ACTIVE)
    quality = models.CharField(_("quality"), max_length=10, blank=True)
    app_secret = EncryptedTextField(_("app secret"), blank=True)
    teams = models.ManyToManyField(Team, related_name="numbers", blank=True, verbose_name=_("teams"))

    # Sending pace (Meta: Throughput): slots are reserved by moving this time forward (GCRA).
    sends_per_second = models.PositiveSmallIntegerField(_("sends per second"), default=76)
    send_slots_taken_until = models.DateTimeField(db_default=Now(), editable=False)
    blocked_reason = models.CharField(_("blocked because"), max_length=200, blank=True)
    blocked_until = models.DateTimeField(_("blocked until"), null=True, blank=True)

    objects = PhoneNumberQuerySet.as_manager()

    class Meta:
        verbose_name = _("number")
        verbose_name_plural = _("numbers")
        ordering = ["name", "id"]
        constraints = [
            models.CheckConstraint(condition=models.Q(sends_per_second__gte=1), name="number_sends_at_least_one")
        ]

    def __str__(self) -> str:
        return f"{self.name} {self.display_phone}".strip()

    @property
    def token(self) -> str:
        """What Graph is called with: the account's own token, else the installation's."""
        return self.waba.access_token or settings.WHATSAPP_TOKEN

    @property
    def secret_for_proof(self) -> str:
        """The app secret that proves our calls, where one is known for this number or account."""
        return self.app_secret or self.waba.app_secret

    @property
    def is_probing(self) -> bool:
        """Whether a circuit was opened and has rested: one message at a time tries the way."""
        return self.blocked_until is not None or self.waba.blocked_until is not None

"""The numbers customers write to: who serves them, their pace, and what Meta tells of them."""

from __future__ import annotations

from django.core.validators import MinValueValidator, RegexValidator
from django.db import models
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from lib.encryption import EncryptedTextField
from numbers.models.account import WabaAccount
from numbers.models.told import ToldByMeta
from teams.models import Team


class PhoneNumberQuerySet(models.QuerySet["PhoneNumber"]):
    def visible_to(self, user: User) -> PhoneNumberQuerySet:
        """The numbers that serve a team of the person; an administrator sees all."""
        if not user.is_active:
            return self.none()
        return self if user.is_admin else self.filter(teams__members__user=user).distinct()


class PhoneNumber(ToldByMeta):
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
    sends_per_second = models.PositiveSmallIntegerField(
        _("sends per second"), default=76, validators=[MinValueValidator(1)]
    )
    send_slots_taken_until = models.DateTimeField(db_default=Now(), editable=False)
    blocked_reason = models.CharField(_("blocked because"), max_length=200, blank=True)
    blocked_until = models.DateTimeField(_("blocked until"), null=True, blank=True)

    # What Meta tells; its words are kept as they come, for it adds new ones.
    status = models.CharField(_("status"), max_length=32, blank=True, editable=False)
    verified_name = models.CharField(_("display name"), max_length=120, blank=True, editable=False)
    name_status = models.CharField(_("display name's state"), max_length=32, blank=True, editable=False)
    username = models.CharField(_("username"), max_length=64, blank=True, editable=False)
    username_status = models.CharField(_("username's state"), max_length=32, blank=True, editable=False)
    limit = models.CharField(_("messaging limit"), max_length=32, blank=True, editable=False)
    throughput = models.CharField(_("throughput"), max_length=32, blank=True, editable=False)
    calling = models.CharField(_("calls"), max_length=32, blank=True, editable=False)

    # What the check found (numbers.health); empty before the first one.
    callback = models.CharField(_("callback address"), max_length=300, blank=True, editable=False)
    checked_at = models.DateTimeField(_("checked"), null=True, editable=False)
    check_error = models.CharField(_("check failed because"), max_length=200, blank=True, editable=False)
    # When Graph took a test message that an administrator sent; word from WhatsApp after it proves the whole way.
    tested_at = models.DateTimeField(_("tested"), null=True, editable=False)

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
        """What Graph is called with."""
        return self.waba.token

    @property
    def secret_for_proof(self) -> str:
        """The app secret that proves our calls, where one is known for this number or account."""
        return self.app_secret or self.waba.app_secret

    @property
    def is_paused(self) -> bool:
        return self.state == self.State.PAUSED

    @property
    def is_probing(self) -> bool:
        """Whether a circuit was opened and has rested: one message at a time tries the way."""
        return self.blocked_until is not None or self.waba.blocked_until is not None

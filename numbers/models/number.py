"""The numbers customers write to: who serves them, their pace, and what Meta tells of them."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from django.core.validators import MinValueValidator, RegexValidator
from django.db import models
from django.db.models.functions import Now
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from lib.encryption import EncryptedTextField
from numbers.models.account import WabaAccount
from numbers.models.circuit import Circuit
from numbers.models.pausable import Pausable
from numbers.models.told import ToldByMeta
from teams.models import Team

PACES = {"STANDARD": 76, "HIGH": 950, "BIZ_APP": 16}
"""Meta's throughputs, 80, 1,000 and 20 a second (section 11), less what a burst may run ahead."""
RECOVERS = 1 / 200
"""Of its full pace, what a number that was slowed down gains back each second."""


class PhoneNumberQuerySet(models.QuerySet["PhoneNumber"]):
    def visible_to(self, user: User) -> PhoneNumberQuerySet:
        """The numbers that serve a team of the person; an administrator sees all."""
        if not user.is_active:
            return self.none()
        return self if user.is_admin else self.filter(teams__members__user=user).distinct()


class PhoneNumber(Pausable, ToldByMeta, Circuit):
    """A number customers write to. Our row is the stable thing; Meta's ids may be replaced."""

    class WhenUnknown(models.TextChoices):
        """What becomes of a message when the answer to its call was lost, and no status comes for 30 seconds."""

        ASK = "ASK", _("Ask a person")
        RESEND = "RESEND", _("Send it again")

    class ReadMarks(models.TextChoices):
        """When customers are told that their messages were read."""

        ON_OPEN = "ON_OPEN", _("When the conversation is opened")
        ON_REPLY = "ON_REPLY", _("When somebody begins to reply")
        NEVER = "NEVER", _("Never")

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
    quality = models.CharField(_("quality"), max_length=10, blank=True)
    app_secret = EncryptedTextField(_("app secret"), blank=True)
    teams = models.ManyToManyField(Team, related_name="numbers", blank=True, verbose_name=_("teams"))

    when_unknown = models.CharField(
        _("when WhatsApp does not confirm"),
        max_length=6,
        choices=WhenUnknown,
        default=WhenUnknown.ASK,
        db_default=WhenUnknown.ASK,
        help_text=_(
            "A message whose answer was lost may have arrived. Sending it again by itself risks that the customer gets "
            "it twice; asking leaves it to a person."
        ),
    )
    read_marks = models.CharField(
        _("read marks for customers"),
        max_length=8,
        choices=ReadMarks,
        default=ReadMarks.ON_REPLY,
        db_default=ReadMarks.ON_REPLY,
        help_text=_("The blue ticks, and that somebody types, which WhatsApp shows only with them."),
    )

    # Sending pace (Meta: Throughput): slots are reserved by moving this time forward (GCRA).
    sends_per_second = models.PositiveSmallIntegerField(
        _("sends per second"),
        default=PACES["STANDARD"],
        validators=[MinValueValidator(1)],
        help_text=_("Follows the throughput that WhatsApp tells. What you set holds until it tells another."),
    )
    send_slots_taken_until = models.DateTimeField(db_default=Now(), editable=False)
    # The pace it was slowed down to, and when: from there it recovers by the clock, and nothing is written.
    slowed_to = models.FloatField(null=True, editable=False)
    slowed_at = models.DateTimeField(null=True, editable=False)
    # Calls in a row that Graph did not answer properly: some of them open the circuit.
    unanswered_calls = models.PositiveIntegerField(default=0, db_default=0, editable=False)
    unanswered_since = models.DateTimeField(null=True, editable=False)

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
            models.CheckConstraint(condition=models.Q(sends_per_second__gte=1), name="number_sends_at_least_one"),
            models.CheckConstraint(
                condition=models.Q(slowed_to=None, slowed_at=None)
                | models.Q(slowed_to__gte=1, slowed_at__isnull=False),
                name="slowed_number_has_its_time",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.name} {self.display_phone}".strip()

    def take(self, told: Mapping[str, str], at: datetime) -> list[str]:
        """Set the columns of which `told` is the newest word; another throughput is another pace."""
        before = self.throughput
        changed = super().take(told, at)
        if self.throughput != before and self.throughput in PACES:
            self.sends_per_second = PACES[self.throughput]
            changed.append("sends_per_second")
        return changed

    @property
    def pace(self) -> float:
        """Sends a second now: all that it may, or fewer for a while after Meta said that it was too fast."""
        if self.slowed_to is None or self.slowed_at is None:
            return self.sends_per_second
        rested = (timezone.now() - self.slowed_at).total_seconds()
        return min(self.sends_per_second, self.slowed_to + rested * RECOVERS * self.sends_per_second)

    @property
    def is_slowed(self) -> bool:
        return self.pace < self.sends_per_second

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
        """Whether nothing leaves until somebody resumes it, or its account."""
        return self.State.PAUSED in (self.state, self.waba.state)

    @property
    def tells_reading(self) -> bool:
        """Whether customers get to know that their messages were read, and that somebody types."""
        return self.read_marks != self.ReadMarks.NEVER

    @property
    def held_by(self) -> Circuit | None:
        """The open circuit that holds its messages back, its account's or its own; None when they leave."""
        return next((circuit for circuit in (self.waba, self) if circuit.is_blocked), None)

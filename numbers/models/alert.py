"""What people must know of a number or account, told by Meta or found by our own checks."""

from __future__ import annotations

from django.db import models
from django.db.models import Q
from django.db.models.functions import Now
from django.utils import timezone
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from numbers.alert_kinds import kind_of, worded
from numbers.models.account import WabaAccount
from numbers.models.number import PhoneNumber


class AlertQuerySet(models.QuerySet["Alert"]):
    def visible_to(self, user: User) -> AlertQuerySet:
        """An administrator sees all; a supervisor what concerns their numbers, and the accounts of these."""
        if not user.is_active:
            return self.none()
        if user.is_admin:
            return self
        if not user.is_staff:
            return self.none()
        numbers = PhoneNumber.objects.visible_to(user)
        whole_account = Q(number=None, waba__in=numbers.values("waba"))
        return self.filter(Q(number__in=numbers.values("pk")) | whole_account)

    def open(self) -> AlertQuerySet:
        """Those that hold now and that nobody has taken note of."""
        return self.filter(Q(ended_at=None) | Q(ended_at__gt=Now()), acknowledged_at=None)

    def pressing(self) -> AlertQuerySet:
        """Those that ask for somebody's attention."""
        return self.exclude(severity=Alert.Severity.INFO)


class Alert(models.Model):
    """One thing that happened or holds. `kind` says which (numbers.alert_kinds), `subject` of what.

    A newer alert of the same topic and subject ends the older ones; whichever arrives first.
    """

    class Severity(models.TextChoices):
        INFO = "INFO", _("For information")
        WARNING = "WARNING", _("Warning")
        CRITICAL = "CRITICAL", _("Critical")

    waba = models.ForeignKey(
        WabaAccount, models.CASCADE, related_name="alerts", db_index=False, verbose_name=_("account")
    )
    number = models.ForeignKey(PhoneNumber, models.CASCADE, null=True, related_name="alerts", verbose_name=_("number"))
    kind = models.CharField(_("kind"), max_length=60)
    topic = models.CharField(max_length=60, editable=False)
    severity = models.CharField(_("severity"), max_length=10, choices=Severity)
    subject = models.CharField(_("subject"), max_length=540, blank=True)
    particulars = models.JSONField(_("particulars"), default=dict)
    at = models.DateTimeField(_("when"))
    ended_at = models.DateTimeField(_("ended"), null=True)
    # What it says, hashed: the same words delivered again are the same alert.
    key = models.CharField(max_length=64, unique=True, editable=False)
    acknowledged_at = models.DateTimeField(_("acknowledged"), null=True)
    acknowledged_by = models.ForeignKey(
        User, models.PROTECT, null=True, related_name="+", db_index=False, verbose_name=_("acknowledged by")
    )

    objects = AlertQuerySet.as_manager()

    class Meta:
        verbose_name = _("alert")
        verbose_name_plural = _("alerts")
        ordering = ["-at", "-pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(severity__in=["INFO", "WARNING", "CRITICAL"]), name="alert_severity_known"
            )
        ]
        indexes = [
            # Serves the list, the newest first.
            models.Index(fields=["-at", "-id"], name="alert_newest"),
            # Serves what a new alert ends, or is ended by.
            models.Index(fields=["waba", "topic", "at"], name="alert_by_topic"),
            # Serves the bell of every page.
            models.Index(fields=["severity"], name="alert_open", condition=Q(acknowledged_at=None)),
        ]

    def __str__(self) -> str:
        return self.text

    @property
    def text(self) -> str:
        """What happened, as a sentence in the language of who reads."""
        return gettext(kind_of(self.kind).sentence) % worded(self.particulars | {"subject": self.subject})

    @property
    def advice(self) -> str:
        """What to do about it; empty where nothing is."""
        advice = kind_of(self.kind).advice
        return gettext(advice) if advice else ""

    @property
    def state(self) -> str:
        """Whether it holds, in a word."""
        if self.acknowledged_at:
            return gettext("acknowledged")
        return gettext("ended") if self.ended_at and self.ended_at <= timezone.now() else gettext("open")

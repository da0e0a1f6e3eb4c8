"""Teams (queues), who works in them, and when."""

from __future__ import annotations

from zoneinfo import available_timezones

from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from accounts.models import User


class TeamQuerySet(models.QuerySet["Team"]):
    def visible_to(self, user: User) -> TeamQuerySet:
        """The teams a person works in; an administrator sees all."""
        if not user.is_active:
            return self.none()
        return self if user.is_admin else self.filter(members__user=user)


class Team(models.Model):
    """A group of agents that shares a queue of conversations."""

    name = models.CharField(_("name"), max_length=80, unique=True)
    is_active = models.BooleanField(_("active"), default=True)
    time_zone = models.CharField(
        _("time zone"),
        max_length=48,
        default="America/Sao_Paulo",
        db_default="America/Sao_Paulo",
        help_text=_("Hours and special days are in it."),
    )

    objects = TeamQuerySet.as_manager()

    class Meta:
        verbose_name = _("team")
        verbose_name_plural = _("teams")
        ordering = ["name"]

    def __str__(self) -> str:
        return self.name

    def clean(self) -> None:
        if self.time_zone not in available_timezones():
            raise ValidationError({"time_zone": _("There is no such time zone. Write it as America/Sao_Paulo.")})


class TeamMember(models.Model):
    """A person's place in a team; `lead` lets a supervisor run it."""

    team = models.ForeignKey(Team, models.CASCADE, related_name="members", db_index=False, verbose_name=_("team"))
    # Serves "my teams" on every page.
    user = models.ForeignKey(User, models.CASCADE, related_name="memberships", verbose_name=_("person"))
    lead = models.BooleanField(_("leads the team"), default=False)

    class Meta:
        verbose_name = _("member")
        verbose_name_plural = _("members")
        constraints = [
            # Serves the people of one team.
            models.UniqueConstraint(fields=["team", "user"], name="member_once_per_team")
        ]

    def __str__(self) -> str:
        return f"{self.user} ({self.team})"


# Midnight as the end of an interval is the end of the day.
_IN_ORDER = Q(closes__gt=F("opens")) | Q(closes="00:00")


class OpeningHours(models.Model):
    """One interval of a team's week; a day may have several, which never overlap (an exclusion constraint)."""

    class Weekday(models.IntegerChoices):
        MONDAY = 0, _("Monday")
        TUESDAY = 1, _("Tuesday")
        WEDNESDAY = 2, _("Wednesday")
        THURSDAY = 3, _("Thursday")
        FRIDAY = 4, _("Friday")
        SATURDAY = 5, _("Saturday")
        SUNDAY = 6, _("Sunday")

    # Serves the hours of one team.
    team = models.ForeignKey(Team, models.CASCADE, related_name="opening_hours", verbose_name=_("team"))
    weekday = models.PositiveSmallIntegerField(_("day"), choices=Weekday)
    opens = models.TimeField(_("opens"))
    closes = models.TimeField(_("closes"), help_text=_("00:00 is midnight, the end of the day."))

    class Meta:
        verbose_name = _("opening hours")
        verbose_name_plural = _("opening hours")
        ordering = ["weekday", "opens"]
        constraints = [
            models.CheckConstraint(
                condition=_IN_ORDER, name="hours_in_order", violation_error_message=_("It closes before it opens.")
            ),
            models.CheckConstraint(condition=Q(weekday__lte=6), name="hours_on_a_weekday"),
        ]

    def __str__(self) -> str:
        return f"{self.get_weekday_display()} {self.opens:%H:%M}-{self.closes:%H:%M}"


class SpecialDay(models.Model):
    """A date unlike its week: closed where it has no times, or open in these intervals only."""

    # Serves the special days of one team.
    team = models.ForeignKey(Team, models.CASCADE, related_name="special_days", verbose_name=_("team"))
    date = models.DateField(_("date"))
    name = models.CharField(_("name"), max_length=80, blank=True)
    opens = models.TimeField(_("opens"), null=True, blank=True, help_text=_("Leave both empty if it is closed."))
    closes = models.TimeField(_("closes"), null=True, blank=True)

    class Meta:
        verbose_name = _("special day")
        verbose_name_plural = _("special days")
        ordering = ["date", "opens"]
        constraints = [
            models.CheckConstraint(
                condition=Q(opens=None, closes=None) | (Q(opens__isnull=False, closes__isnull=False) & _IN_ORDER),
                name="special_day_in_order",
                violation_error_message=_("Fill in both times in order, or none for a closed day."),
            )
        ]

    def __str__(self) -> str:
        return f"{self.date} {self.name}".strip()

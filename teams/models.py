"""Teams (queues) and who works in them."""

from __future__ import annotations

from django.db import models
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

    objects = TeamQuerySet.as_manager()

    class Meta:
        verbose_name = _("team")
        verbose_name_plural = _("teams")
        ordering = ["name"]

    def __str__(self) -> str:
        return self.name


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

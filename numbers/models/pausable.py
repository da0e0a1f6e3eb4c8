"""Pausing: what a person stops, until a person lets it go on."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _


class Pausable(models.Model):
    """A row whose sending people pause and resume (numbers.actions)."""

    class State(models.TextChoices):
        ACTIVE = "ACTIVE", _("Active")
        PAUSED = "PAUSED", _("Paused")

    state = models.CharField(_("state"), max_length=8, choices=State, default=State.ACTIVE, db_default=State.ACTIVE)

    class Meta:
        abstract = True

    @property
    def is_paused(self) -> bool:
        """Whether nothing leaves until somebody resumes it."""
        return self.state == self.State.PAUSED

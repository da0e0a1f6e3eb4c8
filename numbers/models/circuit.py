"""Circuits: what stops sending when Graph refuses all of it, or does not answer."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from django.db import models
from django.utils.translation import gettext_lazy as _

FIRST_REST = timedelta(seconds=30)
LONGEST_REST = timedelta(minutes=15)


class Circuit(models.Model):
    """A row with a circuit: while it is open nothing is sent until `blocked_until`.

    After that one message tries the way. Each try puts off the next one for twice as long, until one gets
    through and the circuit closes.
    """

    blocked_reason = models.CharField(_("blocked because"), max_length=200, blank=True)
    # Meta's code; none when Graph did not answer.
    blocked_code = models.IntegerField(null=True, editable=False)
    blocked_since = models.DateTimeField(_("blocked since"), null=True, blank=True)
    blocked_until = models.DateTimeField(_("blocked until"), null=True, blank=True)
    blocked_tries = models.PositiveIntegerField(default=0, db_default=0, editable=False)

    class Meta:
        abstract = True

    @property
    def is_blocked(self) -> bool:
        """Whether the circuit is open, or rested and waits for a try."""
        return self.blocked_until is not None

    @staticmethod
    def rest_after(tries: int) -> timedelta:
        """How long nothing is sent after so many tries."""
        return min(LONGEST_REST, FIRST_REST * 2 ** min(tries, 9))


CLOSED: dict[str, Any] = {
    "blocked_reason": "",
    "blocked_code": None,
    "blocked_since": None,
    "blocked_until": None,
    "blocked_tries": 0,
}
"""The columns of a closed circuit."""

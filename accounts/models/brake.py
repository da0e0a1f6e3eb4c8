"""How often somebody has guessed, and from where people are known to sign in; no name is kept, only HMACs."""

from __future__ import annotations

from django.db import models
from django.utils import timezone


class Brake(models.Model):
    """What one gate remembers: how many tries weigh on it, as of the last one."""

    key = models.CharField(max_length=64, primary_key=True)
    weight = models.FloatField(default=0)
    # Serves the deletion of what weighs nothing any more.
    tried_at = models.DateTimeField(default=timezone.now, db_index=True)

    def __str__(self) -> str:
        return self.key[:8]


class FamiliarAddress(models.Model):
    """An address from which an account was signed in to, by the HMAC of both."""

    key = models.CharField(max_length=64, primary_key=True)
    # Serves the deletion of those not seen for long.
    seen_at = models.DateTimeField(default=timezone.now, db_index=True)

    def __str__(self) -> str:
        return self.key[:8]

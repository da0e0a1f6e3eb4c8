"""What was asked of the API once, and must not be done twice."""

from __future__ import annotations

from django.db import models
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _

from accounts.models.person import User
from accounts.models.tokens import ApiToken


class IdempotentRequest(models.Model):
    """A request by its Idempotency-Key: what was asked, as a hash, and what was answered."""

    user = models.ForeignKey(User, models.CASCADE, related_name="+", db_index=False)
    token = models.ForeignKey(ApiToken, models.CASCADE, related_name="+", null=True)
    key = models.CharField(max_length=255)
    fingerprint = models.CharField(max_length=64)
    status = models.PositiveSmallIntegerField(null=True)
    answer = models.JSONField(null=True)
    created_at = models.DateTimeField(db_default=Now())

    class Meta:
        verbose_name = _("idempotent request")
        verbose_name_plural = _("idempotent requests")
        constraints = [
            # Serves the second request: it waits for the first one's commit, and finds its answer.
            models.UniqueConstraint(fields=["user", "token", "key"], name="request_once_per_key", nulls_distinct=False),
        ]
        indexes = [
            # Serves the sweep.
            models.Index(fields=["created_at"], name="requests_by_age"),
        ]

    def __str__(self) -> str:
        return self.key

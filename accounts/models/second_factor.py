"""What a person has besides the password: an authenticator, and codes on paper for when it is lost."""

from __future__ import annotations

from django.db import models
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _

from accounts.models.person import User
from lib.encryption import EncryptedTextField


class SecondFactor(models.Model):
    """The secret a person's authenticator shares with us; it counts once a code has confirmed it."""

    user = models.OneToOneField(User, models.CASCADE, related_name="second_factor")
    secret = EncryptedTextField(_("secret"))
    confirmed_at = models.DateTimeField(_("confirmed"), null=True)
    # The 30 seconds whose code was used last: no code of theirs, or of earlier ones, counts again.
    last_step = models.BigIntegerField(default=0)
    created_at = models.DateTimeField(db_default=Now())

    class Meta:
        verbose_name = _("second factor")
        verbose_name_plural = _("second factors")

    def __str__(self) -> str:
        return f"second factor of {self.user_id}"


class RecoveryCode(models.Model):
    """A code that stands in for the authenticator, once; kept as its SHA-256.

    SHA-256 and no slow hash: a code is 80 random bits, which nobody finds by trying.
    """

    user = models.ForeignKey(User, models.CASCADE, related_name="recovery_codes")
    digest = models.CharField(max_length=64)
    used_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            # Serves the look-up of a code that somebody typed.
            models.UniqueConstraint(fields=["user", "digest"], name="recovery_code_once")
        ]

    def __str__(self) -> str:
        return self.digest[:8]

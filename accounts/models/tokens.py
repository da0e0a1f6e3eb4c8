"""What opens the API: the family of a person's sign-in, and the tokens given to machines."""

from __future__ import annotations

import uuid
from datetime import datetime
from typing import TYPE_CHECKING

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models.functions import Now
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.models.person import User


class TokenFamily(models.Model):
    """One sign-in by API: all its refresh and access tokens live and end together.

    `ended_at` ends it before its time: signing out, a stolen refresh token, a new password, deactivation.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    # Serves "sign out everywhere".
    user = models.ForeignKey(User, models.CASCADE, related_name="token_families")
    begun_at = models.DateTimeField(db_default=Now())
    # Serves the deletion of what is over.
    expires_at = models.DateTimeField(db_index=True)
    ended_at = models.DateTimeField(null=True)

    if TYPE_CHECKING:
        user_id: int

    def __str__(self) -> str:
        return str(self.id)

    @property
    def is_alive(self) -> bool:
        return self.ended_at is None and timezone.now() < self.expires_at and self.user.is_active

    def end(self) -> None:
        """End it now; ending twice changes nothing."""
        TokenFamily.objects.filter(pk=self.pk, ended_at=None).update(ended_at=timezone.now())


class RefreshToken(models.Model):
    """One link of a family's chain, by the SHA-256 of its text; the text is kept nowhere.

    SHA-256 and no slow hash: the text is 256 random bits, which nobody finds by trying.
    """

    # Serves every refresh.
    digest = models.CharField(max_length=64, primary_key=True)
    family = models.ForeignKey(TokenFamily, models.CASCADE, related_name="links")
    used_at = models.DateTimeField(null=True)

    def __str__(self) -> str:
        return self.digest[:8]


class ApiTokenQuerySet(models.QuerySet["ApiToken"]):
    def visible_to(self, user: User) -> ApiTokenQuerySet:
        """A person's own tokens; an administrator sees everybody's."""
        if not user.is_active:
            return self.none()
        return self if user.is_admin else self.filter(owner=user)

    def of(self, user: User) -> ApiTokenQuerySet:
        """The tokens a person made and has not revoked, newest first."""
        return self.filter(owner=user, revoked_at=None).order_by("-pk")


class ApiToken(models.Model):
    """A machine's key: it may what its owner may, within its scopes, until it expires or is revoked.

    Stored as the SHA-256 of its text, for the same reason as RefreshToken.
    """

    # Serves a person's list of tokens.
    owner = models.ForeignKey(User, models.CASCADE, related_name="api_tokens", verbose_name=_("person"))
    name = models.CharField(_("name"), max_length=80)
    # Tells tokens apart by eye: the middle of `prosa_<prefix>_<secret>`.
    prefix = models.CharField(_("prefix"), max_length=8)
    # Serves every request with such a token.
    digest = models.CharField(max_length=64, unique=True)
    scopes = ArrayField(models.CharField(max_length=40), verbose_name=_("scopes"))
    created_at = models.DateTimeField(_("created"), db_default=Now())
    expires_at = models.DateTimeField(_("expires"), null=True)
    revoked_at = models.DateTimeField(_("revoked"), null=True)
    last_used_at = models.DateTimeField(_("last used"), null=True)
    last_used_from = models.GenericIPAddressField(_("last used from"), null=True)

    objects = ApiTokenQuerySet.as_manager()

    if TYPE_CHECKING:
        owner_id: int

    class Meta:
        verbose_name = _("API token")
        verbose_name_plural = _("API tokens")

    def __str__(self) -> str:
        return f"{self.name} ({self.prefix})"

    @property
    def is_expired(self) -> bool:
        return self.expires_at is not None and timezone.now() >= self.expires_at

    @property
    def is_alive(self) -> bool:
        return self.revoked_at is None and not self.is_expired and self.owner.is_active

    def note_use(self, *, address: str | None, at: datetime) -> None:
        """Remember when and from where it was last used, to the minute: not each request is a write."""
        if self.last_used_at is None or (at - self.last_used_at).total_seconds() >= 60:
            ApiToken.objects.filter(pk=self.pk).update(last_used_at=at, last_used_from=address)


class Pace(models.Model):
    """How far a caller of the API has run ahead (GCRA): the time at which they owe nothing any more."""

    caller = models.CharField(max_length=40, primary_key=True)
    free_at = models.DateTimeField()

    def __str__(self) -> str:
        return self.caller

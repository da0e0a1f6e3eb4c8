"""Who is signed in where: Django's session, and what the person is told of it."""

from __future__ import annotations

import uuid
from typing import TYPE_CHECKING

from django.contrib.sessions.base_session import AbstractBaseSession
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.models.person import User


class SessionQuerySet(models.QuerySet["Session"]):
    def alive(self) -> SessionQuerySet:
        """The sessions that are neither idle for too long nor too old."""
        return self.filter(expire_date__gt=timezone.now())

    def of(self, user: User) -> SessionQuerySet:
        """Where a person is signed in, the latest seen first."""
        return self.alive().filter(user=user).order_by("-seen_at")


class Session(AbstractBaseSession):
    """One browser of one person; of nobody yet while only the password has been given.

    `expire_date` is the earlier of the idle and the absolute end. The key opens the account, so pages
    and addresses name a session by its `handle`.
    """

    handle = models.UUIDField(unique=True, default=uuid.uuid4, editable=False)
    # Serves the list of a person's sessions, and "sign out everywhere".
    user = models.ForeignKey(User, models.CASCADE, null=True, related_name="sessions")
    address = models.GenericIPAddressField(_("address"), null=True)
    user_agent = models.CharField(_("browser"), max_length=300, blank=True)
    started_at = models.DateTimeField(_("started"), default=timezone.now)
    seen_at = models.DateTimeField(_("last seen"), default=timezone.now)

    objects = SessionQuerySet.as_manager()  # type: ignore[assignment,misc]

    if TYPE_CHECKING:
        user_id: int | None

    class Meta:
        verbose_name = _("session")
        verbose_name_plural = _("sessions")

    def __str__(self) -> str:
        return str(self.handle)

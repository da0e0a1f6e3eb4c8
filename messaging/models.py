"""The catalogue of message templates."""

from __future__ import annotations

from django.db import models
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from numbers.models import PhoneNumber, ToldByMeta, WabaAccount

POSITIONAL, NAMED = "POSITIONAL", "NAMED"


class TemplateQuerySet(models.QuerySet["Template"]):
    def visible_to(self, user: User) -> TemplateQuerySet:
        """Those of the accounts whose numbers a person sees; an administrator sees all."""
        if not user.is_active:
            return self.none()
        return self if user.is_admin else self.filter(waba__in=PhoneNumber.objects.visible_to(user).values("waba"))


class Template(ToldByMeta):
    """A message Meta has approved, in one language (Meta: Templates API).

    Webhooks bring parts of it and mark it as stale; a worker then reads the whole from Graph
    (messaging.catalogue).
    """

    class Status(models.TextChoices):
        APPROVED = "APPROVED", _("Approved")
        PENDING = "PENDING", _("Pending")
        REJECTED = "REJECTED", _("Rejected")
        PAUSED = "PAUSED", _("Paused")
        DISABLED = "DISABLED", _("Disabled")
        IN_APPEAL = "IN_APPEAL", _("In appeal")
        FLAGGED = "FLAGGED", _("Flagged")
        LIMIT_EXCEEDED = "LIMIT_EXCEEDED", _("Limit exceeded")
        LOCKED = "LOCKED", _("Locked")
        ARCHIVED = "ARCHIVED", _("Archived")
        PENDING_DELETION = "PENDING_DELETION", _("About to be deleted")
        DELETED = "DELETED", _("Deleted")

    waba = models.ForeignKey(
        WabaAccount, models.CASCADE, related_name="templates", db_index=False, verbose_name=_("account")
    )
    meta_id = models.CharField(_("Meta's id"), max_length=32)
    name = models.CharField(_("name"), max_length=512)
    language = models.CharField(_("language"), max_length=16)
    category = models.CharField(_("category"), max_length=32)
    parameter_format = models.CharField(_("variables by"), max_length=16, default=POSITIONAL)
    # Meta adds statuses; one we do not know is kept as it came and simply cannot be sent.
    status = models.CharField(_("status"), max_length=32)
    quality = models.CharField(_("quality"), max_length=16, blank=True)
    components = models.JSONField(_("components"), default=list)
    reason = models.CharField(_("reason"), max_length=300, blank=True)
    # Announced by Meta: the category it will have, and from when.
    coming_category = models.CharField(_("coming category"), max_length=32, blank=True)
    category_changes = models.CharField(_("category changes on"), max_length=32, blank=True)
    # When people last changed it here: Meta takes one edit a day of an approved one.
    edited_at = models.DateTimeField(_("edited"), null=True, editable=False)
    synced_at = models.DateTimeField(_("synced"), db_default=Now())

    # Since when Graph knows better than this row; null when it was read after the last news.
    stale_since = models.DateTimeField(_("out of date since"), null=True, blank=True)
    read_tries = models.PositiveSmallIntegerField(default=0, editable=False)
    next_read_at = models.DateTimeField(db_default=Now(), editable=False)

    objects = TemplateQuerySet.as_manager()

    class Meta:
        verbose_name = _("template")
        verbose_name_plural = _("templates")
        ordering = ["name", "language"]
        constraints = [
            # Serves the look-up on send and on sync (Meta: identity of a template).
            models.UniqueConstraint(fields=["waba", "name", "language"], name="template_once"),
        ]
        indexes = [
            # Serves the worker that reads stale templates anew.
            models.Index(fields=["next_read_at"], name="template_stale", condition=models.Q(stale_since__isnull=False)),
        ]

    def __str__(self) -> str:
        return f"{self.name} ({self.language})"

    @property
    def is_sendable(self) -> bool:
        """Whether Meta takes messages made of it."""
        return self.status == self.Status.APPROVED

    @property
    def is_editable(self) -> bool:
        """Whether Meta lets its text be changed at all."""
        return self.status in (self.Status.APPROVED, self.Status.REJECTED, self.Status.PAUSED)

    @property
    def is_named(self) -> bool:
        """Whether its variables have names instead of positions."""
        return self.parameter_format == NAMED


class CatalogueReading(models.Model):
    """When the whole catalogue of an account was read from Graph, and when it is due again."""

    waba = models.OneToOneField(WabaAccount, models.CASCADE, related_name="catalogue", primary_key=True)
    read_at = models.DateTimeField(_("read"), null=True, editable=False)
    due_at = models.DateTimeField(_("due"), db_default=Now(), editable=False)
    error = models.CharField(_("failed because"), max_length=300, blank=True, editable=False)

    class Meta:
        verbose_name = _("reading of a catalogue")
        verbose_name_plural = _("readings of catalogues")

    def __str__(self) -> str:
        return f"{self.waba_id} {self.read_at}"

"""Campaigns: one template to a list of people, by one number."""

from __future__ import annotations

from django.db import models
from django.db.models import Q
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from campaigns.rights import numbers_led_by
from messaging.models import Template
from numbers.models import PhoneNumber


class CampaignQuerySet(models.QuerySet["Campaign"]):
    def visible_to(self, user: User) -> CampaignQuerySet:
        """Those of the numbers that serve a team the supervisor leads, or all for an administrator."""
        return self.filter(number__in=numbers_led_by(user).values("pk"))


class Campaign(models.Model):
    """A template that goes to each person of a list once.

    What may follow on what::

        DRAFT ─> SCHEDULED ─> RUNNING <─> PAUSED
                     └───────────┴──────────┴──> STOPPED
                                 └─────────────> DONE

    Only what is RUNNING is sent. Recipients are sent to in the order of the list, a little ahead of the
    number's pace; pausing takes back what has not left (campaigns.dispatch).
    """

    class State(models.TextChoices):
        DRAFT = "DRAFT", _("Draft")
        SCHEDULED = "SCHEDULED", _("Scheduled")
        RUNNING = "RUNNING", _("Sending")
        PAUSED = "PAUSED", _("Paused")
        STOPPED = "STOPPED", _("Stopped")
        DONE = "DONE", _("Done")

    class PauseReason(models.TextChoices):
        """Why it rests though nobody asked for it."""

        TEMPLATE = "TEMPLATE", _("The template can no longer be sent.")

    name = models.CharField(_("name"), max_length=120)
    number = models.ForeignKey(
        PhoneNumber, models.PROTECT, related_name="campaigns", db_index=False, verbose_name=_("number")
    )
    template = models.ForeignKey(Template, models.PROTECT, related_name="campaigns", verbose_name=_("template"))
    state = models.CharField(_("state"), max_length=10, choices=State, default=State.DRAFT)
    by = models.ForeignKey(User, models.PROTECT, related_name="+", db_index=False, verbose_name=_("by"))
    created_at = models.DateTimeField(_("created"), db_default=Now(), editable=False)

    # The list: where it came from, its columns, and which of them fills what (campaigns.mapping).
    source = models.JSONField(_("source"), default=dict)
    columns = models.JSONField(_("columns"), default=list)
    mapping = models.JSONField(_("columns of the variables"), default=dict)
    # When every row was held against the mapping; null while the list or the mapping is new.
    checked_at = models.DateTimeField(_("checked"), null=True, editable=False)

    starts_at = models.DateTimeField(_("starts"), null=True, blank=True)
    started_at = models.DateTimeField(_("started"), null=True, editable=False)
    # Since when it runs without a pause: what failed before says nothing against going on.
    running_since = models.DateTimeField(null=True, editable=False)
    ended_at = models.DateTimeField(_("ended"), null=True, editable=False)
    pause_reason = models.CharField(_("paused because"), max_length=10, choices=PauseReason, blank=True)

    objects = CampaignQuerySet.as_manager()

    class Meta:
        verbose_name = _("campaign")
        verbose_name_plural = _("campaigns")
        ordering = ["-pk"]
        constraints = [
            models.CheckConstraint(
                condition=~Q(state="SCHEDULED") | Q(starts_at__isnull=False), name="scheduled_has_its_time"
            ),
            models.CheckConstraint(
                condition=Q(state="DRAFT") | Q(checked_at__isnull=False), name="only_a_draft_is_unchecked"
            ),
            models.CheckConstraint(
                condition=Q(state__in=["STOPPED", "DONE"], ended_at__isnull=False)
                | Q(~Q(state__in=["STOPPED", "DONE"]), ended_at__isnull=True),
                name="ended_campaign_has_its_time",
            ),
        ]
        indexes = [
            # Serves the list of a number's campaigns, and whether a number may be deleted.
            models.Index(fields=["number", "-id"], name="campaigns_of_number"),
            # Serves the dispatcher's look for what runs, or is to start.
            models.Index(fields=["id"], condition=Q(state__in=["SCHEDULED", "RUNNING"]), name="campaigns_live"),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def is_draft(self) -> bool:
        return self.state == self.State.DRAFT

    @property
    def is_over(self) -> bool:
        return self.state in (self.State.STOPPED, self.State.DONE)

    @property
    def is_sendable(self) -> bool:
        """Whether Meta takes the template, of the account that the number is in now."""
        return self.template.is_sendable and self.template.waba_id == self.number.waba_id

    @property
    def is_marketing(self) -> bool:
        """Whether those who refused marketing are left out."""
        return self.template.category == "MARKETING"

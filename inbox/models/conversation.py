"""Conversations: what is between one contact and one of our numbers, and whose turn it is."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Now
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from contacts.models import Contact
from numbers.models import PhoneNumber
from teams.models import Team

SERVICE_WINDOW = timedelta(hours=24)
"""How long free-form messages may be sent after the customer's last one (Meta: Send messages)."""
WINDOW_ENDS_SOON = timedelta(hours=3)
"""So long before its end a window counts as ending."""


def window_ends_soon() -> Q:
    """What may be answered freely for a few hours only."""
    ends_now = timezone.now() - SERVICE_WINDOW
    return Q(last_inbound_at__gt=ends_now, last_inbound_at__lte=ends_now + WINDOW_ENDS_SOON)


class ConversationQuerySet(models.QuerySet["Conversation"]):
    def visible_to(self, user: User) -> ConversationQuerySet:
        """What a person may see: their teams' conversations, their own, and on their teams' numbers those in no
        team's name."""
        if not user.is_active:
            return self.none()
        if user.is_admin:
            return self
        teams = Team.objects.filter(members__user=user).values("pk")
        numbers = PhoneNumber.teams.through.objects.filter(team__in=teams).values("phonenumber_id")
        return self.filter(Q(team__in=teams) | Q(team=None, number__in=numbers) | Q(assignee=user))

    def not_closed(self) -> ConversationQuerySet:
        """What is going on; where only Meta has said something so far (a number changed), nothing is."""
        only_noticed = Q(status=Conversation.Status.PENDING, last_message=None)
        return self.exclude(status=Conversation.Status.CLOSED).exclude(only_noticed)


class Conversation(models.Model):
    """One stretch of talk between a contact and a number.

    OPEN: somebody of ours has the next step, or may. PENDING: waiting for the customer, or snoozed.
    CLOSED: over; the customer's next message opens a new conversation.
    """

    class Status(models.TextChoices):
        OPEN = "OPEN", _("Open")
        PENDING = "PENDING", _("Pending")
        CLOSED = "CLOSED", _("Closed")

    contact = models.ForeignKey(
        Contact, models.PROTECT, related_name="conversations", db_index=False, verbose_name=_("contact")
    )
    number = models.ForeignKey(
        PhoneNumber, models.PROTECT, related_name="conversations", db_index=False, verbose_name=_("number")
    )
    team = models.ForeignKey(Team, models.SET_NULL, null=True, blank=True, db_index=False, verbose_name=_("team"))
    assignee = models.ForeignKey(
        User, models.SET_NULL, null=True, blank=True, db_index=False, verbose_name=_("assignee")
    )
    status = models.CharField(_("status"), max_length=8, choices=Status, default=Status.OPEN, db_default=Status.OPEN)
    created_at = models.DateTimeField(_("created"), db_default=Now(), editable=False)
    closed_at = models.DateTimeField(_("closed"), null=True, blank=True)
    # What was said before the number came here: always closed, and no live message ever joins it.
    is_history = models.BooleanField(_("imported history"), default=False, db_default=False, editable=False)

    # What the list shows, kept by the verbs that add messages; times are Meta's.
    # Serves the deletion of messages: their conversations must be found.
    last_message = models.ForeignKey("inbox.Message", models.SET_NULL, null=True, related_name="+", editable=False)
    last_message_at = models.DateTimeField(_("last message"), db_default=Now())
    last_inbound_at = models.DateTimeField(null=True, editable=False)
    last_outbound_at = models.DateTimeField(null=True, editable=False)
    waiting_since = models.DateTimeField(_("waiting since"), null=True, editable=False)
    unread_count = models.PositiveIntegerField(_("unread"), default=0, db_default=0)

    objects = ConversationQuerySet.as_manager()

    class Meta:
        verbose_name = _("conversation")
        verbose_name_plural = _("conversations")
        constraints = [
            # Serves ingest's look-up of the conversation a message belongs to, and allows only one.
            models.UniqueConstraint(
                fields=["contact", "number"],
                condition=~Q(status="CLOSED"),
                name="one_conversation_not_closed",
            ),
            # Serves the import of a number's history: one conversation for each customer's past.
            models.UniqueConstraint(
                fields=["contact", "number"], condition=Q(is_history=True), name="one_history_of_contact"
            ),
            models.CheckConstraint(condition=Q(is_history=False) | Q(status="CLOSED"), name="history_stays_closed"),
            models.CheckConstraint(
                condition=Q(status="CLOSED", closed_at__isnull=False) | Q(~Q(status="CLOSED"), closed_at__isnull=True),
                name="closed_has_its_time",
            ),
        ]
        indexes = [
            # Serves the folders: newest first, by key set, of what is not closed.
            models.Index(
                F("last_message_at").desc(),
                F("id").desc(),
                condition=~Q(status="CLOSED"),
                name="inbox_newest",
            ),
            # Serves the folder of windows that end soon: the next one to end first.
            models.Index("last_inbound_at", "id", condition=~Q(status="CLOSED"), name="inbox_window_ends"),
            # Serves "mine": what one person looks after, newest first.
            models.Index("assignee", F("last_message_at").desc(), condition=~Q(status="CLOSED"), name="inbox_mine"),
            # Serves the closed folder, and the look-up of the closed conversation that an old fact joins.
            models.Index("contact", "number", "closed_at", condition=Q(status="CLOSED"), name="closed_of_contact"),
            models.Index(
                F("last_message_at").desc(), F("id").desc(), condition=Q(status="CLOSED"), name="inbox_closed"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.contact} · {self.number}"

    @property
    def is_closed(self) -> bool:
        return self.status == self.Status.CLOSED

    @property
    def window_ends_at(self) -> datetime | None:
        """When free-form messages stop being allowed; None if the customer never wrote."""
        return self.last_inbound_at + SERVICE_WINDOW if self.last_inbound_at else None

    @property
    def window_is_open(self) -> bool:
        ends = self.window_ends_at
        return ends is not None and timezone.now() < ends


class Assignment(models.Model):
    """A stretch of time in which one person looked after a conversation."""

    # Serves the history of one conversation.
    conversation = models.ForeignKey(Conversation, models.CASCADE, related_name="assignments")
    user = models.ForeignKey(
        User, models.PROTECT, related_name="assignments", db_index=False, verbose_name=_("assignee")
    )
    by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+", db_index=False, verbose_name=_("by"))
    started_at = models.DateTimeField(_("from"), db_default=Now())
    ended_at = models.DateTimeField(_("until"), null=True)

    class Meta:
        verbose_name = _("assignment")
        verbose_name_plural = _("assignments")
        constraints = [
            # Serves "who has it now", and allows only one.
            models.UniqueConstraint(fields=["conversation"], condition=Q(ended_at=None), name="one_assignee_at_a_time"),
        ]

    def __str__(self) -> str:
        return f"{self.conversation_id} → {self.user}"


class Transfer(models.Model):
    """A conversation passed from one team or person to another."""

    # Serves the history of one conversation.
    conversation = models.ForeignKey(Conversation, models.CASCADE, related_name="transfers")
    from_team = models.ForeignKey(Team, models.SET_NULL, null=True, related_name="+", db_index=False)
    to_team = models.ForeignKey(Team, models.SET_NULL, null=True, related_name="+", db_index=False)
    from_user = models.ForeignKey(User, models.PROTECT, null=True, related_name="+", db_index=False)
    to_user = models.ForeignKey(User, models.PROTECT, null=True, related_name="+", db_index=False)
    by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+", db_index=False)
    note = models.CharField(_("note"), max_length=500, blank=True)
    at = models.DateTimeField(db_default=Now())

    class Meta:
        verbose_name = _("transfer")
        verbose_name_plural = _("transfers")
        constraints = [
            models.CheckConstraint(
                condition=Q(to_team__isnull=False) | Q(to_user__isnull=False), name="transfer_goes_somewhere"
            )
        ]

    def __str__(self) -> str:
        return f"{self.conversation_id} → {self.to_user or self.to_team}"

"""Messages and what became of them."""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING, Any

from django.db import models
from django.db.models import Case, F, Q, When
from django.db.models.fields.json import KT
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from inbox.models.conversation import Conversation
from messaging import context, kinds, values
from messaging.outgoing import Outgoing, OutgoingFile
from numbers.models import PhoneNumber

if TYPE_CHECKING:
    from inbox.models.amendment import Amendment
    from inbox.models.attachment import Attachment

REACTION = "reaction"
"""The kind of ours that is no message of its own: it leaves like one and is shown under another."""
FROM_META = frozenset({"system"})
"""Kinds that Meta writes, not the customer: they open no window and nobody waits for an answer to them."""

TEMPLATE_NAME, TEMPLATE_LANGUAGE = KT("payload__template__name"), KT("payload__template__language__code")
"""Of messages made from a template of ours: which one; `template_use` is an index on both."""


class Message(models.Model):
    """One message of a conversation, either way.

    The status of an outbound message is a ladder, and its number is the rung::

        QUEUED 0 ─> SENDING 10 ─> (UNKNOWN 20) ─> SENT 30 ─> DELIVERED 50 ─> READ 60 ─> PLAYED 70
                                                        └─> FAILED 40 ┘

    What Meta reports only ever raises it (`GREATEST`), so webhooks in any order end the same, and a
    failure never beats a delivery. Only the sender's own code steps from SENDING back to QUEUED, and
    from UNKNOWN where the number's policy says so.
    """

    class Direction(models.TextChoices):
        INBOUND = "INBOUND", _("Inbound")
        OUTBOUND = "OUTBOUND", _("Outbound")

    class Status(models.IntegerChoices):
        QUEUED = 0, _("Queued")
        SENDING = 10, _("Sending")
        UNKNOWN = 20, _("Not confirmed")
        SENT = 30, _("Sent")
        FAILED = 40, _("Failed")
        DELIVERED = 50, _("Delivered")
        READ = 60, _("Read")
        PLAYED = 70, _("Played")

    class Lane(models.TextChoices):
        """Who sends it: a reply never waits behind bulk."""

        REPLIES = "replies", _("Replies")
        BULK = "bulk", _("Bulk")

    conversation = models.ForeignKey(
        Conversation, models.CASCADE, related_name="messages", db_index=False, verbose_name=_("conversation")
    )
    number = models.ForeignKey(PhoneNumber, models.PROTECT, related_name="+", db_index=False, verbose_name=_("number"))
    direction = models.CharField(_("direction"), max_length=8, choices=Direction)
    kind = models.CharField(_("kind"), max_length=40)
    text = models.TextField(_("text"), blank=True)
    payload = models.JSONField(default=dict, help_text=_("The message as Meta gave it or gets it."))
    wamid = models.CharField(max_length=255, null=True, blank=True)
    quoted_wamid = models.CharField(max_length=255, blank=True)
    quoted = models.ForeignObject(
        "self",
        models.DO_NOTHING,
        from_fields=["number", "quoted_wamid"],
        to_fields=["number", "wamid"],
        null=True,
        related_name="+",
    )
    # Meta's time for what came in, the moment of pressing "send" for what goes out.
    sent_at = models.DateTimeField(_("at"))
    created_at = models.DateTimeField(_("arrived"), db_default=Now())
    # The transaction that last wrote the row, set by a trigger: what a page's catch-up asks by.
    changed_in = models.BigIntegerField(editable=False, db_default=0)

    # Outbound only.
    status = models.PositiveSmallIntegerField(_("status"), choices=Status, null=True)
    # The status while the message is still ours to send, else nothing. The indexes ask for it and not for
    # the status, so that a tick rewrites no index.
    outbox = models.GeneratedField(
        expression=Case(When(status__lte=Status.UNKNOWN, then=F("status"))),
        output_field=models.PositiveSmallIntegerField(null=True),
        db_persist=True,
    )
    author = models.ForeignKey(
        User, models.PROTECT, null=True, related_name="+", db_index=False, verbose_name=_("author")
    )
    client_key = models.CharField(max_length=64, null=True)
    lane = models.CharField(max_length=8, choices=Lane, default=Lane.REPLIES)
    attempt_count = models.PositiveSmallIntegerField(default=0)
    # How many of them Meta only slowed down: they are not counted against it.
    throttled_count = models.PositiveSmallIntegerField(default=0, db_default=0)
    # What did not leave until then does not leave any more; null where it may wait for ever.
    expires_at = models.DateTimeField(null=True)
    # QUEUED: not to be sent before. UNKNOWN: until then it holds up the messages typed after it.
    due_at = models.DateTimeField(null=True)
    error_code = models.IntegerField(_("error"), null=True)
    error_detail = models.CharField(max_length=500, blank=True)
    resend_of = models.OneToOneField("self", models.SET_NULL, null=True, related_name="resent_as")
    request_id = models.CharField(max_length=64, blank=True)

    class Meta:
        verbose_name = _("message")
        verbose_name_plural = _("messages")
        constraints = [
            # Serves statuses that look for their message, and makes a redelivered message one message.
            models.UniqueConstraint(fields=["number", "wamid"], name="wamid_once_per_number"),
            # At most one call at a time for a conversation: messages leave in the order typed.
            models.UniqueConstraint(
                fields=["conversation"], condition=Q(outbox=10), name="one_sending_per_conversation"
            ),
            # Serves the second click: one message per person and key; the system is a person here.
            models.UniqueConstraint(
                fields=["author", "client_key"],
                condition=~Q(client_key=None),
                nulls_distinct=False,
                name="client_key_once_per_person",
            ),
            models.CheckConstraint(
                condition=Q(direction="INBOUND", status=None, wamid__isnull=False)
                | Q(direction="OUTBOUND", status__isnull=False),
                name="status_is_of_outbound",
            ),
            models.CheckConstraint(
                condition=Q(due_at__isnull=False) | ~Q(status=0) | Q(status=None), name="queued_has_its_time"
            ),
        ]
        indexes = [
            # Serves the thread: newest page first, by key set.
            models.Index("conversation", F("sent_at").desc(), F("id").desc(), name="thread_newest"),
            # Serves the claim: what is due of a number and lane, in the order typed.
            models.Index(fields=["number", "lane", "due_at", "id"], condition=Q(outbox=0), name="outbox_due"),
            # Serves the use of a template: how many, and when last.
            models.Index(
                TEMPLATE_NAME,
                TEMPLATE_LANGUAGE,
                F("sent_at").desc(),
                condition=Q(kind="template", direction="OUTBOUND"),
                name="template_use",
            ),
            # Serves the claim's question "does an earlier one still stand before it?".
            models.Index(fields=["conversation", "id"], condition=~Q(outbox=None), name="outbox_unsettled"),
        ]

    def __str__(self) -> str:
        return f"{self.direction} {self.kind} {self.pk}"

    @property
    def is_outbound(self) -> bool:
        return self.direction == self.Direction.OUTBOUND

    @cached_property
    def content(self) -> Any:
        """What was said, as its kind reads it."""
        return kinds.read(self.kind, self.payload)

    @property
    def outgoing(self) -> Outgoing:
        """What we sent, to be sent again."""
        file = OutgoingFile(self.file.key, self.kind, self.file.download_name) if self.file else None
        return Outgoing(self.kind, self.payload[self.kind], self.text, self.payload.get("shown", {}), file)

    @property
    def is_our_reaction(self) -> bool:
        """Whether it is shown under another message, and speaks for itself only when it did not get there."""
        return self.kind == REACTION and self.client_key is not None

    @property
    def is_answer(self) -> bool:
        """Whether a person of ours said it to this customer alone, so that nobody waits any more."""
        is_personal = self.is_outbound and self.author_id is not None and self.lane == self.Lane.REPLIES
        return is_personal and self.kind != REACTION

    @cached_property
    def extras(self) -> context.Extras:
        """What came along with it: forwarded, from an ad, about a product."""
        return context.read(self.payload)

    @property
    def file(self) -> Attachment | None:
        return getattr(self, "attachment", None)

    @property
    def reactions(self) -> list[Amendment]:
        """The emoji that stand now, at most one of each side."""
        newest = {a.direction: a for a in self._said_later("reaction")}
        return [reaction for reaction in newest.values() if reaction.text]

    @property
    def edit(self) -> Amendment | None:
        """The newest edit by its sender."""
        return next((a for a in reversed(self._said_later("edit")) if a.direction == self.direction), None)

    @property
    def is_revoked(self) -> bool:
        """Whether its sender deleted it."""
        return any(a.direction == self.direction for a in self._said_later("revoke"))

    @property
    def call_end(self) -> Amendment | None:
        return next(iter(self._said_later("call_end")), None)

    def _said_later(self, kind: str) -> list[Amendment]:
        """What was said about it, oldest first; reads the prefetched ones where there are any."""
        said = [amendment for amendment in self.amendments.all() if amendment.kind == kind]
        return sorted(said, key=lambda amendment: (amendment.sent_at, amendment.wamid))

    @property
    def failure(self) -> tuple[int | None, str]:
        """Why it failed, as Meta's code and words: what Graph refused, else what a webhook told later."""
        if self.error_code is not None or self.error_detail:
            return self.error_code, self.error_detail
        receipts = [r for r in self.receipts.all() if r.status == self.Status.FAILED]
        return receipts[0].error if receipts else (None, "")


class MessageReceipt(models.Model):
    """What Meta reported about a message, once per status, with the earliest time it gave."""

    message = models.ForeignKey(
        Message, models.CASCADE, related_name="receipts", db_index=False, verbose_name=_("message")
    )
    status = models.PositiveSmallIntegerField(_("status"), choices=Message.Status)
    at = models.DateTimeField(_("at"))
    particulars = models.JSONField(default=dict, help_text=_("Errors and pricing as Meta gave them."))
    created_at = models.DateTimeField(db_default=Now())

    class Meta:
        verbose_name = _("receipt")
        verbose_name_plural = _("receipts")
        constraints = [
            # Serves the upsert of a status, and the ticks' times.
            models.UniqueConstraint(fields=["message", "status"], name="receipt_once_per_status"),
        ]

    def __str__(self) -> str:
        return f"{self.message_id} {self.get_status_display()}"

    @property
    def error(self) -> tuple[int | None, str]:
        """Meta's first error code and its words; (None, "") when there is none."""
        return values.error(self.particulars)


class ParkedStatus(models.Model):
    """A status whose message we do not know (yet): tried again, then dropped after some days."""

    number = models.ForeignKey(PhoneNumber, models.CASCADE, related_name="+", db_index=False)
    wamid = models.CharField(max_length=255)
    status = models.PositiveSmallIntegerField(choices=Message.Status)
    at = models.DateTimeField()
    particulars = models.JSONField(default=dict)
    created_at = models.DateTimeField(db_default=Now())

    class Meta:
        verbose_name = _("parked status")
        verbose_name_plural = _("parked statuses")
        constraints = [
            # Serves the upsert, and the question "is anything parked for this wamid?".
            models.UniqueConstraint(fields=["number", "wamid", "status"], name="parked_once"),
        ]
        indexes = [
            # Serves the sweep, which drops the old ones.
            models.Index(fields=["created_at"], name="parked_by_age"),
        ]

    def __str__(self) -> str:
        return f"{self.wamid} {self.get_status_display()}"

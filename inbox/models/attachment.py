"""Files: those of messages, those that somebody is about to send, and what Meta calls ours."""

from __future__ import annotations

import uuid

from django.db import models
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from inbox.models.message import Message
from messaging import media
from messaging.outgoing import OutgoingFile
from numbers.models import PhoneNumber

TRIES_BEFORE_ITS_OVERDUE = 3


class StoredFile(models.Model):
    """A file in the storage, and what we found that it is."""

    # Names the file in the storage: nobody outside has a say in it. Several rows may name one file: a message
    # that was sent again, one that went to many.
    key = models.UUIDField(default=uuid.uuid4, editable=False)
    # The sender's word, never trusted.
    filename = models.CharField(_("file name"), max_length=255, blank=True)

    # What we found. `content_type` is one of messaging.media's, by the first bytes.
    content_type = models.CharField(_("type"), max_length=80, blank=True)
    size = models.BigIntegerField(_("size"), null=True)
    sha256 = models.CharField(max_length=64, blank=True)
    # Pixels of the thumbnail, for a place kept before it loads; null where there is none.
    thumbnail_width = models.PositiveIntegerField(null=True)
    thumbnail_height = models.PositiveIntegerField(null=True)
    created_at = models.DateTimeField(db_default=Now())

    class Meta:
        abstract = True

    @property
    def is_ready(self) -> bool:
        """Whether the bytes are there."""
        return True

    @property
    def is_image(self) -> bool:
        """Whether the page may show it: a picture of which a thumbnail could be made."""
        return self.is_ready and self.content_type in media.IMAGES and self.has_thumbnail

    @property
    def is_audio(self) -> bool:
        return self.is_ready and self.content_type in media.AUDIO

    @property
    def is_video(self) -> bool:
        return self.is_ready and self.content_type in media.VIDEO

    @property
    def has_thumbnail(self) -> bool:
        return self.is_ready and self.thumbnail_width is not None

    @property
    def download_name(self) -> str:
        """What it is called on the disk of the person who saves it."""
        return media.download_name(self.filename, self.content_type, otherwise=f"whatsapp-{self.pk}")

    @property
    def storage_name(self) -> str:
        """Where the file is in the storage."""
        return f"attachments/{self.key.hex[:2]}/{self.key.hex}"

    @property
    def thumbnail_name(self) -> str:
        return f"{self.storage_name}.thumb"


class Attachment(StoredFile):
    """The file of one message.

    WAITING: to be fetched, `due_at` says when it is tried (again). READY: in the storage. FAILED: it can
    be had no more as it should be, `problem` says why; a person may ask for another try. EXPIRED: Meta
    has deleted it (Meta: section 7).
    """

    class State(models.TextChoices):
        WAITING = "WAITING", _("Waiting")
        READY = "READY", _("Ready")
        FAILED = "FAILED", _("Failed")
        EXPIRED = "EXPIRED", _("Expired")

    class Problem(models.TextChoices):
        UNREACHABLE = "UNREACHABLE", _("WhatsApp did not answer")
        REFUSED = "REFUSED", _("WhatsApp refused")
        CORRUPT = "CORRUPT", _("What came is not what was sent")
        TOO_LARGE = "TOO_LARGE", _("Too large")
        FORBIDDEN = "FORBIDDEN", _("The address is not one of WhatsApp's")
        STORAGE = "STORAGE", _("Could not be stored")

    message = models.OneToOneField(Message, models.CASCADE, related_name="attachment", verbose_name=_("message"))
    state = models.CharField(_("state"), max_length=8, choices=State, default=State.WAITING)

    # Of what came in: the sender's word, never trusted.
    media_id = models.CharField(max_length=64, blank=True)
    claimed_type = models.CharField(max_length=120, blank=True)
    claimed_sha256 = models.CharField(max_length=64, blank=True)
    stored_at = models.DateTimeField(null=True)

    tries = models.PositiveSmallIntegerField(default=0)
    due_at = models.DateTimeField(null=True)
    problem = models.CharField(_("problem"), max_length=12, choices=Problem, blank=True)
    # Of what came in: until when Meta has it.
    expires_at = models.DateTimeField(_("expires"), null=True)

    class Meta:
        verbose_name = _("attachment")
        verbose_name_plural = _("attachments")
        indexes = [
            # Serves the media lane's claim: what is due, oldest first.
            models.Index(fields=["due_at"], condition=models.Q(state="WAITING"), name="attachment_due"),
            # Serves the deletion of a file: does another message show it?
            models.Index(fields=["key"], name="attachment_key"),
        ]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(state="WAITING", due_at__isnull=False, expires_at__isnull=False)
                | ~models.Q(state="WAITING"),
                name="waiting_attachment_has_its_time",
            ),
            models.CheckConstraint(
                condition=models.Q(state="READY", stored_at__isnull=False) | ~models.Q(state="READY"),
                name="ready_attachment_is_stored",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_state_display()} {self.filename or self.media_id}"

    @property
    def is_ready(self) -> bool:
        return self.state == self.State.READY

    @property
    def is_overdue(self) -> bool:
        """Whether it is long in coming, so that a person may want to know."""
        return self.state == self.State.WAITING and self.tries >= TRIES_BEFORE_ITS_OVERDUE


class StagedFile(StoredFile):
    """A file that somebody is about to send: theirs alone, and swept after a day."""

    # Serves the look at what one person has staged.
    by = models.ForeignKey(User, models.CASCADE, related_name="+", verbose_name=_("by"))
    kind = models.CharField(_("kind"), max_length=8, help_text=_("How WhatsApp takes it: messaging.sendable."))

    class Meta:
        verbose_name = _("staged file")
        verbose_name_plural = _("staged files")
        constraints = [
            # Serves the look-up by the name that pages and programs know.
            models.UniqueConstraint(fields=["key"], name="staged_once"),
        ]
        indexes = [
            # Serves the sweep.
            models.Index(fields=["created_at"], name="staged_by_age"),
        ]

    def __str__(self) -> str:
        return self.filename or str(self.key)

    @property
    def outgoing(self) -> OutgoingFile:
        """The file as a message names it before it is sent."""
        return OutgoingFile(self.key, self.kind, self.download_name)


class Upload(models.Model):
    """What Meta calls a file of ours, for the number it was given to: known for 30 days (Meta: section 7)."""

    key = models.UUIDField(editable=False)
    number = models.ForeignKey(PhoneNumber, models.CASCADE, related_name="+", db_index=False)
    media_id = models.CharField(max_length=64)
    uploaded_at = models.DateTimeField(db_default=Now())

    class Meta:
        verbose_name = _("upload")
        verbose_name_plural = _("uploads")
        constraints = [
            # Serves the claim: is the file at Meta already?
            models.UniqueConstraint(fields=["key", "number"], name="upload_once_per_number"),
        ]
        indexes = [
            # Serves the sweep.
            models.Index(fields=["uploaded_at"], name="upload_by_age"),
        ]

    def __str__(self) -> str:
        return self.media_id

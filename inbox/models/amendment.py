"""What was said later about a message."""

from __future__ import annotations

from django.db import models
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _

from inbox.models.message import Message
from lib.transactions import current_transaction
from numbers.models import PhoneNumber


class Amendment(models.Model):
    """A reaction, an edit, a deletion or the end of a call: a fact about a message, itself no message.

    It names its message as Meta does, by wamid: it may come before the message, or the message never.
    Rows are only added; the newest of a kind and side counts, by Meta's time, so order does not matter.
    """

    class Kind(models.TextChoices):
        REACTION = "reaction", _("Reaction")
        EDIT = "edit", _("Edit")
        REVOKE = "revoke", _("Deletion")
        CALL_END = "call_end", _("End of a call")

    number = models.ForeignKey(PhoneNumber, models.PROTECT, related_name="+", db_index=False, verbose_name=_("number"))
    wamid = models.CharField(max_length=255)
    target_wamid = models.CharField(max_length=255)
    message = models.ForeignObject(
        Message,
        models.DO_NOTHING,
        from_fields=["number", "target_wamid"],
        to_fields=["number", "wamid"],
        related_name="amendments",
    )
    kind = models.CharField(_("kind"), max_length=8, choices=Kind)
    direction = models.CharField(_("direction"), max_length=8, choices=Message.Direction)
    text = models.TextField(_("text"), blank=True, help_text=_("The emoji, or the words after the edit."))
    payload = models.JSONField(default=dict)
    sent_at = models.DateTimeField(_("at"))
    # The transaction that wrote it: what a page's catch-up asks by.
    written_in = models.BigIntegerField(editable=False, db_default=current_transaction())
    created_at = models.DateTimeField(db_default=Now())

    class Meta:
        verbose_name = _("amendment")
        verbose_name_plural = _("amendments")
        constraints = [
            # Makes a redelivered amendment one amendment.
            models.UniqueConstraint(fields=["number", "wamid", "kind"], name="amendment_once"),
        ]
        indexes = [
            # Serves a message's display: what was said about it.
            models.Index(fields=["number", "target_wamid"], name="amendment_of_message"),
        ]

    def __str__(self) -> str:
        return f"{self.get_kind_display()} {self.text}".strip()

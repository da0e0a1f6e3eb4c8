"""What customers are told about their messages."""

from __future__ import annotations

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from inbox.models.conversation import Conversation


class ReadMark(models.Model):
    """That a customer's newest message was read, and that somebody types: told to them once it is due.

    The newest message stands for all before it. A telling that fails is tried a few times and forgotten.
    """

    conversation = models.OneToOneField(Conversation, models.CASCADE, primary_key=True, related_name="read_mark")
    wamid = models.CharField(max_length=255)
    told_wamid = models.CharField(max_length=255, blank=True)
    typed_at = models.DateTimeField(null=True)
    # Nothing is to be told when it is empty. Whoever tells puts it off, as a lease.
    due_at = models.DateTimeField(null=True)
    tries = models.PositiveSmallIntegerField(default=0)

    class Meta:
        verbose_name = _("read mark")
        verbose_name_plural = _("read marks")
        indexes = [
            # Serves the lane: what is due.
            models.Index(fields=["due_at"], condition=Q(due_at__isnull=False), name="read_mark_due"),
        ]

    def __str__(self) -> str:
        return f"{self.conversation_id} {self.wamid}"

"""What people do about files that did not come."""

from __future__ import annotations

from django.db import transaction
from django.utils import timezone

from accounts.audit import record
from accounts.models import User
from inbox.actions.refusals import NotFailed
from inbox.attachments import tell
from inbox.models import Attachment
from lib.after_commit import wake_on_commit


def retry_attachment(attachment: Attachment, *, by: User) -> None:
    """Try at once to fetch a file that failed, expired or is long in coming; raise NotFailed."""
    with transaction.atomic():
        locked = (
            Attachment.objects.select_related("message")
            .select_for_update(of=("self",), no_key=True)
            .get(pk=attachment.pk)
        )
        if locked.is_ready:
            raise NotFailed
        if locked.state == Attachment.State.WAITING and not locked.is_overdue:
            return  # It is coming.
        locked.state, locked.problem = Attachment.State.WAITING, ""
        locked.tries, locked.due_at = 0, timezone.now()
        locked.save(update_fields=["state", "problem", "tries", "due_at"])
        conversation = locked.message.conversation_id
        record("attachment.retried", locked, by=by, message=locked.message_id, conversation=conversation)
        tell([locked.message])
        wake_on_commit("media")

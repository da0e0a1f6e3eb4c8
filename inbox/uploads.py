"""Files of ours on their way to Meta, before the messages that show them. Whatever fails here sent nothing."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from django.core.files.storage import default_storage
from django.db import connection, transaction
from django.db.models.functions import Now

from inbox.claims import Claim, ClaimedFile
from inbox.models import SendAttempt
from lib import graph
from messaging.errors import FILE_GONE


@dataclass(frozen=True, slots=True)
class Uploader:
    """Brings files to Meta; safe to share among threads."""

    client: graph.GraphClient

    def bring(self, claim: Claim, file: ClaimedFile) -> str | graph.Rejected | graph.NotSent:
        """Upload a file and return Meta's id of it, or why the message cannot be sent now."""
        try:
            with default_storage.open(file.storage_name) as opened:
                outcome = self.client.upload_media(
                    claim.number.phone_number_id,
                    opened,
                    filename=file.filename,
                    content_type=file.content_type,
                    size=file.size,
                    token=claim.number.token,
                    app_secret=claim.number.secret_for_proof,
                )
        except FileNotFoundError:
            return graph.Rejected(FILE_GONE)
        except OSError as error:
            return graph.NotSent(type(error).__name__)
        if not isinstance(outcome, graph.Uploaded):
            return outcome
        return outcome.media_id if _keep(claim, file, outcome.media_id) else graph.NotSent("somebody else's by now")


def renew(attempts: Sequence[UUID]) -> None:
    """Keep attempts whose files are under way from being taken for those of a dead worker."""
    SendAttempt.objects.filter(pk__in=attempts, outcome=None, is_uploading=True).update(started_at=Now())


def forget(files: Sequence[tuple[UUID, int]]) -> None:
    """Forget Meta's ids of files, for (key, number): Meta says that it does not know them."""
    with connection.cursor() as cursor:
        cursor.execute(FORGET, [[key for key, _ in files], [number for _, number in files]])


KEEP = """
INSERT INTO inbox_upload (key, number_id, media_id) VALUES (%s, %s, %s)
ON CONFLICT (key, number_id) DO UPDATE SET media_id = EXCLUDED.media_id, uploaded_at = now()
"""

FORGET = """
DELETE FROM inbox_upload WHERE (key, number_id) IN (SELECT * FROM unnest(%b::uuid[], %b::bigint[]))
"""


def _keep(claim: Claim, file: ClaimedFile, media_id: str) -> bool:
    """Note Meta's id, and that the call begins now; false when the sweep gave the message to another."""
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(KEEP, [file.key, claim.number.pk, media_id])
        attempt = SendAttempt.objects.filter(pk=claim.attempt, outcome=None)
        return bool(attempt.update(is_uploading=False, started_at=Now()))

"""Files that a person is about to send: taken in, given up, forgotten after a day."""

from __future__ import annotations

import hashlib
import os
from datetime import timedelta
from pathlib import Path

from django.core.files.uploadedfile import UploadedFile
from django.db import transaction
from django.db.models import Exists, OuterRef
from django.utils import timezone

from accounts.models import User
from inbox import storing
from inbox.actions.refusals import FileEmpty, FileTooLarge, TooManyFiles
from inbox.models import Attachment, StagedFile, Upload
from messaging import media, sendable, values

MOST_STAGED = 100
"""Files of one person that wait to be sent."""
STAGED_FOR = timedelta(days=1)
KNOWN_TO_META = timedelta(days=30)


def stage_file(upload: UploadedFile, *, by: User) -> StagedFile:
    """Take in a file that `by` is about to send; what it is, its bytes say.

    Raise FileEmpty, FileTooLarge or TooManyFiles; StorageFailed when it could not be kept.
    """
    if not upload.size:
        raise FileEmpty
    if upload.size > sendable.LARGEST:
        raise FileTooLarge
    sent = Attachment.objects.filter(key=OuterRef("key"))
    if StagedFile.objects.filter(~Exists(sent), by=by).count() >= MOST_STAGED:
        raise TooManyFiles
    staged = StagedFile(by=by, filename=values.line(upload.name, 255), size=upload.size)
    with storing.unfinished(staged.key.hex) as path:
        staged.sha256 = _write(upload, path)
        storing.examine(staged, path, claimed=upload.content_type or "")
        with path.open("rb") as opened:
            staged.kind = sendable.kind_of(opened.read(media.HEAD_BYTES), staged.content_type, upload.size)
        # The row first: what a worker that dies now leaves in the storage is found by the sweep.
        staged.save()
        storing.put(staged, path)
    return staged


def discard_file(staged: StagedFile) -> None:
    """Give up a staged file; what was sent of it stays."""
    staged.delete()
    storing.delete_files(staged)


def sweep_files() -> int:
    """Forget staged files after a day, and what Meta called ours once it does not know it; return how many."""
    now = timezone.now()
    with transaction.atomic():
        old = StagedFile.objects.select_for_update(skip_locked=True).filter(created_at__lt=now - STAGED_FOR)
        swept = list(old[:500])
        StagedFile.objects.filter(pk__in=[staged.pk for staged in swept]).delete()
    for staged in swept:
        storing.delete_files(staged)
    Upload.objects.filter(uploaded_at__lt=now - KNOWN_TO_META).delete()
    return len(swept)


def _write(upload: UploadedFile, path: Path) -> str:
    """Copy an upload to the disk; return its hash."""
    digest = hashlib.sha256()
    try:
        with path.open("wb") as into:
            for chunk in upload.chunks():
                digest.update(chunk)
                into.write(chunk)
            into.flush()
            os.fsync(into.fileno())
    except OSError as error:
        raise storing.StorageFailed(type(error).__name__) from error
    return digest.hexdigest()

"""What the storage holds: how a file gets in, whole or not at all, and out again."""

from __future__ import annotations

import os
import shutil
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from django.conf import settings
from django.core.files import File
from django.core.files.storage import default_storage

from inbox.models import Attachment, StagedFile, StoredFile
from messaging import media, thumbnails

LEFTOVER_SECONDS = 3600


class StorageFailed(Exception):
    """The disk or the bucket did not do it; what was begun may be done again."""


@contextmanager
def unfinished(name: str) -> Iterator[Path]:
    """Give a place on the disk where a file ends up, so that a move is a rename; gone afterwards."""
    workshop = Path(settings.MEDIA_ROOT) / "unfinished"
    try:
        workshop.mkdir(parents=True, exist_ok=True)
        _clear_leftovers(workshop)
        folder = tempfile.TemporaryDirectory(prefix=f"{name}-", dir=workshop, ignore_cleanup_errors=True)
    except OSError as error:
        raise StorageFailed(type(error).__name__) from error
    with folder as place:
        yield Path(place) / "file"


def examine(file: StoredFile, path: Path, *, claimed: str) -> None:
    """Note in the row what the file is, and make its thumbnail beside it."""
    with path.open("rb") as opened:
        file.content_type = media.content_type(opened.read(media.HEAD_BYTES), claimed=claimed)
    size = thumbnails.make(path, _small(path)) if file.content_type in media.IMAGES else None
    file.thumbnail_width, file.thumbnail_height = size or (None, None)


def put(file: StoredFile, path: Path) -> None:
    """Move a file that was examined into the storage, with its thumbnail; raise StorageFailed."""
    store(path, file.storage_name)
    if file.thumbnail_width:
        store(_small(path), file.thumbnail_name)


def store(path: Path, name: str) -> None:
    """Move a file into the storage under a name, over what is there; raise StorageFailed."""
    try:
        with path.open("rb") as opened:
            stored = default_storage.save(name, _Finished(opened, str(path)))
        _sync_folder(name)
    except Exception as error:
        # Whatever the storage is: a disk, S3, or somebody's own.
        raise StorageFailed(type(error).__name__) from error
    if stored != name:
        raise StorageFailed("the storage does not overwrite")


def delete_files(file: StoredFile) -> None:
    """Delete what the storage holds of a file, unless another row still names it; nothing there is as good."""
    if any(rows.filter(key=file.key).exists() for rows in (Attachment.objects, StagedFile.objects)):
        return
    for name in (file.storage_name, file.thumbnail_name):
        default_storage.delete(name)


class _Finished(File):
    """A file that the disk storage may take as it is, instead of copying it."""

    def temporary_file_path(self) -> str:
        return str(self.name)


def _small(path: Path) -> Path:
    return path.with_name("thumbnail")


def _clear_leftovers(workshop: Path) -> None:
    for left in workshop.iterdir():
        with suppress(OSError):
            if left.stat().st_mtime < time.time() - LEFTOVER_SECONDS:
                shutil.rmtree(left, ignore_errors=True)


def _sync_folder(name: str) -> None:
    """Make a rename survive a power cut, where the storage is a disk."""
    try:
        folder = os.open(os.path.dirname(default_storage.path(name)), os.O_RDONLY)
    except NotImplementedError:
        return
    try:
        os.fsync(folder)
    finally:
        os.close(folder)

"""Files that browsers and programs bring: to the disk as they come, with an end to their size."""

from __future__ import annotations

from typing import Any

from django.core.files.uploadhandler import StopUpload, TemporaryFileUploadHandler

LARGEST_UPLOAD = 101 * 1024 * 1024
"""Bytes of all files of one request: the largest document, and what surrounds it."""


class BoundedUploadHandler(TemporaryFileUploadHandler):
    """Write files to the disk; drop the connection of who brings more than anybody may send."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._received = 0

    def receive_data_chunk(self, raw_data: bytes, start: int) -> None:
        self._received += len(raw_data)
        if self._received > LARGEST_UPLOAD:
            raise StopUpload(connection_reset=True)
        super().receive_data_chunk(raw_data, start)

"""A file as an HTTP answer: harmless whatever it is, whole or in part, never from a cache unasked."""

from __future__ import annotations

import re
from collections.abc import AsyncIterator, Iterator

import structlog
from asgiref.sync import sync_to_async
from django.conf import settings
from django.core.files.storage import default_storage
from django.core.handlers.asgi import ASGIRequest
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase, StreamingHttpResponse
from django.utils.cache import get_conditional_response
from django.utils.http import content_disposition_header

from inbox.models import Attachment, StoredFile
from messaging import thumbnails

log = structlog.get_logger(__name__)

CHUNK_BYTES = 65_536
RANGE = re.compile(r"bytes=(\d{0,18})-(\d{0,18})")
HEADERS = {
    # A file is nobody's page: no scripts, no forms, no origin, whatever it turns out to be.
    "Content-Security-Policy": "sandbox; default-src 'none'",
    "X-Content-Type-Options": "nosniff",
    "Cross-Origin-Resource-Policy": "same-origin",
    # It may be kept if asked for again each time: rights end.
    "Cache-Control": "private, no-cache",
    "Accept-Ranges": "bytes",
}


def serve_file(request: HttpRequest, file: Attachment) -> HttpResponseBase:
    """Answer with the file: in the page when it is a picture, sound or film, else to be saved.

    Raise Http404 while it has not come. Whether `request` may see it is the caller's to know.
    """
    if not file.is_ready:
        raise Http404
    is_shown = file.is_image or file.is_audio or file.is_video
    return _serve(
        request,
        file.storage_name,
        content_type=file.content_type,
        etag=f'"{file.sha256}"',
        disposition=content_disposition_header(not is_shown, file.download_name) or "attachment",
    )


def serve_thumbnail(request: HttpRequest, file: StoredFile) -> HttpResponseBase:
    """Answer with the small picture of a picture; raise Http404 where there is none."""
    if not file.has_thumbnail:
        raise Http404
    etag = f'"{file.sha256}-{file.thumbnail_width}"'
    return _serve(request, file.thumbnail_name, content_type=thumbnails.CONTENT_TYPE, etag=etag, disposition="inline")


def _serve(request: HttpRequest, name: str, *, content_type: str, etag: str, disposition: str) -> HttpResponseBase:
    headers = HEADERS | {"ETag": etag, "Content-Disposition": disposition}
    unchanged = get_conditional_response(request, etag=etag)
    if unchanged is not None:
        response: HttpResponseBase = unchanged
    elif settings.MEDIA_ACCEL:
        # The proxy sends the file, ranges and all; it puts the same headers on (deploy/nginx.conf).
        response = HttpResponse(content_type=content_type, headers={"X-Accel-Redirect": settings.MEDIA_ACCEL + name})
    else:
        response = _stream(request, name, content_type, etag)
    for header, value in headers.items():
        response[header] = value
    return response


def _stream(request: HttpRequest, name: str, content_type: str, etag: str) -> HttpResponseBase:
    try:
        size = default_storage.size(name)
    except FileNotFoundError as error:
        log.error("media.missing", name=name)
        raise Http404 from error
    # Of nothing there is no part: an empty file is always all of it.
    start, end = (_range(request, size, etag) if size else None) or (0, size)
    if start >= end and size:
        return HttpResponse(status=416, headers={"Content-Range": f"bytes */{size}"})
    parts = _parts(name, start, end)
    # Under ASGI Django would read a plain iterator to its end before it sends anything.
    content = _in_turn(parts) if isinstance(request, ASGIRequest) else parts
    response = StreamingHttpResponse(content, content_type=content_type)
    response["Content-Length"] = str(end - start)
    if end - start < size:
        response.status_code = 206
        response["Content-Range"] = f"bytes {start}-{end - 1}/{size}"
    return response


def _range(request: HttpRequest, size: int, etag: str) -> tuple[int, int] | None:
    """Return the one range asked for, its end excluded, empty where there is none; None for all of it."""
    asked = RANGE.fullmatch(request.headers.get("Range", "").replace(" ", ""))
    if not asked or request.headers.get("If-Range", etag) != etag:
        return None
    first, last = asked.groups()
    if first and last and int(last) < int(first):
        return None
    if first:
        return int(first), min(int(last) + 1, size) if last else size
    return (max(0, size - int(last)), size if int(last) else 0) if last else None


def _parts(name: str, start: int, end: int) -> Iterator[bytes]:
    with default_storage.open(name) as file:
        file.seek(start)
        left = end - start
        while left > 0 and (part := file.read(min(CHUNK_BYTES, left))):
            left -= len(part)
            yield part


async def _in_turn(parts: Iterator[bytes]) -> AsyncIterator[bytes]:
    following = sync_to_async(lambda: next(parts, None), thread_sensitive=False)
    while (part := await following()) is not None:
        yield part

"""How a file of ours is sent: Meta's table of types and sizes (Meta: section 7)."""

from __future__ import annotations

import mimetypes

from messaging import media

MB = 1024 * 1024
LARGEST = 100 * MB
"""What a document may have, and so any file."""
LARGEST_IMAGE, LARGEST_VIDEO, LARGEST_AUDIO = 5 * MB, 16 * MB, 16 * MB
LARGEST_STICKER, LARGEST_MOVING_STICKER = 100 * 1024, 500 * 1024
STICKER_SIDE = 512

IMAGES = frozenset({"image/jpeg", "image/png"})


def kind_of(head: bytes, content_type: str, size: int) -> str:
    """Return the kind of message that carries a file, by its first bytes; whatever is no other is a document."""
    if content_type in IMAGES and size <= LARGEST_IMAGE:
        return "image"
    if content_type in media.VIDEO and size <= LARGEST_VIDEO:
        return "video"
    if content_type in media.AUDIO and size <= LARGEST_AUDIO and (content_type != "audio/ogg" or b"OpusHead" in head):
        return "audio"
    if content_type == "image/webp" and _is_sticker(head, size):
        return "sticker"
    return "document"


def upload_type(content_type: str, filename: str) -> str:
    """Return the type Meta is told; where the bytes say nothing, the name's ending does."""
    if content_type != media.UNKNOWN:
        return content_type
    return mimetypes.guess_type(filename)[0] or "text/plain"


def _is_sticker(head: bytes, size: int) -> bool:
    is_moving = head[12:16] == b"VP8X" and bool(head[20] & 2)
    limit = LARGEST_MOVING_STICKER if is_moving else LARGEST_STICKER
    return size <= limit and _webp_size(head) == (STICKER_SIDE, STICKER_SIDE)


def _webp_size(head: bytes) -> tuple[int, int]:
    """Return width and height of a WebP by its head, in each of its three forms; zeros for none."""
    form, data = head[12:16], head[20:]
    if len(data) < 10:
        return 0, 0
    if form == b"VP8X":
        return 1 + int.from_bytes(data[4:7], "little"), 1 + int.from_bytes(data[7:10], "little")
    if form == b"VP8L":
        bits = int.from_bytes(data[1:5], "little")
        return 1 + (bits & 0x3FFF), 1 + (bits >> 14 & 0x3FFF)
    if form == b"VP8 ":
        width, height = int.from_bytes(data[6:8], "little"), int.from_bytes(data[8:10], "little")
        return width & 0x3FFF, height & 0x3FFF
    return 0, 0

"""The files customers send: clips that came with the simulator, drawings, and documents written here."""

from functools import cache
from pathlib import Path
from typing import NamedTuple

_CLIPS = Path(__file__).parent / "static" / "media"


class File(NamedTuple):
    """Bytes and their media type, as Meta names it."""

    mime_type: str
    content: bytes


@cache
def voice() -> File:
    """Return eight seconds of a synthetic voice: what a phone records."""
    return File("audio/ogg; codecs=opus", (_CLIPS / "voice.ogg").read_bytes())


@cache
def song() -> File:
    """Return four seconds of a tune."""
    return File("audio/mpeg", (_CLIPS / "song.mp3").read_bytes())


@cache
def video() -> File:
    """Return three seconds of a dress that swings."""
    return File("video/mp4", (_CLIPS / "video.mp4").read_bytes())


@cache
def pdf(title: str, lines: tuple[str, ...]) -> File:
    """Return a page of A4 with a title and some lines."""
    rows = [f"BT /F1 22 Tf 60 770 Td ({_escaped(title)}) Tj ET"]
    rows += [f"BT /F1 12 Tf 60 {730 - 22 * row} Td ({_escaped(line)}) Tj ET" for row, line in enumerate(lines)]
    drawn = "\n".join(rows).encode("cp1252", "replace")
    objects = (
        b"<< /Type /Catalog /Pages 2 0 R >>",
        b"<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
        b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Contents 4 0 R "
        b"/Resources << /Font << /F1 5 0 R >> >> >>",
        b"<< /Length %d >>\nstream\n%s\nendstream" % (len(drawn), drawn),
        b"<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica /Encoding /WinAnsiEncoding >>",
    )
    return File("application/pdf", _pdf_of(objects))


def _pdf_of(objects: tuple[bytes, ...]) -> bytes:
    """Return a file of these objects, numbered from 1, with the table of where they begin."""
    file, offsets = b"%PDF-1.4\n", []
    for number, one in enumerate(objects, start=1):
        offsets.append(len(file))
        file += b"%d 0 obj\n%s\nendobj\n" % (number, one)
    table = b"".join(b"%010d 00000 n \n" % offset for offset in offsets)
    size = len(objects) + 1
    end = b"trailer\n<< /Size %d /Root 1 0 R >>\nstartxref\n%d\n%%%%EOF\n" % (size, len(file))
    return file + b"xref\n0 %d\n0000000000 65535 f \n" % size + table + end


def _escaped(text: str) -> str:
    return text.replace("\\", "\\\\").replace("(", "\\(").replace(")", "\\)")

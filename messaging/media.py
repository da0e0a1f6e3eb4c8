"""What a file is, by its first bytes, and what may be done with it. The sender's word decides nothing.

Pictures, sound and film of the lists below may be shown in the page; whatever else comes is for download
only, and what nobody can tell is `application/octet-stream`.
"""

from __future__ import annotations

import re
import unicodedata

import filetype

UNKNOWN = "application/octet-stream"
HEAD_BYTES = 8_192
"""How much of a file `content_type` wants to see."""

# Each type with the endings that agree with it; the first is given where there is none.
IMAGES = {
    "image/jpeg": ("jpg", "jpeg", "jpe", "jfif"),
    "image/png": ("png",),
    "image/webp": ("webp",),
    "image/gif": ("gif",),
}
AUDIO = {
    "audio/ogg": ("ogg", "opus", "oga"),
    "audio/mpeg": ("mp3",),
    "audio/mp4": ("m4a", "mp4"),
    "audio/aac": ("aac",),
    "audio/amr": ("amr",),
}
VIDEO = {"video/mp4": ("mp4", "m4v"), "video/3gpp": ("3gp", "3gpp")}
OFFICE = "application/vnd.openxmlformats-officedocument"
DOCUMENTS = {
    "application/pdf": ("pdf",),
    "application/rtf": ("rtf",),
    "application/msword": ("doc", "dot"),
    "application/vnd.ms-excel": ("xls", "xlt"),
    "application/vnd.ms-powerpoint": ("ppt", "pps", "pot"),
    f"{OFFICE}.wordprocessingml.document": ("docx",),
    f"{OFFICE}.spreadsheetml.sheet": ("xlsx",),
    f"{OFFICE}.presentationml.presentation": ("pptx",),
    "application/vnd.oasis.opendocument.text": ("odt",),
    "application/vnd.oasis.opendocument.spreadsheet": ("ods",),
    "application/vnd.oasis.opendocument.presentation": ("odp",),
}
ENDINGS = IMAGES | AUDIO | VIDEO | DOCUMENTS

# A file that opens with one of these is markup to some browser, whatever else it is.
MARKUP = re.compile(rb"<(?:!doctype|html|head|body|script|svg|iframe|object|embed|math|\?php|xsl:|!\[cdata\[)", re.I)
XML = re.compile(rb"\s*<(?:\?xml|[a-z!])", re.I)
BYTE_ORDER_MARKS = ((b"\xef\xbb\xbf", "utf-8"), (b"\xff\xfe", "utf-16-le"), (b"\xfe\xff", "utf-16-be"))

# What a double click would run, on some system, where agents work.
RUN_BY_A_CLICK = frozenset(
    """
    ade adp apk app application appref-ms appx bas bat cab chm cmd com command cpl crt desktop dll dmg docm dotm
    exe gadget hlp hta htm html img inf ins iso isp jar jnlp js jse ksh lnk mad mam mht mhtml mjs msc msi msix msp
    mst ocx pif pkg potm ppam ppsm pptm ps1 ps1xml psd1 psm1 py pyc pyw rb reg rgs run scf scr sct settingcontent-ms
    sh shb shs shtml svg svgz swf sys terminal tmp u3p url vb vbe vbs vhd vhdx wasm webarchive website wim wsc wsf
    wsh xbap xht xhtml xlam xll xlsm xltm xpi xsl xslt
    """.split()  # noqa: SIM905 - words to read
)
RESERVED = re.compile(r"(?:con|prn|aux|nul|com\d|lpt\d)(?:\..*)?", re.I)
LONGEST_NAME = 120


def content_type(head: bytes, *, claimed: str = "") -> str:
    """Return what a file is, by its first HEAD_BYTES; UNKNOWN for all that is not in our lists.

    What was claimed only tells sound from film where both come in the same wrapping.
    """
    if not head or _is_markup(head):
        return UNKNOWN
    found = "video/3gpp" if head[4:11] == b"ftyp3gp" else filetype.guess_mime(head)
    if found == "video/mp4" and claimed.startswith("audio/"):
        return "audio/mp4"
    return found if found in ENDINGS else UNKNOWN


def download_name(filename: str, content_type: str, *, otherwise: str) -> str:
    """Return the name a file is saved under: the sender's, as far as it does no harm, else `otherwise`.

    No path, no control or direction marks, and an ending that agrees with the bytes.
    """
    stem = _plain(filename)
    if not stem or RESERVED.fullmatch(stem):
        stem = otherwise
    name, dot, ending = stem.rpartition(".")
    ending = ending.strip().lower() if dot and name else ""
    if content_type in ENDINGS:
        wanted = "" if ending in ENDINGS[content_type] else ENDINGS[content_type][0]
    else:
        wanted = "bin" if not ending or ending in RUN_BY_A_CLICK else ""
    return _shortened(stem, wanted)


def _is_markup(head: bytes) -> bool:
    for mark, encoding in BYTE_ORDER_MARKS:
        if head.startswith(mark):
            head = head[len(mark) :].decode(encoding, "ignore").encode("utf-8", "ignore")
            break
    # Two bytes a character without a mark: the zeros hide the words.
    return bool(XML.match(head) or MARKUP.search(head) or MARKUP.search(head.replace(b"\x00", b"")))


def _plain(filename: str) -> str:
    last = re.split(r"[/\\]", unicodedata.normalize("NFC", filename))[-1]
    # Cc controls, Cf direction and invisible marks, Co private, Cs halves, Zl and Zp line ends.
    seen = "".join(" " if unicodedata.category(letter) in ("Zs", "Zl", "Zp") else letter for letter in last)
    seen = "".join(letter for letter in seen if unicodedata.category(letter)[0] != "C" and letter not in '<>:"|?*%')
    return " ".join(seen.split()).strip(" .")


def _shortened(stem: str, wanted: str) -> str:
    """Keep the ending when a name is too long."""
    if wanted:
        return f"{stem[: LONGEST_NAME - len(wanted) - 1].rstrip(' .')}.{wanted}"
    if len(stem) <= LONGEST_NAME:
        return stem
    name, _, ending = stem.rpartition(".")
    return f"{name[: max(1, LONGEST_NAME - len(ending) - 1)].rstrip(' .')}.{ending[:20]}"

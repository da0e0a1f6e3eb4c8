"""A compiled catalogue that no longer says what its source says."""

import struct
from pathlib import Path

from local.translations import stale_catalogues

SOURCE = """\
msgid ""
msgstr "Content-Type: text/plain; charset=UTF-8\\n"

#: inbox/views.py:1
msgid "Reply"
msgstr "Responder"

#, python-format
msgid "%(count)s message"
msgid_plural "%(count)s messages"
msgstr[0] "%(count)s mensagem"
msgstr[1] ""
"%(count)s mensagens"

msgctxt "verb"
msgid "Close"
msgstr "Encerrar"

msgid "Untranslated"
msgstr ""

#, fuzzy
msgid "Guess"
msgstr "Chute"
"""
HEADER = "Content-Type: text/plain; charset=UTF-8\n"
COMPILED = {
    "": HEADER,
    "%(count)s message\0%(count)s messages": "%(count)s mensagem\0%(count)s mensagens",
    "Reply": "Responder",
    "verb\x04Close": "Encerrar",
}


def write(folder: Path, source: str, compiled: dict[str, str] | None) -> list[str]:
    place = folder / "pt_BR" / "LC_MESSAGES"
    place.mkdir(parents=True)
    (place / "django.po").write_text(source)
    if compiled is not None:
        (place / "django.mo").write_bytes(machine_object(compiled))
    return list(stale_catalogues(folder))


def machine_object(catalogue: dict[str, str]) -> bytes:
    keys = sorted(catalogue)
    texts = [key.encode() for key in keys] + [catalogue[key].encode() for key in keys]
    count = len(keys)
    offset = 28 + 16 * count
    table = b""
    for text in texts:
        table += struct.pack("<II", len(text), offset)
        offset += len(text) + 1
    header = struct.pack("<7I", 0x950412DE, 0, count, 28, 28 + 8 * count, 0, 0)
    return header + table + b"".join(text + b"\0" for text in texts)


def test_a_fresh_catalogue_is_silent(tmp_path: Path):
    assert write(tmp_path, SOURCE, COMPILED) == []


def test_another_translation_is_stale(tmp_path: Path):
    assert "is stale" in write(tmp_path, SOURCE.replace("Responder", "Enviar"), COMPILED)[0]


def test_a_missing_one_is_named(tmp_path: Path):
    assert "is missing" in write(tmp_path, SOURCE, None)[0]

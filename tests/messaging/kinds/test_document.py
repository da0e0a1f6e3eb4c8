"""Documents, read and sent; their names are hostile."""

from __future__ import annotations

import pytest

from messaging.facts import MediaRef
from messaging.kinds import document
from messaging.limits import Invalid


def test_it_reads_a_document():
    given = {"id": "4003", "filename": "Orçamento 7.pdf", "mime_type": "application/pdf", "caption": "Segue"}
    content = document.parse({"type": "document", "document": given})
    assert content == document.Document(
        filename="Orçamento 7.pdf",
        caption="Segue",
        media=MediaRef("4003", "application/pdf", "", "Orçamento 7.pdf"),
    )
    assert document.words(content) == "Segue · Orçamento 7.pdf"


@pytest.mark.parametrize(
    ("given", "expected"),
    [
        ("nota\u202efdp.exe", "notafdp.exe"),
        ("nota\r\nfiscal\t.pdf ", "nota fiscal .pdf"),
        ("a" * 300, "a" * 255),
        (None, ""),
        ({"a": 1}, ""),
    ],
)
def test_a_name_is_one_honest_line(given, expected):
    content = document.parse({"document": {"id": "1", "filename": given}})
    assert content.filename == expected
    assert content.media.filename == expected


@pytest.mark.parametrize(
    ("given", "expected"),
    [
        ({"filename": "nota.pdf"}, {"filename": "nota.pdf"}),
        ({"filename": "nota.pdf", "caption": "Segue"}, {"filename": "nota.pdf", "caption": "Segue"}),
    ],
)
def test_it_is_sent(given, expected):
    assert document.payload(**given) == expected


@pytest.mark.parametrize(
    ("given", "field"),
    [
        ({"filename": "a" * 256}, "filename"),
        ({"caption": "a" * 1025}, "caption"),
    ],
)
def test_what_meta_would_refuse_is_refused(given, field):
    with pytest.raises(Invalid) as refusal:
        document.payload(**given)
    assert refusal.value.field == field

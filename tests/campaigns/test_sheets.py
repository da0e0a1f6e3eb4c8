"""Lists as people have them: any program's CSV, and no line lost."""

from __future__ import annotations

import io

import pytest
from django.utils import translation
from hypothesis import given, settings
from hypothesis import strategies as st

from campaigns import sheets
from campaigns.refusals import EmptyList, IsASpreadsheet, TooLarge, TooManyColumns, TooManyRows
from campaigns.sheets import open_sheet


def read(content: bytes) -> tuple[list[str], list[tuple[int, list[str], bool]]]:
    sheet = open_sheet(io.BytesIO(content))
    return sheet.columns, [(row.line, row.cells, row.is_broken) for row in sheet.rows]


@pytest.mark.parametrize("delimiter", [";", ",", "\t"])
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp1252", "utf-16"])
@pytest.mark.parametrize("end", ["\n", "\r\n"])
def test_it_finds_out_how_a_file_is_written(encoding: str, delimiter: str, end: str):
    lines = ["telefone|nome|endereço", "11987650001|João|Rua A", '11987650002|"Ção | Cia"|"Rua ""B"""']
    content = end.join(lines).replace("|", delimiter).encode(encoding)
    assert read(content) == (
        ["telefone", "nome", "endereço"],
        [
            (2, ["11987650001", "João", "Rua A"], False),
            (3, ["11987650002", f"Ção {delimiter} Cia", 'Rua "B"'], False),
        ],
    )


def test_columns_have_names_of_their_own():
    with translation.override("pt-br"):
        assert read(b"fone;;nome;nome\n1;2;3;4\n")[0] == ["fone", "Coluna 2", "nome", "nome (2)"]


def test_lines_with_other_cells_than_the_header_are_told_with_their_place():
    _, rows = read(b"fone;nome\n1;a\n\n2\n3;c;d\n4;e\n")
    assert rows == [(2, ["1", "a"], False), (4, ["2"], True), (5, ["3", "c", "d"], True), (6, ["4", "e"], False)]


def test_a_cell_may_have_line_breaks():
    _, rows = read(b'nome;fone\n"Ana\nMaria";1\nBia;2\n')
    assert rows == [(2, ["Ana\nMaria", "1"], False), (4, ["Bia", "2"], False)]


@pytest.mark.parametrize("fault", ['1;"a', '1;"a;b', '"1;a'])
def test_a_quotation_mark_that_nothing_closes_swallows_no_line(fault: str):
    content = f'fone;nome\n{fault}\n2;b\n3;"c"\n4;d\n'.encode()
    _, rows = read(content)
    assert [(line, broken) for line, _cells, broken in rows][1:] == [(3, False), (4, False), (5, False)]
    assert rows[0][0] == 2


@settings(max_examples=200, deadline=None)
@given(st.lists(st.text(alphabet='a1;"\n\r ,\t\0é', max_size=12), max_size=12))
def test_every_line_with_something_in_it_is_in_some_row(parts: list[str]):
    content = "\n".join(["fone;nome", *parts])
    try:
        sheet = open_sheet(io.BytesIO(content.encode()))
        told = "".join(cell for row in sheet.rows for cell in row.cells)
    except EmptyList:
        told = ""
    body = content.split("\n", 1)[1] if "\n" in content else ""
    for letter in "a1é":
        assert told.count(letter) == body.count(letter)


def test_what_is_no_list_says_why(monkeypatch: pytest.MonkeyPatch):
    for content, refusal in (
        (b"PK\x03\x04rest", IsASpreadsheet),
        (b"", EmptyList),
        (b"\n\n", EmptyList),
        (b"fone;nome\n;\n", EmptyList),
        (b";".join([b"a"] * 61) + b"\n1\n", TooManyColumns),
    ):
        with pytest.raises(refusal):
            read(content)
    monkeypatch.setattr(sheets, "MAX_BYTES", 20)
    with pytest.raises(TooLarge):
        read(b"fone\n" + b"1" * 16)
    monkeypatch.setattr(sheets, "MAX_ROWS", 2)
    assert len(read(b"fone\n1\n2\n")[1]) == 2
    with pytest.raises(TooManyRows):
        read(b"fone\n1\n2\n3\n")

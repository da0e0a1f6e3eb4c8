"""What a file is called when it is saved, what its sum is, and small pictures of it."""

from __future__ import annotations

import hashlib
import os
import unicodedata
from pathlib import Path

import pytest
from PIL import Image

from messaging import media, thumbnails
from messaging.media import UNKNOWN, content_type, download_name

DIGEST = hashlib.sha256(b"x").digest()

NAMES = {
    ("boleto.pdf", "application/pdf"): "boleto.pdf",
    ("Relatório 2026 – março.PDF", "application/pdf"): "Relatório 2026 – março.PDF",
    ("foto.jpeg", "image/jpeg"): "foto.jpeg",
    ("foto", "image/jpeg"): "foto.jpg",
    ("foto.png", "image/jpeg"): "foto.png.jpg",
    ("foto.jpg.exe", "image/jpeg"): "foto.jpg.exe.jpg",
    ("boleto.pdf.exe", UNKNOWN): "boleto.pdf.exe.bin",
    ("boleto.pdf.EXE ", UNKNOWN): "boleto.pdf.EXE.bin",
    ("boleto.exe.", UNKNOWN): "boleto.exe.bin",
    ("boleto.e\u200bxe", UNKNOWN): "boleto.exe.bin",
    ("boleto\u202efdp.exe", UNKNOWN): "boletofdp.exe.bin",
    ("pagina.html", UNKNOWN): "pagina.html.bin",
    ("planilha.csv", UNKNOWN): "planilha.csv",
    ("nota.xml", UNKNOWN): "nota.xml",
    ("sem ending", UNKNOWN): "sem ending.bin",
    ("../../etc/passwd", UNKNOWN): "passwd.bin",
    ("C:\\Windows\\system32\\cmd.exe", UNKNOWN): "cmd.exe.bin",
    ("/", "application/pdf"): "whatsapp-1.pdf",
    ("..", "application/pdf"): "whatsapp-1.pdf",
    (".htaccess", UNKNOWN): "htaccess.bin",
    ("", "image/png"): "whatsapp-1.png",
    ("", UNKNOWN): "whatsapp-1.bin",
    ("CON", UNKNOWN): "whatsapp-1.bin",
    ("nul.pdf", "application/pdf"): "whatsapp-1.pdf",
    ("a\r\nContent-Type: text/html.pdf", "application/pdf"): "html.pdf",
    ('a"; filename="b.exe', UNKNOWN): "a; filename=b.exe.bin",
    ("a\x00b.pdf", "application/pdf"): "ab.pdf",
    ("a   b.pdf", "application/pdf"): "a b.pdf",
    ("x" * 300 + ".pdf", "application/pdf"): "x" * 116 + ".pdf",
    ("x" * 300, "application/pdf"): "x" * 116 + ".pdf",
    ("a." + "y" * 300, UNKNOWN): "a." + "y" * 20,
}


@pytest.mark.parametrize(("given", "kind"), NAMES)
def test_a_name_to_save_under(given: str, kind: str):
    name = download_name(given, kind, otherwise="whatsapp-1")
    assert name == NAMES[given, kind]
    assert not {unicodedata.category(letter) for letter in name} & {"Cc", "Cf", "Cs", "Co", "Zl", "Zp"}
    assert len(name) <= media.LONGEST_NAME and "/" not in name and not name.startswith(".")


@pytest.mark.parametrize("ending", sorted(media.RUN_BY_A_CLICK))
def test_nothing_that_a_click_runs_keeps_its_ending(ending: str):
    for given in (f"a.{ending}", f"a.pdf.{ending.upper()}", f"a.{ending} .", f"a.\u202e{ending}"):
        assert download_name(given, UNKNOWN, otherwise="x").endswith(".bin")


def test_a_claim_does_not_make_a_type():
    assert content_type(b"alert(1)", claimed="image/jpeg") == UNKNOWN
    assert content_type(b"\x89PNG\r\n\x1a\n", claimed="audio/mp4") == "image/png"


def test_a_thumbnail_is_small_and_upright(tmp_path: Path):
    exif = Image.Exif()
    exif[0x0112] = 6
    Image.new("RGB", (1000, 500), "red").save(tmp_path / "wide.jpg", exif=exif)
    assert thumbnails.make(tmp_path / "wide.jpg", tmp_path / "small") == (240, 480)
    with Image.open(tmp_path / "small") as small:
        assert (small.format, small.size) == ("WEBP", (240, 480))


def test_a_small_picture_stays_as_it_is(tmp_path: Path):
    Image.new("RGBA", (30, 20), (1, 2, 3, 0)).save(tmp_path / "a.png")
    assert thumbnails.make(tmp_path / "a.png", tmp_path / "small") == (30, 20)
    with Image.open(tmp_path / "small") as small:
        assert small.mode == "RGBA"


def test_too_many_pixels_are_not_unpacked(tmp_path: Path):
    Image.new("1", (10_000, 5_001)).save(tmp_path / "a.png")
    assert thumbnails.make(tmp_path / "a.png", tmp_path / "small") is None
    assert not (tmp_path / "small").exists()


def test_a_picture_that_needs_too_much_memory_ends_its_child_alone(tmp_path: Path, monkeypatch):
    source = Path(thumbnails.__file__).read_text()
    poor = tmp_path / "poor.py"
    poor.write_text(source.replace("MOST_MEMORY = 768 * 1024 * 1024", "MOST_MEMORY = 150 * 1024 * 1024"))
    Image.new("RGB", (7_000, 7_000)).save(tmp_path / "a.png")
    assert thumbnails.make(tmp_path / "a.png", tmp_path / "small") is not None
    monkeypatch.setattr(thumbnails, "__file__", str(poor))
    assert thumbnails.make(tmp_path / "a.png", tmp_path / "small") is None


def test_a_child_that_hangs_is_ended(tmp_path: Path, monkeypatch):
    os.mkfifo(tmp_path / "nobody-writes")
    monkeypatch.setattr(thumbnails, "WAIT_SECONDS", 0.3)
    assert thumbnails.make(tmp_path / "nobody-writes", tmp_path / "small") is None


def test_the_child_knows_no_secrets(tmp_path: Path, monkeypatch):
    spy = tmp_path / "spy.py"
    spy.write_text("import os, sys\nprint(len([n for n in os.environ if n not in ('LC_CTYPE',)]) + 7, 9)\n")
    monkeypatch.setattr(thumbnails, "__file__", str(spy))
    assert thumbnails.make(tmp_path / "x", tmp_path / "small") == (7, 9)


@pytest.mark.parametrize("name", ["missing", "folder"])
def test_what_is_no_file_has_no_thumbnail(name: str, tmp_path: Path):
    (tmp_path / "folder").mkdir()
    assert thumbnails.make(tmp_path / name, tmp_path / "small") is None

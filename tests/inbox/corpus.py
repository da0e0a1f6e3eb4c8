"""Files that people send, some of them meaning harm; each made here, none kept as bytes."""

from __future__ import annotations

import gzip
import io
import random
import struct
import zipfile
import zlib
from dataclasses import dataclass

from PIL import Image

from messaging.media import OFFICE, UNKNOWN

JPEG, PNG, GIF, WEBP = "image/jpeg", "image/png", "image/gif", "image/webp"
SCRIPT = b"<script>parent.postMessage(document.cookie)</script>"
HTML = b"<!DOCTYPE html><html><body>" + SCRIPT + b"</body></html>"
SVG = b'<svg xmlns="http://www.w3.org/2000/svg" onload="alert(1)"><script>alert(1)</script></svg>'
DRAWN = Image.effect_mandelbrot((600, 400), (-2, -1, 1, 1), 20).convert("RGB")


@dataclass(frozen=True)
class Sent:
    """A file as it is sent, and what must become of it: its type, and whether a page may show it."""

    content: bytes
    claimed: str
    filename: str
    found: str = UNKNOWN
    shown: bool = False


def picture(kind: str, image: Image.Image = DRAWN, **options: object) -> bytes:
    out = io.BytesIO()
    image.save(out, kind, **options)
    return out.getvalue()


def chunk(name: bytes, data: bytes) -> bytes:
    return struct.pack(">I", len(data)) + name + data + struct.pack(">I", zlib.crc32(name + data))


def png(width: int, height: int, *, data: bytes, before: bytes = b"") -> bytes:
    """A PNG that says of itself what it likes."""
    head = chunk(b"IHDR", struct.pack(">IIBBBBB", width, height, 1, 0, 0, 0, 0))
    return b"\x89PNG\r\n\x1a\n" + head + before + chunk(b"IDAT", zlib.compress(data, 1)) + chunk(b"IEND", b"")


def located() -> bytes:
    """A photograph, turned, that tells where it was taken: in EXIF and in XMP."""
    exif = Image.Exif()
    exif[0x0112], exif[0x010F], exif[0x8825] = 6, "Fabricante", {1: "S", 2: (23.0, 33.0, 1.0), 3: "W"}
    return picture("JPEG", exif=exif, xmp=b"<x:xmpmeta><exif:GPSLatitude>23,33S</exif:GPSLatitude></x:xmpmeta>")


def packed(*names: str, content: bytes = b"x") -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as file:
        for name in names:
            file.writestr(name, content)
    return out.getvalue()


def office(folder: str) -> bytes:
    return packed("[Content_Types].xml", "_rels/.rels", f"{folder}/document.xml", f"{folder}/other.xml")


def boxed(brand: bytes) -> bytes:
    """The beginning of an MP4 of some sort."""
    return struct.pack(">I", 24) + b"ftyp" + brand + b"\0\0\2\0" + brand + b"isom" + struct.pack(">I", 8) + b"mdat"


NOISE = random.Random(7).randbytes(4000)
OGG = b"OggS\0\2" + bytes(20) + b"\1\x13OpusHead\1\1" + NOISE
MP3 = b"ID3\4\0\0\0\0\0\0" + NOISE
PDF = b"%PDF-1.7\n1 0 obj\n<</Type/Catalog>>\nendobj\n%%EOF"
OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600)
EXE = b"MZ\x90\0" + bytes(60) + b"PE\0\0" + NOISE


HARMLESS = {
    "a photograph": Sent(picture("JPEG"), JPEG, "", JPEG, shown=True),
    "a photograph that says where": Sent(located(), JPEG, "", JPEG, shown=True),
    "a photograph in print colours": Sent(picture("JPEG", DRAWN.convert("CMYK")), JPEG, "", JPEG, shown=True),
    "a photograph with broken EXIF": Sent(picture("JPEG", exif=b"Exif\0\0II*\0\xff\xff"), JPEG, "", JPEG, shown=True),
    "a photograph of one pixel": Sent(picture("JPEG", Image.new("RGB", (1, 1))), JPEG, "", JPEG, shown=True),
    "a png": Sent(picture("PNG"), PNG, "", PNG, shown=True),
    "a png made by hand": Sent(png(9, 9, data=b"\0\0\0" * 9), PNG, "", PNG, shown=True),
    "a png one can see through": Sent(picture("PNG", DRAWN.convert("RGBA")), PNG, "", PNG, shown=True),
    "a png of 16 bits": Sent(picture("PNG", Image.new("I;16", (9, 9))), PNG, "", PNG, shown=True),
    "a gif": Sent(picture("GIF"), GIF, "", GIF, shown=True),
    "a sticker": Sent(picture("WEBP"), WEBP, "", WEBP, shown=True),
    "a sticker that moves": Sent(
        picture("WEBP", save_all=True, append_images=[DRAWN.rotate(9)], duration=90), WEBP, "", WEBP, shown=True
    ),
    "a png sent as a jpeg": Sent(picture("PNG"), JPEG, "foto.jpg", PNG, shown=True),
    "a voice note": Sent(OGG, "audio/ogg; codecs=opus", "", "audio/ogg", shown=True),
    "music": Sent(MP3, "audio/mpeg", "música.mp3", "audio/mpeg", shown=True),
    "a voice note of an iPhone": Sent(boxed(b"M4A "), "audio/mp4", "", "audio/mp4", shown=True),
    "sound wrapped as film": Sent(boxed(b"mp42"), "audio/mp4", "", "audio/mp4", shown=True),
    "sound for old telephones": Sent(b"#!AMR\n" + NOISE, "audio/amr", "", "audio/amr", shown=True),
    "raw aac": Sent(b"\xff\xf1" + NOISE, "audio/aac", "", "audio/aac", shown=True),
    "a film": Sent(boxed(b"isom"), "video/mp4", "", "video/mp4", shown=True),
    "a film for old telephones": Sent(boxed(b"3gp4"), "video/3gpp", "", "video/3gpp", shown=True),
    "a pdf": Sent(PDF, "application/pdf", "boleto.pdf", "application/pdf"),
    "a word document": Sent(office("word"), "application/x", "c.docx", f"{OFFICE}.wordprocessingml.document"),
    "a spreadsheet": Sent(office("xl"), "application/x", "c.xlsx", f"{OFFICE}.spreadsheetml.sheet"),
    "an invoice in xml": Sent(b"<?xml version='1.0'?><nfeProc/>", "text/xml", "nota.xml"),
    "a table as text": Sent(b"nome;fone\nAna;1\n", "text/csv", "clientes.csv"),
    "a zip": Sent(packed("a.txt"), "application/zip", "a.zip"),
    "nothing": Sent(b"", JPEG, "foto.jpg"),
    "one byte": Sent(b"\xff", JPEG, "foto.jpg"),
    "noise": Sent(NOISE, JPEG, "foto.jpg"),
}

MARKUP = {
    "html as jpeg": Sent(HTML, JPEG, "foto.jpg"),
    "html as audio": Sent(HTML, "audio/ogg", "voz.ogg"),
    "html as itself": Sent(HTML, "text/html", "pagina.html"),
    "html in capitals": Sent(HTML.upper(), JPEG, "foto.jpg"),
    "html after blanks": Sent(b"\n\t  " + HTML, PNG, "foto.png"),
    "html after a comment": Sent(b"<!-- -->" + HTML, PNG, "foto.png"),
    "html with a mark": Sent(b"\xef\xbb\xbf" + HTML, PNG, "foto.png"),
    "html in utf-16": Sent(HTML.decode().encode("utf-16"), PNG, "foto.png"),
    "html in utf-16, big end first": Sent(b"\xfe\xff" + HTML.decode().encode("utf-16-be"), PNG, "foto.png"),
    "html in utf-16 without a mark": Sent(HTML.decode().encode("utf-16-le"), PNG, "foto.png"),
    "html in utf-7": Sent(b"+ADw-script+AD4-alert(1)+ADw-/script+AD4-", PNG, "foto.png"),
    "a page of one tag": Sent(b"<a href='javascript:alert(1)'>x</a>", GIF, "x.gif"),
    "svg as png": Sent(SVG, PNG, "logo.png"),
    "svg as itself": Sent(SVG, "image/svg+xml", "logo.svg"),
    "svg after its declaration": Sent(b'<?xml version="1.0"?>' + SVG, "image/svg+xml", "logo.svg"),
    "svg, packed": Sent(gzip.compress(SVG), "image/svg+xml", "logo.svgz"),
    "xml with an entity bomb": Sent(b'<!DOCTYPE x [<!ENTITY a "aaaa">]><x>&a;</x>', "text/xml", "x.xml"),
    "xslt": Sent(b'<?xml-stylesheet type="text/xsl" href="#"?><x/>', "text/xml", "x.xsl"),
    "mhtml": Sent(b"MIME-Version: 1.0\r\nContent-Type: text/html\r\n\r\n" + HTML, JPEG, "x.mht"),
    "php": Sent(b"<?php system($_GET[0]); ?>", JPEG, "x.php"),
    "javascript": Sent(b"alert(document.cookie)", "application/javascript", "x.js"),
    "a contact card": Sent(b"BEGIN:VCARD\nNOTE:" + SCRIPT + b"\nEND:VCARD", "text/vcard", "x.vcf"),
}

TWO_THINGS = {
    "gif and javascript": Sent(b"GIF89a/*" + b"\0" * 40 + b"*/=1;alert(1)", GIF, "x.gif", GIF),
    "a whole gif, then javascript": Sent(picture("GIF") + b"*/=1;alert(1)//", GIF, "x.gif", GIF, shown=True),
    "gif and html": Sent(b"GIF89a" + HTML, GIF, "x.gif"),
    "a whole gif with html in a comment": Sent(picture("GIF", comment=SCRIPT), GIF, "x.gif"),
    "jpeg with html in a comment": Sent(picture("JPEG", comment=HTML), JPEG, "x.jpg"),
    "png with html in its text": Sent(png(1, 1, data=b"\0\0", before=chunk(b"tEXt", b"a\0" + HTML)), PNG, "x.png"),
    "bmp and javascript": Sent(b"BM/*" + b"\0" * 60 + b"*/=1;", "image/bmp", "x.bmp"),
    "mp3 and html": Sent(b"ID3\4\0\0\0\0\0\0" + HTML, "audio/mpeg", "x.mp3"),
    "film and html": Sent(boxed(b"isom") + HTML, "video/mp4", "x.mp4"),
    "pdf and html": Sent(PDF + HTML, "application/pdf", "x.pdf"),
    "jpeg, then a zip": Sent(picture("JPEG") + packed("a.class"), JPEG, "x.jpg", JPEG, shown=True),
    "ogg and javascript": Sent(b"OggS=1;alert(1)//", "audio/ogg", "x.ogg", "audio/ogg", shown=True),
    "a flash film": Sent(b"FWS\x08" + NOISE, JPEG, "x.jpg"),
}

TO_BE_RUN = {
    "a program": Sent(EXE, "application/pdf", "boleto.pdf.exe"),
    "a program as jpeg": Sent(EXE, JPEG, "foto.jpg"),
    "a program whose name reads backwards": Sent(EXE, "application/pdf", "boleto\u202efdp.exe"),
    "a program with blanks in its name": Sent(EXE, "application/pdf", "boleto.pdf" + " " * 80 + ".scr"),
    "a jpeg called a program": Sent(picture("JPEG"), JPEG, "foto.jpg.exe", JPEG, shown=True),
    "an elf": Sent(b"\x7fELF\2\1\1" + NOISE, "application/octet-stream", "x"),
    "a shell script": Sent(b"#!/bin/sh\nrm -rf ~\n", "text/plain", "leia.sh"),
    "a windows script": Sent(b'CreateObject("WScript.Shell")', "text/plain", "nota.txt.vbs"),
    "a shortcut": Sent(b"L\0\0\0\1\x14\2\0" + bytes(80), "application/pdf", "boleto.pdf.lnk"),
    "a java archive": Sent(packed("META-INF/MANIFEST.MF"), "application/zip", "x.jar"),
    "an android program": Sent(packed("AndroidManifest.xml", "classes.dex"), "application/zip", "x.apk"),
    "web assembly": Sent(b"\0asm\1\0\0\0", "application/wasm", "x.wasm"),
    "an old word document": Sent(OLE, "application/msword", "c.doc"),
}

BOMBS = {
    "a png of 30,000 by 30,000": Sent(
        png(30_000, 30_000, data=b"\0" * 3751 * 30_000), PNG, "x.png", PNG
    ),
    "a png that says 2 billion by 2 billion": Sent(png(2**31 - 1, 2**31 - 1, data=b"\0"), PNG, "x.png", PNG),
    "a png of no width": Sent(png(0, 9, data=b"\0"), PNG, "x.png", PNG),
    "a png whose profile is a bomb": Sent(
        png(9, 9, data=b"\0\0\0" * 9, before=chunk(b"iCCP", b"a\0\0" + zlib.compress(bytes(90_000_000), 9))),
        PNG, "x.png", PNG,
    ),
    "a png whose text is a bomb": Sent(
        png(9, 9, data=b"\0\0\0" * 9, before=chunk(b"zTXt", b"a\0\0" + zlib.compress(bytes(90_000_000), 9))),
        PNG, "x.png", PNG,
    ),
    "a png with wrong sums": Sent(picture("PNG").replace(b"IDAT", b"IDAT\0", 1), PNG, "x.png", PNG),
    "a gif of 65,535 by 65,535": Sent(b"GIF89a\xff\xff\xff\xff\0\0\0;", GIF, "x.gif", GIF),
    "a webp of 16,383 by 16,383": Sent(picture("WEBP", Image.new("L", (16_383, 2_000)), method=0)[:30]
                                       + NOISE, WEBP, "x.webp", WEBP),
    "half a jpeg": Sent(picture("JPEG")[:4000], JPEG, "x.jpg", JPEG),
    "the head of a jpeg": Sent(picture("JPEG")[:20], JPEG, "x.jpg", JPEG),
    "half a png": Sent(picture("PNG")[:5000], PNG, "x.png", PNG),
    "half a webp": Sent(picture("WEBP")[:2000], WEBP, "x.webp", WEBP),
    "a zip bomb": Sent(packed("a", content=bytes(50_000_000)), "application/zip", "x.zip"),
    "a zip bomb as jpeg": Sent(packed("a", content=bytes(9_000_000)), JPEG, "x.jpg"),
    "a gzip bomb": Sent(gzip.compress(bytes(50_000_000)), JPEG, "x.jpg"),
    "a tiff": Sent(picture("TIFF", DRAWN.resize((9, 9))), "image/tiff", "x.tif"),
    "an icon": Sent(picture("ICO", DRAWN.resize((16, 16))), "image/x-icon", "x.ico"),
    "postscript": Sent(b"%!PS-Adobe-3.0 EPSF-3.0\n(x) run\n", JPEG, "x.jpg"),
    "a playlist that includes": Sent(b"#EXTM3U\n#EXTINF:1,\nfile:///etc/passwd\n", "video/mp4", "x.mp4"),
}  # fmt: skip

FILES = HARMLESS | MARKUP | TWO_THINGS | TO_BE_RUN | BOMBS

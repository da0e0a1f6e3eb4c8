"""The pictures customers send, drawn here so that nothing comes from elsewhere: JPEG, PNG and WebP."""

import io
import math
import zlib
from collections.abc import Callable
from functools import cache

from PIL import Image, ImageDraw, ImageFilter

Colour = tuple[int, int, int]
Drawing = tuple[str, bytes]  # media type and bytes

PALETTES: tuple[tuple[Colour, Colour, Colour], ...] = (
    ((238, 228, 214), (198, 178, 156), (58, 92, 142)),
    ((226, 234, 228), (164, 188, 172), (168, 74, 92)),
    ((236, 230, 240), (182, 168, 196), (74, 122, 104)),
    ((240, 232, 220), (206, 172, 132), (122, 78, 138)),
)
SIZES = ((1200, 900), (900, 1200), (1080, 1080))
STICKER_SIZE = 512
STICKER_FRAMES = 8


@cache
def photo(subject: str) -> Drawing:
    """Return a JPEG about the subject: always the same for the same words, in one of several sizes."""
    number = zlib.crc32(subject.encode())
    drawing, size, palette = SUBJECTS[number % len(SUBJECTS)], SIZES[number // 7 % len(SIZES)], number % len(PALETTES)
    if any(word in subject.lower() for word in ("costura", "vestido")):
        drawing, size, palette = dress, SIZES[1], 0
    picture = drawing(size, PALETTES[palette])
    return "image/jpeg", _saved(picture, "JPEG", quality=82)


@cache
def screenshot() -> Drawing:
    """Return a PNG of a phone's page: a payment that went through."""
    picture = Image.new("RGB", (720, 1280), (246, 248, 250))
    pen = ImageDraw.Draw(picture)
    pen.rectangle((0, 0, 720, 150), fill=(44, 92, 130))
    pen.text((40, 70), "Comprovante", font_size=44, fill="white")
    pen.ellipse((290, 220, 430, 360), fill=(46, 140, 90))
    pen.line((325, 292, 352, 320, 398, 262), fill="white", width=14, joint="curve")
    lines = ("Pix enviado", "R$ 189,90", "Para: Loja Aurora", "Pedido 8812", "Hoje, 15:42")
    for row, line in enumerate(lines):
        pen.text((360, 440 + row * 90), line, font_size=56 if row == 1 else 38, fill=(40, 52, 60), anchor="mm")
    return "image/png", _saved(picture, "PNG", optimize=True)


@cache
def sticker(*, animated: bool) -> Drawing:
    """Return a WebP of a smiling sun with a clear ground, turning when animated."""
    if not animated:
        return "image/webp", _saved(_sun(0), "WEBP", quality=80)
    frames = [_sun(math.tau / 12 * frame / STICKER_FRAMES) for frame in range(STICKER_FRAMES)]
    more = {"save_all": True, "append_images": frames[1:], "duration": 90, "loop": 0, "quality": 60}
    return "image/webp", _saved(frames[0], "WEBP", **more)


def _wall(size: tuple[int, int], light: Colour, dark: Colour) -> Image.Image:
    """Return a wall lit from the left with a floor."""
    width, height = size
    shade = Image.linear_gradient("L").rotate(90).resize(size)
    wall = Image.composite(Image.new("RGB", size, dark), Image.new("RGB", size, light), shade)
    pen = ImageDraw.Draw(wall)
    pen.rectangle((0, int(height * 0.86), width, height), fill=tuple(part * 3 // 4 for part in dark))
    return wall


def dress(size: tuple[int, int], palette: tuple[Colour, Colour, Colour], *, turn: float = 0.0) -> Image.Image:
    """Return a dress on a hanger whose seam has come open; turn (-1 to 1) moves its hem."""
    light, dark, cloth = palette
    picture = _wall(size, light, dark)
    width, height = size

    def at(x: float, y: float) -> tuple[float, float]:
        return width * (x + turn * 0.06 * y), height * y

    shadow = Image.new("L", size)
    shape = [at(*point) for point in DRESS]
    ImageDraw.Draw(shadow).polygon([(x + width * 0.03, y + height * 0.02) for x, y in shape], fill=90)
    picture.paste((40, 34, 30), mask=shadow.filter(ImageFilter.GaussianBlur(width / 60)))
    pen = ImageDraw.Draw(picture)
    pen.line([at(0.5, 0.06), at(0.5, 0.13), at(0.34, 0.2), at(0.66, 0.2), at(0.5, 0.13)], fill=(90, 74, 60), width=9)
    pen.polygon(shape, fill=cloth)
    for fold in (0.40, 0.47, 0.55, 0.62):
        pen.line(
            [at(0.5 + (fold - 0.5) * 0.6, 0.5), at(fold, 0.8)], fill=tuple(part * 4 // 5 for part in cloth), width=6
        )
    seam = [at(0.602, 0.36), at(0.588, 0.42), at(0.594, 0.48), at(0.612, 0.43)]
    pen.polygon(seam, fill=light)
    pen.line([at(0.602, 0.36), at(0.612, 0.43), at(0.594, 0.48)], fill=(60, 30, 30), width=4)
    return picture


DRESS = (
    (0.40, 0.19), (0.45, 0.25), (0.55, 0.25), (0.60, 0.19), (0.62, 0.30), (0.59, 0.46), (0.70, 0.82),
    (0.30, 0.82), (0.41, 0.46), (0.38, 0.30),
)  # fmt: skip


def _storefront(size: tuple[int, int], palette: tuple[Colour, Colour, Colour]) -> Image.Image:
    """Return a shop window at dusk."""
    light, dark, accent = palette
    width, height = size
    shade = Image.linear_gradient("L").resize(size)
    picture = Image.composite(Image.new("RGB", size, light), Image.new("RGB", size, (74, 88, 122)), shade)
    pen = ImageDraw.Draw(picture)
    pen.rectangle((width * 0.1, height * 0.3, width * 0.9, height * 0.9), fill=dark)
    pen.rectangle((width * 0.16, height * 0.46, width * 0.58, height * 0.82), fill=(252, 236, 190))
    pen.rectangle((width * 0.64, height * 0.46, width * 0.84, height * 0.9), fill=(92, 72, 60))
    for stripe in range(10):
        left = width * (0.1 + 0.08 * stripe)
        colour = accent if stripe % 2 else (250, 246, 240)
        pen.rectangle((left, height * 0.3, left + width * 0.08, height * 0.41), fill=colour)
    return picture.filter(ImageFilter.GaussianBlur(1.2))


def _fabric(size: tuple[int, int], palette: tuple[Colour, Colour, Colour]) -> Image.Image:
    """Return a woven cloth from close by."""
    light, _, cloth = palette
    picture = Image.new("RGB", size, cloth)
    pen = ImageDraw.Draw(picture, "RGBA")
    for x in range(0, size[0] + size[1], 36):
        pen.line((x, 0, x - size[1], size[1]), fill=(*light, 90), width=10)
        pen.line((x - size[1], 0, x, size[1]), fill=(20, 20, 30, 60), width=6)
    shine = Image.radial_gradient("L").resize(size).point(lambda level: level // 2)
    picture.paste((16, 14, 20), mask=shine)
    return picture


def _sun(turn: float) -> Image.Image:
    picture = Image.new("RGBA", (STICKER_SIZE, STICKER_SIZE))
    pen = ImageDraw.Draw(picture)
    for ray in range(12):
        angle = turn + math.tau * ray / 12
        x, y = math.cos(angle), math.sin(angle)
        pen.line((256 + 150 * x, 256 + 150 * y, 256 + 225 * x, 256 + 225 * y), fill=(245, 176, 40), width=30)
    pen.ellipse((112, 112, 400, 400), fill=(255, 205, 66), outline=(245, 176, 40), width=8)
    for left in (192, 290):
        pen.ellipse((left, 205, left + 30, 250), fill=(74, 52, 30))
    pen.arc((180, 215, 332, 335), 20, 160, fill=(74, 52, 30), width=13)
    return picture


def _saved(picture: Image.Image, form: str, **more: object) -> bytes:
    file = io.BytesIO()
    picture.save(file, form, **more)
    return file.getvalue()


SUBJECTS: tuple[Callable[..., Image.Image], ...] = (_storefront, _fabric)

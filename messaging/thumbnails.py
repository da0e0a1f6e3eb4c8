"""Small pictures of pictures, made by a child process that can do no harm and knows no secrets.

Decoders of pictures are where files attack: the child has little memory, little time and no environment,
and gives up on whatever is odd. It imports nothing of ours, so it starts quickly.
"""

from __future__ import annotations

import contextlib
import subprocess
import sys
import threading
import warnings
from pathlib import Path

FORMATS = ("JPEG", "PNG", "WEBP", "GIF")
CONTENT_TYPE = "image/webp"
LONGEST_SIDE = 480
MOST_PIXELS = 50_000_000
"""What a decoder may unpack: the largest photograph of a telephone, hardly more."""
MOST_MEMORY = 768 * 1024 * 1024
MOST_SECONDS = 10
WAIT_SECONDS = 30.0
MOST_OUTPUT = 2 * 1024 * 1024

_slots = threading.BoundedSemaphore(2)


def make(picture: Path, target: Path) -> tuple[int, int] | None:
    """Write a WebP of at most 480 pixels a side to `target` and return its size; None when it cannot be had.

    It is turned as EXIF says and carries none of what else the picture tells of its taker.
    """
    # Isolated, by its file: nothing beside it and nothing of the environment is imported.
    command = [sys.executable, "-I", __file__, str(picture), str(target)]
    try:
        with _slots:
            done = subprocess.run(command, env={}, capture_output=True, timeout=WAIT_SECONDS, check=False)
        width, height = map(int, done.stdout.split()) if done.returncode == 0 else (0, 0)
    except (OSError, ValueError, subprocess.TimeoutExpired):
        return None
    return (width, height) if 0 < width <= LONGEST_SIDE and 0 < height <= LONGEST_SIDE else None


def main(picture: str, target: str) -> None:
    """Make one thumbnail and print its size; whatever is raised here ends the child and nothing else."""
    _limit()
    # Pillow only warns of a picture with more pixels than its limit, by its head, before it unpacks it.
    warnings.simplefilter("error")
    from PIL import Image, ImageOps

    Image.MAX_IMAGE_PIXELS = MOST_PIXELS
    with Image.open(picture, formats=FORMATS) as image:
        image.thumbnail((LONGEST_SIDE, LONGEST_SIDE))
        small: Image.Image = image
        with contextlib.suppress(Exception):
            # EXIF that cannot be read turns nothing.
            small = ImageOps.exif_transpose(image)
        small = small.convert("RGBA" if small.has_transparency_data else "RGB")
    small.save(target, "WEBP", quality=80)
    print(small.width, small.height)


def _limit() -> None:
    try:
        import resource
    except ImportError:
        return
    limits = {
        resource.RLIMIT_AS: MOST_MEMORY,
        resource.RLIMIT_CPU: MOST_SECONDS,
        resource.RLIMIT_FSIZE: MOST_OUTPUT,
        resource.RLIMIT_CORE: 0,
    }
    for limit, value in limits.items():
        # Some systems know a limit by name only.
        with contextlib.suppress(OSError, ValueError):
            resource.setrlimit(limit, (value, value))


if __name__ == "__main__":
    main(*sys.argv[1:])

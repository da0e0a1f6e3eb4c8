"""A long text as several messages: cut where a reader would, and never inside what they see as one letter."""

from __future__ import annotations

import re
import unicodedata

from messaging.limits import MAX_TEXT

# From the best place to the worst: between paragraphs, lines, sentences, words.
BORDERS = (
    re.compile(r"\n\s*\n"),
    re.compile(r"\n"),
    re.compile(r"(?<=[.!?…])\s+"),
    re.compile(r"\s+"),
)
SHORTEST = 0.5
"""A border counts only in the later half of what fits, so that a text does not fall to pieces."""
_JOINERS = "\u200c\u200d"


def split_text(text: str, *, at_most: int = MAX_TEXT) -> list[str]:
    """Return a text as parts of at most `at_most` characters, in order; none of them is blank."""
    parts = []
    rest = text
    while len(rest) > at_most:
        end, begin = _cut(rest, at_most)
        parts.append(rest[:end].rstrip())
        rest = rest[begin:].lstrip("\r\n")
    return [part for part in [*parts, rest] if part.strip()]


def _cut(text: str, at_most: int) -> tuple[int, int]:
    """Return where the first part ends and where the next begins."""
    for border in BORDERS:
        # A border may begin right after the last character that fits.
        found = [match for match in border.finditer(text, 0, at_most + 1) if match.start() >= at_most * SHORTEST]
        if found:
            return found[-1].start(), found[-1].end()
    end = next((n for n in range(at_most, 0, -1) if not _is_inside_a_letter(text, n)), at_most)
    return end, end


def _is_inside_a_letter(text: str, position: int) -> bool:
    """Tell whether a cut here would part a base from its marks, an emoji from its skin, or a flag in two."""
    before, after = text[position - 1], text[position]
    if before == "\r" and after == "\n":
        return True
    if before == "\u200d" or after in _JOINERS or _extends(after):
        return True
    if _is_half_a_flag(after):
        halves = 0
        while halves < position and _is_half_a_flag(text[position - halves - 1]):
            halves += 1
        return halves % 2 == 1
    return False


def _extends(letter: str) -> bool:
    # Marks; skin tones; the letters of a flag's region; the later parts of a Korean syllable.
    return (
        unicodedata.category(letter)[0] == "M"
        or "\U0001f3fb" <= letter <= "\U0001f3ff"
        or "\U000e0020" <= letter <= "\U000e007f"
        or "\u1160" <= letter <= "\u11ff"
    )


def _is_half_a_flag(letter: str) -> bool:
    return "\U0001f1e6" <= letter <= "\U0001f1ff"

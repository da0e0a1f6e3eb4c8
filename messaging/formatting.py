"""WhatsApp's marks in a text (*bold*, _italic_, ~struck~, `code`, ```block```) as HTML that is safe to show.

A mark counts only at the edge of words, and only with its partner on the same line; any other stays as it
was typed. Time and size grow with the text's length alone, whoever wrote it. `static/js/formatting.js`
draws the same while somebody writes.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from django.utils.html import format_html, urlize
from django.utils.safestring import SafeString, mark_safe

TAGS = {"*": "strong", "_": "em", "~": "s"}

_CODE = re.compile(r"```(?P<block>.+?)```|`(?P<code>[^`\n]+)`", re.DOTALL)
# Addresses are taken whole, so that no mark inside cuts them; marks at their end are not theirs.
_TOKEN = re.compile(r"(?P<address>(?:https?://|www\.)\S*[^\s*_~])|(?P<mark>[*_~])|\n")


def to_html(text: str) -> SafeString:
    """Return the text escaped, its marks as elements, its addresses as links that open beside the page."""
    return mark_safe("".join(_parts(text)))  # noqa: S308 - each part is escaped where it is made


def with_links(text: str) -> SafeString:
    """Return the text escaped, its addresses as links that open beside the page."""
    html = urlize(text, nofollow=True, autoescape=True)
    # Quotes of the text itself are escaped by now, so this attribute is always urlize's own.
    return mark_safe(html.replace('rel="nofollow"', 'rel="noopener nofollow" target="_blank"'))  # noqa: S308


def _parts(text: str) -> Iterator[str]:
    at = 0
    for code in _CODE.finditer(text):
        yield _marked(text[at : code.start()])
        yield _code(code)
        at = code.end()
    yield _marked(text[at:])


def _code(found: re.Match[str]) -> SafeString:
    if found["block"] is None:
        return format_html("<code>{}</code>", found["code"])
    return format_html('<code class="block">{}</code>', found["block"].strip("\n"))


def _marked(text: str) -> str:
    """Turn marks into elements outside code."""
    tags = _tags(text)
    cuts = sorted(tags)
    starts = [0, *(cut + 1 for cut in cuts)]
    ends = [*cuts, len(text)]
    pieces = [with_links(text[start:end]) for start, end in zip(starts, ends, strict=True)]
    return pieces[0] + "".join(tags[cut] + piece for cut, piece in zip(cuts, pieces[1:], strict=True))


def _tags(text: str) -> dict[int, str]:
    """Find the marks that have a partner: their places, each with the tag that stands there instead."""
    found: dict[int, str] = {}
    open_at: dict[str, int] = {}  # in the order opened, so that elements nest
    for token in _TOKEN.finditer(text):
        mark, at = token["mark"], token.start()
        if token[0] == "\n":
            open_at.clear()
        elif mark in open_at and _ends_word(text, at):
            found[open_at[mark]], found[at] = f"<{TAGS[mark]}>", f"</{TAGS[mark]}>"
            _forget_from(open_at, mark)
        elif mark and mark not in open_at and _begins_word(text, at):
            open_at[mark] = at
    return found


def _forget_from(open_at: dict[str, int], mark: str) -> None:
    """Drop a mark, and those opened inside it that found no partner."""
    for inner in list(open_at)[list(open_at).index(mark) :]:
        del open_at[inner]


def _begins_word(text: str, at: int) -> bool:
    before, after = text[at - 1 : at], text[at + 1 : at + 2]
    return not before.isalnum() and bool(after.strip()) and after != text[at]


def _ends_word(text: str, at: int) -> bool:
    before, after = text[at - 1 : at], text[at + 1 : at + 2]
    return bool(before.strip()) and before != text[at] and not after.isalnum()

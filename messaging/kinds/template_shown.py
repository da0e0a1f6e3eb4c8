"""A template as the customer reads it: kept beside what is sent, because the template may change later."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any

from messaging.values import line, mapping, objects, text, web_address

MOST_BUTTONS = MOST_CARDS = 10


@dataclass(frozen=True, slots=True)
class ShownButton:
    """A button below the text; address, phone and code only where it has one."""

    type: str
    """Meta's word."""
    text: str = ""
    url: str = ""
    phone: str = ""
    code: str = ""


@dataclass(frozen=True, slots=True)
class Shown:
    """The parts of a template, or of one card of it, with their values in place."""

    header: str = ""
    """Meta's word for what stands above the text; empty for nothing."""
    title: str = ""
    """Of a header that is text."""
    place: str = ""
    """Of a header that is a place: its name and address."""
    body: str = ""
    footer: str = ""
    buttons: tuple[ShownButton, ...] = ()
    cards: tuple[Shown, ...] = ()

    def stored(self) -> dict[str, Any]:
        """Return what is kept of it: `read` brings it back."""
        return _without_nothing(asdict(self))


def read(raw: Any) -> Shown:
    """Read what was kept of a template; never raises."""
    content = mapping(raw)
    return Shown(
        header=line(content.get("header"), 32),
        title=text(content.get("title"), 200),
        place=line(content.get("place"), 1000),
        body=text(content.get("body"), 4096),
        footer=text(content.get("footer"), 200),
        buttons=tuple(_button(one) for one in objects(content.get("buttons"), MOST_BUTTONS)),
        cards=tuple(read(one) for one in objects(content.get("cards"), MOST_CARDS)),
    )


def _button(raw: Mapping[str, Any]) -> ShownButton:
    return ShownButton(
        type=line(raw.get("type"), 32),
        text=line(raw.get("text"), 200),
        url=web_address(raw.get("url")),
        phone=line(raw.get("phone"), 32),
        code=line(raw.get("code"), 32),
    )


def _without_nothing(value: Any) -> Any:
    if isinstance(value, dict):
        return {key: _without_nothing(item) for key, item in value.items() if item}
    return [_without_nothing(item) for item in value] if isinstance(value, list | tuple) else value

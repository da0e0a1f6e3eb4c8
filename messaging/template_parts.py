"""What a template is made of, read from Meta's components, and which values it asks for (Meta: section 8.2)."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from enum import Enum
from typing import Any

from messaging.models import Template
from messaging.values import mapping, objects, text

VARIABLE = re.compile(r"{{\s*(\w+)\s*}}", re.ASCII)
MAX_HEADER, MAX_BODY, MAX_CARD_BODY, MAX_URL, MAX_CODE, MAX_OTP = 60, 1024, 160, 2000, 20, 15
FILES = {"IMAGE": "image", "VIDEO": "video", "DOCUMENT": "document"}
"""Formats of a header that are files, and the kind of the file."""
SENDABLE_BUTTONS = frozenset(
    {"QUICK_REPLY", "URL", "PHONE_NUMBER", "COPY_CODE", "OTP", "FLOW", "CATALOG", "VOICE_CALL", "CALL_REQUEST"}
)


class Ask(Enum):
    """What kind of value a slot takes."""

    TEXT = "text"
    SUFFIX = "suffix"
    """The end of a button's address."""
    CODE = "code"
    """What a button copies."""
    FILE = "file"
    PLACE = "place"


@dataclass(frozen=True, slots=True)
class Slot:
    """One value that a template asks for."""

    key: str
    """Where it stands: body.cliente, header, button.0, card.1.body.1."""
    ask: Ask
    name: str = ""
    """The variable's name or position."""
    example: str = ""
    at_most: int = 0
    """Characters; 0 for what is no text."""
    kind: str = ""
    """Of files: image, video or document."""

    @property
    def card(self) -> int | None:
        """The position of the card it stands on; None off the carousel."""
        return int(self.key.split(".")[1]) if self.key.startswith("card.") else None

    @property
    def part(self) -> str:
        """The part it stands in: header, body or button."""
        return self.key.split(".")[2 if self.card is not None else 0]


@dataclass(frozen=True, slots=True)
class Words:
    """A text of the template with its variables."""

    text: str = ""
    slots: tuple[Slot, ...] = ()

    def filled(self, values: Mapping[str, str]) -> str:
        """Return the text with values by the slots' keys; a variable without a value stays as it is written."""
        known = {slot.name: values[slot.key] for slot in self.slots if values.get(slot.key)}
        return VARIABLE.sub(lambda found: known.get(found[1], found[0]), self.text)


@dataclass(frozen=True, slots=True)
class Header:
    """What stands above the body: a text, a file or a place."""

    format: str
    words: Words = Words()
    slot: Slot | None = None
    """Of files and places."""


@dataclass(frozen=True, slots=True)
class Button:
    """A button below the body."""

    type: str
    text: str
    position: int
    url: str = ""
    phone: str = ""
    slot: Slot | None = None


@dataclass(frozen=True, slots=True)
class Card:
    """One card of a carousel."""

    header: Header | None
    body: Words
    buttons: tuple[Button, ...]


@dataclass(frozen=True, slots=True)
class Parts:
    """A template as Meta has it, part by part."""

    header: Header | None
    body: Words
    footer: str
    buttons: tuple[Button, ...]
    cards: tuple[Card, ...]
    unsupported: tuple[str, ...]
    """Meta's names of parts that Prosa cannot fill; such a template is shown and not sent."""

    @property
    def slots(self) -> tuple[Slot, ...]:
        """All values it asks for, each once, in reading order."""
        return tuple({slot.key: slot for slot in self._slots()}.values())

    def _slots(self) -> Iterator[Slot]:
        yield from _slots_of(self.header, self.body, self.buttons)
        for card in self.cards:
            yield from _slots_of(card.header, card.body, card.buttons)


def read(template: Template) -> Parts:
    """Read a template's components; never raises, whatever Graph told."""
    components = objects(template.components)
    parts = {text(one.get("type"), 32).upper(): one for one in components}
    is_code = template.category == "AUTHENTICATION"
    body = _words(mapping(parts.get("BODY")), "body", MAX_OTP if is_code else MAX_BODY)
    code = body.slots[0] if is_code and body.slots else None
    buttons = _buttons(mapping(parts.get("BUTTONS")), "", code)
    cards = tuple(
        _card(card, position) for position, card in enumerate(objects(mapping(parts.get("CAROUSEL")).get("cards"), 10))
    )
    return Parts(
        header=_header(parts.get("HEADER"), ""),
        body=body,
        footer=text(mapping(parts.get("FOOTER")).get("text"), MAX_HEADER),
        buttons=buttons,
        cards=cards,
        unsupported=tuple(_unsupported(parts, (*buttons, *(b for card in cards for b in card.buttons)))),
    )


def _slots_of(header: Header | None, body: Words, buttons: Sequence[Button]) -> Iterator[Slot]:
    if header:
        yield from header.words.slots
        if header.slot:
            yield header.slot
    yield from body.slots
    yield from (button.slot for button in buttons if button.slot)


def _card(raw: dict[str, Any], position: int) -> Card:
    parts = {text(one.get("type"), 32).upper(): one for one in objects(raw.get("components"))}
    place = f"card.{position}."
    return Card(
        header=_header(parts.get("HEADER"), place),
        body=_words(mapping(parts.get("BODY")), f"{place}body", MAX_CARD_BODY),
        buttons=_buttons(mapping(parts.get("BUTTONS")), place, None),
    )


def _header(raw: dict[str, Any] | None, place: str) -> Header | None:
    if raw is None:
        return None
    kind = text(raw.get("format"), 32).upper() or "TEXT"
    key = f"{place}header"
    if kind == "TEXT":
        return Header(kind, _words(raw, key, MAX_HEADER))
    if kind == "LOCATION":
        return Header(kind, slot=Slot(key, Ask.PLACE))
    return Header(kind, slot=Slot(key, Ask.FILE, kind=FILES[kind]) if kind in FILES else None)


def _words(raw: dict[str, Any], key: str, at_most: int) -> Words:
    said = text(raw.get("text"), 4096)
    examples = _examples(mapping(raw.get("example")), key.rpartition(".")[2])
    names = dict.fromkeys(VARIABLE.findall(said))
    slots = (
        Slot(f"{key}.{name}", Ask.TEXT, name, examples.get(name) or examples.get(str(position), ""), at_most)
        for position, name in enumerate(names, start=1)
    )
    return Words(said, tuple(slots))


def _examples(raw: dict[str, Any], part: str) -> dict[str, str]:
    """Return the examples of a part by name, or by position."""
    named = objects(raw.get(f"{part}_text_named_params"))
    if named:
        return {text(one.get("param_name"), 100): text(one.get("example"), MAX_BODY) for one in named}
    listed = raw.get(f"{part}_text")
    listed = listed if isinstance(listed, list) else []
    # A body may have several sets of examples; a header has one.
    first = listed[0] if listed and isinstance(listed[0], list) else listed
    return {str(position): text(said, MAX_BODY) for position, said in enumerate(first, start=1)}


def _buttons(raw: dict[str, Any], place: str, code: Slot | None) -> tuple[Button, ...]:
    return tuple(_button(one, f"{place}button.{n}", n, code) for n, one in enumerate(objects(raw.get("buttons"), 10)))


def _button(raw: dict[str, Any], key: str, position: int, code: Slot | None) -> Button:
    kind, url = text(raw.get("type"), 32).upper(), text(raw.get("url"), MAX_URL)
    example = raw.get("example")
    example = text(example[0] if isinstance(example, list) and example else example, MAX_URL)
    slot = None
    if kind == "OTP" or (kind == "URL" and code and VARIABLE.search(url)):
        # The code of an authentication template stands in its text and in its button.
        slot = code
    elif kind == "URL" and VARIABLE.search(url):
        before = VARIABLE.split(url)[0]
        slot = Slot(key, Ask.SUFFIX, example=example.removeprefix(before), at_most=MAX_URL - len(before))
    elif kind == "COPY_CODE":
        slot = Slot(key, Ask.CODE, example=example, at_most=MAX_CODE)
    phone = text(raw.get("phone_number"), 32)
    return Button(kind, text(raw.get("text"), 60), position, url=url, phone=phone, slot=slot)


def _unsupported(parts: Mapping[str, Any], buttons: Sequence[Button]) -> Iterator[str]:
    offer = mapping(mapping(parts.get("LIMITED_TIME_OFFER")).get("limited_time_offer"))
    if offer.get("has_expiration"):
        yield "LIMITED_TIME_OFFER"
    kind = text(mapping(parts.get("HEADER")).get("format"), 32).upper()
    if kind not in ("", "TEXT", "LOCATION", *FILES):
        yield kind
    yield from sorted({button.type for button in buttons} - SENDABLE_BUTTONS)

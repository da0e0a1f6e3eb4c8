"""A message made from a template that Meta has approved: the only way to write outside the window."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, ClassVar

from django.utils.translation import gettext_lazy as _
from django.utils.translation import gettext_noop

from messaging import values
from messaging.kinds import location, template_shown
from messaging.kinds.files import HEADS, File
from messaging.kinds.template_shown import Shown
from messaging.limits import Invalid, check_count, check_text
from messaging.values import line, mapping, objects, text, web_address

NAME = "template"
LABEL = gettext_noop("Template")
ICON = "form"

MAX_NAME, MAX_LANGUAGE, MAX_PARAMETER, MAX_BUTTONS = 512, 16, 1024, 10

Values = list[str] | tuple[str, ...] | dict[str, str]
"""What is put into a template: in its order, or by name."""

_NAME = re.compile(r"[a-z0-9_]+")
# Meta refuses a whole message for one of these in what is put into it.
_BREAKS = re.compile(r"[\n\r\t]| {5}")


@dataclass(frozen=True, slots=True)
class Template:
    """Which template, in which language, the words put into it, in its order, and what the customer reads."""

    name: str
    language: str
    parameters: tuple[str, ...]
    shown: Shown = Shown()
    """Empty where another app sent it: then nobody here knows its text."""


@dataclass(frozen=True, slots=True)
class QuickReply:
    """What comes back when the customer presses the button."""

    sub_type: ClassVar[str] = "quick_reply"

    payload: str

    def parameter(self) -> dict[str, str]:
        """Return the button's parameter; raise Invalid for what Meta would refuse."""
        check_text("button", self.payload, 128)
        return {"type": "payload", "payload": self.payload}


@dataclass(frozen=True, slots=True)
class UrlSuffix:
    """The end of the button's address, URL-encoded."""

    sub_type: ClassVar[str] = "url"

    text: str

    def parameter(self) -> dict[str, str]:
        """Return the button's parameter; raise Invalid for what Meta would refuse."""
        _check_parameter("button", self.text, values.MAX_URL)
        return {"type": "text", "text": self.text}


@dataclass(frozen=True, slots=True)
class CopyCode:
    """The code that the button copies."""

    sub_type: ClassVar[str] = "copy_code"

    code: str

    def parameter(self) -> dict[str, str]:
        """Return the button's parameter; raise Invalid for what Meta would refuse."""
        check_text("button", self.code, 20)
        return {"type": "coupon_code", "coupon_code": self.code}


@dataclass(frozen=True, slots=True)
class Flow:
    """A button that opens a form, without word to it."""

    sub_type: ClassVar[str] = "flow"

    def parameter(self) -> dict[str, Any]:
        """Return the button's parameter."""
        return {"type": "action", "action": {"flow_token": "unused"}}


Button = QuickReply | UrlSuffix | CopyCode | Flow


@dataclass(frozen=True, slots=True)
class Link:
    """A header's file that Meta fetches from an address of the web."""

    kind: str
    """image, video or document."""
    address: str

    def parameter(self) -> dict[str, Any]:
        """Return the header's parameter; raise Invalid for what Meta could not fetch."""
        if self.kind not in HEADS:
            raise Invalid("header", _("Only a picture, a video or a document can be the header."))
        if not web_address(self.address):
            raise Invalid("header", _("This address is not one of the web."))
        return {"type": self.kind, self.kind: {"link": self.address}}


@dataclass(frozen=True, slots=True)
class Place:
    """A header's place, in degrees."""

    latitude: float
    longitude: float
    name: str = ""
    address: str = ""

    def parameter(self) -> dict[str, Any]:
        """Return the header's parameter; raise Invalid when there is no such place."""
        place = location.payload(self.latitude, self.longitude, name=self.name, address=self.address)
        return {"type": "location", "location": place}


Header = Values | File | Link | Place


@dataclass(frozen=True, slots=True)
class Card:
    """What is put into one card of a carousel."""

    header: Header = ()
    body: Values = ()
    buttons: Mapping[int, Button] = field(default_factory=dict)


def parse(raw: Mapping[str, Any]) -> Template:
    """Read a template as it was sent."""
    content = mapping(mapping(raw).get(NAME))
    language = content.get("language")
    return Template(
        name=line(content.get("name"), 512),
        language=line(mapping(language).get("code") or language, 16),
        parameters=tuple(
            said
            for component in objects(content.get("components"))
            for parameter in objects(component.get("parameters"))
            if (said := text(parameter.get("text"), 1024))
        ),
        shown=template_shown.read(mapping(raw).get("shown")),
    )


def words(content: Template) -> str:
    """Return what the customer reads; without it, the template's name and what was put into it."""
    if content.shown.body:
        return values.words((content.shown.title, content.shown.body))
    return values.words((content.name, *content.parameters))


def payload(
    name: str,
    language: str,
    *,
    header: Header = (),
    body: Values = (),
    buttons: Mapping[int, Button] | None = None,
    cards: Sequence[Card] = (),
) -> dict[str, Any]:
    """Return a template to send; `buttons` go by their position, and parts without variables are left out.

    Raise Invalid for what Meta would refuse whatever the template says.
    """
    check_text("name", name, MAX_NAME)
    check_text("language", language, MAX_LANGUAGE)
    if not _NAME.fullmatch(name):
        raise Invalid("name", _("Only small letters, digits and underscores."))
    components = [*_components(header, body, buttons or {}), *_carousel(cards)]
    content: dict[str, Any] = {"name": name, "language": {"code": language}}
    return content | ({"components": components} if components else {})


def _components(header: Header, body: Values, buttons: Mapping[int, Button]) -> list[dict[str, Any]]:
    return [*_header(header), *_part("body", body, MAX_PARAMETER), *_buttons(buttons)]


def _carousel(cards: Sequence[Card]) -> list[dict[str, Any]]:
    """Return the carousel's component; every card is named, also one that nothing is put into."""
    if not cards:
        return []
    listed = [
        {"card_index": position, "components": _components(card.header, card.body, card.buttons)}
        for position, card in enumerate(cards)
    ]
    return [{"type": "carousel", "cards": listed}]


def _header(given: Header) -> list[dict[str, Any]]:
    if isinstance(given, File | Link | Place):
        return [{"type": "header", "parameters": [given.parameter()]}]
    check_count("header", given, 0, 1)
    return _part("header", given, 60)


def _part(part: str, given: Values, at_most: int) -> list[dict[str, Any]]:
    named = given.items() if isinstance(given, dict) else ((None, said) for said in given)
    parameters = [_parameter(part, name, said, at_most) for name, said in named]
    return [{"type": part, "parameters": parameters}] if parameters else []


def _parameter(part: str, name: str | None, said: str, at_most: int) -> dict[str, str]:
    if name is None:
        _check_parameter(part, said, at_most)
        return {"type": "text", "text": said}
    if not _NAME.fullmatch(name):
        raise Invalid(part, _("Only small letters, digits and underscores."))
    _check_parameter(f"{part}.{name}", said, at_most)
    return {"type": "text", "parameter_name": name, "text": said}


def _buttons(given: Mapping[int, Button]) -> list[dict[str, Any]]:
    if any(position not in range(MAX_BUTTONS) for position in given):
        raise Invalid("button", _("There is no such button."))
    return [
        {"type": "button", "sub_type": button.sub_type, "index": str(position), "parameters": [button.parameter()]}
        for position, button in sorted(given.items(), key=lambda item: item[0])
    ]


def _check_parameter(field: str, said: str, at_most: int) -> None:
    check_text(field, said, at_most)
    if _BREAKS.search(said):
        raise Invalid(field, _("No line breaks, tabs, or more than four spaces in a row."))

"""A message made from a template that Meta has approved: the only way to write outside the window."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, ClassVar

from django.utils.translation import gettext_lazy as _
from django.utils.translation import gettext_noop

from messaging import values
from messaging.kinds.files import File
from messaging.limits import Invalid, check_count, check_text
from messaging.values import line, mapping, objects, text

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
class Shown:
    """A template with its values, as the customer reads it."""

    header: str
    body: str
    footer: str
    buttons: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Template:
    """Which template, in which language, and the words put into it, in its order."""

    name: str
    language: str
    parameters: tuple[str, ...]
    shown: Shown | None = None
    """What the customer reads, where we sent it."""


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


Button = QuickReply | UrlSuffix | CopyCode


def parse(raw: Mapping[str, Any]) -> Template:
    """Read a template as it was sent."""
    message = mapping(raw)
    content = mapping(message.get(NAME))
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
        shown=_shown(mapping(message.get("shown"))),
    )


def words(content: Template) -> str:
    """Return the template's name and what was put into it."""
    return values.words((content.name, *content.parameters))


def payload(
    name: str,
    language: str,
    *,
    header: Values | File = (),
    body: Values = (),
    buttons: Mapping[int, Button] | None = None,
) -> dict[str, Any]:
    """Return a template to send; `buttons` go by their position, and parts without variables are left out.

    Raise Invalid for what Meta would refuse whatever the template says.
    """
    check_text("name", name, MAX_NAME)
    check_text("language", language, MAX_LANGUAGE)
    if not _NAME.fullmatch(name):
        raise Invalid("name", _("Only small letters, digits and underscores."))
    components = [*_header(header), *_part("body", body, MAX_PARAMETER), *_buttons(buttons or {})]
    content: dict[str, Any] = {"name": name, "language": {"code": language}}
    return content | ({"components": components} if components else {})


def _shown(given: dict[str, Any]) -> Shown | None:
    body, buttons = text(given.get("body")), given.get("buttons")
    if not body:
        return None
    labels = [line(mapping(one).get("text") or one) for one in buttons] if isinstance(buttons, list) else []
    return Shown(text(given.get("header")), body, line(given.get("footer")), tuple(filter(None, labels)))


def _header(given: Values | File) -> list[dict[str, Any]]:
    if isinstance(given, File):
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

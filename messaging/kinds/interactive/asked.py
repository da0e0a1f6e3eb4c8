"""A question of ours as the thread shows it: read back from what was sent, by us or by another app."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, ClassVar

from messaging.values import line, mapping, objects, text, web_address

MOST = 10


@dataclass(frozen=True, slots=True)
class Option:
    """One row of a list."""

    title: str
    description: str


@dataclass(frozen=True, slots=True)
class Asked:
    """What was asked, and what there is to press."""

    form: ClassVar[str] = "question"

    type: str
    header: str
    body: str
    footer: str
    buttons: tuple[str, ...]
    """The words on buttons; one alone opens the options, the page, or what was asked for."""
    options: tuple[Option, ...]
    url: str
    """The page that the button opens; an address of the web, or nothing."""


TYPES = frozenset({"button", "list", "cta_url", "location_request_message", "request_contact_info"})


def read(content: dict[str, Any]) -> Asked | None:
    """Return the question that an interactive message asks; None when it asks none that is known."""
    kind = line(content.get("type"), 40)
    if kind not in TYPES:
        return None
    action = mapping(content.get("action"))
    parameters = mapping(action.get("parameters"))
    return Asked(
        type=kind,
        header=line(mapping(content.get("header")).get("text")),
        body=text(mapping(content.get("body")).get("text")),
        footer=line(mapping(content.get("footer")).get("text")),
        buttons=tuple(filter(None, _buttons(action, parameters))),
        options=tuple(_options(action)),
        url=web_address(parameters.get("url")),
    )


def _buttons(action: dict[str, Any], parameters: dict[str, Any]) -> Iterator[str]:
    for button in objects(action.get("buttons"), MOST):
        yield line(mapping(button.get("reply")).get("title"))
    yield line(action.get("button"))
    yield line(parameters.get("display_text"))


def _options(action: dict[str, Any]) -> Iterator[Option]:
    for section in objects(action.get("sections"), MOST):
        for row in objects(section.get("rows"), MOST):
            yield Option(line(row.get("title")), line(row.get("description")))

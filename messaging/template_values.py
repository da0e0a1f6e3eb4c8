"""From a template and the values put into it to the message that Graph takes and the one the customer reads."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Any

from django.utils.translation import gettext_lazy as _

from messaging import kinds, values
from messaging.kinds.files import File
from messaging.kinds.template import Button, CopyCode, Flow, Link, Place, UrlSuffix
from messaging.kinds.template_shown import Shown, ShownButton
from messaging.limits import Invalid, check_text
from messaging.models import Template
from messaging.outgoing import Outgoing, OutgoingFile
from messaging.template_parts import (
    MAX_BODY,
    MAX_CARD_BODY,
    MAX_HEADER,
    VARIABLE,
    Ask,
    Header,
    Parts,
    Slot,
    Words,
    read,
)
from messaging.template_parts import Button as ButtonPart

Given = str | OutgoingFile | Link | Place
"""What may be put into a slot: words, a file of ours or one that Meta fetches, a place."""

WRONG_FILES = {
    "image": _("Choose a JPEG or PNG picture of at most 5 MB."),
    "video": _("Choose an MP4 or 3GP video of at most 16 MB."),
}
_SPACE = re.compile(r"\s")
# Meta refuses a whole message for one of these in what is put into it.
_BREAKS = re.compile(r"[\n\r\t]| {5}")


def outgoing(template: Template, given: Mapping[str, Given]) -> Outgoing:
    """Return the message made of an approved template and values by the keys of its slots; raise Invalid."""
    if not template.is_sendable:
        raise Invalid("template", _("Meta does not let this template be sent now."))
    parts = read(template)
    if parts.unsupported:
        raise Invalid("template", _("Prosa cannot fill this kind of template yet: send it from Meta's own tools."))
    for problem in problems(parts, given):
        raise problem
    seen = shown(parts, given)
    content = _content(template, parts, given)
    words = values.words((seen.title, seen.body))
    return Outgoing(kinds.template.NAME, content, words, seen.stored(), _file(parts, given))


def _file(parts: Parts, given: Mapping[str, Given]) -> OutgoingFile | None:
    """Return the header's file where it is one of ours."""
    slot = parts.header.slot if parts.header else None
    file = given.get(slot.key) if slot else None
    return file if isinstance(file, OutgoingFile) else None


def problems(parts: Parts, given: Mapping[str, Given]) -> list[Invalid]:
    """Say what Meta would refuse, one problem for each field: what is missing, too long, or of the wrong kind."""
    found = {problem.field: problem for problem in _problems(parts, given)}
    return list(found.values())


def shown(parts: Parts, given: Mapping[str, Given]) -> Shown:
    """Return the message as the customer reads it; where a value is missing, the variable itself stands."""
    cards = (_shown(card.header, card.body, card.buttons, given) for card in parts.cards)
    seen = _shown(parts.header, parts.body, parts.buttons, given)
    return replace(seen, footer=parts.footer, cards=tuple(cards))


def _problems(parts: Parts, given: Mapping[str, Given]) -> Iterator[Invalid]:
    slots = {slot.key: slot for slot in parts.slots}
    for key in given.keys() - slots.keys():
        yield Invalid(key, _("The template has no such value."))
    for slot in slots.values():
        try:
            _check(slot, given.get(slot.key, ""))
        except Invalid as problem:
            yield Invalid(slot.key, problem.reason)
    said = {key: value for key, value in given.items() if isinstance(value, str)}
    yield from _too_long(parts.body, said, MAX_BODY)
    yield from _too_long(parts.header.words if parts.header else Words(), said, MAX_HEADER)
    for card in parts.cards:
        yield from _too_long(card.body, said, MAX_CARD_BODY)


def _too_long(words: Words, said: Mapping[str, str], at_most: int) -> Iterator[Invalid]:
    """Meta refuses a part that its values make too long; the last of them gets the blame."""
    if words.slots and len(words.filled(said)) > at_most:
        reason = _("With the values this part is too long: at most %(count)d characters.")
        yield Invalid(words.slots[-1].key, reason % {"count": at_most})


def _check(slot: Slot, value: Given) -> None:
    if slot.ask is Ask.FILE:
        _check_file(slot, value)
    elif slot.ask is Ask.PLACE:
        if not isinstance(value, Place):
            raise Invalid(slot.key, _("Say where it is."))
        value.parameter()
    elif not isinstance(value, str):
        raise Invalid(slot.key, _("Only text stands here."))
    else:
        _check_text(slot, value)


def _check_file(slot: Slot, value: Given) -> None:
    if isinstance(value, Link) and value.kind == slot.kind:
        value.parameter()
    elif not isinstance(value, OutgoingFile):
        raise Invalid(slot.key, _("Choose one file."))
    elif slot.card is not None:
        # A message brings one file of ours along, and a carousel has several.
        raise Invalid(slot.key, _("Give the address of a file on the web."))
    elif value.kind != slot.kind and slot.kind != "document":
        raise Invalid(slot.key, WRONG_FILES[slot.kind])


def _check_text(slot: Slot, value: str) -> None:
    check_text(slot.key, value, slot.at_most)
    if slot.ask is not Ask.TEXT and _SPACE.search(value):
        raise Invalid(slot.key, _("No spaces."))
    if _BREAKS.search(value):
        raise Invalid(slot.key, _("No line breaks, tabs, or more than four spaces in a row."))


def _content(template: Template, parts: Parts, given: Mapping[str, Given]) -> dict[str, Any]:
    fill = _Filler(template.is_named, given)
    cards = [
        kinds.template.Card(fill.header(c.header), fill.words(c.body), fill.buttons(c.buttons)) for c in parts.cards
    ]
    return kinds.template.payload(
        template.name,
        template.language,
        header=fill.header(parts.header),
        body=fill.words(parts.body),
        buttons=fill.buttons(parts.buttons),
        cards=cards,
    )


@dataclass(frozen=True, slots=True)
class _Filler:
    """Puts checked values into parts, by name or in the variables' order."""

    is_named: bool
    given: Mapping[str, Any]

    def header(self, header: Header | None) -> Any:
        if header is None:
            return ()
        if header.slot is None:
            return self.words(header.words)
        value = self.given[header.slot.key]
        return File(header.slot.kind, value.filename) if isinstance(value, OutgoingFile) else value

    def words(self, words: Words) -> list[str] | dict[str, str]:
        if self.is_named:
            return {slot.name: self.given[slot.key] for slot in words.slots}
        # Meta takes them in the order of their numbers, wherever they stand in the text.
        return [self.given[slot.key] for slot in sorted(words.slots, key=_number)]

    def buttons(self, buttons: tuple[ButtonPart, ...]) -> dict[int, Button]:
        return {button.position: made for button in buttons if (made := self._button(button))}

    def _button(self, button: ButtonPart) -> Button | None:
        if button.type == "FLOW":
            return Flow()
        if button.slot is None:
            return None
        value = self.given[button.slot.key]
        return CopyCode(value) if button.slot.ask is Ask.CODE else UrlSuffix(value)


def _number(slot: Slot) -> int:
    return int(slot.name) if slot.name.isdigit() else 0


def _shown(header: Header | None, body: Words, buttons: tuple[ButtonPart, ...], given: Mapping[str, Given]) -> Shown:
    said = {key: value for key, value in given.items() if isinstance(value, str)}
    place = given.get(header.slot.key) if header and header.slot else None
    return Shown(
        header=header.format if header else "",
        title=header.words.filled(said) if header else "",
        place=values.words((place.name, place.address)) if isinstance(place, Place) else "",
        body=body.filled(said),
        buttons=tuple(_shown_button(button, said) for button in buttons),
    )


def _shown_button(button: ButtonPart, said: Mapping[str, str]) -> ShownButton:
    value = said.get(button.slot.key, "") if button.slot else ""
    url = VARIABLE.sub(lambda found: value or found[0], button.url)
    code = value if button.type in ("COPY_CODE", "OTP") else ""
    return ShownButton(button.type, button.text, url=url, phone=button.phone, code=code)

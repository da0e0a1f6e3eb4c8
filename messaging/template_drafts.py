"""A template as a person writes it, checked against Meta's limits, and what Graph takes of it (Meta: section 8.2)."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from django.utils.translation import gettext_lazy as _

from messaging.limits import Invalid, check_text
from messaging.models import NAMED, POSITIONAL, Template
from messaging.template_parts import FILES, MAX_BODY, MAX_CODE, MAX_HEADER, MAX_URL, VARIABLE, Parts, read
from messaging.values import web_address

AUTHENTICATION = "AUTHENTICATION"
CATEGORIES = ("UTILITY", "MARKETING", AUTHENTICATION)
FORMATS = ("", "TEXT", *FILES, "LOCATION")
MAX_NAME, MAX_FOOTER, MAX_LABEL, MAX_BUTTONS, MAX_PHONE = 512, 60, 25, 10, 20
MOST = {"QUICK_REPLY": 10, "URL": 2, "PHONE_NUMBER": 1, "COPY_CODE": 1}
"""Types of buttons that can be made here, and how many of each Meta takes."""
EXPIRY_MINUTES = range(1, 91)

_NAME = re.compile(r"[a-z0-9_]+")
_BRACES = re.compile(r"{{.*?}}|{{|}}")
_PHONE = re.compile(r"\+[0-9]{8,19}")


@dataclass(frozen=True, slots=True)
class DraftButton:
    """A button: `value` is the address, phone or code that goes with it."""

    type: str
    text: str = ""
    value: str = ""
    example: str = ""
    """Addresses with a variable at the end only: what the variable may be."""


@dataclass(frozen=True, slots=True)
class Draft:
    """What a person wants approved."""

    name: str = ""
    language: str = "pt_BR"
    category: str = "UTILITY"
    header_format: str = ""
    header_text: str = ""
    header_handle: str = ""
    """Of media headers: Graph's name of the sample that was uploaded."""
    body: str = ""
    footer: str = ""
    buttons: tuple[DraftButton, ...] = ()
    examples: Mapping[str, str] = field(default_factory=dict)
    """By where a variable stands and its name: header.1, body.cliente."""
    expires: int = 10
    """Authentication only: minutes for which the code is good."""
    copy_label: str = ""
    """Authentication only: what the button that copies the code says; empty leaves it to Meta."""

    @property
    def is_authentication(self) -> bool:
        """Whether Meta writes the text, and only a button and a time are ours."""
        return self.category == AUTHENTICATION

    @property
    def is_named(self) -> bool:
        return any(not name.isdigit() for name in self._names())

    @property
    def variables(self) -> list[str]:
        """The keys of the examples it needs, in reading order."""
        if self.is_authentication:
            return []
        header = [f"header.{name}" for name in names_in(self.header_text)] if self.header_format == "TEXT" else []
        return [*header, *(f"body.{name}" for name in names_in(self.body))]

    def _names(self) -> list[str]:
        return [key.partition(".")[2] for key in self.variables]


def names_in(text: str) -> list[str]:
    """Return the names of a text's variables, each once, in reading order."""
    return list(dict.fromkeys(VARIABLE.findall(text)))


def problems(draft: Draft) -> dict[str, Any]:
    """Say what Meta would refuse, by field, before anything is sent; empty when it may be submitted."""
    found: dict[str, Any] = {}
    for problem in _problems(draft):
        found.setdefault(problem.field, problem.reason)
    return found


def body_for_graph(draft: Draft) -> dict[str, Any]:
    """Return the body that creates the template."""
    return {
        "name": draft.name,
        "language": draft.language,
        "category": draft.category,
        "parameter_format": NAMED if draft.is_named else POSITIONAL,
        "components": components(draft),
    }


def components(draft: Draft) -> list[dict[str, Any]]:
    """Return the draft's components as Graph takes them."""
    if draft.is_authentication:
        button = {"type": "OTP", "otp_type": "COPY_CODE"} | ({"text": draft.copy_label} if draft.copy_label else {})
        return [
            {"type": "BODY", "add_security_recommendation": True},
            {"type": "FOOTER", "code_expiration_minutes": draft.expires},
            {"type": "BUTTONS", "buttons": [button]},
        ]
    footer = [{"type": "FOOTER", "text": draft.footer}] if draft.footer else []
    # Quick replies stand together (Meta refuses them mixed among the others).
    buttons = [_button(one) for one in sorted(draft.buttons, key=lambda one: one.type == "QUICK_REPLY")]
    return [
        *_header(draft),
        {"type": "BODY", "text": draft.body} | _example(draft, "body"),
        *footer,
        *([{"type": "BUTTONS", "buttons": buttons}] if buttons else []),
    ]


def preview(draft: Draft) -> Parts:
    """Return the draft read as a template would be."""
    row = Template(category=draft.category, components=components(draft))
    return read(row)


def from_template(template: Template) -> Draft:
    """Return what a person would have written for an existing template; a header's sample has to be given anew."""
    parts = read(template)
    header = parts.header
    return Draft(
        name=template.name,
        language=template.language,
        category=template.category,
        header_format=header.format if header else "",
        header_text=header.words.text if header else "",
        body=parts.body.text,
        footer=parts.footer,
        buttons=tuple(
            DraftButton(b.type, b.text, b.url or b.phone or (b.slot.example if b.slot else ""), _suffix(b.url, b.slot))
            for b in parts.buttons
            if b.type in MOST
        ),
        examples={slot.key: slot.example for slot in parts.slots if slot.part in ("header", "body")},
    )


def _suffix(url: str, slot: Any) -> str:
    return slot.example if url and slot else ""


def _problems(draft: Draft) -> Iterator[Invalid]:
    yield from _about_name(draft)
    if draft.is_authentication:
        yield from _checked("copy_label", draft.copy_label, MAX_LABEL, is_required=False)
        if draft.expires not in EXPIRY_MINUTES:
            yield Invalid("expires", _("Between 1 and 90 minutes."))
        return
    yield from _about_header(draft)
    yield from _checked("body", draft.body, MAX_BODY)
    yield from _about_variables("body", draft.body)
    if _edges(draft.body):
        yield Invalid("body", _("A text neither begins nor ends with a variable: put words around it."))
    yield from _checked("footer", draft.footer, MAX_FOOTER, is_required=False)
    if _BRACES.search(draft.footer):
        yield Invalid("footer", _("No variables here."))
    yield from _about_buttons(draft)
    names = draft._names()
    if draft.is_named and any(name.isdigit() for name in names):
        yield Invalid("body", _("Give all variables names, or number all of them."))
    for key in draft.variables:
        yield from _checked(f"example.{key}", draft.examples.get(key, ""), MAX_BODY)


def _about_name(draft: Draft) -> Iterator[Invalid]:
    yield from _checked("name", draft.name, MAX_NAME)
    if not _NAME.fullmatch(draft.name):
        yield Invalid("name", _("Only small letters, digits and underscores."))
    if not re.fullmatch(r"[a-z]{2,3}(_[A-Z]{2})?", draft.language):
        yield Invalid("language", _("Choose a language."))
    if draft.category not in CATEGORIES:
        yield Invalid("category", _("Choose a category."))


def _about_header(draft: Draft) -> Iterator[Invalid]:
    if draft.header_format not in FORMATS:
        yield Invalid("header_format", _("Choose what stands above the text."))
    if draft.header_format in FILES and not draft.header_handle:
        yield Invalid("header_sample", _("Choose a sample: Meta wants to see one before it approves."))
    if draft.header_format == "TEXT":
        yield from _checked("header_text", draft.header_text, MAX_HEADER)
        yield from _about_variables("header_text", draft.header_text)
        if len(names_in(draft.header_text)) > 1:
            yield Invalid("header_text", _("At most one variable."))


def _about_variables(where: str, text: str) -> Iterator[Invalid]:
    if any(not VARIABLE.fullmatch(braces) for braces in _BRACES.findall(text)):
        yield Invalid(where, _("Write variables as {{1}} or {{name}}, in small letters, without spaces in the name."))
    names = names_in(text)
    if any(not _NAME.fullmatch(name) for name in names):
        yield Invalid(where, _("Write variables as {{1}} or {{name}}, in small letters, without spaces in the name."))
    numbers = [int(name) for name in names if name.isdigit()]
    if sorted(numbers) != list(range(1, len(numbers) + 1)):
        yield Invalid(where, _("Number the variables from 1, without gaps."))
    if re.search(r"}}\s*{{", text):
        yield Invalid(where, _("Put words between two variables."))


def _edges(text: str) -> bool:
    said = text.strip()
    return said.startswith("{{") or said.endswith("}}")


def _about_buttons(draft: Draft) -> Iterator[Invalid]:
    if len(draft.buttons) > MAX_BUTTONS:
        yield Invalid("buttons", _("At most %(count)d.") % {"count": MAX_BUTTONS})
    for kind, count in Counter(button.type for button in draft.buttons).items():
        if count > MOST.get(kind, 0):
            yield Invalid("buttons", _("Too many buttons of one type: two links, one phone and one code at most."))
    labels = Counter(button.text.strip().casefold() for button in draft.buttons)
    for position, button in enumerate(draft.buttons):
        yield from _about_button(f"button.{position}", button)
        if button.text.strip() and labels[button.text.strip().casefold()] > 1:
            yield Invalid(f"button.{position}", _("Two buttons say the same."))


def _about_button(where: str, button: DraftButton) -> Iterator[Invalid]:
    if button.type == "COPY_CODE":
        # Meta writes this button's label.
        yield from _checked(where, button.value, MAX_CODE)
        return
    yield from _checked(where, button.text, MAX_LABEL)
    if _BRACES.search(button.text):
        yield Invalid(where, _("No variables here."))
    if button.type == "URL":
        yield from _about_address(where, button)
    elif button.type == "PHONE_NUMBER" and not _PHONE.fullmatch(button.value):
        yield Invalid(where, _("Write the phone with + and country code, such as +551140020001."))


def _about_address(where: str, button: DraftButton) -> Iterator[Invalid]:
    address, variables = VARIABLE.sub("", button.value), _BRACES.findall(button.value)
    if len(button.value) > MAX_URL or not web_address(address):
        yield Invalid(where, _("This address is not one of the web."))
    if variables and (variables != ["{{1}}"] or not button.value.endswith("{{1}}")):
        yield Invalid(where, _("An address has one variable at most, {{1}}, at its end."))
    if variables and not button.example:
        yield Invalid(where, _("Give an example of what replaces {{1}}."))


def _checked(where: str, text: str, at_most: int, *, is_required: bool = True) -> Iterator[Invalid]:
    try:
        check_text(where, text, at_most, is_required=is_required)
    except Invalid as problem:
        yield problem


def _header(draft: Draft) -> list[dict[str, Any]]:
    if not draft.header_format:
        return []
    header: dict[str, Any] = {"type": "HEADER", "format": draft.header_format}
    if draft.header_format == "TEXT":
        return [header | {"text": draft.header_text} | _example(draft, "header")]
    if draft.header_format in FILES and draft.header_handle:
        header["example"] = {"header_handle": [draft.header_handle]}
    return [header]


def _example(draft: Draft, part: str) -> dict[str, Any]:
    names = names_in(draft.body if part == "body" else draft.header_text)
    if not names:
        return {}
    said = {name: draft.examples.get(f"{part}.{name}", "") for name in names}
    if draft.is_named:
        named = [{"param_name": name, "example": example} for name, example in said.items()]
        return {"example": {f"{part}_text_named_params": named}}
    listed = [said[name] for name in sorted(names, key=int)]
    return {"example": {f"{part}_text": [listed] if part == "body" else listed}}


def _button(button: DraftButton) -> dict[str, Any]:
    made: dict[str, Any] = {"type": button.type, "text": button.text}
    match button.type:
        case "URL":
            example = button.value.replace("{{1}}", button.example)
            return made | {"url": button.value} | ({"example": [example]} if "{{" in button.value else {})
        case "PHONE_NUMBER":
            return made | {"phone_number": button.value}
        case "COPY_CODE":
            return {"type": button.type, "example": button.value}
    return made

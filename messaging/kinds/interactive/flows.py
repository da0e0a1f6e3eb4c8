"""A form the customer filled in (a Flow, or an address): a JSON text of any shape, made readable."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, ClassVar

from messaging import values
from messaging.values import line, mapping, text

MAX_FIELDS, MAX_LABEL, MAX_VALUE, MAX_DEPTH = 50, 100, 1000, 5
MAX_JSON = 200_000
SENT = "Sent"
"""What Meta writes in place of a body when the customer wrote none."""

# Meta's editor of Flows names a field screen_0_Nome_1, and an option 0_Muito_bom.
_FIELD_OF_EDITOR = re.compile(r"screen_\d+_(.+?)_\d+")
_OPTION_OF_EDITOR = re.compile(r"\d+_(.+)", re.DOTALL)


@dataclass(frozen=True, slots=True)
class Field:
    """One line of the form."""

    label: str
    value: str


@dataclass(frozen=True, slots=True)
class FlowAnswer:
    """The form as it was filled in; `token` is what we gave it to know it again."""

    form: ClassVar[str] = "flow"

    name: str
    body: str
    fields: tuple[Field, ...]
    token: str


def read(given: dict[str, Any]) -> FlowAnswer | None:
    """Read a filled-in form as Meta gave it; None when there is nothing in it."""
    filled = _load(given.get("response_json"))
    name, token = line(given.get("name"), 40), line(filled.pop("flow_token", ""), 500)
    is_address = name == "address_message"
    answer = FlowAnswer(
        name=name,
        body=text(given.get("body"), MAX_VALUE),
        fields=tuple(_fields(mapping(filled.get("values")) if is_address else filled)),
        token=token,
    )
    return answer if answer.body or answer.fields or token else None


def words(answer: FlowAnswer) -> str:
    """Return what was filled in, each with its label; the body where there is nothing else."""
    body = "" if answer.fields and answer.body == SENT else answer.body
    return values.words((body, *(f"{field.label}: {field.value}" for field in answer.fields)))


def _load(given: Any) -> dict[str, Any]:
    if isinstance(given, str) and len(given) <= MAX_JSON:
        try:
            given = json.loads(given)
        except (ValueError, RecursionError):
            return {}
    return dict(mapping(given))


def _fields(filled: dict[str, Any]) -> Iterator[Field]:
    for key, given in list(filled.items())[:MAX_FIELDS]:
        by_editor = _FIELD_OF_EDITOR.fullmatch(text(key))
        said = _plain(given)[:MAX_VALUE]
        if by_editor and (option := _OPTION_OF_EDITOR.fullmatch(said)):
            said = option[1].replace("_", " ")
        if said:
            yield Field(label=_label(by_editor[1] if by_editor else key), value=said)


def _label(key: Any) -> str:
    readable = line(re.sub(r"[_\-.]+", " ", text(key)), MAX_LABEL)
    return readable[:1].upper() + readable[1:]


def _plain(given: Any, depth: int = 0) -> str:
    """Say a value of any shape in one text; nothing from the depth on where nobody could read it."""
    if isinstance(given, bool):
        return "✓" if given else "✗"
    if isinstance(given, float):
        return str(given)
    if depth >= MAX_DEPTH:
        return ""
    if isinstance(given, list):
        return ", ".join(filter(None, (_plain(item, depth + 1) for item in given[:MAX_FIELDS])))
    if isinstance(given, dict):
        said = ((_label(key), _plain(item, depth + 1)) for key, item in list(given.items())[:MAX_FIELDS])
        return ", ".join(f"{label}: {value}" for label, value in said if value)
    return text(given, MAX_VALUE)

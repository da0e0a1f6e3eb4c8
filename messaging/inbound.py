"""From the body of a delivery to facts: unknown is a value, never an exception (Meta: sections 1 to 5).

Nothing here touches a database. A part that cannot be understood at all becomes a `Poison` with a
reason; its neighbours are not concerned.
"""

from __future__ import annotations

import json
from typing import Any

import structlog

from messaging.facts import Kept, Parsed, Poison
from messaging.fields import READERS
from messaging.fields.change import Change, Unreadable, objects, text, time_or_none, word
from messaging.values import storable
from numbers.routes import Place

log = structlog.get_logger(__name__)


def parse(body: bytes) -> Parsed:
    """Read one delivery; never raises for anything Meta or anybody else may put into it."""
    parsed = Parsed()
    try:
        document = _load(body)
    except (ValueError, RecursionError) as error:
        parsed.poison.append(Poison((), f"not JSON: {type(error).__name__}"))
        return parsed
    if not isinstance(document, dict):
        parsed.poison.append(Poison((), "not a JSON object"))
        return parsed
    entries = document.get("entry")
    if document.get("object") != "whatsapp_business_account":
        parsed.kept.append(Kept((), f"object:{word(document.get('object'))}"))
    elif not isinstance(entries, list):
        parsed.poison.append(Poison(("entry",), "entry is not a list"))
    else:
        for place, entry in objects(entries, ("entry",), parsed):
            _read_entry(place, entry, parsed)
    return parsed


def _read_entry(place: Place, entry: dict[str, Any], parsed: Parsed) -> None:
    for here, change in objects(entry.get("changes"), (*place, "changes"), parsed):
        field, value = word(change.get("field")), change.get("value")
        if field not in READERS:
            parsed.kept.append(Kept(here, f"field:{field}"))
        elif not isinstance(value, dict):
            parsed.poison.append(Poison(here, "value is not an object"))
        else:
            waba_id, at = text(entry.get("id"))[:32], time_or_none(entry.get("time"))
            _read_change(Change(here, field, value, waba_id, at, parsed))


def _read_change(change: Change) -> None:
    """Sort what the field's reader tells; whatever it raises costs this change and no other."""
    parsed = change.parsed
    try:
        for told in READERS[change.field](change):
            if isinstance(told, Kept):
                parsed.kept.append(told)
            elif isinstance(told, Poison):
                parsed.poison.append(told)
            else:
                parsed.facts.append(told)
    except Unreadable as reason:
        parsed.poison.append(Poison(change.place, str(reason)))
    except Exception as error:
        # A mistake of ours, not of the sender: it is quarantined and can be replayed once mended.
        log.exception("parse.failed", field=change.field)
        parsed.poison.append(Poison(change.place, f"our parser failed: {type(error).__name__}"))


def _load(body: bytes) -> Any:
    document = json.loads(body)
    # Emoji are escaped as pairs of surrogates, so the second test is often true; the walk is cheap.
    return _storable(document) if b"\\u0000" in body or b"\\ud" in body or b"\\uD" in body else document


def _storable(value: Any) -> Any:
    """Replace what PostgreSQL cannot hold, NUL and lone surrogates, in all of a document."""
    if isinstance(value, str):
        return storable(value)
    if isinstance(value, list):
        return [_storable(item) for item in value]
    if isinstance(value, dict):
        return {_storable(key): _storable(item) for key, item in value.items()}
    return value

"""Deliveries nobody would send: samples with parts dropped, swapped, multiplied and made absurd."""

from __future__ import annotations

import copy
import functools
import itertools
import json
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from hypothesis import strategies as st

from tests.webhooks import samples

Path = tuple[str | int, ...]

DEEP = "@deep@"
"""Stands for a nesting that json.dumps could not write itself."""
ABSURD: dict[str, Any] = {
    repr(value): value
    for value in (
        None, True, False, 0, -1, 7, 2**31, 2**63, 10**40, 0.1, 1e308, float("nan"), float("inf"),
        "", " ", "0", "-1", "1e400", "1793620837", "99999999999999999999", "\x00", "a\x00b", "\ud800", "\udfff\ud800",
        "<script>alert(1)</script>", "{{ 7|add:7 }} {% now %}", "javascript:alert(1)", "http://[", "../../etc/passwd",
        "' OR 1=1 --", "%s %(x)s {0}", "null", "\r\n\t", "\u202e\u2066gpj.exe",
        [], [[]], [None], [1, "a", {}], {}, {"": None}, {"\x00": "\x00"}, {"type": {"type": []}}, {"id": {}}, DEEP,
    )
} | {
    "a very large number": -(10**400),
    "many digits": "9" * 5000,
    "a flood of emoji": "👩‍👩‍👧‍👦" * 500,
    "a heap of accents": "Z͑ͫ̓ͪ̂ͫ̽͏" * 500,
    "a very long text": "x" * 30_000,
    "300 lists in one another": json.loads("[" * 300 + "]" * 300),
}  # fmt: skip
HEAVY = ("a very long text", repr(DEEP))
KEYS = ("", "id", "type", "from", "to", "text", "\x00", "\ud800", "x" * 300, "waac_id", "__class__", "errors")
FIELDS = (
    "messages", "message_echoes", "smb_message_echoes", "smb_app_state_sync", "history", "standby", "calls", "flows",
    "user_preferences", "account_alerts", "account_update", "account_review_update", "account_settings_update",
    "business_capability_update", "business_username_update", "message_template_status_update", "security",
    "message_template_components_update", "template_category_update", "phone_number_name_update",
    "phone_number_quality_update", "payment_configuration_update", "messaging_handovers", "brand_new",
)  # fmt: skip


@dataclass(frozen=True)
class Change:
    """One thing done to a document, at the place that `where` picks among all it has by then."""

    what: str
    where: int
    value: Any = None


changes = st.one_of(
    st.builds(Change, st.just("swap"), st.integers(0, 10_000), st.sampled_from(list(ABSURD))),
    st.builds(Change, st.just("swap"), st.integers(0, 10_000), st.sampled_from(list(ABSURD))),
    st.builds(Change, st.just("drop"), st.integers(0, 10_000)),
    st.builds(Change, st.just("copy"), st.integers(0, 10_000), st.sampled_from([2, 3, 20])),
    st.builds(Change, st.just("list"), st.integers(0, 10_000)),
    st.builds(Change, st.just("object"), st.integers(0, 10_000), st.sampled_from(KEYS)),
    st.builds(Change, st.just("unwrap"), st.integers(0, 10_000)),
    st.builds(Change, st.just("rename"), st.integers(0, 10_000), st.sampled_from(KEYS)),
    st.builds(Change, st.just("add"), st.integers(0, 10_000), st.sampled_from(list(ABSURD))),
    st.builds(Change, st.just("field"), st.integers(0, 10_000), st.sampled_from(FIELDS)),
    st.builds(Change, st.just("graft"), st.integers(0, 10_000), st.integers(0, 10_000)),
)


@dataclass(frozen=True)
class Hostile:
    """A sample and what was done to it."""

    name: str
    done: tuple[Change, ...]

    def document(self, mark: str) -> Any:
        """The document, its messages marked so that no two of these are the same."""
        document = _load(self.name, mark)
        for change in self.done:
            document = _changed(document, change)
        return document


hostiles = st.builds(
    Hostile,
    st.sampled_from(samples.NAMES),
    st.lists(changes, min_size=1, max_size=4).map(tuple),
)


def sweep() -> Iterator[bytes]:
    """Every place inside of every sample made absurd, one at a time, each with the next absurdity."""
    absurd = itertools.cycle(name for name in ABSURD if name not in HEAVY)
    for name in samples.NAMES:
        document = _load(name, "swept")
        places = [place for place in _places(document) if "value" in place[:-1]]
        for position in range(len(places)):
            what = next(absurd)
            changed = copy.deepcopy(document)
            holder = functools.reduce(lambda inside, step: inside[step], places[position][:-1], changed)
            holder[places[position][-1]] = ABSURD[what]
            yield written(changed).replace(b"wamid.swept.", f"wamid.{name}.{position}.".encode())


def written(document: Any) -> bytes:
    """The bytes of a document, with real depth where DEEP stands."""
    return json.dumps(document).replace(f'"{DEEP}"', "[" * 20_000 + "]" * 20_000).encode()


def _load(name: str, mark: str) -> Any:
    return json.loads(samples.body(name).replace(b'"wamid.', f'"wamid.{mark}.'.encode()))


def _changed(document: Any, change: Change) -> Any:
    document = copy.deepcopy(document)
    places = [place for place in _places(document) if place]
    # Mostly inside of a value: what is done to the envelope leaves little to read.
    places = [place for place in places if "value" in place[:-1] or change.where % 8 == 0] or places
    if change.what == "field":
        places = [place for place in _places(document) if place and place[-1] == "field"]
    if not places:
        return document
    place = places[change.where % len(places)]
    holder = document
    for step in place[:-1]:
        holder = holder[step]
    _do(holder, place[-1], change)
    return document


def _do(holder: Any, step: Any, change: Change) -> None:
    here = holder[step]
    match change.what:
        case "drop":
            del holder[step]
        case "copy" if isinstance(holder, list):
            holder[step : step + 1] = [here] * change.value
        case "copy" | "list":
            holder[step] = [here] * (change.value or 1)
        case "object":
            holder[step] = {change.value: here}
        case "unwrap":
            inner = list(here.values()) if isinstance(here, dict) else here if isinstance(here, list) else [None]
            holder[step] = inner[0] if inner else None
        case "rename" if isinstance(holder, dict):
            holder[change.value] = holder.pop(step)
        case "add" if isinstance(holder, dict):
            holder["added by nobody"] = ABSURD[change.value]
        case "graft":
            other = _load(samples.NAMES[change.value % len(samples.NAMES)], "grafted")
            places = [place for place in _places(other) if place and place[-1] == step] or [("object",)]
            for inner in places[change.where % len(places)]:
                other = other[inner]
            holder[step] = other
        case "field":
            holder[step] = change.value
        case "swap":
            holder[step] = ABSURD[change.value]


def _places(value: Any, here: Path = ()) -> Iterator[Path]:
    yield here
    inner = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for step, item in inner:
        yield from _places(item, (*here, step))

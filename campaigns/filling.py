"""From a line of the list to what the template's variables hold."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from campaigns.models import Campaign, Recipient
from messaging import template_parts, template_values
from messaging.kinds.template import Link
from messaging.models import Template
from messaging.outgoing import Outgoing
from messaging.template_parts import Ask, Parts, Slot
from messaging.template_values import Given

Reason = Recipient.Reason


@dataclass(frozen=True, slots=True)
class Filling:
    """A campaign's mapping, ready to be held against many lines.

    `Campaign.mapping` is `{"address": column, "values": {slot: {"column": name} | {"text": words}}}`.
    """

    template: Template
    columns: Sequence[str]
    parts: Parts
    address_at: int | None
    """Which cell holds the phone."""
    cells_of: Mapping[str, int]
    """Which cell fills a slot."""
    texts: Mapping[str, str]
    """What fills a slot in every message alike."""

    @classmethod
    def of(cls, campaign: Campaign) -> Filling:
        """Read a campaign's mapping; what names no column of the list counts as not given."""
        places = {name: place for place, name in enumerate(campaign.columns)}
        given: Mapping[str, Mapping[str, str]] = campaign.mapping.get("values", {})
        return cls(
            template=campaign.template,
            columns=campaign.columns,
            parts=template_parts.read(campaign.template),
            address_at=places.get(campaign.mapping.get("address", "")),
            cells_of={slot: places[how["column"]] for slot, how in given.items() if how.get("column") in places},
            texts={slot: how["text"] for slot, how in given.items() if how.get("text", "").strip()},
        )

    @property
    def is_complete(self) -> bool:
        """Whether the phone and every slot have something to come from."""
        given = self.cells_of.keys() | self.texts.keys()
        return self.address_at is not None and all(slot.key in given for slot in self.parts.slots)

    def address(self, cells: Sequence[str]) -> str:
        """Return what the line has for a phone, as it was written."""
        return cells[self.address_at].strip() if self.address_at is not None else ""

    def words(self, cells: Sequence[str]) -> dict[str, str]:
        """Return the words for each slot; line breaks and runs of blanks, which Meta refuses, become one blank."""
        said = {slot: cells[place] for slot, place in self.cells_of.items()}
        return {slot: " ".join(words.split()) for slot, words in {**self.texts, **said}.items()}

    def outgoing(self, cells: Sequence[str]) -> Outgoing:
        """Return the message that the line gets; raise Invalid for what Meta would refuse."""
        return template_values.outgoing(self.template, self._given(self.words(cells)))

    def trouble(self, cells: Sequence[str]) -> str:
        """Return why the line's values cannot be sent, as a Recipient.Reason; empty when they can."""
        words = self.words(cells)
        if not all(words.get(slot.key) for slot in self.parts.slots):
            return Reason.NO_VALUE
        return Reason.BAD_VALUE if template_values.problems(self.parts, self._given(words)) else ""

    def _given(self, words: Mapping[str, str]) -> dict[str, Given]:
        """Return what goes into each slot: of a file, its address on the web."""
        return {
            slot.key: Link(slot.kind, words[slot.key]) if slot.ask is Ask.FILE else words[slot.key]
            for slot in self.parts.slots
            if slot.key in words
        }


def fillable(template: Template) -> bool:
    """Whether a line of words can fill the template: it asks for no place, and for nothing that Prosa cannot fill."""
    parts = template_parts.read(template)
    return not parts.unsupported and all(slot.ask is not Ask.PLACE for slot in parts.slots)


def guess(columns: Sequence[str], slots: Sequence[Slot]) -> dict[str, Any]:
    """Return the mapping that the columns' names suggest."""
    phone = next((name for name in columns if any(word in name.lower() for word in PHONE_WORDS)), "")
    others = [name for name in columns if name != phone]
    by_name = {name.lower(): name for name in others}
    values = {
        slot.key: {"column": by_name.get(slot.name.lower()) or (others[place] if place < len(others) else "")}
        for place, slot in enumerate(slots)
    }
    return {"address": phone or next(iter(columns), ""), "values": values}


PHONE_WORDS = ("fone", "phone", "celular", "whats", "número", "numero", "number", "contato", "móvel", "mobile")
"""What columns of phones are called."""

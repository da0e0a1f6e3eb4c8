"""Fields about templates: parts of the catalogue, and the mark to read the whole from Graph (Meta: 5.1)."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from messaging.catalogue import TemplateNews
from messaging.facts import Kept
from messaging.fields.change import Change, word
from messaging.values import line, mapping, moment, text, words
from numbers.alerts import Notice

FIELDS = (
    "message_template_status_update",
    "message_template_quality_update",
    "message_template_components_update",
    "template_category_update",
)

USABLE = {"APPROVED": "APPROVED", "REINSTATED": "APPROVED", "UNARCHIVED": "APPROVED"}
"""Events after which the template may be sent, and the status it has then."""
STOPPED = frozenset({"REJECTED", "PAUSED", "DISABLED", "LIMIT_EXCEEDED", "LOCKED", "FLAGGED"})


def read(change: Change) -> Iterator[Any]:
    """Read one change of a template; its keys say what it is about, for Meta mixes up the names of fields."""
    value = change.value
    if "new_quality_score" in value:
        yield _quality(change)
    elif "new_category" in value or "correct_category" in value:
        yield _category(change)
    elif "event" in value:
        yield _status(change)
    elif value.keys() & {"message_template_element", "message_template_title", "message_template_buttons"}:
        yield _news(change, {}, "template.content", {})
    else:
        yield Kept(change.place, f"{change.field} of unknown shape")


def _status(change: Change) -> TemplateNews:
    event = word(change.value.get("event"))
    told = {"status": USABLE.get(event, event), "reason": _reason(change)}
    if category := word(change.value.get("message_template_category")):
        told["category"] = category
    kind = "template.usable" if event in USABLE else "template.stopped" if event in STOPPED else "template.status"
    return _news(change, told, kind, {"status": event, "reason": told["reason"]})


def _quality(change: Change) -> TemplateNews:
    quality = word(change.value.get("new_quality_score"))
    kind = "template.quality_low" if quality in ("YELLOW", "RED") else "template.quality"
    return _news(change, {"quality": quality}, kind, {"quality": quality})


def _category(change: Change) -> TemplateNews:
    """Read a change of category. Announced: `new_category` is the one it has, `correct_category` the coming one."""
    now, coming = (word(change.value.get(key)) for key in ("new_category", "correct_category"))
    when = moment(change.value.get("category_update_timestamp"))
    told = {"coming_category": coming, "category_changes": when.date().isoformat() if when and coming else ""}
    if now:
        told["category"] = now
    kind = "template.category_coming" if coming else "template.category"
    return _news(change, told, kind, {"category": coming or now, "date": told["category_changes"]})


def _news(change: Change, told: dict[str, str], kind: str, particulars: dict[str, Any]) -> TemplateNews:
    return TemplateNews(
        place=change.place,
        waba_id=change.waba_id,
        at=change.at,
        meta_id=text(change.value.get("message_template_id"), 32),
        name=change.text("message_template_name")[:512],
        # Written pt_BR or pt-BR; Graph knows the first only.
        language=change.text("message_template_language").replace("-", "_")[:16],
        told=told,
        notice=Notice(kind, particulars=particulars),
    )


def _reason(change: Change) -> str:
    """Join what Meta says of why: a code, a text, what it recommends."""
    rejection, other = (mapping(change.value.get(key)) for key in ("rejection_info", "other_info"))
    code = line(change.value.get("reason"))
    said = (line(part) for part in (rejection.get("reason"), rejection.get("recommendation"), other.get("description")))
    return words(["" if code == "NONE" else code, *said])[:300]

"""Fields about one of our numbers: its limits, name, username, PIN and settings (Meta: section 5.2)."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from messaging.facts import Kept
from messaging.fields import templates
from messaging.fields.change import Change, Unreadable, required, time_or_none, word
from messaging.fields.limits import is_lower, limit_of
from messaging.values import line, mapping, text
from numbers.alerts import Notice
from numbers.news import NumberNews

FLAGS = {"FLAGGED": "number.flagged", "UNFLAGGED": "number.unflagged"}
LIMITS = frozenset({"UPGRADE", "DOWNGRADE"})
DECISIONS = {
    "APPROVED": ("APPROVED", "number.name_approved"),
    "REJECTED": ("DECLINED", "number.name_rejected"),
    "PENDING": ("PENDING_REVIEW", "number.name_pending"),
    "DEFERRED": ("PENDING_REVIEW", "number.name_pending"),
}
"""Meta's decision on a display name, the `name_status` Graph has for it, and what people are told."""


def read(change: Change) -> Iterator[Any]:
    """Read one change of a number."""
    if "message_template_id" in change.value:
        # Meta's own example of a template's quality comes under a name of this family.
        yield from templates.read(change)
    else:
        yield READ[change.field](change)


def _quality(change: Change) -> NumberNews:
    """Read what Meta calls quality: today onboarding and throughput, formerly flags and limits."""
    event, value = word(change.value.get("event")), change.value
    before, now = limit_of(value.get("old_limit")), _limit(value)
    told = {"limit": now} if now else {}
    if event == "THROUGHPUT_UPGRADE":
        return _news(change, told | {"throughput": "HIGH"}, Notice("number.faster", particulars={"limit": now}))
    if event in FLAGS:
        return _news(change, told, Notice(FLAGS[event]))
    if event == "ONBOARDING":
        return _news(change, told, Notice("number.connected", particulars={"limit": now}))
    if event in LIMITS or before != now:
        lowered = event == "DOWNGRADE" or is_lower(now, before)
        kind = "number.limit_lowered" if lowered else "number.limit"
        return _news(change, told, Notice(kind, particulars={"limit": now, "before": before}))
    return _news(change, told, Notice("number.quality_event", subject=event))


def _limit(value: dict[str, Any]) -> str:
    return limit_of(value.get("max_daily_conversations_per_business")) or limit_of(value.get("current_limit"))


def _name(change: Change) -> NumberNews:
    name, decision = line(change.value.get("requested_verified_name"), 120), word(change.value.get("decision"))
    status, kind = DECISIONS.get(decision, (decision, "number.name_pending"))
    told = {"name_status": status}
    if decision == "APPROVED" and name:
        told["verified_name"] = name
    reason = line(change.value.get("rejection_reason"), 100)
    return _news(change, told, Notice(kind, particulars={"name": name, "reason": reason}))


def _username(change: Change) -> NumberNews:
    username, status = line(change.value.get("username"), 64).lstrip("@"), word(change.value.get("status"))
    told = {"username": "" if status == "deleted" else username, "username_status": status}
    return _news(change, told, Notice("number.username", particulars={"username": username, "status": status}))


def _security(change: Change) -> NumberNews:
    event = word(change.value.get("event"))
    particulars = {"event": event, "requester": text(change.value.get("requester"), 32)}
    return _news(change, {}, Notice("number.pin", particulars=particulars))


def _settings(change: Change) -> NumberNews | Kept:
    """Read settings of calls, the only ones Meta tells of; the number stands inside them."""
    settings = change.value.get("phone_number_settings")
    if not isinstance(settings, dict):
        return Kept(change.place, f"account_settings_update:{word(change.value.get('type'))}")
    status = word(mapping(settings.get("calling")).get("status"))
    return NumberNews(
        place=change.place,
        waba_id=change.waba_id,
        at=time_or_none(change.value.get("timestamp")) or change.at,
        phone_number_id=required(text(settings.get("phone_number_id"), 32), "phone_number_id"),
        told={"calling": status} if status else {},
        notice=Notice("number.calling", particulars={"calling": status}) if status else None,
    )


def _news(change: Change, told: dict[str, str], notice: Notice) -> NumberNews:
    phone = text(change.value.get("display_phone_number"), 32)
    if not phone and not change.phone_number_id:
        raise Unreadable("display_phone_number is missing")
    return NumberNews(
        place=change.place,
        waba_id=change.waba_id,
        at=change.at,
        phone_number_id=change.phone_number_id,
        display_phone=phone,
        told=told,
        notice=notice,
    )


READ = {
    "phone_number_quality_update": _quality,
    "phone_number_name_update": _name,
    "business_username_update": _username,
    "security": _security,
    "account_settings_update": _settings,
}
FIELDS = tuple(READ)

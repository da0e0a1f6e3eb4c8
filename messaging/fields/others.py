"""The other fields: flows and payments raise alerts; the rest makes no rows and stays in the ledger."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from messaging.facts import Kept
from messaging.fields.change import Change, word
from messaging.values import line
from numbers.alerts import Notice
from numbers.news import AccountNews

MONITORS = frozenset({"CLIENT_ERROR_RATE", "ENDPOINT_ERROR_RATE", "ENDPOINT_LATENCY", "ENDPOINT_AVAILABILITY"})
"""Events of a flow's health, each with a beginning and an end (Meta: section 5.5)."""
LIMITED = frozenset({"BLOCKED", "THROTTLED"})

KEPT = {
    "automatic_events": "automatic event",
    "business_status_update": "business status",
    "group_lifecycle_update": "group lifecycle",
    "group_participants_update": "group participants",
    "group_settings_update": "group settings",
    "group_status_update": "group status",
    "partner_solutions": "partner solution",
    "template_correct_category_detection": "category detection",
    "tracking_events": "tracking event",
}
"""Fields that make no rows, and their names in the ledger; docs/webhooks.md says why."""


def read(change: Change) -> Iterator[Any]:
    """Read one change."""
    if change.field == "flows":
        yield _flow(change)
    elif change.field == "payment_configuration_update":
        yield _payment(change)
    else:
        yield Kept(change.place, KEPT[change.field])


def _flow(change: Change) -> AccountNews | Kept:
    event, flow = word(change.value.get("event")), line(change.value.get("flow_id"), 60)
    message = line(change.value.get("message"), 500) or line(change.value.get("warning"), 500)
    if event == "FLOW_STATUS_CHANGE":
        status = word(change.value.get("new_status"))
        kind = "flow.limited" if status in LIMITED else "flow.status"
        return _news(change, Notice(kind, subject=flow, particulars={"status": status}))
    if event in MONITORS:
        kind = "flow.recovered" if change.value.get("alert_state") == "DEACTIVATED" else "flow.failing"
        return _news(change, Notice(kind, subject=f"{flow} {event}", particulars={"event": event, "message": message}))
    if event == "FLOW_VERSION_EXPIRY_WARNING":
        return _news(change, Notice("flow.expiring", subject=flow, particulars={"message": message}))
    return Kept(change.place, f"flows:{event}")


def _payment(change: Change) -> AccountNews:
    said = {"provider": line(change.value.get("provider_name"), 100), "status": line(change.value.get("status"), 100)}
    name = line(change.value.get("configuration_name"), 100)
    return _news(change, Notice("payment.configuration", subject=name, particulars=said))


def _news(change: Change, notice: Notice) -> AccountNews:
    return AccountNews(change.place, change.waba_id, change.at, notice=notice)


FIELDS = ("flows", "payment_configuration_update", *KEPT)

"""Fields about a whole account: its life, restrictions, limits, and Meta's own alerts (Meta: section 5.3)."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from messaging.fields.change import Change, word
from messaging.fields.limits import limit_of
from messaging.values import line, mapping, moment, text
from numbers.alerts import Notice
from numbers.news import AccountNews, NumberNews

EVENTS = {
    "ACCOUNT_DELETED": "account.deleted",
    "ACCOUNT_VIOLATION": "account.violation",
    "PARTNER_ADDED": "account.partner_added",
    "PARTNER_REMOVED": "account.partner_removed",
    "PARTNER_APP_INSTALLED": "account.app_installed",
    "PARTNER_APP_UNINSTALLED": "account.app_removed",
    "ACCOUNT_OFFBOARDED": "account.offboarded",
    "ACCOUNT_RECONNECTED": "account.reconnected",
    "VOLUME_BASED_PRICING_TIER_UPDATE": "account.pricing_tier",
    "BUSINESS_PRIMARY_LOCATION_COUNTRY_UPDATE": "account.country",
    "AUTH_INTL_PRICE_ELIGIBILITY_UPDATE": "account.international_rates",
    "MM_LITE_TERMS_SIGNED": "account.marketing_terms",
    "AD_ACCOUNT_LINKED": "account.ads_linked",
    "PARTNER_CLIENT_CERTIFICATION_STATUS_UPDATE": "account.certification",
    "VERIFIED_ACCOUNT": "account.verified",
}
"""Events of account_update that are one alert; the other two say more (`_restrictions`, `_ban`)."""
STATUSES = {"ACCOUNT_DELETED": "DELETED", "ACCOUNT_OFFBOARDED": "OFFBOARDED", "ACCOUNT_RECONNECTED": "ACTIVE"}
BANS = {
    "SCHEDULE_FOR_DISABLE": ("SCHEDULED", "account.to_be_disabled"),
    "DISABLE": ("DISABLED", "account.disabled"),
    "REINSTATE": ("ACTIVE", "account.reinstated"),
}
REVIEWS = {
    "APPROVED": "account.review_approved",
    "REJECTED": "account.review_rejected",
}
SEVERITIES = {"CRITICAL": "CRITICAL", "WARNING": "WARNING", "INFORMATIONAL": "INFO"}


def read(change: Change) -> Iterator[Any]:
    """Read one change of an account."""
    yield from READ[change.field](change)


def _update(change: Change) -> Iterator[Any]:
    event = line(change.value.get("event"), 80)
    if event == "ACCOUNT_RESTRICTION":
        yield from _restrictions(change)
    elif event == "DISABLED_UPDATE":
        yield _ban(change)
    elif event in EVENTS:
        told = {"status": STATUSES[event]} if event in STATUSES else {}
        yield _news(change, told, Notice(EVENTS[event], particulars=_particulars(change)))
    else:
        yield _news(change, {}, Notice("account.event", subject=event))


def _restrictions(change: Change) -> Iterator[Any]:
    """Read each restriction apart: each has an end of its own."""
    if not change.value.get("restriction_info"):
        yield _news(change, {}, Notice("account.restricted"))
    for place, item in change.objects("restriction_info"):
        kind, until = line(item.get("restriction_type"), 100), moment(item.get("expiration"))
        notice = Notice("account.restricted", subject=kind, particulars={"type": kind}, until=until)
        yield AccountNews(place, _account(change), change.at, notice=notice)


def _ban(change: Change) -> AccountNews:
    info = _inner(change, "ban_info")
    state = word(info.get("waba_ban_state"))
    status, kind = BANS.get(state, (state, "account.event"))
    notice = Notice(kind, particulars={"date": line(info.get("waba_ban_date"), 60)})
    return _news(change, {"status": status} if status else {}, notice)


def _alert(change: Change) -> Iterator[Any]:
    """Read an alert of Meta's, of a number or of the account (a portfolio's concerns the account it came with)."""
    info = _inner(change, "alert_info")
    kind = line(info.get("alert_type"), 100)
    notice = Notice(
        "meta.alert_over" if info.get("alert_status") == "NONE" else "meta.alert",
        subject=kind,
        particulars={"type": kind, "description": line(info.get("alert_description"), 500)},
        severity=SEVERITIES.get(word(info.get("alert_severity")), "") if info.get("alert_status") != "NONE" else "",
    )
    number = text(change.value.get("entity_id"), 32)
    if change.value.get("entity_type") == "PHONE_NUMBER" and number:
        yield NumberNews(change.place, change.waba_id, change.at, phone_number_id=number, notice=notice)
    else:
        yield _news(change, {}, notice)


def _review(change: Change) -> Iterator[Any]:
    decision = word(change.value.get("decision"))
    yield _news(change, {"review": decision}, Notice(REVIEWS.get(decision, "account.review_pending")))


def _capability(change: Change) -> Iterator[Any]:
    limit = limit_of(change.value.get("max_daily_conversations_per_business"))
    particulars: dict[str, Any] = {"limit": limit}
    for key in ("max_phone_numbers_per_business", "max_phone_numbers_per_waba"):
        if type(change.value.get(key)) is int:
            particulars[key] = change.value[key]
    yield _news(change, {"limit": limit} if limit else {}, Notice("account.limit", particulars=particulars))


def _particulars(change: Change) -> dict[str, Any]:
    """Gather the few words of an event that its sentence says."""
    tier, partner = _inner(change, "volume_tier_info"), _inner(change, "partner_client_certification_info")
    said = {
        "type": _inner(change, "violation_info").get("violation_type"),
        "reason": _inner(change, "disconnection_info").get("reason"),
        "category": tier.get("pricing_category"),
        "tier": tier.get("tier"),
        "month": tier.get("effective_month"),
        "country": change.value.get("country"),
        "status": partner.get("status"),
    }
    return {name: found for name, value in said.items() if (found := line(value, 100))}


def _news(change: Change, told: dict[str, str], notice: Notice) -> AccountNews:
    return AccountNews(change.place, _account(change), change.at, told, notice)


def _account(change: Change) -> str:
    """Return the WABA: some events carry the portfolio in `entry[].id` and name the account inside (Meta: 1.3)."""
    return text(_inner(change, "waba_info").get("waba_id"), 32) or change.waba_id


def _inner(change: Change, key: str) -> dict[str, Any]:
    return mapping(change.value.get(key))


READ = {
    "account_update": _update,
    "account_alerts": _alert,
    "account_review_update": _review,
    "business_capability_update": _capability,
}
FIELDS = tuple(READ)

"""What Meta tells of accounts, numbers and templates, from the body of a delivery to rows and alerts."""

from __future__ import annotations

import itertools
import json
from pathlib import Path
from typing import Any

import pytest

from messaging.fields import READERS, accounts, numbers, others, templates
from messaging.inbound import parse
from messaging.models import Template
from numbers.alert_kinds import KINDS
from numbers.models import Alert, PhoneNumber, WabaAccount
from tests.deliveries import reasons, store
from webhooks import drain
from webhooks.models import WebhookEvent

PAYLOADS = Path(__file__).parents[1] / "webhooks" / "payloads"
WABA, NUMBER, PORTFOLIO = "102938475610293", "105551234567890", "504433221100998"
OURS = {*templates.FIELDS, *numbers.FIELDS, *accounts.FIELDS, *others.FIELDS}


@pytest.fixture
def account(db) -> WabaAccount:
    return WabaAccount.objects.create(waba_id=WABA, name="Clínica", portfolio_id=PORTFOLIO)


@pytest.fixture
def number(account: WabaAccount) -> PhoneNumber:
    return PhoneNumber.objects.create(
        waba=account, phone_number_id=NUMBER, display_phone="+55 11 4002-8922", name="Clínica"
    )


def payload(name: str) -> bytes:
    return (PAYLOADS / f"{name}.json").read_bytes()


def told(field: str, value: Any, *, at: int = 1793620800, entry: str = WABA) -> bytes:
    """A delivery of one account-level change."""
    changes = [{"field": field, "value": value}]
    document = {"object": "whatsapp_business_account", "entry": [{"id": entry, "time": at, "changes": changes}]}
    return json.dumps(document).encode()


def arrive(*bodies: bytes) -> list[WebhookEvent]:
    events = store(*bodies)
    drain.drain_due()
    return list(WebhookEvent.objects.filter(pk__in=[event.pk for event in events]).order_by("pk"))


def files() -> list[str]:
    """The samples whose fields are read here."""
    found = []
    for path in sorted(PAYLOADS.glob("*.json")):
        document = json.loads(path.read_bytes())
        changes = [change for entry in document.get("entry", []) for change in entry.get("changes", [])]
        if changes and all(change["field"] in OURS for change in changes):
            found.append(path.stem)
    return found


# Each sample: the alert it raises, or what the ledger calls what it only keeps.
OUTCOMES = {
    "account_alerts": "meta.alert",
    "account_review_update": "account.review_approved",
    "account_settings_update": "number.calling",
    "account_update_ad_account_linked": "account.ads_linked",
    "account_update_auth_international": "account.international_rates",
    "account_update_business_location": "account.country",
    "account_update_deleted": "account.deleted",
    "account_update_disabled": "account.disabled",
    "account_update_mm_lite_terms_signed": "account.marketing_terms",
    "account_update_offboarded": "account.offboarded",
    "account_update_partner_added": "account.partner_added",
    "account_update_partner_app_installed": "account.app_installed",
    "account_update_partner_app_uninstalled": "account.app_removed",
    "account_update_partner_removed": "account.partner_removed",
    "account_update_partner_removed_coexistence": "account.partner_removed",
    "account_update_partner_verification": "account.certification",
    "account_update_reconnected": "account.reconnected",
    "account_update_reinstated": "account.reinstated",
    "account_update_restriction": "account.restricted",
    "account_update_scheduled_for_disable": "account.to_be_disabled",
    "account_update_violation": "account.violation",
    "account_update_volume_tier": "account.pricing_tier",
    "automatic_events_lead": "kept: automatic event",
    "automatic_events_purchase": "kept: automatic event",
    "business_capability_update_integer": "account.limit",
    "business_capability_update_tier": "account.limit",
    "business_status_update_shape_unknown": "kept: business status",
    "business_username_update": "number.username",
    "flows_client_error_rate": "flow.failing",
    "flows_endpoint_availability": "flow.recovered",
    "flows_endpoint_error_rate": "flow.failing",
    "flows_endpoint_latency": "flow.failing",
    "flows_status_change": "flow.status",
    "flows_version_expiry_warning": "flow.expiring",
    "group_lifecycle_update_create": "kept: group lifecycle",
    "group_lifecycle_update_create_failed": "kept: group lifecycle",
    "group_lifecycle_update_delete": "kept: group lifecycle",
    "group_participants_update_add": "kept: group participants",
    "group_participants_update_join_request": "kept: group participants",
    "group_participants_update_join_request_revoked": "kept: group participants",
    "group_participants_update_left": "kept: group participants",
    "group_participants_update_remove_by_business": "kept: group participants",
    "group_settings_update": "kept: group settings",
    "group_status_update_suspend": "kept: group status",
    "group_status_update_suspend_cleared": "kept: group status",
    "message_template_components_update": "template.content",
    "message_template_quality_update": "template.quality_low",
    "message_template_status_update_approved": "template.usable",
    "message_template_status_update_archived": "template.status",
    "message_template_status_update_deleted": "template.status",
    "message_template_status_update_disabled": "template.stopped",
    "message_template_status_update_flagged": "template.stopped",
    "message_template_status_update_in_appeal": "template.status",
    "message_template_status_update_limit_exceeded": "template.stopped",
    "message_template_status_update_locked": "template.stopped",
    "message_template_status_update_paused": "template.stopped",
    "message_template_status_update_pending": "template.status",
    "message_template_status_update_pending_deletion": "template.status",
    "message_template_status_update_reinstated": "template.usable",
    "message_template_status_update_rejected": "template.stopped",
    "message_template_status_update_unarchived": "template.usable",
    "partner_solutions": "kept: partner solution",
    "payment_configuration_update": "payment.configuration",
    "phone_number_name_update_approved": "number.name_approved",
    "phone_number_name_update_rejected": "number.name_rejected",
    "phone_number_quality_update": "number.faster",
    "phone_number_quality_update_onboarding": "number.connected",
    "security_pin_changed": "number.pin",
    "security_pin_reset_request": "number.pin",
    "template_category_update_done": "template.category",
    "template_category_update_impending": "template.category_coming",
    "template_correct_category_detection_shape_unknown": "kept: category detection",
    "tracking_events_shape_unknown": "kept: tracking event",
}


def test_every_sample_has_its_line():
    assert set(files()) == set(OUTCOMES)


@pytest.mark.parametrize("name", OUTCOMES)
def test_it_has_its_outcome(name: str, number: PhoneNumber):
    expected = OUTCOMES[name]
    for _ in range(2):  # Meta redelivers
        (event,) = arrive(payload(name))
        assert event.state == "DONE", reasons([event])
        if expected.startswith("kept: "):
            assert event.outcome == {expected.removeprefix("kept: "): 1}
    kinds = set(Alert.objects.values_list("kind", flat=True))
    assert kinds == (set() if expected.startswith("kept: ") else {expected})
    assert Alert.objects.count() == (2 if expected == "account.restricted" else len(kinds)), "redelivery adds nothing"
    for alert in Alert.objects.all():
        assert alert.kind in KINDS
        assert alert.text.strip()


def test_the_number_shows_what_it_was_told(number: PhoneNumber):
    arrive(
        payload("phone_number_quality_update"),
        payload("phone_number_name_update_approved"),
        payload("business_username_update"),
        payload("account_settings_update"),
    )
    number.refresh_from_db()
    assert (number.limit, number.throughput, number.sends_per_second) == ("TIER_UNLIMITED", "HIGH", 950)
    assert (number.verified_name, number.name_status) == ("Clínica Exemplo", "APPROVED")
    assert (number.username, number.username_status) == ("clinicaexemplo", "approved")
    assert number.calling == "ENABLED"


def test_limits_are_read_as_numbers_and_as_tiers(account: WabaAccount):
    for at, (said, kept) in enumerate([(2000, "TIER_2K"), ("TIER_10K", "TIER_10K"), ("250", "TIER_250"), (77, "77")]):
        arrive(told("business_capability_update", {"max_daily_conversations_per_business": said}, at=1793620800 + at))
        account.refresh_from_db()
        assert account.limit == kept


def test_a_lowered_limit_is_a_warning(number: PhoneNumber):
    value = {"display_phone_number": "551140028922", "event": "DOWNGRADE", "old_limit": "TIER_10K"}
    arrive(told("phone_number_quality_update", value | {"current_limit": "TIER_2K"}))
    alert = Alert.objects.get()
    assert (alert.kind, alert.severity, alert.number) == ("number.limit_lowered", "WARNING", number)


def test_a_number_is_found_without_its_ninth_digit(account: WabaAccount):
    mobile = PhoneNumber.objects.create(waba=account, phone_number_id="1", display_phone="+55 11 98765-0001", name="M")
    value = {"display_phone_number": "551187650001", "username": "loja", "status": "reserved"}
    arrive(told("business_username_update", value))
    mobile.refresh_from_db()
    assert mobile.username == "loja"


def test_an_unknown_number_is_quarantined_and_its_neighbour_is_not(number: PhoneNumber):
    unknown = told("security", {"display_phone_number": "5500", "event": "PIN_CHANGED"})
    events = arrive(unknown, payload("security_pin_changed"))
    assert [event.state for event in events] == ["QUARANTINED", "DONE"]
    assert "5500" in reasons(events)[0]
    assert Alert.objects.count() == 1


def test_a_portfolio_names_its_account(account: WabaAccount):
    (event,) = arrive(told("account_update", {"event": "PARTNER_REMOVED"}, entry=PORTFOLIO))
    assert event.state == "DONE", reasons([event])
    assert Alert.objects.get().waba == account


def test_an_unknown_account_is_quarantined(account: WabaAccount):
    (event,) = arrive(told("account_review_update", {"decision": "APPROVED"}, entry="1"))
    assert event.state == "QUARANTINED"


def test_a_new_event_of_an_account_is_shown(account: WabaAccount):
    arrive(told("account_update", {"event": "SOMETHING_OF_2027"}))
    assert "SOMETHING_OF_2027" in Alert.objects.get().text


def test_an_alert_of_a_number_belongs_to_the_number(number: PhoneNumber):
    info = {"alert_severity": "CRITICAL", "alert_status": "ACTIVE", "alert_type": "PROFILE_PICTURE_LOST"}
    value = {"entity_type": "PHONE_NUMBER", "entity_id": int(NUMBER), "alert_info": info}
    arrive(told("account_alerts", value))
    alert = Alert.objects.get()
    assert (alert.number, alert.severity) == (number, "CRITICAL")
    arrive(told("account_alerts", value | {"alert_info": info | {"alert_status": "NONE"}}, at=1793620900))
    assert not Alert.objects.open().pressing().exists()


def test_a_restriction_ends_by_itself(account: WabaAccount):
    arrive(payload("account_update_restriction"))
    for alert in Alert.objects.all():
        assert alert.ended_at and alert.ended_at.timestamp() == 1793880000


# --- Order -------------------------------------------------------------------------------------------

LIFE = [
    "account_update_scheduled_for_disable",
    "account_update_disabled",
    "account_update_reinstated",
    "account_update_deleted",
]


@pytest.mark.parametrize("order", [*itertools.permutations(range(4))])
def test_the_newest_word_stands_in_any_order(order: tuple[int, ...], account: WabaAccount):
    for position in order:
        arrive(payload(LIFE[position]))
    account.refresh_from_db()
    assert account.status == "DELETED"
    assert list(Alert.objects.open().values_list("kind", flat=True)) == ["account.deleted"]
    ends = dict(Alert.objects.values_list("kind", "ended_at"))
    starts = dict(Alert.objects.values_list("kind", "at"))
    assert ends["account.disabled"] == starts["account.to_be_disabled"], "each is ended by the next, not by the last"


TEMPLATE_LIFE = [
    "message_template_status_update_approved",
    "message_template_status_update_disabled",
    "message_template_quality_update",
    "template_category_update_done",
]


@pytest.mark.parametrize("order", [*itertools.permutations(range(4))])
def test_templates_too(order: tuple[int, ...], account: WabaAccount):
    for position in order:
        arrive(payload(TEMPLATE_LIFE[position]))
    template = Template.objects.get()
    assert (template.status, template.quality, template.category) == ("DISABLED", "YELLOW", "MARKETING")
    assert (template.name, template.language, template.meta_id) == ("confirmacao_consulta", "pt_BR", "1890233445566778")
    assert template.stale_since


def test_two_words_of_one_second_end_alike(account: WabaAccount):
    words = [told("account_review_update", {"decision": word}) for word in ("APPROVED", "REJECTED")]
    found = set()
    for order in (words, words[::-1]):
        arrive(*order)
        account.refresh_from_db()
        found.add(account.review)
        account.told_at, account.review = {}, ""
        account.save()
    assert found == {"REJECTED"}


# --- Templates ---------------------------------------------------------------------------------------


def test_an_announced_category_is_the_coming_one(account: WabaAccount):
    arrive(payload("template_category_update_impending"))
    template = Template.objects.get()
    assert (template.category, template.coming_category) == ("UTILITY", "MARKETING")
    assert template.category_changes == "2026-11-03"
    arrive(payload("template_category_update_done"))
    template.refresh_from_db()
    assert (template.category, template.coming_category) == ("MARKETING", "")


@pytest.mark.parametrize("field", ["message_template_status_update", "phone_number_quality_update"])
def test_quality_is_known_by_its_keys(field: str, account: WabaAccount):
    value = json.loads(payload("message_template_quality_update"))["entry"][0]["changes"][0]["value"]
    arrive(told(field, value))
    assert Template.objects.get().quality == "YELLOW"


def test_a_rejection_says_why(account: WabaAccount):
    arrive(payload("message_template_status_update_rejected"))
    template = Template.objects.get()
    assert template.reason.startswith("INVALID_FORMAT · Variável no início do corpo")
    assert "confirmacao_consulta (pt_BR)" in Alert.objects.get().text


def test_redelivery_does_not_make_it_stale_again(account: WabaAccount):
    for name in ("message_template_components_update", "message_template_quality_update"):
        arrive(payload(name))
        Template.objects.update(stale_since=None)
        arrive(payload(name))
        assert Template.objects.get().stale_since is None, name


def test_a_template_known_by_its_id_only(account: WabaAccount):
    value = {"message_template_id": 5, "event": "PAUSED"}
    (event,) = arrive(told("message_template_status_update", value))
    assert event.state == "QUARANTINED"
    Template.objects.create(waba=account, meta_id="5", name="oi", language="pt_BR")
    (event,) = arrive(told("message_template_status_update", value))
    assert event.state == "DONE", reasons([event])
    assert Template.objects.get().status == "PAUSED"


# --- Payloads nobody has seen --------------------------------------------------------------------------

ODD = [None, True, 7, -1.5, "", "x" * 5000, "a\x00b\ud800", [], [[]], [1], {}, {"a": {}}, 10**30]


@pytest.mark.parametrize("field", sorted(OURS))
def test_odd_values_never_raise(field: str, number: PhoneNumber):
    keys = {key for name in files() for key in _keys(json.loads(payload(name)), field)}
    bodies = [told(field, dict.fromkeys(keys, odd)) for odd in ODD]
    bodies += [told(field, {key: dict.fromkeys(keys, odd)}) for key in keys for odd in ODD[:4]]
    for body in bodies:
        parsed = parse(body)
        assert not any("our parser failed" in poison.reason for poison in parsed.poison), body
    events = arrive(*bodies, payload("account_review_update"))
    assert events[-1].state == "DONE"
    expected = ("Unknown", "unknown", "is missing", "not a")
    for reason in reasons(events):
        assert any(word in reason for word in expected), reason


def _keys(document: dict[str, Any], field: str) -> set[str]:
    """The keys of the samples of one field, at any depth of its value."""
    values = [c["value"] for e in document["entry"] for c in e["changes"] if c["field"] == field]
    found: set[str] = set()
    while values:
        value = values.pop()
        if isinstance(value, dict):
            found |= set(value)
            values += value.values()
        elif isinstance(value, list):
            values += value
    return found


def test_every_field_has_one_reader():
    read = [*templates.FIELDS, *numbers.FIELDS, *accounts.FIELDS, *others.FIELDS]
    assert len(read) == len(set(read))
    assert set(read) <= set(READERS)

"""What Graph believes of our numbers, and the alerts when it drifts from what we believe."""

from __future__ import annotations

import pytest
from django.db import connection
from django.utils.html import escape

from accounts.models import User
from lib.encryption import CannotDecrypt
from numbers import actions, health
from numbers.models import Alert, PhoneNumber, WabaAccount
from tests.numbers.conftest import WEBHOOK, override
from tests.simulator.harness import NUMBER, WABA, Process

pytestmark = pytest.mark.django_db


def open_kinds() -> list[str]:
    return sorted(Alert.objects.open().values_list("kind", flat=True))


def test_it_reads_what_graph_believes(graph: Process, line: PhoneNumber):
    assert health.check_number(line) == ""
    line.refresh_from_db()
    assert (line.quality, line.status, line.throughput, line.limit) == ("GREEN", "CONNECTED", "HIGH", "TIER_100K")
    assert (line.verified_name, line.name_status) == ("Loja Aurora", "APPROVED")
    assert line.callback == WEBHOOK
    assert line.checked_at
    assert health.check_account(line.waba) == ""
    assert WabaAccount.objects.get().subscription == "OURS"
    assert open_kinds() == []


def test_the_pace_follows_what_meta_allows(graph: Process, line: PhoneNumber, admin: User):
    def checked(**told: object) -> int:
        graph.control("PUT", f"/numbers/{NUMBER}", told)
        health.check_number(line)
        line.refresh_from_db()
        return line.sends_per_second

    assert checked() == 950
    assert checked(throughput={"level": "STANDARD"}) == 76
    actions.change_number(line, by=admin, sends_per_second=10)
    assert checked() == 10, "what a person set holds while Meta says the same"
    assert checked(is_on_biz_app=True) == 16
    assert checked(is_on_biz_app=False, throughput={"level": "NOT_APPLICABLE"}) == 16


def test_a_lost_subscription_is_one_alert_until_it_is_mended(graph: Process, account: WabaAccount):
    graph.graph("DELETE", f"/{WABA}/subscribed_apps")
    for _ in range(2):
        health.check_account(account)
    assert open_kinds() == ["drift.unsubscribed"]
    assert account.subscription == "NONE"
    graph.graph("POST", f"/{WABA}/subscribed_apps")
    health.check_account(account)
    assert open_kinds() == []
    graph.graph("DELETE", f"/{WABA}/subscribed_apps")
    health.check_account(account)
    assert Alert.objects.count() == 2, "a second loss is a second alert"


def test_another_app_is_not_ours(graph: Process, account: WabaAccount, settings):
    settings.WHATSAPP_APP_ID = "670000000000001"
    health.check_account(account)
    assert open_kinds() == []
    settings.WHATSAPP_APP_ID = "1"
    health.check_account(account)
    assert (open_kinds(), account.subscription) == (["drift.unsubscribed"], "OTHERS")


def test_messages_that_go_elsewhere(graph: Process, line: PhoneNumber, settings):
    settings.PUBLIC_URL = WEBHOOK.removesuffix("/webhook/whatsapp")
    health.check_number(line)
    assert open_kinds() == []
    override(graph, "https://elsewhere.example/hook")
    health.check_number(line)
    assert open_kinds() == ["drift.callback"]
    assert "https://elsewhere.example/hook" in Alert.objects.get().text
    override(graph, "")
    health.check_number(line)
    assert open_kinds() == []


def test_an_address_that_changes_when_ours_is_not_known(graph: Process, line: PhoneNumber):
    health.check_number(line)
    assert open_kinds() == []
    override(graph, "https://elsewhere.example/hook")
    health.check_number(line)
    health.check_number(line)
    assert open_kinds() == ["drift.callback_changed"]


def test_a_number_that_fell_ill_and_recovered(graph: Process, line: PhoneNumber):
    graph.control("PUT", f"/numbers/{NUMBER}", {"quality_rating": "RED", "status": "BANNED"})
    health.check_number(line)
    assert open_kinds() == ["number.quality_low", "number.unusable"]
    line.refresh_from_db()
    assert (line.quality, line.status) == ("RED", "BANNED")
    graph.control("PUT", f"/numbers/{NUMBER}", {"quality_rating": "GREEN", "status": "CONNECTED"})
    health.check_number(line)
    assert open_kinds() == []


def test_a_refused_token_is_one_alert_and_the_others_are_asked(graph: Process, line: PhoneNumber):
    refused = WabaAccount.objects.create(waba_id="1", name="Alheia", access_token="wrong")
    PhoneNumber.objects.create(waba=refused, phone_number_id="2", display_phone="2", name="Alheio")
    health.check_due()
    refused.refresh_from_db()
    line.refresh_from_db()
    assert "190" in refused.check_error
    assert [(alert.kind, alert.waba, alert.number) for alert in Alert.objects.open()] == [
        ("check.refused", refused, None)
    ]
    assert line.quality == "GREEN"


def test_a_token_that_does_not_open_stops_nobody(graph: Process, line: PhoneNumber):
    broken = WabaAccount.objects.create(waba_id="0", name="Quebrada", access_token="sealed")
    with connection.cursor() as cursor:
        cursor.execute("UPDATE numbers_wabaaccount SET access_token = 'k0:lost' WHERE id = %s", [broken.pk])
    with pytest.raises(CannotDecrypt):
        _ = WabaAccount.objects.get(pk=broken.pk).access_token
    health.check_due()
    assert Alert.objects.get(kind="check.refused").waba == broken
    line.refresh_from_db()
    assert line.quality == "GREEN"


def test_each_is_asked_once_an_interval(graph: Process, line: PhoneNumber, settings):
    health.check_due()
    graph.control("PUT", f"/numbers/{NUMBER}", {"quality_rating": "RED"})
    health.check_due()
    line.refresh_from_db()
    assert line.quality == "GREEN", "an hour has not passed"
    PhoneNumber.objects.update(checked_at="2026-01-01T00:00Z")
    settings.HEALTH_CHECK_MINUTES = 0
    health.check_due()
    line.refresh_from_db()
    assert line.quality == "GREEN", "0 means only when somebody asks"
    settings.HEALTH_CHECK_MINUTES = 60
    health.check_due()
    line.refresh_from_db()
    assert line.quality == "RED"


def test_graph_away_raises_nothing(line: PhoneNumber, settings):
    settings.GRAPH_BASE_URL, settings.WHATSAPP_TOKEN = "http://127.0.0.1:9", "x"
    health.check_due()
    line.refresh_from_db()
    assert "could not be reached" in line.check_error
    assert line.quality == ""


def test_the_button_asks_now_and_says_what_it_found(graph: Process, line: PhoneNumber, admin, signed_in):
    graph.graph("DELETE", f"/{WABA}/subscribed_apps")
    answer = signed_in(admin).post(
        "/admin/numbers/phonenumber/", {"action": "check_now", "_selected_action": [line.pk]}, follow=True
    )
    page = answer.content.decode()
    assert escape(Alert.objects.get(kind="drift.unsubscribed").text) in page
    assert WEBHOOK in page
    assert signed_in(admin).get(f"/admin/numbers/phonenumber/{line.pk}/change/").status_code == 200

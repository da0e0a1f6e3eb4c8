"""Connecting a number: every step in every state, over HTTP, against the simulator."""

from __future__ import annotations

import html
import json
import re
import time
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from accounts.models import AuditLog, Role
from numbers.models import Alert, NumberPulse, PhoneNumber, WabaAccount
from tests.conftest import person
from tests.numbers.conftest import SPARE, SPARE_WABA, WEBHOOK
from tests.simulator.harness import NUMBER, SECRET, TOKEN, WABA, Process

pytestmark = pytest.mark.django_db
APP_ID = "670000000000001"
PIN, CODE = "482915", "123456"


@dataclass
class Guide:
    """The page of a number's steps, as an administrator uses it."""

    client: Client
    base: str

    def look(self, step: str) -> Seen:
        return Seen.of(self.client.get(f"{self.base}steps/{step}/"))

    def do(self, step: str, what: str, **values: str) -> Seen:
        return Seen.of(self.client.post(f"{self.base}steps/{step}/", {"do": what, **values}))


@dataclass
class Seen:
    state: str
    text: str
    answer: Any

    @classmethod
    def of(cls, answer: Any) -> Seen:
        assert answer.status_code == 200, answer.content
        page = answer.content.decode()
        state = re.search(r'data-state="(\w+)"', page)
        assert state
        words = html.unescape(re.sub(r"<[^>]+>", " ", page))
        return cls(state[1], re.sub(r"\s+", " ", words), answer)


@pytest.fixture
def guide(graph: Process, line: PhoneNumber, client: Client, settings) -> Guide:
    settings.WHATSAPP_APP_ID, settings.WHATSAPP_APP_SECRETS = APP_ID, [SECRET]
    settings.PUBLIC_URL = WEBHOOK.removesuffix("/webhook/whatsapp")
    client.force_login(person("Alice", Role.ADMIN, language="en"))
    return Guide(client, f"/numbers/{line.pk}/")


SOON = int(time.time()) + 5 * 86400
TOKENS = [
    ({}, "ok", "WhatsApp accepts the token."),
    ({"expires_at": SOON}, "todo", "The token ends on"),
    ({"is_valid": False, "error": {"code": 190, "subcode": 463}}, "wrong", "The token has expired."),
    ({"is_valid": False, "error": {"code": 190, "subcode": 460}}, "wrong", "The password of whoever made the token"),
    ({"is_valid": False}, "wrong", "WhatsApp does not accept the token."),
    ({"app_id": "1"}, "wrong", "made for another app"),
    ({"type": "USER"}, "wrong", "the token of a person"),
    ({"scopes": ["whatsapp_business_management"]}, "wrong", "lacks the right whatsapp_business_messaging"),
    (
        {"granular_scopes": [{"scope": "whatsapp_business_messaging", "target_ids": ["1"]}]},
        "wrong",
        "does not reach this WhatsApp account",
    ),
]


def test_what_the_debugger_tells_of_the_token(guide: Guide, graph: Process):
    usual = {"is_valid": True, "app_id": APP_ID, "type": "SYSTEM_USER", "expires_at": 0, "error": None}
    usual |= {"scopes": ["whatsapp_business_management", "whatsapp_business_messaging"], "granular_scopes": []}
    for told, state, words in TOKENS:
        graph.control("PUT", "/token", usual | told)
        seen = guide.look("token")
        assert (seen.state, words in seen.text) == (state, True), (told, seen.text)


def test_a_token_whose_app_is_not_known_is_tried(guide: Guide, account: WabaAccount, settings):
    settings.WHATSAPP_APP_ID = ""
    seen = guide.look("token")
    assert (seen.state, "WHATSAPP_APP_ID" in seen.text) == ("ok", True)
    account.access_token = "wrong"
    account.save()
    assert guide.look("token").state == "wrong"
    account.access_token = settings.WHATSAPP_TOKEN = ""
    account.save()
    seen = guide.look("token")
    assert (seen.state, "No access token" in seen.text) == ("todo", True)


REFUSALS = [
    ({"code": 190, "subcode": 463}, "wrong", "The token has expired."),
    ({"code": 190}, "wrong", "does not accept the token"),
    ({"code": 10}, "wrong", "lacks the right"),
    ({"code": 200}, "wrong", "lacks the right"),
    ({"code": 100, "subcode": 33}, "wrong", "knows no such id"),
    ({"code": 100, "details": "Odd"}, "wrong", "WhatsApp refused (100): Odd"),
    ({"code": 368}, "wrong", "violation of its policies"),
    ({"code": 80007}, "unknown", "Too many calls"),
    ({"code": 2}, "unknown", "unavailable for the moment"),
]


@pytest.mark.parametrize(
    ("step", "operation"),
    [("account", "account"), ("subscription", "subscribed_apps"), ("callback", "number"), ("registration", "number")],
)
def test_every_refusal_has_its_words(guide: Guide, graph: Process, step: str, operation: str):
    for order, state, words in REFUSALS:
        graph.control("PUT", "/refusals", {operation: order})
        seen = guide.look(step)
        assert (seen.state, words in seen.text) == (state, True), (order, seen.text)


def test_graph_away_leaves_the_steps_unknown(guide: Guide, settings):
    settings.GRAPH_BASE_URL = "http://127.0.0.1:9"
    for step in ("token", "account", "subscription", "callback", "registration", "quality"):
        seen = guide.look(step)
        assert (seen.state, "could not be reached" in seen.text) == ("unknown", True), step


BLOCKED = {
    "can_send_message": "BLOCKED",
    "entities": [{"errors": [{"error_description": "No payment method.", "possible_solution": "Add one."}]}],
}
ACCOUNTS = [
    ({"account_review_status": "REJECTED"}, "wrong", "Meta rejected the account"),
    ({"account_review_status": "PENDING"}, "todo", "Meta is reviewing the account"),
    ({"health_status": BLOCKED}, "wrong", "WhatsApp blocks sending. No payment method. Add one."),
    ({"owner_business_info": {"id": "1", "name": "Outra"}}, "todo", "another portfolio"),
    ({"owner_business_info": {"id": "700", "name": "Loja"}}, "ok", "The account is in order."),
]


def test_the_account(guide: Guide, graph: Process):
    usual = {"owner_business_info": {"id": "700"}, "account_review_status": "APPROVED", "health_status": {}}
    for told, state, words in ACCOUNTS:
        graph.control("PUT", f"/accounts/{WABA}", usual | told)
        seen = guide.look("account")
        assert (seen.state, words in seen.text) == (state, True), (told, seen.text)


def test_reading_the_account_takes_over_its_portfolio_and_numbers(guide: Guide, account: WabaAccount):
    answer = guide.client.post(f"{guide.base}steps/account/", {"do": "read"})
    assert (answer.status_code, answer["HX-Refresh"]) == (204, "true")
    account.refresh_from_db()
    assert account.portfolio_id == "190000000000001"
    assert PhoneNumber.objects.count() == 2
    assert guide.look("account").state == "ok"


def test_a_lost_subscription_is_mended_here(guide: Guide, graph: Process, settings):
    assert guide.look("subscription").state == "ok"
    settings.WHATSAPP_APP_ID = "1"
    assert guide.look("subscription").state == "wrong"
    settings.WHATSAPP_APP_ID = APP_ID
    graph.graph("DELETE", f"/{WABA}/subscribed_apps")
    assert guide.look("subscription").state == "todo"
    graph.control("PUT", "/refusals", {"subscribe": {"code": 10}})
    seen = guide.do("subscription", "subscribe")
    assert (seen.state, "lacks the right" in seen.text) == ("todo", True)
    graph.control("PUT", "/refusals", {"subscribe": None})
    seen = guide.do("subscription", "subscribe")
    assert (seen.state, seen.answer["HX-Trigger"]) == ("ok", "look-callback")
    assert WabaAccount.objects.get().subscription == "OURS"
    assert AuditLog.objects.filter(action="account.subscribed").count() == 1


def test_messages_that_go_elsewhere_are_brought_here(guide: Guide, graph: Process, our_address: str, settings):
    graph.control("PUT", "/callbacks", {"verify": True})
    settings.WHATSAPP_VERIFY_TOKEN = ""
    assert guide.look("callback").state == "ok"
    settings.PUBLIC_URL = ""
    assert guide.look("callback").state == "unknown"
    settings.PUBLIC_URL = our_address
    seen = guide.look("callback")
    assert (seen.state, "WHATSAPP_VERIFY_TOKEN" in seen.text) == ("wrong", True)
    settings.WHATSAPP_VERIFY_TOKEN = "a-word-of-ours"
    assert WEBHOOK in guide.look("callback").text
    settings.PUBLIC_URL = "http://127.0.0.1:9/nobody"
    seen = guide.do("callback", "callback")
    assert (seen.state, "did not get it back" in seen.text) == ("wrong", True)
    settings.PUBLIC_URL = our_address
    seen = guide.do("callback", "callback")
    assert seen.state == "ok"
    line = PhoneNumber.objects.get()
    assert line.callback == f"{our_address}/webhook/whatsapp"
    assert not Alert.objects.filter(kind="drift.callback").open().exists()
    assert "a-word-of-ours" not in seen.answer.content.decode() + json.dumps(
        list(AuditLog.objects.values("particulars"))
    )


REGISTRATIONS = [
    ({"status": "CONNECTED"}, "ok", "registered and connected"),
    ({"status": "PENDING", "code_verification_status": "NOT_VERIFIED"}, "todo", "not verified yet"),
    ({"status": "PENDING", "code_verification_status": "EXPIRED"}, "todo", "not verified yet"),
    ({"status": "DISCONNECTED"}, "todo", "not registered yet"),
    ({"status": "DISCONNECTED", "is_on_biz_app": True}, "wrong", "WhatsApp Business app"),
    ({"status": "BANNED"}, "wrong", "cannot be used: banned"),
]


def test_the_registration(guide: Guide, graph: Process):
    for told, state, words in REGISTRATIONS:
        graph.control(
            "PUT", f"/numbers/{NUMBER}", {"code_verification_status": "VERIFIED", "is_on_biz_app": False} | told
        )
        seen = guide.look("registration")
        assert (seen.state, words in seen.text) == (state, True), (told, seen.text)


CODES = [
    (133000, "not taken out of service completely"),
    (133004, "unavailable for the moment"),
    (133005, "The PIN is wrong."),
    (133006, "has to be verified before"),
    (133008, "wrongly too often"),
    (133009, "too fast"),
    (133010, "is not registered"),
    (133015, "about five minutes"),
    (133016, "ten times in 72 hours"),
    (131031, "or the PIN does not fit"),
]


def test_every_refusal_of_a_registration_has_its_words(guide: Guide, graph: Process):
    graph.control("PUT", f"/numbers/{NUMBER}", {"status": "DISCONNECTED"})
    for code, words in CODES:
        graph.control("PUT", "/refusals", {"register": {"code": code}})
        seen = guide.do("registration", "register", pin=PIN)
        assert (seen.state, words in seen.text) == ("todo", True), (code, seen.text)
    assert not AuditLog.objects.filter(action="number.registered").exists()


def test_a_number_is_verified_and_registered(guide: Guide, graph: Process):
    graph.control("PUT", f"/numbers/{NUMBER}", {"status": "PENDING", "code_verification_status": "NOT_VERIFIED"})
    assert "Six digits" in guide.do("registration", "verify_code", code="12x").text
    graph.control("PUT", "/refusals", {"request_code": {"code": 136024}})
    assert "did not send or take the code" in guide.do("registration", "request_code", method="SMS").text
    graph.control("PUT", "/refusals", {"request_code": None})
    assert "is sending the code" in guide.do("registration", "request_code", method="VOICE").text
    assert "did not send or take the code" in guide.do("registration", "verify_code", code="000000").text
    seen = guide.do("registration", "verify_code", code=CODE)
    assert (seen.state, "not registered yet" in seen.text) == ("todo", True)
    assert "Six digits" in guide.do("registration", "register", pin="12").text
    seen = guide.do("registration", "register", pin=PIN)
    assert (seen.state, seen.answer["HX-Trigger"]) == ("ok", "look-quality")
    graph.graph("POST", f"/{NUMBER}/deregister")
    assert "The PIN is wrong." in guide.do("registration", "register", pin="111111").text
    kept = json.dumps(list(AuditLog.objects.values("particulars"))) + json.dumps(graph.calls())
    assert PIN not in kept


QUALITIES = [
    ({}, "ok", "is high"),
    ({"quality_rating": "UNKNOWN"}, "ok", "has not judged"),
    ({"quality_rating": "YELLOW"}, "todo", "fallen to medium"),
    ({"quality_rating": "RED"}, "wrong", "is low"),
    ({"name_status": "PENDING_REVIEW"}, "todo", "reviewing the display name"),
    ({"name_status": "DECLINED"}, "wrong", "did not approve the display name"),
    ({"health_status": BLOCKED}, "wrong", "WhatsApp blocks sending. No payment method. Add one."),
    ({"health_status": BLOCKED | {"can_send_message": "LIMITED"}}, "wrong", "WhatsApp limits sending."),
]


def test_quality_and_limits(guide: Guide, graph: Process):
    usual = {"quality_rating": "GREEN", "name_status": "APPROVED", "health_status": {}}
    for told, state, words in QUALITIES:
        graph.control("PUT", f"/numbers/{NUMBER}", usual | told)
        seen = guide.look("quality")
        assert (seen.state, words in seen.text) == (state, True), (told, seen.text)
        assert "100,000 people a day" in seen.text


def test_a_test_message_proves_both_ways(guide: Guide, graph: Process, line: PhoneNumber):
    before = timezone.now() - timedelta(hours=1)
    pulse = NumberPulse.objects.create(number=line, last_heard_at=before, updated_at=before)
    assert guide.look("test").state == "todo"
    assert "country and area code" in guide.do("test", "test", phone="123").text
    seen = guide.do("test", "test", phone="+55 11 95555-0001")
    assert (seen.state, "Waiting for word" in seen.text) == ("unknown", True)
    assert "load delay:3s" in seen.answer.content.decode()
    PhoneNumber.objects.update(tested_at=timezone.now() - timedelta(minutes=2))
    assert guide.look("test").state == "wrong"
    pulse.last_heard_at = timezone.now()
    pulse.save()
    assert guide.look("test").state == "ok"
    (call,) = graph.calls(outcome="accepted")
    assert call["recipient"] == "5511955550001"
    assert AuditLog.objects.get(action="number.tested").particulars == {"template": ""}


def test_a_test_may_be_an_approved_template_without_gaps(guide: Guide, graph: Process):
    page = guide.look("test").answer.content.decode()
    offered = re.findall(r'<option value="(\w+\|\w+)"', page)
    assert offered
    assert "Waiting for word" in guide.do("test", "test", phone="5511955550001", template=offered[0]).text
    seen = guide.do("test", "test", phone="5511955550001", template="none|pt_BR")
    assert "does not exist in this language" in seen.text


def test_a_refused_test_has_its_words(guide: Guide, graph: Process):
    codes = {131047: "24 hours", 131030: "on its list", 133010: "not registered", 131042: "payment method"}
    for code, words in codes.items():
        graph.faults(error_code=code)
        seen = guide.do("test", "test", phone="5511955550001")
        assert (seen.state, words in seen.text) == ("todo", True), (code, seen.text)


def test_a_test_whose_answer_is_lost_is_not_called_sent(guide: Guide, graph: Process):
    graph.faults(drop_response=1)
    seen = guide.do("test", "test", phone="5511955550001")
    assert (seen.state, "could not be reached" in seen.text) == ("todo", True)


def test_a_new_account_from_start_to_end(guide: Guide, graph: Process, our_address: str, settings):
    settings.PUBLIC_URL, settings.WHATSAPP_VERIFY_TOKEN = our_address, "a-word-of-ours"
    graph.control("PUT", "/callbacks", {"verify": True})
    client = guide.client
    begun = client.post("/numbers/connect/", {"waba_id": SPARE_WABA, "access_token": TOKEN}, follow=True)
    assert "Loja Aurora Filiais" in begun.content.decode()
    number = PhoneNumber.objects.get(phone_number_id=SPARE)
    ours = Guide(client, f"/numbers/{number.pk}/")
    steps = ("token", "account", "subscription", "callback", "registration", "quality", "test")
    assert [ours.look(step).state for step in steps] == ["ok", "ok", "todo", "wrong", "todo", "ok", "todo"]
    ours.do("subscription", "subscribe")
    ours.do("callback", "callback")
    ours.do("registration", "request_code", method="SMS")
    ours.do("registration", "verify_code", code=CODE)
    ours.do("registration", "register", pin=PIN)
    ours.do("test", "test", phone="5511955550001")
    now = timezone.now()
    NumberPulse.objects.create(number=number, last_heard_at=now, updated_at=now)
    assert [ours.look(step).state for step in steps] == ["ok"] * 7
    number.refresh_from_db()
    assert (number.status, number.waba.subscription) == ("CONNECTED", "OURS")


def test_an_account_that_is_refused_is_here_and_says_why(guide: Guide):
    answer = guide.client.post("/numbers/connect/", {"waba_id": "999", "access_token": "nonsense"}, follow=True)
    account = WabaAccount.objects.get(waba_id="999")
    assert answer.redirect_chain[-1][0] == f"/numbers/accounts/{account.pk}/"
    steps = Guide(guide.client, f"/numbers/accounts/{account.pk}/")
    assert (steps.look("token").state, steps.look("account").state) == ("wrong", "wrong")
    again = guide.client.post("/numbers/connect/", {"waba_id": "999"}, follow=True)
    assert "here already" in again.content.decode()
    assert WabaAccount.objects.filter(waba_id="999").count() == 1


def test_secrets_go_in_and_never_come_out(guide: Guide, account: WabaAccount, line: PhoneNumber, caplog):
    caplog.set_level("DEBUG")
    answer = guide.client.post(
        f"{guide.base}steps/token/",
        {"do": "secrets", "access_token": "EAAG-very-secret", "app_secret": "app-very-secret"},
    )
    assert answer["HX-Refresh"] == "true"
    account.refresh_from_db()
    assert (account.access_token, account.app_secret) == ("EAAG-very-secret", "app-very-secret")
    guide.client.post(f"{guide.base}steps/token/", {"do": "secrets", "access_token": "", "app_secret": ""})
    account.refresh_from_db()
    assert account.access_token == "EAAG-very-secret"
    pages = [
        guide.client.get(path).content.decode()
        for path in (
            "/numbers/",
            "/numbers/connect/",
            guide.base,
            f"{guide.base}connect/",
            f"{guide.base}move/",
            f"/numbers/accounts/{account.pk}/",
            *(f"{guide.base}steps/{step}/" for step in ("token", "account", "subscription", "callback", "test")),
            f"/admin/numbers/wabaaccount/{account.pk}/change/",
            f"/admin/numbers/phonenumber/{line.pk}/change/",
        )
    ]
    pages.append(
        guide.client.post("/numbers/connect/", {"waba_id": "x", "access_token": "very-secret"}).content.decode()
    )
    told = json.dumps(list(AuditLog.objects.values("particulars")))
    assert "very-secret" not in "".join(pages) + told + caplog.text

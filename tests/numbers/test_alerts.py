"""Who sees which alert, in which language, and taking note of one."""

from __future__ import annotations

import re

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone, translation
from django.utils.html import escape

from accounts.models import AuditLog, User
from config.celery import app
from numbers import alerts, selectors
from numbers.alert_kinds import KINDS
from numbers.alerts import Notice
from numbers.models import Alert, PhoneNumber, WabaAccount

pytestmark = pytest.mark.django_db


def raised(kind: str, waba: WabaAccount, number: PhoneNumber | None = None, **particulars: str) -> Alert:
    alerts.hold(Notice(kind, particulars=particulars), waba.pk, number=number and number.pk, holds=True)
    return Alert.objects.get(kind=kind, waba=waba, number=number)


@pytest.fixture
def foreign(other_team, waba) -> PhoneNumber:
    """A number that serves another team."""
    number = PhoneNumber.objects.create(waba=waba, phone_number_id="999", display_phone="9", name="Outro")
    number.teams.add(other_team)
    return number


def test_who_sees_which(admin: User, supervisor: User, owner: User, number, foreign, waba):
    elsewhere = WabaAccount.objects.create(waba_id="8", name="Alheia")
    mine = raised("number.silent", waba, number)
    shared = raised("drift.unsubscribed", waba)
    others = raised("number.silent", waba, foreign)
    far = raised("drift.unsubscribed", elsewhere)
    assert set(Alert.objects.visible_to(admin)) == {mine, shared, others, far}
    assert set(Alert.objects.visible_to(supervisor)) == {mine, shared}
    assert not Alert.objects.visible_to(owner)


def test_the_bell_counts_what_is_open_and_presses(admin: User, number, waba, signed_in):
    silent = raised("number.silent", waba, number, hours="24")
    raised("number.faster", waba, number)
    assert selectors.open_alerts(admin) == 1
    assert '<span class="nav-count">1</span>' in signed_in(admin).get("/inbox/mine/").content.decode()
    alerts.acknowledge(silent, by=admin)
    assert selectors.open_alerts(admin) == 0
    assert "nav-count" not in signed_in(admin).get("/inbox/mine/").content.decode()


def test_an_agents_page_asks_nothing(owner: User, conversation, signed_in):
    client = signed_in(owner)
    with CaptureQueriesContext(connection) as queries:
        page = client.get("/inbox/mine/").content.decode()
    assert 'class="nav"' in page
    assert "nav-bell" not in page
    assert not [query for query in queries if "numbers_alert" in query["sql"]]


def test_taking_note_is_written_down_once(admin: User, supervisor: User, number, waba, signed_in):
    alert = raised("number.silent", waba, number)
    for person in (supervisor, admin):
        signed_in(person).post("/admin/numbers/alert/", {"action": "acknowledge", "_selected_action": [alert.pk]})
    alert.refresh_from_db()
    assert alert.acknowledged_by == supervisor
    assert AuditLog.objects.filter(action="alert.acknowledged").count() == 1


def test_a_supervisor_cannot_take_note_of_anothers(supervisor: User, foreign, waba, signed_in):
    alert = raised("number.silent", waba, foreign)
    signed_in(supervisor).post("/admin/numbers/alert/", {"action": "acknowledge", "_selected_action": [alert.pk]})
    alert.refresh_from_db()
    assert alert.acknowledged_at is None


def test_the_list_and_its_filters(admin: User, number, waba, signed_in):
    alert = raised("number.unusable", waba, number, status="BANNED")
    client = signed_in(admin)
    for query, shown in (("state=open", True), ("state=info", False), ("state=done", False)):
        page = client.get(f"/admin/numbers/alert/?{query}").content.decode()
        assert (f"/admin/numbers/alert/{alert.pk}/change/" in page) is shown, query
    page = client.get(f"/admin/numbers/alert/{alert.pk}/change/").content.decode()
    assert escape(alert.advice) in page
    page = client.get("/admin/numbers/phonenumber/").content.decode()
    assert f'?state=open&amp;number__id__exact={number.pk}">1</a>' in page


def test_our_lanes_belong_to_the_maintenance_workers():
    app.loader.import_default_modules()  # as a worker does
    assert {app.tasks[f"lane.{name}"].queue for name in ("silence", "health", "templates")} == {"maintenance"}


def test_a_sentence_is_in_the_language_of_who_reads(number, waba):
    alert = raised("number.unusable", waba, number, status="BANNED")
    with translation.override("en"):
        assert alert.text == "The number cannot send or receive: banned"


def test_a_kind_of_a_newer_version_still_has_a_sentence(waba):
    alert = Alert(waba=waba, kind="of.tomorrow", subject="x", particulars={"odd": [1]}, at=timezone.now())
    with translation.override("en"):
        assert alert.text == "WhatsApp reports something new: x"


@pytest.mark.parametrize("kind", KINDS)
def test_every_sentence_can_be_filled(kind: str):
    alert = Alert(kind=kind, subject="100%", particulars={"type": "50% off %(x)s"})
    with translation.override("en"):
        assert "%(" not in re.sub(r"50% off %\(x\)s", "", alert.text)
        assert isinstance(alert.advice, str)


def test_meta_s_words_of_a_longer_text_fit(waba):
    raised("drift.callback", waba, None, callback="x" * 300)
    alerts.hold(Notice("flow.status", subject="y" * 900), waba.pk, holds=True)
    assert len(Alert.objects.get(kind="flow.status").subject) == 540

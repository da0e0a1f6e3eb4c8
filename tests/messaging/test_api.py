"""The catalogue of templates by API."""

from __future__ import annotations

import pytest

from messaging.models import Template
from numbers.models import PhoneNumber, WabaAccount
from tests.callers import ABSENT
from tests.conftest import person


@pytest.fixture
def template(waba, number) -> Template:
    body = {"type": "BODY", "text": "Olá, {{1}}!"}
    return Template.objects.create(
        waba=waba, meta_id="1", name="ola", language="pt_BR", category="UTILITY", status="APPROVED", components=[body]
    )


def test_it_reads(calls, owner, template, waba):
    found = calls(owner).get(f"templates/{template.pk}").json()
    assert (found["name"], found["language"], found["is_sendable"], found["waba"]) == ("ola", "pt_BR", True, waba.pk)
    assert found["components"] == template.components
    assert found["asks"] == [{"key": "body.1", "kind": "text", "example": "", "at_most": 1024}]
    assert calls(owner).get("templates").json()["results"] == [found]


def test_it_is_for_whose_numbers_may_send_it(calls, owner, admin, stranger, template):
    assert calls(owner).ids("templates") == calls(admin).ids("templates") == [template.pk]
    for user in (stranger, person("Zeca")):
        assert calls(user).ids("templates") == []
        assert calls(user).get(f"templates/{template.pk}").status_code == 404
    assert calls(owner).get(f"templates/{ABSENT}").status_code == 404


def test_filters(calls, owner, admin, stranger, template, number, other_team):
    other = PhoneNumber.objects.create(
        waba=WabaAccount.objects.create(waba_id="2", name="2"), phone_number_id="2", display_phone="", name="2"
    )
    other.teams.add(other_team)
    elsewhere = Template.objects.create(waba=other.waba, name="ola", language="en", category="", status="PAUSED")
    assert calls(admin).ids("templates?name=ola") == [elsewhere.pk, template.pk]
    assert calls(admin).ids("templates?status=PAUSED") == calls(admin).ids("templates?language=en") == [elsewhere.pk]
    assert calls(owner).ids(f"templates?number={number.pk}") == [template.pk]
    for pk in (other.pk, ABSENT):
        assert calls(owner).ids(f"templates?number={pk}") == []
    assert calls(admin).ids(f"templates?number={other.pk}") == [elsewhere.pk]


def test_a_list_takes_the_same_queries_however_long(calls, owner, template, waba):
    caller = calls(owner)
    few = caller.queries("templates")
    for number in range(8):
        Template.objects.create(waba=waba, name=f"t{number}", language="pt_BR", category="", status="APPROVED")
    assert len(caller.ids("templates")) == 9
    assert caller.queries("templates") == few


@pytest.mark.parametrize("method", ["post", "patch", "delete"])
def test_it_is_only_read(method, calls, admin, template):
    given = [] if method == "delete" else [{"name": "x"}]
    assert getattr(calls(admin), method)(f"templates/{template.pk}", *given).status_code == 405

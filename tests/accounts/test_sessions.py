"""Sessions: whose they are, when they end by themselves, and ending them."""

from __future__ import annotations

from datetime import timedelta

import pytest
import time_machine
from django.contrib.sessions.backends.base import UpdateError
from django.test import Client

from accounts import devices, sessions
from accounts.models import AuditLog, Session, TokenFamily, User
from accounts.sign_out import sign_out_everywhere
from accounts.tokens import refresh
from tests.accounts.test_brake import NOON
from tests.conftest import PASSWORD

ACCOUNT = "/account/"
FIREFOX = "Mozilla/5.0 (Windows NT 10.0; Win64; x64; rv:128.0) Gecko/20100101 Firefox/128.0"
CHROME_ON_ANDROID = (
    "Mozilla/5.0 (Linux; Android 14) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/126.0 Mobile Safari/537.36"
)
SAFARI_ON_IPHONE = (
    "Mozilla/5.0 (iPhone; CPU iPhone OS 17_5 like Mac OS X) AppleWebKit/605.1.15 Version/17.5 Safari/604.1"
)
EDGE = "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 Chrome/126.0 Safari/537.36 Edg/126.0"


@pytest.fixture
def clock():
    with time_machine.travel(NOON, tick=False) as clock:
        yield clock


def browser(user: User, *, where: str = "203.0.113.7", what: str = FIREFOX) -> Client:
    client = Client(REMOTE_ADDR=where, headers={"User-Agent": what})
    assert client.post("/login/", {"username": user.email, "password": PASSWORD}).status_code == 302
    return client


def is_in(client: Client, **headers: str) -> bool:
    return client.get(ACCOUNT, headers=headers).status_code == 200


def end(client: Client, session: Session):
    return client.post(f"/account/sessions/{session.handle}/end/")


# --- By themselves ---------------------------------------------------------------------------------


def test_a_session_ends_when_it_is_not_used(clock, owner: User, settings):
    settings.SESSION_IDLE_MINUTES = 30
    client = browser(owner)
    for _number in range(3):
        clock.shift(timedelta(minutes=29))
        assert is_in(client)
    clock.shift(timedelta(minutes=31))
    assert not is_in(client)


def test_an_open_page_alone_does_not_keep_it(clock, owner: User, settings):
    settings.SESSION_IDLE_MINUTES = 30
    client = browser(owner)
    for _number in range(5):
        clock.shift(timedelta(minutes=5))
        assert is_in(client, **{sessions.AUTOMATIC: "1"})
    clock.shift(timedelta(minutes=6))
    assert not is_in(client, **{sessions.AUTOMATIC: "1"})


def test_a_session_ends_in_any_case(clock, owner: User, settings):
    settings.SESSION_IDLE_MINUTES, settings.SESSION_MAX_HOURS = 60, 3
    client = browser(owner)
    for _number in range(5):
        clock.shift(timedelta(minutes=30))
        assert is_in(client)
    clock.shift(timedelta(minutes=29))
    assert is_in(client)
    clock.shift(timedelta(minutes=2))
    assert not is_in(client)


def test_a_click_is_not_a_write_each_time(clock, owner: User):
    client = browser(owner)
    before = Session.objects.get().seen_at
    clock.shift(timedelta(seconds=59))
    is_in(client)
    assert Session.objects.get().seen_at == before
    clock.shift(timedelta(seconds=1))
    is_in(client)
    assert Session.objects.get().seen_at == before + timedelta(minutes=1)


def test_what_is_over_is_deleted(clock, owner: User, teammate: User):
    browser(owner)
    clock.shift(timedelta(hours=11))
    kept = browser(teammate).session.session_key
    clock.shift(timedelta(hours=2))
    assert sessions.delete_expired() == 1
    assert Session.objects.get().pk == kept


# --- The list --------------------------------------------------------------------------------------


def test_a_person_sees_where_they_are_signed_in(owner: User, teammate: User):
    here = browser(owner)
    browser(owner, where="198.51.100.4", what=CHROME_ON_ANDROID)
    browser(teammate, where="198.51.100.99")
    page = here.get(ACCOUNT)
    places = {place.session.address: place for place in page.context["places"]}
    assert places.keys() == {"203.0.113.7", "198.51.100.4"}
    assert (places["203.0.113.7"].device, places["203.0.113.7"].is_this) == ("Firefox, Windows", True)
    assert (places["198.51.100.4"].device, places["198.51.100.4"].is_this) == ("Chrome, Android", False)
    keys = Session.objects.values_list("session_key", flat=True)
    assert not any(key in page.content.decode() for key in keys), "the key would open the account"


@pytest.mark.parametrize(
    ("says", "words"),
    [
        (FIREFOX, "Firefox, Windows"),
        (SAFARI_ON_IPHONE, "Safari, iPhone"),
        (EDGE, "Edge, Windows"),
        ("curl/8", devices.in_words("")),
    ],
)
def test_devices_in_words(says: str, words: str):
    assert devices.in_words(says) == words


def test_a_long_browser_is_cut(owner: User):
    browser(owner, what="x" * 5000)
    assert len(Session.objects.get().user_agent) == 300


# --- Ending ----------------------------------------------------------------------------------------


def test_ending_one_signs_out_there_and_only_there(owner: User):
    here, there, third = (browser(owner) for _number in range(3))
    end(here, Session.objects.get(pk=there.session.session_key))
    assert [is_in(client) for client in (here, there, third)] == [True, False, True]
    assert AuditLog.objects.filter(action="session.ended", actor=owner).count() == 1


def test_nobody_ends_the_session_of_another(owner: User, teammate: User):
    theirs = browser(teammate)
    assert end(browser(owner), Session.objects.get(user=teammate)).status_code == 404
    assert is_in(theirs)


def test_ending_all_others_keeps_this_one(owner: User, teammate: User):
    here, there, colleague = browser(owner), browser(owner), browser(teammate)
    refresh.begin(owner)
    here.post("/account/sessions/end-others/")
    assert [is_in(client) for client in (here, there, colleague)] == [True, False, True]
    assert not TokenFamily.objects.filter(ended_at=None).exists()


def test_ending_this_one_is_signing_out(owner: User):
    here = browser(owner)
    assert end(here, Session.objects.get()).url == "/login/"
    assert not is_in(here)


@pytest.mark.parametrize("path", ["/account/sessions/end-others/", "/logout/", "/account/second-factor/begin/"])
def test_nothing_ends_by_a_look(signed_in, owner: User, path: str):
    assert signed_in(owner).get(path).status_code == 405


def test_an_ended_session_stays_ended_by_a_request_under_way(owner: User):
    here = browser(owner)
    session = here.session
    session["x"] = 1
    sign_out_everywhere(owner)
    with pytest.raises(UpdateError):
        session.save()
    assert not Session.objects.exists()


# --- One's own page --------------------------------------------------------------------------------


def test_a_person_changes_name_language_and_time_zone_and_nothing_else(signed_in, owner: User):
    form = {"name": "Olívia", "language": "en", "time_zone": "America/Manaus", "role": "ADMIN", "email": "x@y.example"}
    answer = signed_in(owner).post(ACCOUNT, form, follow=True)
    changed = User.objects.get(pk=owner.pk)
    assert (changed.name, changed.language, changed.time_zone) == ("Olívia", "en", "America/Manaus")
    assert (changed.role, changed.email) == (owner.role, owner.email)
    assert answer.headers["Content-Language"] == "en"
    assert AuditLog.objects.filter(action="user.changed", actor=owner).exists()


@pytest.mark.parametrize("wrong", [{"time_zone": "Mars/Olympus"}, {"language": "xx"}, {"name": ""}])
def test_it_takes_no_nonsense(signed_in, owner: User, wrong: dict[str, str]):
    form = {"name": "Olívia", "language": "en", "time_zone": "America/Manaus"}
    answer = signed_in(owner).post(ACCOUNT, form | wrong)
    assert answer.status_code == 200
    assert answer.context["form"].errors.keys() == wrong.keys()
    assert User.objects.get(pk=owner.pk).name == owner.name

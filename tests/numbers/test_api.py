"""Numbers and their accounts by API. Tokens and secrets go in and never come out."""

from __future__ import annotations

import pytest

from accounts.models import AuditLog, Role
from numbers.models import PhoneNumber, WabaAccount
from teams.models import Team, TeamMember
from tests.callers import ABSENT
from tests.conftest import person

SECRET = "never-told-to-anybody"


@pytest.fixture
def follower(team):
    """A supervisor who works in the team and does not lead it."""
    user = person("Fabio", Role.SUPERVISOR, team)
    TeamMember.objects.filter(user=user).update(lead=False)
    return user


@pytest.fixture
def secretive(number, waba) -> PhoneNumber:
    """The number, with every secret that it and its account may have."""
    number.app_secret = waba.app_secret = waba.access_token = SECRET
    number.save()
    waba.save()
    return number


def test_it_reads(calls, owner, number, waba, team):
    found = calls(owner).get(f"numbers/{number.pk}").json()
    assert (found["name"], found["phone_number_id"], found["waba"]) == ("Loja", number.phone_number_id, waba.pk)
    assert (found["state"], found["teams"]) == ("ACTIVE", [team.pk])
    assert calls(owner).get("numbers").json()["results"] == [found]


def test_other_teams_that_it_serves_are_not_told(calls, owner, admin, number, team, other_team):
    number.teams.add(other_team)
    assert calls(owner).get(f"numbers/{number.pk}").json()["teams"] == [team.pk]
    assert sorted(calls(admin).get(f"numbers/{number.pk}").json()["teams"]) == sorted([team.pk, other_team.pk])


def test_lists_hold_ones_own(calls, owner, stranger, admin, number):
    assert calls(owner).ids("numbers") == calls(admin).ids("numbers") == [number.pk]
    assert calls(stranger).ids("numbers") == calls(person("Zeca")).ids("numbers") == []
    assert calls(owner).ids(f"numbers?waba={number.waba_id}&state=ACTIVE") == [number.pk]
    assert calls(owner).ids("numbers?state=PAUSED") == calls(owner).ids(f"numbers?waba={ABSENT}") == []


DOORS = [
    ("get", "numbers/{number}", None, "200 200 200 200"),
    ("post", "numbers/{number}/pause", None, "403 403 200 200"),
    ("post", "numbers/{number}/activate", None, "403 403 200 200"),
    ("patch", "numbers/{number}", {"name": "Vendas"}, "403 403 403 200"),
    ("delete", "numbers/{number}", None, "403 403 403 204"),
]
ACCOUNT_DOORS = [
    ("get", "waba-accounts", None, 200),
    ("post", "waba-accounts", {"waba_id": "77", "name": "Filial"}, 201),
    ("get", "waba-accounts/{waba}", None, 200),
    ("patch", "waba-accounts/{waba}", {"name": "Filial"}, 200),
    ("post", "waba-accounts/{waba}/pause", None, 200),
    ("post", "waba-accounts/{waba}/activate", None, 200),
    ("delete", "waba-accounts/{waba}", None, 409),
]


@pytest.mark.parametrize(("method", "path", "body", "expected"), DOORS)
@pytest.mark.parametrize("role", range(4))
def test_who_may(method, path, body, expected, role, calls, owner, follower, supervisor, admin, stranger, number):
    def ask(user, pk=number.pk) -> int:
        return getattr(calls(user), method)(path.format(number=pk), *([body] if body else [])).status_code

    user = (owner, follower, supervisor, admin)[role]
    assert ask(user, ABSENT) == ask(stranger) == ask(person("Zeca")) == 404
    assert ask(user) == int(expected.split()[role])


@pytest.mark.parametrize(("method", "path", "body", "status"), ACCOUNT_DOORS)
def test_accounts_are_administrators(method, path, body, status, calls, owner, supervisor, admin, stranger, number):
    def ask(user, pk=number.waba_id) -> int:
        return getattr(calls(user), method)(path.format(waba=pk), *([body] if body else [])).status_code

    assert [ask(user) for user in (owner, supervisor, stranger)] == [403] * 3
    if "{waba}" in path:
        assert (ask(owner, ABSENT), ask(admin, ABSENT)) == (403, 404)
    assert ask(admin) == status


def test_it_creates(calls, owner, supervisor, admin, waba, team):
    body = {
        "waba": waba.pk, "phone_number_id": "555", "display_phone": "+55 11 4002-0005", "name": "Filial",
        "teams": [team.pk], "app_secret": SECRET, "sends_per_second": 10,
    }  # fmt: skip
    assert [calls(user).post("numbers", body).status_code for user in (owner, supervisor)] == [403, 403]
    answer = calls(admin).post("numbers", body)
    assert (answer.status_code, answer.json()["teams"], answer.json()["sends_per_second"]) == (201, [team.pk], 10)
    assert PhoneNumber.objects.get(phone_number_id="555").app_secret == SECRET
    again = calls(admin).post("numbers", body)
    assert (again.status_code, again.json()["type"]) == (409, "urn:prosa:refusal:number_taken")


def test_it_changes_and_keeps_the_rest(calls, admin, secretive, team, other_team):
    answer = calls(admin).patch(f"numbers/{secretive.pk}", {"teams": [other_team.pk], "color": "amber"})
    assert (answer.json()["teams"], answer.json()["color"]) == ([other_team.pk], "amber")
    secretive.refresh_from_db()
    assert (secretive.name, secretive.app_secret) == ("Loja", SECRET)


def test_it_pauses_and_goes_on(calls, supervisor, number):
    assert calls(supervisor).post(f"numbers/{number.pk}/pause").json()["state"] == "PAUSED"
    assert calls(supervisor).post(f"numbers/{number.pk}/activate").json()["state"] == "ACTIVE"
    assert list(AuditLog.objects.order_by("pk").values_list("action", flat=True)) == ["number.paused", "number.resumed"]


def test_an_account_pauses_and_goes_on(calls, admin, waba):
    path = f"waba-accounts/{waba.pk}"
    assert calls(admin).post(f"{path}/pause").json()["state"] == "PAUSED"
    assert calls(admin).get(path).json()["state"] == "PAUSED"
    assert calls(admin).post(f"{path}/activate").json()["state"] == "ACTIVE"
    assert list(AuditLog.objects.order_by("pk").values_list("action", flat=True)) == [
        "account.paused",
        "account.resumed",
    ]


def test_what_has_history_stays(calls, admin, conversation, number):
    answer = calls(admin).delete(f"numbers/{number.pk}")
    assert (answer.status_code, answer.json()["type"]) == (409, "urn:prosa:refusal:has_history")


def test_an_account_lives(calls, admin):
    made = calls(admin).post("waba-accounts", {"waba_id": "77", "name": "Filial", "access_token": SECRET})
    assert made.status_code == 201
    path = f"waba-accounts/{made.json()['id']}"
    assert calls(admin).patch(path, {"app_secret": SECRET, "portfolio_id": "9"}).json()["portfolio_id"] == "9"
    account = WabaAccount.objects.get(waba_id="77")
    assert (account.access_token, account.app_secret) == (SECRET, SECRET)
    again = calls(admin).post("waba-accounts", {"waba_id": "77", "name": "Filial"})
    assert (again.status_code, again.json()["type"]) == (409, "urn:prosa:refusal:account_taken")
    assert calls(admin).delete(path).status_code == 204


def test_no_answer_tells_a_secret(calls, owner, supervisor, admin, secretive, waba, team):
    """Not the words, not their length, not that there are any."""
    names = ("app_secret", "access_token", "token", "secret", "told_at")
    bodies = {"app_secret": SECRET}
    answers = [
        *(
            calls(user).get(path)
            for user in (owner, supervisor, admin)
            for path in ("numbers", f"numbers/{secretive.pk}")
        ),
        calls(admin).get("waba-accounts"),
        calls(admin).get(f"waba-accounts/{waba.pk}"),
        calls(admin).patch(f"numbers/{secretive.pk}", bodies),
        calls(admin).patch(f"waba-accounts/{waba.pk}", bodies | {"access_token": SECRET}),
        calls(admin).post("waba-accounts", bodies | {"waba_id": "78", "name": "F", "access_token": SECRET}),
    ]
    for answer in answers:
        assert answer.status_code in (200, 201), answer.content
        text = answer.content.decode()
        assert SECRET not in text and not [name for name in names if f'"{name}"' in text]
    refused = calls(admin).patch(f"waba-accounts/{waba.pk}", {"access_token": SECRET * 100})
    assert refused.status_code == 400 and SECRET not in refused.content.decode()
    assert SECRET not in str(list(AuditLog.objects.values()))


READ_ONLY = ["id", "state", "quality", "status", "verified_name", "blocked_until", "send_slots_taken_until", "told_at"]


@pytest.mark.parametrize("extra", [*READ_ONLY, "conversations"])
def test_only_what_is_named_may_be_written(extra, calls, admin, secretive, waba):
    before = (list(PhoneNumber.objects.values()), list(WabaAccount.objects.values()))
    new = {"waba": waba.pk, "phone_number_id": "555", "display_phone": "1", "name": "Filial"}
    for method, path, body in (
        ("post", "numbers", new),
        ("patch", f"numbers/{secretive.pk}", {"name": "Vendas"}),
        ("post", f"numbers/{secretive.pk}/pause", {}),
        ("post", "waba-accounts", {"waba_id": "77", "name": "Filial"}),
        ("patch", f"waba-accounts/{waba.pk}", {"name": "Filial"}),
    ):
        answer = getattr(calls(admin), method)(path, body | {extra: 1})
        assert (answer.status_code, list(answer.json()["errors"])) == (400, [extra])
    assert (list(PhoneNumber.objects.values()), list(WabaAccount.objects.values())) == before


def test_a_number_stays_in_its_account(calls, admin, number, waba):
    """Moving is a verb of its own, and the id at Meta is not a field to be corrected."""
    for body in ({"waba": waba.pk}, {"phone_number_id": "555"}, {"waac_id": "1"}):
        assert calls(admin).patch(f"numbers/{number.pk}", body).status_code == 400
    assert calls(admin).patch(f"waba-accounts/{waba.pk}", {"waba_id": "77"}).status_code == 400


@pytest.mark.parametrize(
    "body",
    [
        {"sends_per_second": 0},
        {"sends_per_second": 10**9},
        {"color": "url(x)"},
        {"teams": [ABSENT]},
        {"teams": 1},
        {"name": ""},
    ],
)
def test_what_is_not_right_changes_nothing(body, calls, admin, number):
    before = PhoneNumber.objects.values().get()
    assert calls(admin).patch(f"numbers/{number.pk}", body).status_code == 400
    assert PhoneNumber.objects.values().get() == before


def test_pages_hold_each_number_once_while_some_are_added(calls, owner, team, waba):
    def add(name: str) -> int:
        number = PhoneNumber.objects.create(waba=waba, phone_number_id=name, display_phone="", name="same")
        number.teams.add(team, Team.objects.create(name=name))
        return number.pk

    there, seen = {add(str(number)) for number in range(5)}, []
    for page in calls(owner).pages("numbers?limit=2"):
        seen += page
        add(f"neu{len(seen)}")
    assert len(seen) == len(set(seen)) and there <= set(seen)


def test_lists_take_the_same_queries_however_long(calls, admin, number, team):
    caller = calls(admin)
    few = caller.queries("numbers"), caller.queries("waba-accounts")
    for name in map(str, range(8)):
        account = WabaAccount.objects.create(waba_id=name, name=name)
        PhoneNumber.objects.create(waba=account, phone_number_id=name, display_phone="", name=name).teams.add(team)
    assert len(caller.ids("numbers")) == len(caller.ids("waba-accounts")) == 9
    assert (caller.queries("numbers"), caller.queries("waba-accounts")) == few

"""The brake: guessing is slow from wherever, and nobody is shut out."""

from __future__ import annotations

import threading
from datetime import UTC, datetime, timedelta

import pytest
import time_machine
from django.db import connection
from django.test import Client
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from accounts import brake
from accounts.brake import ACCOUNT, ADDRESS, CODE, HERE, MAIL, Policy
from accounts.models import Brake, FamiliarAddress, User
from accounts.refusals import TooManyTries
from tests.conftest import PASSWORD
from tests.waiting import wait_for

NOON = datetime(2026, 11, 24, 12, tzinfo=UTC)
HOME = "203.0.113.7"
HOUR = 3600


def address(number: int) -> str:
    return f"198.51.{100 + number // 200}.{number % 200 + 1}"


def tries(account: str, where: str) -> bool:
    """Whether a wrong password would be looked at now."""
    try:
        brake.reserve(brake.sign_in_gates(account, where))
    except TooManyTries:
        return False
    return True


def sign_in(email: str, password: str, where: str):
    return Client(REMOTE_ADDR=where).post("/login/", {"username": email, "password": password})


# --- A botnet --------------------------------------------------------------------------------------


@pytest.mark.django_db
def test_two_hundred_addresses_guess_a_few_dozen_times_an_hour_and_the_person_still_gets_in(owner: User):
    with time_machine.travel(NOON, tick=False) as clock:
        assert sign_in(owner.email, PASSWORD, HOME).status_code == 302
        guesses = []
        # One of the 200 tries every 10 seconds: many times as often as anybody is let.
        for number, second in enumerate(range(0, 2 * HOUR, 10)):
            clock.move_to(NOON + timedelta(seconds=second))
            if tries(owner.email, address(number % 200)):
                guesses.append(second)
            if second in (1800, HOUR, 2 * HOUR - 10):
                assert sign_in(owner.email, PASSWORD, HOME).status_code == 302, "the person is locked out"
    first, second_hour = (sum(begin <= at < begin + HOUR for at in guesses) for begin in (0, HOUR))
    assert 30 <= first <= 45
    assert 25 <= second_hour <= 30


def test_ten_thousand_guesses_an_hour_are_no_more_than_a_few_dozen():
    """The gate of an account alone, hit three times a second for a day."""
    weight, tried_at, passed = 0.0, NOON, 0
    for number in range(24 * 10_000):
        now = NOON + timedelta(hours=number / 10_000)
        if ACCOUNT.wait(weight, tried_at, now) <= 0:
            weight, tried_at = ACCOUNT.weight(weight, tried_at, now) + 1, now
            passed += 1
    assert 24 * 25 <= passed <= 24 * 31


@pytest.mark.django_db
def test_through_the_door_the_botnet_is_told_to_wait(owner: User):
    with time_machine.travel(NOON, tick=False):
        answers = [sign_in(owner.email, "guess", address(number)) for number in range(ACCOUNT.free + 3)]
        statuses = [answer.status_code for answer in answers]
        assert statuses == [200] * ACCOUNT.free + [429] * 3
        assert "5 " in answers[-1].context["form"].non_field_errors()[0]
        assert answers[-1].headers["Retry-After"] == "5"
        assert sign_in(owner.email, PASSWORD, address(999)).status_code == 429, "a new address waits like all others"


@pytest.mark.django_db
def test_one_address_cannot_try_one_password_on_everybody():
    with time_machine.travel(NOON, tick=False) as clock:
        through = 0
        for second in range(0, HOUR, 12):
            clock.move_to(NOON + timedelta(seconds=second))
            through += tries(f"person{second}@prosa.example", HOME)
    assert ADDRESS.free < through <= ADDRESS.free + HOUR / ADDRESS.longest + 8


@pytest.mark.django_db
def test_one_network_of_ipv6_is_one_address():
    with time_machine.travel(NOON, tick=False):
        assert [tries("ana@prosa.example", f"2001:db8:0:7::{n}") for n in range(HERE.free + 1)] == [
            *[True] * HERE.free,
            False,
        ]
        assert tries("ana@prosa.example", "2001:db8:0:8::1")


# --- People ----------------------------------------------------------------------------------------


@pytest.mark.django_db
def test_who_mistypes_waits_a_little_longer_each_time_and_starts_anew_once_in(owner: User):
    with time_machine.travel(NOON, tick=False) as clock:
        for _number in range(HERE.free):
            assert sign_in(owner.email, "wrong", HOME).status_code == 200
        waits = []
        for _number in range(4):
            refused = sign_in(owner.email, PASSWORD, HOME)
            assert refused.status_code == 429
            waits.append(int(refused.headers["Retry-After"]))
            clock.shift(waits[-1])
            sign_in(owner.email, "wrong", HOME)
        assert waits == sorted(waits)
        assert waits[0] == HERE.first
        clock.shift(HERE.longest)
        assert sign_in(owner.email, PASSWORD, HOME).status_code == 302
        assert sign_in(owner.email, "wrong", HOME).status_code == 200, "the tries of before are forgotten"


@pytest.mark.django_db
def test_an_office_that_signs_in_at_nine_is_not_slowed():
    with time_machine.travel(NOON, tick=False):
        for number in range(ADDRESS.free + 5):
            gates = brake.sign_in_gates(f"person{number}@prosa.example", HOME)
            brake.reserve(gates)
            brake.give_back(gates)


@pytest.mark.django_db
def test_unknown_people_are_braked_alike(owner: User):
    with time_machine.travel(NOON, tick=False):
        known, unknown = (
            [sign_in(email, "guess", HOME).status_code for _n in range(8)]
            for email in (owner.email, "nobody@prosa.example")
        )
    assert known == unknown


@pytest.mark.django_db
def test_no_email_and_no_address_is_kept(owner: User):
    sign_in(owner.email, PASSWORD, HOME)
    sign_in(owner.email, "wrong", HOME)
    kept = str([*Brake.objects.values(), *FamiliarAddress.objects.values()])
    assert Brake.objects.count() == 3
    assert "prosa.example" not in kept
    assert HOME not in kept


@pytest.mark.django_db
def test_what_weighs_nothing_is_deleted(owner: User):
    with time_machine.travel(NOON, tick=False) as clock:
        sign_in(owner.email, PASSWORD, HOME)
        tries(owner.email, address(1))
        clock.shift(brake.LONGEST_MEMORY.total_seconds() + 1)
        assert brake.forget() > 0
        assert (Brake.objects.count(), FamiliarAddress.objects.count()) == (0, 1)
        clock.shift(brake.FAMILIAR_FOR.total_seconds())
        brake.forget()
        assert FamiliarAddress.objects.count() == 0


# --- At once ---------------------------------------------------------------------------------------


@pytest.mark.django_db(transaction=True)
def test_many_tries_at_once_are_no_way_around():
    """The try is counted before the password is looked at: of 24 at once no more get through than one by one."""
    let: list[bool] = []

    def one() -> None:
        try:
            let.append(tries("ana@prosa.example", HOME))
        finally:
            connection.close()

    threads = [threading.Thread(target=one) for _number in range(24)]
    for thread in threads:
        thread.start()
    wait_for(lambda: len(let) == 24)
    assert sum(let) == HERE.free


# --- The rule itself -------------------------------------------------------------------------------


POLICIES = st.sampled_from([HERE, ACCOUNT, ADDRESS, CODE, MAIL])


@given(POLICIES, st.lists(st.floats(0, 2000), min_size=20, max_size=200))
@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=150, deadline=None)
def test_however_tries_are_timed_no_hour_has_more_than_the_rule_says(policy: Policy, gaps: list[float]):
    now, weight, tried_at, passed = NOON, 0.0, NOON, []
    for gap in gaps:
        now += timedelta(seconds=gap)
        if policy.wait(weight, tried_at, now) > 0:
            continue
        weight, tried_at = policy.weight(weight, tried_at, now) + 1, now
        passed.append(now)
    ramp = 12
    for begin in passed:
        within = sum(begin <= at < begin + timedelta(hours=1) for at in passed)
        assert within <= policy.free + HOUR / policy.longest + ramp


@given(POLICIES, st.floats(0, 100), st.floats(0, 5000))
def test_the_wait_it_tells_is_exact_and_never_longer_than_the_longest(policy: Policy, weight: float, gap: float):
    now = NOON + timedelta(seconds=gap)
    wait = policy.wait(weight, NOON, now)
    assert wait <= policy.longest
    if wait > 0:
        assert policy.wait(weight, NOON, now + timedelta(seconds=wait + 0.001)) <= 0
        assert policy.wait(weight, NOON, now + timedelta(seconds=wait * 0.9 - 0.001)) > 0


@pytest.mark.django_db
def test_a_try_that_is_turned_away_makes_nobodys_wait_longer():
    with time_machine.travel(NOON, tick=False) as clock:
        while tries("ana@prosa.example", HOME):
            pass
        before = list(Brake.objects.order_by("key").values())
        for _number in range(20):
            assert not tries("ana@prosa.example", HOME)
        assert list(Brake.objects.order_by("key").values()) == before
        clock.shift(HERE.first)
        assert tries("ana@prosa.example", HOME)

"""Refresh tokens: each link once, the same child within the grace, the end of all for a link used again."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from datetime import timedelta
from threading import Barrier

import pytest
import time_machine
from django.db import connection
from django.utils import timezone
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from accounts.models import AuditLog, RefreshToken, TokenFamily, User
from accounts.refusals import WrongCredentials
from accounts.tokens import refresh
from accounts.tokens.problems import InvalidToken
from tests.api import Api
from tests.conftest import person

REFRESH = "/api/v1/auth/refresh"
ME = "/api/v1/users/me"


@pytest.fixture
def clock():
    with time_machine.travel(timezone.now(), tick=False) as clock:
        yield clock


def rotate(text: str):
    return Api().post(REFRESH, {"refresh": text})


@pytest.mark.django_db
def test_it_gives_a_new_pair(owner):
    first = refresh.begin(owner)
    answer = rotate(first.refresh)
    assert answer.status_code == 200
    pair = answer.json()
    assert pair.keys() == {"access", "refresh", "token_type", "expires_in"}
    assert (pair["token_type"], pair["expires_in"]) == ("Bearer", 600)
    assert pair["refresh"] != first.refresh
    assert Api(pair["access"]).get(ME).json()["id"] == owner.pk
    assert rotate(pair["refresh"]).status_code == 200


@pytest.mark.django_db
@pytest.mark.parametrize("meanwhile", ["another password", "shut out"])
def test_a_proof_that_is_over_begins_nothing(owner, meanwhile):
    proven = User.objects.get(pk=owner.pk)
    if meanwhile == "shut out":
        User.objects.filter(pk=owner.pk).update(is_active=False)
    else:
        owner.set_password("another-long-password")
        owner.save()
    with pytest.raises(WrongCredentials):
        refresh.begin(proven)
    assert not TokenFamily.objects.exists()


@pytest.mark.django_db
def test_two_tabs_within_the_grace_are_given_the_same(owner, clock):
    first = refresh.begin(owner).refresh
    one = rotate(first).json()["refresh"]
    clock.shift(10)
    assert rotate(first).json()["refresh"] == one
    assert rotate(one).status_code == 200


@pytest.mark.django_db
def test_using_one_again_ends_the_family_and_is_audited(owner, clock):
    first = refresh.begin(owner)
    child = rotate(first.refresh).json()
    clock.shift(10.001)
    assert rotate(first.refresh).status_code == 401
    assert rotate(child["refresh"]).status_code == 401
    assert Api(child["access"]).get(ME).status_code == 401
    row = AuditLog.objects.get(action="refresh.reused")
    assert (row.entity_type, row.entity_id, row.actor) == ("user", owner.pk, None)
    assert row.particulars == {"family": str(first.family.id)}
    assert row.address == "127.0.0.1"


@pytest.mark.django_db
def test_the_other_sign_ins_of_the_person_live_on(owner, clock):
    stolen, other = refresh.begin(owner), refresh.begin(owner)
    rotate(stolen.refresh)
    clock.shift(11)
    rotate(stolen.refresh)
    assert rotate(other.refresh).status_code == 200


@pytest.mark.django_db
@pytest.mark.parametrize(
    "text", ["", "x", "x" * 43, "\0", "prosa_00000000_" + "a" * 43, "é", "A" * 129, None, 7, [], {}, True]
)
def test_what_is_none_of_ours_is_refused(text):
    answer = rotate(text)
    assert answer.status_code in (400, 401)
    assert answer.headers["Content-Type"] == "application/problem+json"


@pytest.mark.django_db
def test_an_inactive_person_gets_no_new_pair(owner):
    first = refresh.begin(owner)
    User.objects.filter(pk=owner.pk).update(is_active=False)
    assert rotate(first.refresh).status_code == 401


@pytest.mark.django_db
def test_it_ends_for_good_when_the_family_expires(owner, clock):
    text = refresh.begin(owner).refresh
    for _day in range(29):
        clock.shift(timedelta(days=1))
        text = rotate(text).json()["refresh"]
    clock.shift(timedelta(days=1))
    assert rotate(text).status_code == 401


@pytest.mark.django_db
def test_the_text_is_kept_nowhere(owner):
    first = refresh.begin(owner)
    child = refresh.rotate(first.refresh)
    with connection.cursor() as cursor:
        cursor.execute("SELECT r::text FROM accounts_refreshtoken r")
        rows = str(cursor.fetchall())
    assert first.refresh not in rows and child.refresh not in rows


@pytest.mark.django_db
def test_a_child_cannot_be_made_without_our_key(owner, settings):
    first = refresh.begin(owner)
    mine = refresh.rotate(first.refresh).refresh
    settings.TOKEN_KEY = "another key than the one of this installation"
    assert refresh._child(first.refresh) != mine


@pytest.mark.django_db
def test_what_is_long_over_is_deleted(owner, clock):
    old = refresh.begin(owner)
    refresh.rotate(old.refresh)
    clock.shift(timedelta(days=38))
    new = refresh.begin(owner)
    refresh.delete_ended_families()
    assert list(TokenFamily.objects.all()) == [new.family]
    assert RefreshToken.objects.count() == 1


@pytest.mark.django_db(transaction=True)
def test_of_sixteen_at_once_all_get_the_same_child():
    first = refresh.begin(person("Olivia"))
    together = Barrier(16)

    def race(_number: int):
        try:
            together.wait()
            return rotate(first.refresh)
        finally:
            connection.close()

    with ThreadPoolExecutor(16) as threads:
        answers = list(threads.map(race, range(16)))
    assert {answer.status_code for answer in answers} == {200}
    children = {answer.json()["refresh"] for answer in answers}
    assert len(children) == 1
    assert RefreshToken.objects.count() == 2
    assert all(Api(answer.json()["access"]).get(ME).status_code == 200 for answer in answers)
    assert not AuditLog.objects.filter(action="refresh.reused").exists()
    assert rotate(children.pop()).status_code == 200


@pytest.mark.django_db(transaction=True)
def test_of_sixteen_at_once_with_a_stolen_one_none_is_served_and_it_is_told_once():
    first = refresh.begin(person("Olivia"))
    with time_machine.travel(timezone.now(), tick=False) as clock:
        child = refresh.rotate(first.refresh)
        clock.shift(11)

        def race(_number: int):
            try:
                return rotate(first.refresh)
            finally:
                connection.close()

        with ThreadPoolExecutor(16) as threads:
            statuses = {answer.status_code for answer in threads.map(race, range(16))}
        assert statuses == {401}
        assert rotate(child.refresh).status_code == 401
    assert AuditLog.objects.filter(action="refresh.reused").count() == 1


@dataclass
class Model:
    """What a family should do, said once more and simply: links in order, when each was used first."""

    texts: list[str]
    used: dict[int, float] = field(default_factory=dict)
    now: float = 0.0
    ended: bool = False

    def use(self, index: int) -> int | None:
        """Return the index of the link that is given, None for a refusal."""
        if self.ended:
            return None
        first = self.used.setdefault(index, self.now)
        if self.now - first <= 10:
            return index + 1
        self.ended = True
        return None


STEPS = st.lists(
    st.one_of(
        st.tuples(st.just("wait"), st.sampled_from([0.5, 3, 9.5, 10, 10.5, 60])),
        st.tuples(st.just("use"), st.integers(0, 6)),
        st.tuples(st.just("end"), st.none()),
    ),
    max_size=14,
)


@pytest.mark.django_db
@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(steps=STEPS)
def test_any_order_of_use_reuse_and_time_does_what_the_model_says(owner, steps):
    """A link is good once and for ten seconds more; after any other use nothing of the family is good again."""
    with time_machine.travel(timezone.now(), tick=False) as clock:
        pair = refresh.begin(owner)
        model = Model([pair.refresh])
        reused = AuditLog.objects.filter(action="refresh.reused").count()
        for step, value in steps:
            if step == "wait":
                clock.shift(value)
                model.now += value
            elif step == "end":
                pair.family.end()
                model.ended = True
            else:
                _use(model, int(value) % len(model.texts))
        alive = TokenFamily.objects.get(pk=pair.family.pk).ended_at is None
        assert alive is not model.ended
        assert AuditLog.objects.filter(action="refresh.reused").count() - reused <= 1


def _use(model: Model, index: int) -> None:
    expected = model.use(index)
    if expected is None:
        with pytest.raises(InvalidToken):
            refresh.rotate(model.texts[index])
        return
    given_text = refresh.rotate(model.texts[index]).refresh
    if expected == len(model.texts):
        model.texts.append(given_text)
    assert given_text == model.texts[expected]


# --- Signing out ------------------------------------------------------------------------------------


@pytest.mark.django_db
def test_signing_out_with_the_access_token_ends_the_family(owner):
    pair = refresh.begin(owner)
    assert Api(pair.access).post("/api/v1/auth/logout").status_code == 204
    assert Api(pair.access).get(ME).status_code == 401
    assert rotate(pair.refresh).status_code == 401
    row = AuditLog.objects.get(action="person.signed_out")
    assert (row.actor, row.particulars) == (owner, {"family": str(pair.family.id)})


@pytest.mark.django_db
def test_signing_out_with_the_refresh_token_ends_the_family(owner):
    pair = refresh.begin(owner)
    assert Api().post("/api/v1/auth/logout", {"refresh": pair.refresh}).status_code == 204
    assert Api(pair.access).get(ME).status_code == 401


@pytest.mark.django_db
@pytest.mark.parametrize("body", [None, {"refresh": "x" * 43}])
def test_signing_out_of_nothing_is_refused(body):
    assert Api().post("/api/v1/auth/logout", body).status_code == 401


@pytest.mark.django_db
def test_everything_ends_with_the_rest_of_what_a_person_has_open(owner):
    pairs = [refresh.begin(owner) for _number in range(3)]
    assert refresh.end_families(owner) == 3
    assert {rotate(pair.refresh).status_code for pair in pairs} == {401}

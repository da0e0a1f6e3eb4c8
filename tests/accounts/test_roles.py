"""Roles: only administrators give them, and there is always one administrator."""

from __future__ import annotations

import threading
from collections.abc import Callable

import pytest
from django.db import IntegrityError, connection, connections, transaction

from accounts import actions
from accounts.models import AuditLog, Role, User
from teams.models import Team, TeamMember
from tests.conftest import person


@pytest.mark.parametrize("role", [Role.SUPERVISOR, Role.ADMIN])
def test_an_administrator_gives_a_role(admin: User, owner: User, role: str, signed_in):
    page = signed_in(owner)
    assert actions.change_role(owner, role=role, by=admin).role == role
    assert User.objects.get(pk=owner.pk).role == role
    entry = AuditLog.objects.get(action="user.role_changed")
    assert (entry.actor, entry.entity_id, entry.particulars) == (admin, owner.pk, {"before": "AGENT", "after": role})
    assert page.get("/").headers["Location"].startswith("/login/"), "a new role is a new session"


def test_the_same_role_again_changes_nothing(admin: User, owner: User, signed_in):
    actions.change_role(owner, role=Role.AGENT, by=admin)
    assert not AuditLog.objects.exists()


@pytest.mark.parametrize("role", Role.values)
def test_nobody_else_gives_roles(supervisor: User, owner: User, teammate: User, role: str):
    for by in (supervisor, owner, teammate):
        with pytest.raises(actions.MayNotGrant):
            actions.change_role(owner, role=role, by=by)


def test_nobody_changes_their_own(admin: User):
    person("Aldo", Role.ADMIN)
    with pytest.raises(actions.NotYourself):
        actions.change_role(admin, role=Role.AGENT, by=admin)


def test_who_supervises_no_more_leads_no_more(admin: User, supervisor: User, team: Team):
    actions.change_role(supervisor, role=Role.AGENT, by=admin)
    actions.change_role(supervisor, role=Role.SUPERVISOR, by=admin)
    assert not TeamMember.objects.get(user=supervisor).lead, "leading is given anew"


def test_the_last_administrator_is_told_so(admin: User):
    """Others who are inactive do not count."""
    person("Aldo", Role.ADMIN, is_active=False)
    with pytest.raises(actions.LastAdministrator):
        actions.change_role(admin, role=Role.AGENT, by=admin)
    with pytest.raises(actions.LastAdministrator):
        actions.deactivate_person(admin, by=admin)


LAST = [
    "UPDATE accounts_user SET role = 'AGENT' WHERE role = 'ADMIN'",
    "UPDATE accounts_user SET is_active = false",
    "DELETE FROM accounts_user WHERE role = 'ADMIN'",
]


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("statement", LAST)
def test_plain_sql_does_not_take_the_last_away(admin: User, statement: str):
    person("Aldo", Role.ADMIN, is_active=False)
    with pytest.raises(IntegrityError) as error, connection.cursor() as cursor:
        cursor.execute(statement)
    assert error.value.__cause__.diag.constraint_name == "an_administrator_stays"
    assert User.objects.get(role=Role.ADMIN, is_active=True) == admin


@pytest.mark.django_db(transaction=True)
def test_one_may_step_down_for_another_in_one_transaction(admin: User, owner: User):
    with transaction.atomic():
        User.objects.filter(pk=admin.pk).update(role=Role.AGENT)
        User.objects.filter(pk=owner.pk).update(role=Role.ADMIN)
    assert User.objects.get(role=Role.ADMIN) == owner


@pytest.mark.django_db(transaction=True)
def test_at_repeatable_read_nobody_would_see_the_other(admin: User):
    person("Aldo", Role.ADMIN)
    with pytest.raises(Exception, match="READ COMMITTED"), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ")
        cursor.execute("UPDATE accounts_user SET role = 'AGENT' WHERE id = %s", [admin.pk])


def together(*works: Callable[[], object]) -> list[BaseException | None]:
    """Run each in a thread and a transaction of its own, which commit only when all have done their part."""
    ends: list[BaseException | None] = [None] * len(works)
    start = threading.Barrier(len(works))

    def run(position: int) -> None:
        try:
            start.wait(10)
            works[position]()
        except BaseException as error:
            ends[position] = error
        finally:
            connections.close_all()

    threads = [threading.Thread(target=run, args=[position]) for position in range(len(works))]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(20)
    return ends


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("verb", ["change_role", "deactivate_person"])
def test_two_who_take_each_other_away_at_once(admin: User, verb: str):
    other = person("Aldo", Role.ADMIN)
    arguments = {"role": Role.AGENT} if verb == "change_role" else {}
    act = getattr(actions, verb)
    ends = together(lambda: act(other, by=admin, **arguments), lambda: act(admin, by=other, **arguments))
    assert User.objects.filter(role=Role.ADMIN, is_active=True).count() == 1
    (refused,) = [end for end in ends if end]
    assert isinstance(refused, actions.Refusal)


@pytest.mark.django_db(transaction=True)
def test_two_plain_statements_at_once_leave_one(admin: User):
    """Both have done their part before either commits: neither sees what the other did."""
    other = person("Aldo", Role.ADMIN)
    both_did = threading.Barrier(2)

    def step_down(who: User) -> Callable[[], object]:
        def work() -> None:
            with transaction.atomic():
                User.objects.filter(pk=who.pk).update(role=Role.AGENT)
                both_did.wait(10)

        return work

    ends = together(step_down(admin), step_down(other))
    assert User.objects.filter(role=Role.ADMIN, is_active=True).count() == 1
    assert [type(end) for end in ends if end] == [IntegrityError]

"""The trail: written with the change, and never rewritten, whoever asks."""

from __future__ import annotations

import pytest
from django.db import Error, ProgrammingError, connection, transaction
from django.utils import timezone

from accounts.audit import record
from accounts.models import AuditLog, AuditSeal, User

TABLES = ("accounts_auditlog", "accounts_auditseal")


def execute(statement: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute(statement)


def test_it_says_who_did_what(owner: User):
    entry = record("user.changed", owner, by=owner, field="name")
    entry.refresh_from_db()
    assert (entry.actor, entry.action, entry.entity_type, entry.entity_id) == (owner, "user.changed", "user", owner.pk)
    assert entry.particulars == {"field": "name"}


def test_a_model_stands_for_none_of_its_rows(db):
    entry = record("person.sign_in_failed", User, by=None)
    assert (entry.entity_type, entry.entity_id, entry.actor) == ("user", 0, None)


def test_it_goes_away_with_a_change_that_was_not_made(owner: User):
    with pytest.raises(ZeroDivisionError), transaction.atomic():
        record("user.changed", owner, by=owner)
        1 / 0
    assert not AuditLog.objects.exists()


CHANGES = {
    "accounts_auditlog": (
        "UPDATE {} SET action = 'x'",
        "UPDATE {} SET actor_id = NULL",
        "DELETE FROM {}",
        "TRUNCATE {}",
    ),
    "accounts_auditseal": ("UPDATE {} SET position = 9", "UPDATE {} SET digest = ''", "DELETE FROM {}", "TRUNCATE {}"),
}


@pytest.mark.parametrize(("table", "change"), [(table, change) for table in TABLES for change in CHANGES[table]])
def test_triggers_refuse_to_change_it(owner: User, sealed: AuditLog, table: str, change: str):
    execute("SET CONSTRAINTS ALL IMMEDIATE")
    execute(f"ALTER TABLE {table} ENABLE TRIGGER ALL")
    with pytest.raises(Error, match="never changed or deleted"), transaction.atomic():
        execute(change.format(table))
    assert (AuditLog.objects.get().action, AuditSeal.objects.get().position) == ("user.changed", 1)


@pytest.mark.parametrize(("table", "change"), [(table, change) for table in TABLES for change in CHANGES[table]])
def test_the_role_of_the_program_has_no_right_to_change_it(as_plain_role, table: str, change: str):
    execute(f"ALTER TABLE {table} DISABLE TRIGGER USER")
    with pytest.raises(ProgrammingError, match="permission denied"), transaction.atomic():
        execute(change.format(table))


def test_the_role_of_the_program_writes_and_seals(as_plain_role, owner: User):
    record("user.changed", owner, by=owner)
    AuditSeal.objects.create(position=1, entry=AuditLog.objects.get(), digest=b"x")
    assert AuditSeal.objects.get().entry.actor == owner


def test_nobody_dates_an_entry_back(owner: User):
    before = timezone.now()
    AuditLog.objects.create(
        at="2020-01-01T00:00:00Z", written_in=3, actor=owner, action="x", entity_type="user", entity_id=1
    )
    entry = AuditLog.objects.get()
    assert (before - entry.at).total_seconds() < 60
    assert entry.written_in > 3


def test_the_orm_is_refused_too(owner: User):
    entry = record("user.changed", owner, by=owner)
    with pytest.raises(Error), transaction.atomic():
        entry.delete()
    entry.action = "x"
    with pytest.raises(Error), transaction.atomic():
        entry.save()


@pytest.fixture
def sealed(owner: User) -> AuditLog:
    entry = record("user.changed", owner, by=owner)
    AuditSeal.objects.create(position=1, entry=entry, digest=b"digest")
    return entry


@pytest.fixture
def as_plain_role(owner: User) -> None:
    """Be the owner of the trail's tables and no superuser, until the test's transaction ends."""
    execute("CREATE ROLE prosa_plain_role_of_a_test")
    execute("GRANT SELECT, UPDATE ON accounts_user TO prosa_plain_role_of_a_test")
    execute("GRANT SELECT ON ALL TABLES IN SCHEMA public TO prosa_plain_role_of_a_test")
    for table in TABLES:
        execute(f"ALTER TABLE {table} OWNER TO prosa_plain_role_of_a_test")
    execute("SET LOCAL ROLE prosa_plain_role_of_a_test")

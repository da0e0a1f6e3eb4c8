"""The trail: written with the change, and never rewritten."""

from __future__ import annotations

import pytest
from django.db import Error, connection, transaction

from accounts.audit import record
from accounts.models import AuditLog, User


def test_it_says_who_did_what(owner: User):
    entry = record("user.renamed", owner, by=owner, field="name")
    entry.refresh_from_db()
    assert (entry.actor, entry.action, entry.entity_type, entry.entity_id) == (owner, "user.renamed", "user", owner.pk)
    assert entry.particulars == {"field": "name"}


def test_it_goes_away_with_a_change_that_was_not_made(owner: User):
    with pytest.raises(ZeroDivisionError), transaction.atomic():
        record("user.renamed", owner, by=owner)
        1 / 0
    assert not AuditLog.objects.exists()


@pytest.mark.parametrize(
    "change",
    [
        "UPDATE accounts_auditlog SET action = 'x'",
        "UPDATE accounts_auditlog SET actor_id = NULL",
        "DELETE FROM accounts_auditlog",
    ],
)
def test_the_database_refuses_to_change_it(owner: User, change: str):
    record("user.renamed", owner, by=owner)
    with pytest.raises(Error), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(change)
    assert AuditLog.objects.get().action == "user.renamed"


def test_the_orm_is_refused_too(owner: User):
    entry = record("user.renamed", owner, by=owner)
    with pytest.raises(Error), transaction.atomic():
        entry.delete()
    entry.action = "x"
    with pytest.raises(Error), transaction.atomic():
        entry.save()

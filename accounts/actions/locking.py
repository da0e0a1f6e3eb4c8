"""The rows a verb about people decides by, locked and read again: rights may have gone since the page was shown."""

from __future__ import annotations

from django.db.models import Q

from accounts.models import Role, User
from accounts.refusals import LastAdministrator

ADMINISTRATORS = Q(role=Role.ADMIN, is_active=True)


def lock(person: User, by: User) -> tuple[User, User]:
    """Return `person` and `by` as they are now, locked until the transaction ends.

    One statement locks by id, so that two verbs about the same people wait and never deadlock.
    """
    rows = User.objects.filter(pk__in=[person.pk, by.pk]).select_for_update(no_key=True).order_by("pk")
    found = {row.pk: row for row in rows}
    return found[person.pk], found[by.pk]


def check_another_administrator(person: User) -> None:
    """Raise LastAdministrator unless somebody else is an active one; a trigger says the same to plain SQL.

    Whoever acts on another is an administrator, locked, who stays: only the last one meets this, about themselves.
    """
    if person.is_active and person.is_admin and not User.objects.filter(ADMINISTRATORS).exclude(pk=person.pk).exists():
        raise LastAdministrator

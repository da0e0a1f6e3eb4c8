"""What a person may do at most."""

from __future__ import annotations

from django.core.exceptions import ValidationError
from django.db import transaction

from accounts.actions.locking import check_another_administrator, lock
from accounts.audit import record
from accounts.models import Role, User
from accounts.refusals import MayNotGrant, NotYourself
from accounts.sign_out import sign_out_everywhere
from lib.after_commit import wake_on_commit


def change_role(person: User, *, role: str, by: User) -> User:
    """Give a person another role; they sign in again under it. Return the person as they are now.

    Who is no supervisor any more leads no team. Raise MayNotGrant, NotYourself or LastAdministrator;
    ValidationError for a role there is not.
    """
    if role not in Role.values:
        raise ValidationError({"role": f"{role!r} is no role."})
    with transaction.atomic():
        locked, by = lock(person, by)
        if not by.is_active or not by.is_admin:
            raise MayNotGrant
        check_another_administrator(locked)
        if by == locked:
            raise NotYourself
        before = locked.role
        if role != before:
            _become(locked, role)
            sign_out_everywhere(locked)
            record("user.role_changed", locked, by=by, before=before, after=role)
            wake_on_commit("maintenance")
    return locked


def _become(person: User, role: str) -> None:
    person.role = role
    person.save(update_fields=["role"])
    if role != Role.SUPERVISOR:
        person.memberships.filter(lead=True).update(lead=False)

"""Who works here: made, changed, let in and shut out."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.db import IntegrityError, transaction

from accounts.actions.locking import check_another_administrator, lock
from accounts.actions.passwords import check_password
from accounts.audit import record
from accounts.models import User
from accounts.refusals import EmailTaken, MayNotChange, MayNotGrant, NotYourself, TeamNeeded
from accounts.rights import leads, may_change, may_grant
from accounts.sign_out import sign_out_everywhere
from lib.after_commit import wake_on_commit

if TYPE_CHECKING:
    from teams.models import Team

OWN = frozenset({"name", "language", "time_zone"})
"""What people change about themselves."""
CHANGEABLE = OWN | {"email"}


def create_person(
    *,
    email: str,
    name: str,
    role: str,
    language: str = "pt-br",
    time_zone: str = "America/Sao_Paulo",
    password: str | None = None,
    team: Team | None = None,
    by: User,
) -> User:
    """Make a person, in `team` where one is given; without a password they choose one by mail.

    A supervisor makes agents in a team they lead. Raise MayNotGrant, TeamNeeded or EmailTaken;
    ValidationError for a weak password or a field that is not well formed.
    """
    person = User(email=email.strip().lower(), name=name, role=role, language=language, time_zone=time_zone)
    with transaction.atomic():
        _, by = lock(by, by)
        check_can_create(role, team, by)
        if password is not None:
            check_password(password, person)
        person.set_password(password)
        _save(person)
        record("user.created", person, by=by, role=role)
        if team:
            member = person.memberships.create(team=team)
            record("member.added", member, by=by, team=team.pk, user=person.pk, lead=False)
    return person


def check_can_create(role: str, team: Team | None, by: User) -> None:
    """Raise the refusal that stands against `by` making a person of this role in this team."""
    if not may_grant(by, role):
        raise MayNotGrant
    if not by.is_admin and (team is None or not leads(by, team)):
        raise TeamNeeded


def change_person(person: User, *, by: User, **fields: Any) -> User:
    """Change name, e-mail, language or time zone; return the person as they are now.

    People change their own, but for the e-mail. Raise MayNotChange or EmailTaken; ValidationError for
    what is not well formed.
    """
    if unknown := set(fields) - CHANGEABLE:
        raise TypeError(f"not a field that changes here: {', '.join(sorted(unknown))}")
    with transaction.atomic():
        locked, by = lock(person, by)
        if not may_change(by, locked) and not (by == locked and by.is_active and fields.keys() <= OWN):
            raise MayNotChange
        if "email" in fields:
            fields["email"] = fields["email"].strip().lower()
        changed = sorted(name for name, value in fields.items() if getattr(locked, name) != value)
        if changed:
            for name in changed:
                setattr(locked, name, fields[name])
            _save(locked, changed)
            record("user.changed", locked, by=by, fields=changed)
    return locked


def activate_person(person: User, *, by: User) -> User:
    """Let a person in again, with the role and the teams they had; raise MayNotChange."""
    with transaction.atomic():
        locked, by = lock(person, by)
        if not may_change(by, locked):
            raise MayNotChange
        if not locked.is_active:
            locked.is_active = True
            locked.save(update_fields=["is_active"])
            record("user.activated", locked, by=by)
    return locked


def deactivate_person(person: User, *, by: User) -> User:
    """Shut a person out at once, everywhere; raise MayNotChange, NotYourself or LastAdministrator.

    Their open conversations go back to the queue. The inbox, which stands above, sees to that by itself
    (`inbox.actions.release`): it looks for assignees who may not see what they look after, however they
    came to lose the right, so that a verb down here need not know of conversations. We only wake it.
    """
    with transaction.atomic():
        locked, by = lock(person, by)
        if not may_change(by, locked):
            raise MayNotChange
        check_another_administrator(locked)
        if by == locked:
            raise NotYourself
        if locked.is_active:
            locked.is_active = False
            locked.save(update_fields=["is_active"])
            sign_out_everywhere(locked)
            record("user.deactivated", locked, by=by)
            wake_on_commit("maintenance")
    return locked


def _save(person: User, changed: list[str] | None = None) -> None:
    """Write the row; raise EmailTaken, or ValidationError for what is not well formed."""
    untouched = {field.name for field in User._meta.fields} - set(changed) if changed else None
    person.full_clean(exclude=untouched, validate_unique=False, validate_constraints=False)
    try:
        with transaction.atomic():
            person.save(update_fields=changed)
    except IntegrityError as error:
        if User.objects.exclude(pk=person.pk).filter(email=person.email).exists():
            raise EmailTaken from error
        raise

"""A person's password."""

from __future__ import annotations

from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.db import transaction

from accounts.actions.locking import lock
from accounts.audit import record
from accounts.models import User
from accounts.refusals import MayNotChange
from accounts.rights import may_change
from accounts.sign_out import sign_out_everywhere


def set_password(person: User, *, password: str, by: User, but: str | None = None) -> User:
    """Set a new password and end all sessions (`but` one, the person's own) and refresh families.

    Raise MayNotChange, or ValidationError for a weak password.
    """
    with transaction.atomic():
        locked, by = lock(person, by)
        if not may_change(by, locked) and not (by == locked and by.is_active):
            raise MayNotChange
        check_password(password, locked)
        locked.set_password(password)
        locked.save(update_fields=["password"])
        sign_out_everywhere(locked, but=but)
        record("person.password_changed", locked, by=by)
    return locked


def check_password(password: str, person: User) -> None:
    """Raise ValidationError, naming the field, for a password that others would guess."""
    try:
        validate_password(password, person)
    except ValidationError as error:
        raise ValidationError({"password": error.messages}) from error

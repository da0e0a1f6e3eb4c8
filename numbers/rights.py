"""Who may do what with numbers. Seeing them is `visible_to`; accounts are for administrators alone."""

from __future__ import annotations

from django.core.exceptions import PermissionDenied

from accounts.models import Role, User
from numbers.models import PhoneNumber


def check_may_manage(by: User | None) -> None:
    """Raise PermissionDenied unless an administrator, or Prosa itself (None), wants to change numbers or accounts."""
    if by is not None and not (by.is_active and by.is_admin):
        raise PermissionDenied


def check_may_pause(number: PhoneNumber, by: User | None) -> None:
    """Raise PermissionDenied unless `by` may stop and resume the number's sending."""
    if by is not None and not may_pause(number, by):
        raise PermissionDenied


def may_pause(number: PhoneNumber, person: User) -> bool:
    """Tell whether a person may pause a number: administrators, and supervisors who lead a team that it serves."""
    if not person.is_active:
        return False
    if person.is_admin:
        return True
    leads = number.teams.filter(members__user=person, members__lead=True)
    return person.role == Role.SUPERVISOR and leads.exists()

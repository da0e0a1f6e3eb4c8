"""Who may run campaigns: administrators, and supervisors by the numbers of the teams they lead."""

from __future__ import annotations

from django.core.exceptions import PermissionDenied

from accounts.models import Role, User
from numbers.models import PhoneNumber, PhoneNumberQuerySet


def check_may_run_campaigns(person: User) -> None:
    """Raise PermissionDenied unless a person's role allows campaigns at all."""
    if not person.is_active or not (person.is_admin or person.role == Role.SUPERVISOR):
        raise PermissionDenied


def numbers_led_by(person: User) -> PhoneNumberQuerySet:
    """The numbers by which a person may send campaigns."""
    if not person.is_active:
        return PhoneNumber.objects.none()
    if person.is_admin:
        return PhoneNumber.objects.all()
    if person.role != Role.SUPERVISOR:
        return PhoneNumber.objects.none()
    return PhoneNumber.objects.filter(teams__members__user=person, teams__members__lead=True).distinct()

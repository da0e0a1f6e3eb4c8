"""Who may change templates. Seeing them is `visible_to`."""

from __future__ import annotations

from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet

from accounts.models import Role, User
from numbers.models import PhoneNumber, WabaAccount


def managed_accounts(person: User) -> QuerySet[WabaAccount]:
    """The accounts whose templates a person may change: all for administrators, for supervisors those with a
    number that serves a team they lead."""
    accounts = WabaAccount.objects.defer("access_token", "app_secret").order_by("name", "pk")
    if not person.is_active or person.role == Role.AGENT:
        return accounts.none()
    if person.is_admin:
        return accounts
    led = PhoneNumber.objects.filter(teams__members__user=person, teams__members__lead=True)
    return accounts.filter(pk__in=led.values("waba"))


def check_may_manage(account: WabaAccount, by: User | None) -> None:
    """Raise PermissionDenied unless `by`, or Prosa itself (None), may change the account's templates."""
    if by is not None and not managed_accounts(by).filter(pk=account.pk).exists():
        raise PermissionDenied

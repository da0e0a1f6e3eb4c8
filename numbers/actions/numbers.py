"""Create, change and delete numbers. Pausing, and moving to another account, are verbs of their own."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django.db import transaction
from django.db.models import ProtectedError

from accounts.audit import record
from accounts.models import User
from numbers.actions.changes import insert, set_fields
from numbers.models import FormerId, PhoneNumber, WabaAccount
from numbers.refusals import HasHistory, NumberTaken
from numbers.rights import check_may_manage
from teams.models import Team

CHANGEABLE = frozenset(
    {"display_phone", "name", "color", "sends_per_second", "read_marks", "when_unknown", "app_secret", "waac_id"}
)


@transaction.atomic
def create_number(
    *,
    waba: WabaAccount,
    phone_number_id: str,
    display_phone: str,
    name: str,
    teams: Iterable[Team] = (),
    by: User | None,
    **fields: Any,
) -> PhoneNumber:
    """Insert a number (other fields: CHANGEABLE); raise NumberTaken or PermissionDenied."""
    check_may_manage(by)
    if FormerId.objects.filter(phone_number_id=phone_number_id).exists():
        raise NumberTaken
    number = PhoneNumber(waba=waba, phone_number_id=phone_number_id, display_phone=display_phone, name=name)
    set_fields(number, fields, allowed=CHANGEABLE)
    insert(number, taken=NumberTaken)
    number.teams.set(teams)
    record("number.created", number, by=by, account=waba.pk, teams=_ids(number))
    return number


@transaction.atomic
def change_number(number: PhoneNumber, *, teams: Iterable[Team] | None = None, by: User | None, **fields: Any) -> None:
    """Change a number (fields: CHANGEABLE) and which teams it serves; raise NumberTaken or PermissionDenied."""
    check_may_manage(by)
    changed = set_fields(number, fields, allowed=CHANGEABLE)
    if "waac_id" in changed and PhoneNumber.objects.filter(waac_id=number.waac_id or "-").exists():
        raise NumberTaken
    particulars: dict[str, Any] = {"fields": changed}
    if teams is not None and (served := sorted(team.pk for team in teams)) != _ids(number):
        number.teams.set(served)
        particulars = {"fields": [*changed, "teams"], "teams": served}
    if changed:
        number.save(update_fields=changed)
    if particulars["fields"]:
        record("number.changed", number, by=by, **particulars)


@transaction.atomic
def delete_number(number: PhoneNumber, *, by: User | None) -> None:
    """Delete a number nobody ever talked with; raise HasHistory or PermissionDenied."""
    check_may_manage(by)
    pk, was = number.pk, number.phone_number_id
    try:
        with transaction.atomic():
            record("number.deleted", number, by=by, account=number.waba_id, phone_number_id=was)
            number.delete()
    except ProtectedError as error:
        number.pk = pk
        raise HasHistory from error


def _ids(number: PhoneNumber) -> list[int]:
    return sorted(number.teams.values_list("pk", flat=True))

"""What Meta tells of numbers and accounts, as values, and the verbs that apply it.

Applying is idempotent and free of order: of each column the newest word stands, and an alert has a key
made of what it says. Numbers that Meta names by their digits only are looked for in their account.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, ClassVar

from django.utils import timezone

from numbers import alerts
from numbers.alerts import Notice
from numbers.models import PhoneNumber, WabaAccount
from numbers.phones import is_same
from numbers.routes import Place, Routes


class UnknownNumber(LookupError):
    """Meta names a number by its digits, and the account has none like it."""


@dataclass(frozen=True, slots=True)
class NumberNews:
    """What changed about a number, named by Meta's id of it or by its digits within the account."""

    counted_as: ClassVar[str] = "number_news"

    place: Place
    waba_id: str
    at: datetime | None
    """When Meta said it; None stands for the arrival."""
    phone_number_id: str = ""
    display_phone: str = ""
    told: Mapping[str, str] = field(default_factory=dict)
    """Columns of PhoneNumber and what they hold now."""
    notice: Notice | None = None


@dataclass(frozen=True, slots=True)
class AccountNews:
    """What changed about an account."""

    counted_as: ClassVar[str] = "account_news"

    place: Place
    waba_id: str
    at: datetime | None
    told: Mapping[str, str] = field(default_factory=dict)
    """Columns of WabaAccount and what they hold now."""
    notice: Notice | None = None


@dataclass(frozen=True, slots=True)
class AccountProblem:
    """An error that concerns a number or its app, and no message (Meta: section 2.8)."""

    counted_as: ClassVar[str] = "problems"

    place: Place
    phone_number_id: str
    code: int | None
    title: str
    detail: str
    at: datetime | None = None


def apply_number_news(facts: Sequence[NumberNews], routes: Routes) -> None:
    """Bring the columns of numbers up to what Meta told, and raise the alerts; raise UnknownNumber."""
    found = [(fact, _number(fact, routes)) for fact in facts]
    alerts.one_at_a_time()
    fresh = _fresh(PhoneNumber, (number.pk for _, number in found), ["app_secret"])
    for fact, known in found:
        number = fresh[known.pk]
        if changed := number.take(fact.told, fact.at or timezone.now()):
            number.save(update_fields=changed)
        if fact.notice:
            alerts.raise_alert(fact.notice, known.waba_id, number=number.pk, at=fact.at)


def apply_account_news(facts: Sequence[AccountNews], routes: Routes) -> None:
    """Bring the columns of accounts up to what Meta told, and raise the alerts."""
    found = [(fact, routes.accounts[fact.waba_id]) for fact in facts]
    alerts.one_at_a_time()
    fresh = _fresh(WabaAccount, (account.pk for _, account in found), ["access_token", "app_secret"])
    for fact, known in found:
        account = fresh[known.pk]
        if changed := account.take(fact.told, fact.at or timezone.now()):
            account.save(update_fields=changed)
        if fact.notice:
            alerts.raise_alert(fact.notice, account.pk, at=fact.at)


def apply_problems(facts: Sequence[AccountProblem], routes: Routes) -> None:
    """Tell people of errors that concern a whole number."""
    numbers = [routes.numbers[fact.phone_number_id] for fact in facts]
    alerts.one_at_a_time()
    for fact, number in zip(facts, numbers, strict=True):
        said = {"code": fact.code or "", "title": fact.title, "detail": fact.detail}
        notice = Notice("number.error", subject=str(fact.code or fact.title), particulars=said)
        alerts.raise_alert(notice, number.waba_id, number=number.pk, at=fact.at)


def _number(fact: NumberNews, routes: Routes) -> PhoneNumber:
    if fact.phone_number_id:
        return routes.numbers[fact.phone_number_id]
    account = routes.accounts[fact.waba_id]
    for number in PhoneNumber.objects.defer("app_secret").filter(waba=account).order_by("pk"):
        if is_same(number.display_phone, fact.display_phone):
            return number
    raise UnknownNumber(f"account {fact.waba_id} has no number {fact.display_phone}")


def _fresh(model: type[Any], pks: Iterable[int], secrets: Sequence[str]) -> dict[int, Any]:
    """Read rows as they are now, without secrets: one that does not open must not stop the news."""
    return {row.pk: row for row in model.objects.defer(*secrets).filter(pk__in=set(pks))}

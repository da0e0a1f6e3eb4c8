"""What pages show of numbers and their alerts, and which number a delivery means."""

from __future__ import annotations

from collections.abc import Collection

from django.db.models import Count, OuterRef, QuerySet, Subquery
from django.db.models.functions import Coalesce

from accounts.models import User
from numbers.models import Alert, FormerId, PhoneNumber, PhoneNumberQuerySet

SECRETS = ("app_secret", "waba__access_token", "waba__app_secret")
"""What pages have no use for, and what might not open."""


def open_alerts(user: User) -> int:
    """Count what asks for the attention of somebody, as the bell shows it."""
    return Alert.objects.visible_to(user).open().pressing().count()


def with_alert_counts(numbers: PhoneNumberQuerySet) -> PhoneNumberQuerySet:
    """Give each number `alert_count`: how many of its alerts ask for somebody."""
    pressing = Alert.objects.filter(number=OuterRef("pk")).open().pressing()
    count = pressing.order_by().values("number").annotate(count=Count("pk")).values("count")
    return numbers.annotate(alert_count=Coalesce(Subquery(count), 0))


def numbers_for_display(user: User) -> PhoneNumberQuerySet:
    """The numbers a person sees, with all that their pages show and without secrets."""
    visible = with_alert_counts(PhoneNumber.objects.visible_to(user))
    return visible.select_related("waba", "pulse").defer(*SECRETS).prefetch_related("teams").order_by("name", "pk")


def alerts_of(number: PhoneNumber, user: User) -> QuerySet[Alert]:
    """The alerts of a number that hold now, as far as a person may see them."""
    return Alert.objects.visible_to(user).filter(number=number).open()


def numbers_by_id(ids: Collection[str]) -> dict[str, PhoneNumber]:
    """Find numbers by Meta's ids, without secrets; one that moved also by the id and with the account it left."""
    present = PhoneNumber.objects.select_related("waba").defer(*SECRETS).filter(phone_number_id__in=ids)
    found = {number.phone_number_id: number for number in present}
    if missing := set(ids) - found.keys():
        found |= _by_former_id(missing)
    return found


def _by_former_id(ids: Collection[str]) -> dict[str, PhoneNumber]:
    left = FormerId.objects.select_related("number", "waba").filter(phone_number_id__in=ids)
    secrets = ("number__app_secret", "waba__access_token", "waba__app_secret")
    found = {}
    for former in left.defer(*secrets):
        # BSUIDs in what comes late are those of the portfolio that was left.
        former.number.waba = former.waba
        found[former.phone_number_id] = former.number
    return found

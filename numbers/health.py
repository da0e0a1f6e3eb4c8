"""Ask Graph what it believes of our accounts and numbers, keep it, and tell where it drifted from ours.

Asked from a lane, hourly, and by a button. Nothing here raises for what Graph says: a credential it
refuses is an alert, and the next account is asked.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from typing import Any

import structlog
from django.conf import settings
from django.db import models, transaction
from django.db.models import Q
from django.utils import timezone

from lib import pulse
from lib.encryption import CannotDecrypt
from lib.graph import GraphError, client
from numbers import alerts
from numbers.alerts import Notice
from numbers.models import PhoneNumber, WabaAccount

log = structlog.get_logger(__name__)

NUMBER_FIELDS = (
    "id,display_phone_number,verified_name,quality_rating,name_status,status,throughput,"
    "whatsapp_business_manager_messaging_limit,webhook_configuration,is_on_biz_app"
)
KINDS = ("drift.unsubscribed", "drift.callback", "drift.callback_changed", "number.quality_low", "number.unusable")
"""Alerts that a check raises, but for the one that says that Graph could not be asked."""
USABLE = frozenset({"", "CONNECTED"})
CALLBACK_PATH = "/webhook/whatsapp"


def check_due() -> None:
    """Check the accounts and numbers that were not checked for an interval; each by one worker only."""
    if settings.HEALTH_CHECK_MINUTES <= 0:
        return
    for pk in _claimed(WabaAccount):
        _safely(check_account, WabaAccount.objects.all(), pk)
    for pk in _claimed(PhoneNumber):
        _safely(check_number, PhoneNumber.objects.select_related("waba"), pk)


def check_account(account: WabaAccount) -> str:
    """Read which apps get the account's webhooks; return why it could not be asked, or nothing."""
    error, told = _ask(account, f"{account.waba_id}/subscribed_apps")
    account.checked_at, account.check_error = timezone.now(), error[:200]
    with transaction.atomic():
        if told is not None:
            account.subscription = subscription(told)
            missing = account.subscription != WabaAccount.Subscription.OURS
            alerts.hold(Notice("drift.unsubscribed"), account.pk, holds=missing)
        alerts.hold(Notice("check.refused", particulars={"reason": error}), account.pk, holds=bool(error))
        account.save(update_fields=["checked_at", "check_error", "subscription"])
    return error


def check_number(number: PhoneNumber) -> str:
    """Read what Graph believes of a number; return why it could not be asked, or nothing."""
    asked_at = timezone.now()
    error, told = _ask(number, number.phone_number_id, fields=NUMBER_FIELDS)
    with transaction.atomic():
        alerts.one_at_a_time()
        fresh = PhoneNumber.objects.defer("app_secret").get(pk=number.pk)
        if fresh.phone_number_id != number.phone_number_id:
            return error  # it moved while we asked: what Graph told was of its former self
        fresh.checked_at, fresh.check_error = timezone.now(), error[:200]
        changed = [] if told is None else _keep(fresh, told, asked_at)
        fresh.save(update_fields=[*changed, "checked_at", "check_error"])
        refused = Notice("check.refused", particulars={"reason": error})
        # A token that is refused for the whole account is one alert, not one for each number.
        own = bool(error) and not number.waba.check_error
        alerts.hold(refused, number.waba_id, number=number.pk, holds=own)
    return error


def _keep(number: PhoneNumber, told: dict[str, Any], asked_at: datetime) -> list[str]:
    """Take over what Graph told and hold the alerts to it; return the fields to save."""
    changed = number.take(_columns(told), asked_at)
    tell = _teller(number)
    tell("number.quality_low", number.quality == "RED")
    tell("number.unusable", number.status not in USABLE, status=number.status)
    callback = callback_of(told)
    if settings.PUBLIC_URL:
        elsewhere = bool(callback) and callback != settings.PUBLIC_URL + CALLBACK_PATH
        tell("drift.callback", elsewhere, callback=callback)
    elif number.callback and callback != number.callback:
        notice = Notice("drift.callback_changed", particulars={"callback": callback or "-"})
        alerts.raise_alert(notice, number.waba_id, number=number.pk, at=asked_at)
    number.callback = callback
    return [*changed, "callback"]


def _teller(number: PhoneNumber) -> Callable[..., None]:
    def tell(kind: str, holds: bool, **particulars: str) -> None:
        alerts.hold(Notice(kind, particulars=particulars), number.waba_id, number=number.pk, holds=holds)

    return tell


def _columns(told: dict[str, Any]) -> dict[str, str]:
    """Take from Graph's answer what has a column; what is missing stays as it was."""
    columns = {
        "verified_name": told.get("verified_name"),
        "quality": told.get("quality_rating"),
        "name_status": told.get("name_status"),
        "status": told.get("status"),
        "throughput": _throughput(told),
        "limit": told.get("whatsapp_business_manager_messaging_limit"),
    }
    return {name: value for name, value in columns.items() if isinstance(value, str)}


def _throughput(told: dict[str, Any]) -> str | None:
    """Return Meta's word, or BIZ_APP for a number that is shared with the app on a phone: it sends slower."""
    if told.get("is_on_biz_app") is True:
        return "BIZ_APP"
    throughput = told.get("throughput")
    return throughput.get("level") if isinstance(throughput, dict) else None


def callback_of(told: dict[str, Any]) -> str:
    """Return where a number's messages go: its own address, else the account's, else the app's (Meta: 1.6)."""
    addresses = told.get("webhook_configuration")
    addresses = addresses if isinstance(addresses, dict) else {}
    for owner in ("phone_number", "whatsapp_business_account", "application"):
        if isinstance(addresses.get(owner), str) and addresses[owner]:
            return addresses[owner][:300]
    return ""


def subscription(told: dict[str, Any]) -> str:
    """Say who gets the account's webhooks; any app counts as ours while we do not know our own."""
    listed = told.get("data")
    apps = [entry.get("whatsapp_business_api_data") for entry in listed or [] if isinstance(entry, dict)]
    ids = {str(app.get("id")) for app in apps if isinstance(app, dict)}
    if not ids:
        return WabaAccount.Subscription.NONE
    ours = not settings.WHATSAPP_APP_ID or settings.WHATSAPP_APP_ID in ids
    return WabaAccount.Subscription.OURS if ours else WabaAccount.Subscription.OTHERS


def _ask(of: WabaAccount | PhoneNumber, path: str, **params: str) -> tuple[str, dict[str, Any] | None]:
    """Read from Graph; return why it failed, or nothing, and the answer."""
    try:
        return "", client().get(path, token=of.token, app_secret=of.secret_for_proof, **params)
    except (GraphError, CannotDecrypt) as error:
        return str(error), None


def _claimed(model: type[Any]) -> Iterator[int]:
    """Walk the rows that are due for a check; a conditional UPDATE decides who checks each."""
    before = timezone.now() - timedelta(minutes=settings.HEALTH_CHECK_MINUTES)
    due = Q(checked_at=None) | Q(checked_at__lt=before)
    for pk in list(model.objects.filter(due).order_by("checked_at").values_list("pk", flat=True)):
        if not pulse.stopping.is_set() and model.objects.filter(due, pk=pk).update(checked_at=timezone.now()):
            yield pk


def _safely(check: Callable[[Any], str], rows: models.QuerySet[Any], pk: int) -> None:
    """Check one row; whatever goes wrong with it, a token that does not open included, costs no other."""
    try:
        check(rows.get(pk=pk))
    except Exception as error:
        log.warning("health.broke", check=check.__name__, row=pk, error=f"{type(error).__name__}: {error}"[:300])

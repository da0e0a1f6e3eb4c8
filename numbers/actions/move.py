"""Bring a number to another WhatsApp account, with all that was said on it."""

from __future__ import annotations

from django.db import transaction
from django.utils import timezone

from accounts.audit import record
from accounts.models import User
from numbers import alerts
from numbers.models import Alert, FormerId, PhoneNumber, WabaAccount
from numbers.models.circuit import CLOSED
from numbers.refusals import NothingToMove, NumberTaken
from numbers.rights import check_may_manage

TOLD = ("status", "quality", "verified_name", "name_status", "username", "username_status", "limit", "throughput")
"""Columns that Meta told of the number as it was in the account it left."""


@transaction.atomic
def move_number(number: PhoneNumber, *, to: WabaAccount, phone_number_id: str, by: User | None) -> None:
    """Put a number under another account, and under the id Meta gave it there; raise NothingToMove,
    NumberTaken or PermissionDenied. Our row stays, so conversations, messages, teams and name do.

    - **Sending**: the number is paused and stays so until somebody resumes it: registration, subscription and
      callback must be right first, or each message would be refused for good. What waits goes out after that
      through the new account. Calls under way end with the id and token they began with, and their outcomes
      are stored. Circuits are closed: they were the old registration's.
    - **Deliveries**: Meta sends word of what happened before for up to 7 days, under the old id. That id is
      kept (FormerId), and what names it is applied to this number with the old account's portfolio. Statuses
      find their messages, parked ones included: they are keyed by our row.
    - **People**: BSUIDs are unique in a portfolio. In the same one nothing changes. In another one everybody
      has a new BSUID, which comes with their next message, and the phone is the bridge: whose phone is known
      stays the same contact in the same conversation. Who is known by an old BSUID alone cannot be written to
      from the new account (the message fails, with that reason) and comes back as a new contact; merge them.
    - **What Meta told** of the number (quality, limit, callback, name) is forgotten and asked anew; alerts
      about it end. Templates belong to the account and do not come along. An app secret of the number's own
      stays: change it if the new account has another app.
    """
    check_may_manage(by)
    alerts.one_at_a_time()
    row = PhoneNumber.objects.select_for_update(no_key=True).defer("app_secret").get(pk=number.pk)
    if (row.waba_id, row.phone_number_id) == (to.pk, phone_number_id):
        raise NothingToMove
    _check_free(row, phone_number_id)
    left = {"from_account": row.waba_id, "from_phone_number_id": row.phone_number_id}
    _remember_former_id(row, phone_number_id)
    row.waba, row.phone_number_id, row.state = to, phone_number_id, PhoneNumber.State.PAUSED
    _forget_what_was_told(row)
    row.save()
    Alert.objects.filter(number=row, ended_at=None).update(ended_at=timezone.now())
    record("number.moved", row, by=by, account=to.pk, phone_number_id=phone_number_id, **left)
    number.refresh_from_db(fields=["waba", "phone_number_id", "state"])


def _check_free(row: PhoneNumber, phone_number_id: str) -> None:
    others = PhoneNumber.objects.filter(phone_number_id=phone_number_id).exclude(pk=row.pk)
    former = FormerId.objects.filter(phone_number_id=phone_number_id).exclude(number=row)
    if others.exists() or former.exists():
        raise NumberTaken


def _remember_former_id(row: PhoneNumber, phone_number_id: str) -> None:
    """Keep the id that is left; one that is taken up again, because a move was a mistake, is former no more."""
    row.former_ids.filter(phone_number_id=phone_number_id).delete()
    if row.phone_number_id != phone_number_id:
        FormerId.objects.create(number=row, waba=row.waba, phone_number_id=row.phone_number_id)


def _forget_what_was_told(row: PhoneNumber) -> None:
    # What was said until now is older than the move, whenever it arrives.
    row.told_at = dict.fromkeys(TOLD, timezone.now().isoformat())
    for column in TOLD:
        setattr(row, column, "")
    row.callback = row.check_error = ""
    row.checked_at = row.tested_at = None
    for column, value in CLOSED.items():
        setattr(row, column, value)

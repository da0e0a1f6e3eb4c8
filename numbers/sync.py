"""Learn from Graph which numbers an account has (Meta: sections 9.1 and 9.5)."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from accounts.models import User
from lib.graph import client
from numbers.actions import create_account, create_number
from numbers.models import FormerId, PhoneNumber, WabaAccount

ACCOUNT_FIELDS = "id,name,owner_business_info"
NUMBER_FIELDS = "id,display_phone_number,verified_name,quality_rating"
COLORS = ["teal", "amber", "violet", "blue", "rose", "lime"]


def sync_account(waba_id: str, *, by: User | None = None) -> list[PhoneNumber]:
    """Make or refresh an account and its numbers as Graph tells them; raise GraphError.

    What people chose here (colour, teams, state) stays, and so does a number that Graph no longer lists, or
    lists under another account than ours (`move_number`). One that moved away is not made again.
    """
    account = WabaAccount.objects.filter(waba_id=waba_id).first()
    token = (account or WabaAccount()).token
    told = client().get(waba_id, token=token, fields=ACCOUNT_FIELDS)
    if account is None:
        account = create_account(waba_id=waba_id, by=by)
    account.name = str(told.get("name") or account.name or waba_id)[:120]
    account.portfolio_id = str((told.get("owner_business_info") or {}).get("id") or account.portfolio_id)[:32]
    # A circuit may have been opened while we asked: only what Graph told is written.
    account.save(update_fields=["name", "portfolio_id"])
    listed = {str(entry["id"]): entry for entry in _listed(waba_id, token)}
    moved = set(FormerId.objects.filter(phone_number_id__in=listed).values_list("phone_number_id", flat=True))
    return [_keep(account, entry, by) for pk, entry in listed.items() if pk not in moved]


def _listed(waba_id: str, token: str) -> Iterator[dict[str, Any]]:
    """Read all pages of the account's numbers."""
    after: dict[str, str] = {}
    while True:
        page = client().get(f"{waba_id}/phone_numbers", token=token, fields=NUMBER_FIELDS, **after)
        yield from page.get("data", [])
        paging = page.get("paging") or {}
        if not paging.get("next"):
            return
        after = {"after": paging["cursors"]["after"]}


def _keep(account: WabaAccount, entry: dict[str, Any], by: User | None) -> PhoneNumber:
    told = {
        "display_phone": str(entry.get("display_phone_number", ""))[:32],
        "quality": str(entry.get("quality_rating", ""))[:10],
    }
    number = PhoneNumber.objects.filter(phone_number_id=str(entry["id"])).first()
    if number is None:
        number = create_number(
            waba=account,
            phone_number_id=str(entry["id"])[:32],
            display_phone=told["display_phone"],
            name=str(entry.get("verified_name", ""))[:120],
            color=COLORS[account.numbers.count() % len(COLORS)],
            by=by,
        )
    PhoneNumber.objects.filter(pk=number.pk).update(**told)
    return PhoneNumber.objects.get(pk=number.pk)

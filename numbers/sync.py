"""Learn from Graph which numbers an account has (Meta: sections 9.1 and 9.5)."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from lib.graph import client
from numbers.models import PhoneNumber, WabaAccount

ACCOUNT_FIELDS = "id,name,owner_business_info"
NUMBER_FIELDS = "id,display_phone_number,verified_name,quality_rating"
COLORS = ["teal", "amber", "violet", "blue", "rose", "lime"]


def sync_account(waba_id: str) -> list[PhoneNumber]:
    """Make or refresh an account and its numbers as Graph tells them; raise GraphError.

    What people chose here (colour, teams, state) stays; a number that Graph no longer lists stays too.
    """
    account = WabaAccount.objects.filter(waba_id=waba_id).first() or WabaAccount(waba_id=waba_id)
    token = account.token
    told = client().get(waba_id, token=token, fields=ACCOUNT_FIELDS)
    account.name = str(told.get("name") or account.name or waba_id)[:120]
    account.portfolio_id = str((told.get("owner_business_info") or {}).get("id") or account.portfolio_id)[:32]
    # A circuit may have been opened while we asked: only what Graph told is written.
    account.save(update_fields=["name", "portfolio_id"] if account.pk else None)
    return [_keep(account, entry) for entry in _listed(waba_id, token)]


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


def _keep(account: WabaAccount, entry: dict[str, Any]) -> PhoneNumber:
    told = {
        "waba": account,
        "display_phone": str(entry.get("display_phone_number", ""))[:32],
        "quality": str(entry.get("quality_rating", ""))[:10],
    }
    chosen = {
        "name": str(entry.get("verified_name", ""))[:120],
        "color": COLORS[account.numbers.count() % len(COLORS)],
    }
    number, _ = PhoneNumber.objects.update_or_create(
        phone_number_id=str(entry["id"]), defaults=told, create_defaults=told | chosen
    )
    return number

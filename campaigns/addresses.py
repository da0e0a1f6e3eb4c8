"""Addresses of a list as keys, and the contacts behind them."""

from __future__ import annotations

from collections.abc import Collection

from django.db.models import Q
from django.utils import timezone

from contacts import phones
from contacts.actions import Sighting, identify
from contacts.models import ContactIdentity

Kind = ContactIdentity.Kind


def address_key(text: str, portfolio: str) -> str:
    """Return the canonical key of a phone, or of a BSUID in a portfolio; the empty string when it is neither."""
    return f"{portfolio}/{text}" if phones.BSUID.match(text) else phones.dialled(text)


def contacts_at(keys: Collection[str], portfolio: str) -> dict[str, int]:
    """Return the contact id of each address key, making contacts of strangers.

    Nobody was seen: what is known of those who are known stays as Meta last spelled it.
    """
    known = _known(keys)
    strangers = {key: _stranger(key, portfolio) for key in keys if key not in known}
    found = identify(strangers.values()) if strangers else {}
    return known | {key: found[sighting.person] for key, sighting in strangers.items()}


def _known(keys: Collection[str]) -> dict[str, int]:
    bsuid = Q(kind=Kind.BSUID, key__in=[key for key in keys if "/" in key])
    phone = Q(kind=Kind.PHONE, is_current=True, key__in=[key for key in keys if "/" not in key])
    return dict(ContactIdentity.objects.filter(bsuid | phone).values_list("key", "contact_id"))


def _stranger(key: str, portfolio: str) -> Sighting:
    phone, bsuid = ("", key.partition("/")[2]) if "/" in key else (key, "")
    return Sighting(portfolio, bsuid=bsuid, phone=phone, username="", profile_name="", at=timezone.now())

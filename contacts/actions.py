"""Recognise who wrote: from what Meta says of a sender to a contact, in a few statements for many."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from zlib import crc32

from django.db import connection

from contacts import phones
from contacts.models import ContactIdentity
from lib.arrays import columns

Kind = ContactIdentity.Kind


@dataclass(frozen=True, slots=True)
class Sighting:
    """What one delivery says of a person; `portfolio` is the scope of the BSUID. At least one of
    `bsuid` and `phone` is given."""

    portfolio: str
    bsuid: str
    phone: str
    username: str
    profile_name: str
    at: datetime

    @property
    def bsuid_key(self) -> str:
        return f"{self.portfolio}/{self.bsuid}" if self.bsuid else ""

    @property
    def phone_key(self) -> str:
        return phones.canonical(self.phone) if self.phone else ""

    @property
    def person(self) -> tuple[str, str]:
        """What tells people apart: the BSUID where there is one, else the phone."""
        return (Kind.BSUID, self.bsuid_key) if self.bsuid else (Kind.PHONE, self.phone_key)


def identify(sightings: Iterable[Sighting]) -> dict[tuple[str, str], int]:
    """Return the contact id of each `Sighting.person`, making contacts and identities that are missing.

    The BSUID decides; a phone finds a contact only where no BSUID is known for it in that portfolio, so
    that a phone passed on to somebody else never merges two people (Meta: BSUID, section 3.6). Runs
    inside the caller's transaction.
    """
    sightings = list(sightings)
    newest = _newest_of_each(sightings)
    found = _known(newest)
    unsettled = [s for s in newest if not _is_settled(s, found)]
    if unsettled:
        _lock(unsettled)
        found = _known(newest)
        for sighting in unsettled:
            _settle(sighting, found)
    seen = [(found[sighting.person], sighting) for sighting in sightings]
    _refresh_profiles(seen)
    _refresh_identities(seen)
    return {sighting.person: contact for contact, sighting in seen}


def _newest_of_each(sightings: list[Sighting]) -> list[Sighting]:
    """The newest sighting of each person and phone, persons with a BSUID first."""
    by_time = sorted(sightings, key=lambda s: (s.at, s.phone))
    newest = {(sighting.person, sighting.phone_key): sighting for sighting in by_time}
    return [newest[key] for key in sorted(newest)]


def _known(sightings: list[Sighting]) -> dict[tuple[str, str], int]:
    bsuids = [s.bsuid_key for s in sightings if s.bsuid]
    phone_keys = [s.phone_key for s in sightings if s.phone]
    rows = ContactIdentity.objects.filter(kind=Kind.BSUID, key__in=bsuids).values_list("kind", "key", "contact_id")
    current = ContactIdentity.objects.filter(kind=Kind.PHONE, is_current=True, key__in=phone_keys)
    found = {(kind, key): contact for kind, key, contact in rows} if bsuids else {}
    if phone_keys:
        found |= {(kind, key): contact for kind, key, contact in current.values_list("kind", "key", "contact_id")}
    return found


def _is_settled(sighting: Sighting, found: dict[tuple[str, str], int]) -> bool:
    contact = found.get(sighting.person)
    if contact is None:
        return False
    return not sighting.phone or found.get((Kind.PHONE, sighting.phone_key)) == contact


def _lock(sightings: list[Sighting]) -> None:
    """Let one transaction at a time make contacts of the same keys; sorted, so that nobody waits in a ring."""
    keys = {s.bsuid_key for s in sightings} | {s.phone_key for s in sightings}
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT pg_advisory_xact_lock(%s, k) FROM unnest(%b::int[]) k",
            [crc32(b"contacts.identify") >> 1, sorted(crc32(key.encode()) >> 1 for key in keys if key)],
        )


def _settle(sighting: Sighting, found: dict[tuple[str, str], int]) -> None:
    """Give the sighting a contact and write down what identifies it; `found` learns of it."""
    contact = found.get(sighting.person) or _by_phone_without_bsuid(sighting, found) or _new_contact()
    found[sighting.person] = contact
    if sighting.bsuid:
        _note(contact, Kind.BSUID, sighting.bsuid, sighting.bsuid_key, sighting.at)
    if sighting.phone and _takes_phone(contact, sighting):
        found[(Kind.PHONE, sighting.phone_key)] = contact


def _by_phone_without_bsuid(sighting: Sighting, found: dict[tuple[str, str], int]) -> int | None:
    contact = found.get((Kind.PHONE, sighting.phone_key)) if sighting.phone else None
    if contact is None:
        return None
    in_portfolio = ContactIdentity.objects.filter(
        contact=contact, kind=Kind.BSUID, key__startswith=f"{sighting.portfolio}/"
    )
    return None if in_portfolio.exists() else contact


def _new_contact() -> int:
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO contacts_contact (name, profile_name, legal_hold) VALUES ('', '', false) RETURNING id"
        )
        return int(cursor.fetchone()[0])


def _takes_phone(contact: int, sighting: Sighting) -> bool:
    """Make the phone the contact's, unless somebody else was seen with it later."""
    key = sighting.phone_key
    holder = ContactIdentity.objects.filter(kind=Kind.PHONE, key=key, is_current=True).exclude(contact=contact)
    if holder.filter(seen_at__gt=sighting.at).exists():
        _note(contact, Kind.PHONE, sighting.phone, key, sighting.at, is_current=False)
        return False
    holder.update(is_current=False)
    _note(contact, Kind.PHONE, sighting.phone, key, sighting.at)
    return True


NOTE = """
INSERT INTO contacts_contactidentity AS known (contact_id, kind, value, key, is_current, seen_at)
VALUES (%s, %s, %s, %s, %s, %s)
ON CONFLICT (contact_id, kind, key) DO UPDATE
SET is_current = EXCLUDED.is_current, seen_at = GREATEST(known.seen_at, EXCLUDED.seen_at),
    value = CASE WHEN (EXCLUDED.seen_at, EXCLUDED.value) > (known.seen_at, known.value) THEN EXCLUDED.value
                 ELSE known.value END
"""


def _note(contact: int, kind: str, value: str, key: str, at: datetime, *, is_current: bool = True) -> None:
    with connection.cursor() as cursor:
        cursor.execute(NOTE, [contact, kind, value, key, is_current, at])


REFRESH_PROFILES = """
UPDATE contacts_contact AS contact SET profile_name = seen.name, profile_name_at = seen.at
FROM unnest(%b::bigint[], %b::text[], %b::timestamptz[]) AS seen (id, name, at)
WHERE contact.id = seen.id
  AND (COALESCE(contact.profile_name_at, '-infinity'), contact.profile_name) < (seen.at, seen.name)
"""


def _refresh_profiles(seen: list[tuple[int, Sighting]]) -> None:
    """Keep the newest profile name by Meta's time; of two with the same time, the greater, in any order."""
    named = sorted((contact, s.at, s.profile_name) for contact, s in seen if s.profile_name)
    newest = {contact: (contact, name, at) for contact, at, name in named}
    if not newest:
        return
    ids, names, times = columns(list(newest.values()))
    with connection.cursor() as cursor:
        # Everybody takes these locks in the order of ids.
        cursor.execute("SELECT 1 FROM contacts_contact WHERE id = ANY(%b) ORDER BY id FOR NO KEY UPDATE", [ids])
        cursor.execute(REFRESH_PROFILES, [ids, names, times])


REFRESH_IDENTITIES = """
INSERT INTO contacts_contactidentity AS known (contact_id, kind, value, key, is_current, seen_at)
SELECT contact, kind, value, key, true, at
FROM unnest(%b::bigint[], %b::text[], %b::text[], %b::text[], %b::timestamptz[])
  AS seen (contact, kind, value, key, at)
ON CONFLICT (contact_id, kind, key) DO UPDATE SET seen_at = EXCLUDED.seen_at, value = EXCLUDED.value
WHERE (known.seen_at, known.value) < (EXCLUDED.seen_at, EXCLUDED.value)
"""


def _refresh_identities(seen: list[tuple[int, Sighting]]) -> None:
    """Note when each identity was last seen, in the spelling used then; of two with one time, the greater."""
    noted = sorted(
        (contact, kind, key, s.at, value)
        for contact, s in seen
        for kind, value, key in (
            (Kind.BSUID, s.bsuid, s.bsuid_key),
            (Kind.PHONE, s.phone, s.phone_key),
            (Kind.USERNAME, s.username, s.username.lower()),
        )
        if value
    )
    newest = {(contact, kind, key): (contact, kind, value, key, at) for contact, kind, key, at, value in noted}
    with connection.cursor() as cursor:
        cursor.execute(REFRESH_IDENTITIES, columns(list(newest.values())))

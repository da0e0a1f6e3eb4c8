"""Recognise who wrote: from what Meta says of a sender to a contact, in a few statements for many."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from zlib import crc32

from django.db import connection

from contacts import phones
from contacts.facts import Person
from contacts.models import Contact, ContactIdentity
from lib.arrays import columns
from numbers.routes import Routes

Kind = ContactIdentity.Kind
LOCKS = 1024
"""Keys share so many locks: PostgreSQL has room for some thousands, and one batch may name more people."""


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

    @property
    def proofs(self) -> list[tuple[str, str, str]]:
        """What identifies the person, as kind, value and key; a username does not."""
        both = ((Kind.BSUID, self.bsuid, self.bsuid_key), (Kind.PHONE, self.phone, self.phone_key))
        return [proof for proof in both if proof[1]]


def contacts_of(said: Iterable[tuple[str, Person, datetime]], routes: Routes) -> list[int]:
    """Return the contact id for each phone_number_id, person and time of being seen there, as `identify` does."""
    sightings = [
        Sighting(
            portfolio=routes.numbers[number].waba.portfolio,
            bsuid=person.bsuid,
            phone=person.phone,
            username=person.username,
            profile_name=person.name,
            at=at,
        )
        for number, person, at in said
    ]
    contacts = identify(sightings) if sightings else {}
    return [contacts[sighting.person] for sighting in sightings]


def identify(sightings: Iterable[Sighting]) -> dict[tuple[str, str], int]:
    """Return the contact id of each `Sighting.person`, making contacts and identities that are missing.

    The BSUID decides; a phone finds a contact only where no BSUID is known for it in that portfolio, so
    that a phone passed on to somebody else never merges two people (Meta: BSUID, section 3.6). A contact
    that was merged into another has no identities and is never returned. Runs inside the caller's
    transaction.
    """
    sightings = list(sightings)
    newest = _newest_of_each(sightings)
    found = _known(newest)
    unsettled = [s for s in newest if not _is_settled(s, found)]
    if unsettled:
        lock(key for sighting in unsettled for key in (sighting.bsuid_key, sighting.phone_key))
        found = _known(newest)
        _add_strangers(unsettled, found)
        for sighting in unsettled:
            if not _is_settled(sighting, found):
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


def lock(keys: Iterable[str]) -> None:
    """Let one transaction at a time decide whose these keys are; sorted, so that nobody waits in a ring."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT pg_advisory_xact_lock(%s, k) FROM unnest(%b::int[]) k",
            [crc32(b"contacts.identify") >> 1, sorted({crc32(key.encode()) % LOCKS for key in keys if key})],
        )


def _add_strangers(sightings: list[Sighting], found: dict[tuple[str, str], int]) -> None:
    """Make contacts, all at once, of those who share nothing with anybody; `found` learns of them."""
    persons, phone_keys = Counter(s.person for s in sightings), Counter(s.phone_key for s in sightings if s.phone)
    former = ContactIdentity.objects.filter(kind=Kind.PHONE, is_current=False, key__in=phone_keys)
    known = found.keys() | {(Kind.PHONE, key) for key in former.values_list("key", flat=True)}
    strangers = [
        s
        for s in sightings
        if persons[s.person] == 1 and phone_keys[s.phone_key] <= 1 and not known & {(k, key) for k, _, key in s.proofs}
    ]
    identities = []
    for sighting, contact in zip(strangers, Contact.objects.bulk_create(Contact() for _ in strangers), strict=True):
        for kind, value, key in sighting.proofs:
            identities.append(ContactIdentity(contact=contact, kind=kind, value=value, key=key, seen_at=sighting.at))
            found[kind, key] = contact.pk
    ContactIdentity.objects.bulk_create(identities)


def _settle(sighting: Sighting, found: dict[tuple[str, str], int]) -> None:
    """Give the sighting a contact and write down what identifies it; `found` learns of it."""
    contact = found.get(sighting.person) or _by_phone(sighting, found) or _new_contact()
    found[sighting.person] = contact
    if sighting.bsuid:
        note(contact, Kind.BSUID, sighting.bsuid, sighting.bsuid_key, sighting.at)
    if sighting.phone and takes_phone(contact, sighting.phone, sighting.at):
        found[(Kind.PHONE, sighting.phone_key)] = contact


def _by_phone(sighting: Sighting, found: dict[tuple[str, str], int]) -> int | None:
    if not sighting.phone:
        return None
    contact = found.get((Kind.PHONE, sighting.phone_key)) or _who_had(sighting.phone_key, sighting.at)
    if contact and sighting.bsuid and has_bsuid_in(sighting.portfolio, contact):
        return None
    return contact


def _who_had(phone_key: str, at: datetime) -> int | None:
    """Who had, at a time, a phone that is nobody's now: Meta told that they left it since."""
    left = ContactIdentity.objects.filter(
        kind=Kind.PHONE, key=phone_key, is_current=False, seen_at__gte=at, contact__merged_into=None
    )
    return left.order_by("seen_at", "contact").values_list("contact_id", flat=True).first()


def has_bsuid_in(portfolio: str, contact: int) -> bool:
    """Whether a contact goes by a BSUID of a portfolio now."""
    current = ContactIdentity.objects.filter(contact=contact, kind=Kind.BSUID, is_current=True)
    return current.filter(key__startswith=f"{portfolio}/").exists()


def _new_contact() -> int:
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO contacts_contact (name, profile_name, legal_hold) VALUES ('', '', false) RETURNING id"
        )
        return int(cursor.fetchone()[0])


def takes_phone(contact: int, phone: str, at: datetime) -> bool:
    """Make the phone the contact's, unless somebody else was seen with it later, or somebody left it since."""
    key = phones.canonical(phone)
    rows = ContactIdentity.objects.filter(kind=Kind.PHONE, key=key)
    others = rows.filter(is_current=True).exclude(contact=contact)
    if others.filter(seen_at__gt=at).exists() or rows.filter(is_current=False, seen_at__gte=at).exists():
        note(contact, Kind.PHONE, phone, key, at, is_current=False)
        return False
    others.update(is_current=False)
    note(contact, Kind.PHONE, phone, key, at)
    return True


NOTE = """
INSERT INTO contacts_contactidentity AS known (contact_id, kind, value, key, is_current, seen_at)
VALUES (%s, %s, %s, %s, %s, %s)
ON CONFLICT (contact_id, kind, key) DO UPDATE
SET is_current = CASE WHEN known.kind = 'BSUID' THEN known.is_current ELSE EXCLUDED.is_current END,
    seen_at = GREATEST(known.seen_at, EXCLUDED.seen_at),
    value = CASE WHEN (EXCLUDED.seen_at, EXCLUDED.value) > (known.seen_at, known.value) THEN EXCLUDED.value
                 ELSE known.value END
"""


def note(contact: int, kind: str, value: str, key: str, at: datetime, *, is_current: bool = True) -> None:
    """Write down an identity of a contact, or that it was seen again; only a move ends a BSUID."""
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
        for kind, value, key in (*s.proofs, (Kind.USERNAME, s.username, s.username.lower()))
        if value
    )
    newest = {(contact, kind, key): (contact, kind, value, key, at) for contact, kind, key, at, value in noted}
    with connection.cursor() as cursor:
        cursor.execute(REFRESH_IDENTITIES, columns(list(newest.values())))

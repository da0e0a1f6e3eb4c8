"""People who go on under another phone or BSUID, because Meta says so."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Q, QuerySet
from django.db.models.functions import Greatest

from accounts.audit import record
from contacts import phones
from contacts.actions.identities import Kind, has_bsuid_in, lock, note, takes_phone
from contacts.models import Contact, ContactIdentity


@dataclass(frozen=True, slots=True)
class Move:
    """A contact goes on under a new BSUID, a new phone or both, and no longer under the old ones."""

    contact: int
    portfolio: str
    bsuid: str
    phone: str
    at: datetime
    old_bsuid: str = ""
    old_phone: str = ""

    @property
    def bsuid_key(self) -> str:
        return f"{self.portfolio}/{self.bsuid}" if self.bsuid else ""

    @property
    def phone_key(self) -> str:
        return phones.canonical(self.phone) if self.phone else ""


@dataclass(frozen=True, slots=True)
class SamePerson:
    """Two contacts that are one person, if all that `merged` ever said was said from `since` on."""

    kept: int
    merged: int
    since: datetime | None = None


def relink(moves: Sequence[Move]) -> list[SamePerson]:
    """Give contacts their new identities and end the old ones; return who turned out to be one person.

    That is whoever wrote under a new identity before this news came. A BSUID proves it. A phone proves it
    only from the time of the move on, because it may have been another person's before.
    """
    moves = sorted(moves, key=lambda move: (move.at, move.contact))
    lock(key for move in moves for key in (move.bsuid_key, move.phone_key))
    return [pair for move in moves for pair in _relink(move)]


def _relink(move: Move) -> list[SamePerson]:
    contact = survivor(move.contact)
    before = _identities(contact)
    pairs = [*_go_on_by_bsuid(contact, move), *_go_on_by_phone(contact, move)]
    if pairs or _identities(contact) != before:
        record("contact.number_changed", Contact(pk=contact), by=None)
    return pairs


def survivor(contact: int) -> int:
    """Return the contact that goes on for one that may have been merged."""
    while (into := Contact.objects.values_list("merged_into", flat=True).get(pk=contact)) is not None:
        contact = into
    return contact


def _identities(contact: int) -> list[tuple[int, bool]]:
    return list(ContactIdentity.objects.filter(contact=contact).order_by("pk").values_list("pk", "is_current"))


def _go_on_by_bsuid(contact: int, move: Move) -> Iterator[SamePerson]:
    if move.bsuid:
        holder = ContactIdentity.objects.filter(kind=Kind.BSUID, key=move.bsuid_key).first()
        if holder is None:
            note(contact, Kind.BSUID, move.bsuid, move.bsuid_key, move.at)
        elif holder.contact_id != contact:
            yield SamePerson(contact, holder.contact_id)
    # A new phone means a new BSUID too, even where Meta does not tell it (Meta: section 2.6).
    of_portfolio = Q(kind=Kind.BSUID, key__startswith=f"{move.portfolio}/")
    _end(contact, move, of_portfolio, f"{move.portfolio}/{move.old_bsuid}" if move.old_bsuid else "")


def _go_on_by_phone(contact: int, move: Move) -> Iterator[SamePerson]:
    if move.phone:
        holder = ContactIdentity.objects.filter(kind=Kind.PHONE, key=move.phone_key, is_current=True).first()
        takes_phone(contact, move.phone, move.at)
        if holder and holder.contact_id != contact and _is_known_only_since(move, holder):
            yield SamePerson(contact, holder.contact_id, since=move.at)
    # A new BSUID means a new phone too, even where Meta withholds it.
    _end(contact, move, Q(kind=Kind.PHONE), phones.canonical(move.old_phone) if move.old_phone else "")


def _is_known_only_since(move: Move, holder: ContactIdentity) -> bool:
    """Whether all we know of the phone's holder, but for messages, is from the move on."""
    if holder.seen_at < move.at or has_bsuid_in(move.portfolio, holder.contact_id):
        return False
    one = holder.contact
    known_since = (one.profile_name_at, one.book_name_at, one.marketing_choice_at)
    return not one.name and all(at is None or at >= move.at for at in known_since)


def _end(contact: int, move: Move, kind: Q, old_key: str) -> None:
    """End the identity Meta names as the old one, or the only one there is; one seen later stays."""
    present = ContactIdentity.objects.filter(kind, contact=contact, is_current=True, seen_at__lte=move.at)
    present = present.exclude(key__in=[move.bsuid_key, move.phone_key])
    ended = present.filter(key=old_key) if old_key else _the_only(present)
    # Seen at the move: what was sent before it and comes late does not bring the old phone back.
    ended.update(is_current=False, seen_at=Greatest("seen_at", move.at))


def _the_only(rows: QuerySet[ContactIdentity]) -> QuerySet[ContactIdentity]:
    keys = list(rows.values_list("pk", flat=True)[:2])
    return rows.filter(pk__in=keys) if len(keys) == 1 else rows.none()

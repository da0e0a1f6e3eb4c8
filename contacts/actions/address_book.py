"""Names from the address book of a number's phone (coexistence)."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from contacts.actions.identities import contacts_of
from contacts.facts import AddressBookEntry
from contacts.models import Contact
from numbers.routes import Routes


def apply_address_book(facts: Sequence[AddressBookEntry], routes: Routes) -> None:
    """Call contacts what the phone's address book calls them; the newest entry by Meta's time counts.

    Somebody unknown becomes a contact even by a removal: an older entry may still come. Runs inside the
    caller's transaction.
    """
    contacts = contacts_of([(fact.phone_number_id, fact.person, fact.at) for fact in facts], routes)
    by_rank = sorted(zip(facts, contacts, strict=True), key=lambda pair: _rank(pair[0]))
    newest = {contact: fact for fact, contact in by_rank}
    known = Contact.objects.select_for_update(no_key=True).filter(pk__in=newest).order_by("pk")
    changed = [contact for contact in known if _takes_name(contact, newest[contact.pk])]
    # A phone's whole address book may come at once.
    Contact.objects.bulk_update(changed, ["book_name", "book_name_at"], batch_size=1000)


def _rank(fact: AddressBookEntry) -> tuple[datetime, str]:
    return fact.at, _name(fact)


def _name(fact: AddressBookEntry) -> str:
    return "" if fact.is_removed else fact.full_name


def _takes_name(contact: Contact, fact: AddressBookEntry) -> bool:
    """Call the contact what the entry says, unless a newer one spoke; return whether it did."""
    if contact.book_name_at is not None and (contact.book_name_at, contact.book_name) >= _rank(fact):
        return False
    contact.book_name, contact.book_name_at = _name(fact), fact.at
    return True

"""Every verb about contacts: who wrote, what Meta says of them, and the lower half of merging two."""

from contacts.actions.address_book import apply_address_book
from contacts.actions.consent import apply_marketing_choices
from contacts.actions.creating import create_contact
from contacts.actions.identities import Sighting, contacts_of, identify
from contacts.actions.moves import Move, SamePerson, relink

__all__ = [
    "Move",
    "SamePerson",
    "Sighting",
    "apply_address_book",
    "apply_marketing_choices",
    "contacts_of",
    "create_contact",
    "identify",
    "relink",
]

"""A contact written down by a person, before any message."""

from __future__ import annotations

from django.db import transaction
from django.utils import timezone

from accounts.audit import record
from accounts.models import User
from contacts import phones
from contacts.actions.identities import lock
from contacts.models import Contact, ContactIdentity
from contacts.refusals import NotAPhone, NothingGiven, PhoneTaken

Kind = ContactIdentity.Kind


def create_contact(*, phone: str = "", name: str = "", by: User) -> Contact:
    """Make a contact with a phone, a name or both; raise NothingGiven, NotAPhone, or PhoneTaken.

    With or without the Brazilian ninth digit a phone is one; without a country it is Brazilian.
    """
    name = name.strip()
    key = _key(phone) if phone.strip() else ""
    if not (name or key):
        raise NothingGiven
    with transaction.atomic():
        if key:
            # The same lock that the arrival of messages takes: a customer may write this very moment.
            lock([key])
            _check_is_nobodys(key)
        contact = Contact.objects.create(name=name)
        if key:
            ContactIdentity.objects.create(contact=contact, kind=Kind.PHONE, value=key, key=key, seen_at=timezone.now())
        record("contact.created", contact, by=by)
    return contact


def _key(phone: str) -> str:
    key = phones.dialled(phone)
    if not key:
        raise NotAPhone
    return key


def _check_is_nobodys(key: str) -> None:
    has_it = ContactIdentity.objects.filter(kind=Kind.PHONE, is_current=True, key=key).select_related("contact")
    if identity := has_it.first():
        raise PhoneTaken(identity.contact)

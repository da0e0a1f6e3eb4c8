"""Reads about contacts that more than one page needs."""

from __future__ import annotations

from functools import reduce
from operator import or_

from django.db.models import Exists, OuterRef, Q, QuerySet

from contacts import phones
from contacts.models import Contact, ContactIdentity

Kind = ContactIdentity.Kind


def with_phone(text: str) -> Q:
    """The identities a person may mean by `text`, as they would write a phone; none when it is no phone."""
    keys = phones.search_keys(text)
    return reduce(or_, (Q(kind=Kind.PHONE, key__endswith=key) for key in keys), Q(pk__in=[]))


def contacts_with_phone(text: str) -> QuerySet[Contact]:
    """The contacts that have or had a phone a person may mean by `text`."""
    return Contact.objects.filter(pk__in=ContactIdentity.objects.filter(with_phone(text)).values("contact"))


def matching(text: str) -> Q:
    """The contacts a person may mean by `text`: part of a name, a phone in any spelling, a BSUID, or how a
    username begins."""
    named = Q(name__icontains=text) | Q(book_name__icontains=text) | Q(profile_name__icontains=text)
    username = text.removeprefix("@").lower()
    identity = with_phone(text) | Q(kind=Kind.BSUID, value=text)
    if username:
        identity |= Q(kind=Kind.USERNAME, key__startswith=username)
    # One list of ids, not two conditions joined by OR: those would read every contact there is.
    by_name = Contact.objects.filter(named).order_by().values("pk")
    return Q(pk__in=by_name.union(ContactIdentity.objects.filter(identity).values("contact")))


def possible_duplicates(contact: Contact) -> QuerySet[Contact]:
    """Other contacts that may be the same person: they share a phone, present or former, or a BSUID's value.

    A guess for people to judge: a phone is passed on, and one BSUID in two portfolios is two people.
    """
    mine = ContactIdentity.objects.filter(contact=contact)
    phone = Q(kind=Kind.PHONE, key__in=mine.filter(kind=Kind.PHONE).values("key"))
    bsuid = Q(kind=Kind.BSUID, value__in=mine.filter(kind=Kind.BSUID).values("value"))
    shared = ContactIdentity.objects.filter(phone | bsuid, contact=OuterRef("pk"))
    return Contact.objects.filter(Exists(shared), merged_into=None).exclude(pk=contact.pk).order_by("pk")

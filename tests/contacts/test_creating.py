"""Contacts that people write down."""

from __future__ import annotations

import pytest

from accounts.models import AuditLog
from contacts import actions, phones
from contacts.models import Contact
from contacts.refusals import NotAPhone, NothingGiven, PhoneTaken


def test_it_makes_a_contact(owner):
    contact = actions.create_contact(phone="+55 11 98765-0001", name=" Ana ", by=owner)
    assert (contact.name, contact.phone) == ("Ana", "+5511987650001")
    entry = AuditLog.objects.get(action="contact.created")
    assert (entry.actor, entry.entity_id, entry.particulars) == (owner, contact.pk, {})


def test_who_writes_later_is_the_same_contact(owner, number, customer_writes):
    contact = actions.create_contact(phone="(11) 98765-0001", by=owner)
    assert customer_writes(phone="551187650001").conversation.contact == contact


@pytest.mark.parametrize("phone", ["5511987650001", "551187650001", "11 8765-0001", "+55 (11) 98765.0001"])
def test_a_phone_has_one_contact(phone, owner, conversation):
    with pytest.raises(PhoneTaken) as refused:
        actions.create_contact(phone=phone, name="Bia", by=owner)
    assert refused.value.contact == conversation.contact
    assert Contact.objects.count() == 1 and not AuditLog.objects.filter(action="contact.created").exists()


@pytest.mark.parametrize(
    "phone", ["12", "x", "BR.123456789012", "+55 11 98765-0001 ramal 2", "1" * 16, "011987650001", "١١٩٨٧٦٥٠٠٠١"]
)
def test_what_is_no_phone_is_refused(phone, owner):
    with pytest.raises(NotAPhone):
        actions.create_contact(phone=phone, by=owner)
    assert not Contact.objects.exists()


def test_nothing_is_no_contact(owner):
    with pytest.raises(NothingGiven):
        actions.create_contact(phone=" ", name=" ", by=owner)


@pytest.mark.parametrize(
    ("text", "key"),
    [("+1 198 765 0001", "11987650001"), ("1198765000", "551198765000"), ("+351 912 345 678", "351912345678")],
)
def test_a_plus_names_the_country(text, key):
    assert phones.dialled(text) == phones.canonical(key)

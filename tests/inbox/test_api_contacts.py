"""Contacts by API: searched, read, written down."""

from __future__ import annotations

import pytest
from django.db import connection

from accounts.models import AuditLog
from contacts.actions import create_contact
from contacts.models import Contact, ContactIdentity
from contacts.selectors import matching
from inbox.models import Conversation
from inbox.selectors import visible_contacts
from tests.callers import ABSENT
from tests.conftest import person


@pytest.fixture
def ana(conversation) -> Contact:
    """A customer of the team; username and BSUID known."""
    contact = conversation.contact
    for kind, value, key in (("USERNAME", "Ana.Flores", "ana.flores"), ("BSUID", "BR.123", "700/BR.123")):
        ContactIdentity.objects.create(contact=contact, kind=kind, value=value, key=key, seen_at=contact.created_at)
    return contact


def test_it_reads(calls, owner, ana):
    found = calls(owner).get(f"contacts/{ana.pk}").json()
    assert (found["name"], found["phone"], found["username"], found["bsuid"]) == (
        "Ana", "+5511987650001", "Ana.Flores", "BR.123",
    )  # fmt: skip
    assert (found["given_name"], found["refuses_marketing"]) == ("", False)


def test_names_are_searched_by_an_index(db):
    Contact.objects.bulk_create(Contact(name=f"{number:x} de Tal {number}") for number in range(5000))
    with connection.cursor() as cursor:
        cursor.execute("SELECT gin_clean_pending_list('contact_names'::regclass)")
        cursor.execute("ANALYZE contacts_contact, contacts_contactidentity")
    plan = Contact.objects.filter(matching("flores")).explain()
    assert "contact_names" in plan and "Seq Scan on contacts_contact " not in plan, plan


# --- Who -----------------------------------------------------------------------------------------------


def test_outside_is_absent(calls, owner, admin, stranger, ana):
    assert [calls(user).get(f"contacts/{ana.pk}").status_code for user in (owner, admin)] == [200, 200]
    assert [calls(user).get(f"contacts/{ana.pk}").status_code for user in (stranger, person("Zeca"))] == [404, 404]
    assert [calls(user).get(f"contacts/{ABSENT}").status_code for user in (owner, admin)] == [404, 404]
    assert calls(stranger).ids("contacts") == calls(stranger).ids("contacts?search=Ana") == []


def test_whom_nobody_has_talked_with_everybody_sees(calls, owner, stranger):
    contact = create_contact(name="Bia", by=owner)
    assert calls(stranger).ids("contacts") == [contact.pk]
    assert not visible_contacts(person("Ines", is_active=False)).exists()


def test_merged_contacts_are_nobodys_and_absent(calls, owner, admin, ana):
    gone = Contact.objects.create(name="Ana", merged_into=ana)
    assert calls(owner).ids("contacts") == calls(admin).ids("contacts") == [ana.pk]
    assert [calls(user).get(f"contacts/{gone.pk}").status_code for user in (owner, admin)] == [404, 404]


def test_one_of_many_conversations_is_enough(calls, owner, stranger, ana, number, other_team):
    Conversation.objects.update(team=other_team)
    assert calls(owner).ids("contacts") == []
    assert calls(stranger).ids("contacts") == [ana.pk]
    Conversation.objects.update(status="CLOSED", closed_at=ana.created_at)
    Conversation.objects.create(contact=ana, number=number)
    assert calls(owner).ids("contacts") == [ana.pk]


# --- Search --------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("ana", True), ("An", True), ("98765-0001", True), ("8765 0001", True), ("%2B55 11 98765-0001", True),
        ("551187650001", True), ("@ana.fl", True), ("ANA.FLORES", True), ("BR.123", True), (" Ana ", True), ("", True),
        ("Bia", False), ("@flores", False), ("BR.12", False), ("98765-0002", False), ("@", False), ("%25", False),
    ],
)  # fmt: skip
def test_search(text, found, calls, owner, ana):
    Contact.objects.filter(pk=ana.pk).update(name="Ana Souza")
    assert calls(owner).ids(f"contacts?search={text}") == ([ana.pk] if found else [])


def test_a_search_has_an_end(calls, owner):
    assert calls(owner).get(f"contacts?search={'x' * 201}").status_code == 400
    assert calls(owner).get("contacts?q=x").status_code == 400


# --- Writing -------------------------------------------------------------------------------------------


def test_it_creates(calls, owner):
    answer = calls(owner).post("contacts", {"phone": "+55 (11) 8765-0001", "name": "Ana"})
    assert answer.status_code == 201
    found = answer.json()
    assert (found["phone"], found["name"], found["given_name"]) == ("+5511987650001", "Ana", "Ana")
    assert calls(owner).get(f"contacts/{found['id']}").json() == found
    assert AuditLog.objects.get(action="contact.created").actor == owner


def test_a_phone_that_somebody_has_tells_who_to_whom_may_know(calls, owner, stranger, ana):
    def refused(user) -> dict:
        answer = calls(user).post("contacts", {"phone": "11987650001"})
        assert (answer.status_code, answer["Content-Type"]) == (409, "application/problem+json")
        return answer.json()

    assert refused(owner)["contact"] == ana.pk
    assert "contact" not in refused(stranger) and refused(stranger)["type"] == "urn:prosa:refusal:phone_taken"


@pytest.mark.parametrize(
    ("body", "kind"),
    [({}, "nothing_given"), ({"name": " ", "phone": ""}, "nothing_given"), ({"phone": "BR.123456"}, "not_a_phone")],
)
def test_it_refuses(body, kind, calls, owner):
    answer = calls(owner).post("contacts", body)
    assert (answer.status_code, answer.json()["type"]) == (409, f"urn:prosa:refusal:{kind}")
    assert not Contact.objects.exists()


@pytest.mark.parametrize(
    "extra",
    ["id", "legal_hold", "merged_into", "marketing_refused_at", "profile_name", "created_at", "identities", "by"],
)
def test_only_what_is_named_may_be_written(extra, calls, owner):
    answer = calls(owner).post("contacts", {"name": "Ana", extra: 1})
    assert (answer.status_code, list(answer.json()["errors"])) == (400, [extra])
    assert not Contact.objects.exists()


@pytest.mark.parametrize("body", [{"name": "x" * 201}, {"name": ["Ana"]}, {"phone": {}}, [], "Ana", {"name": "\x00"}])
def test_what_is_not_right_is_no_contact(body, calls, owner):
    assert calls(owner).post("contacts", body).status_code == 400
    assert not Contact.objects.exists()


# --- Pages ---------------------------------------------------------------------------------------------


def test_pages_hold_each_contact_once_while_some_are_added(calls, owner):
    there, seen = {create_contact(name=f"Nr. {number}", by=owner).pk for number in range(5)}, []
    for page in calls(owner).pages("contacts?limit=2"):
        seen += page
        create_contact(name="neu", by=owner)
    assert sorted(seen) == sorted(there)


def test_a_list_takes_the_same_queries_however_long(calls, owner, ana):
    caller = calls(owner)
    few = caller.queries("contacts")
    for number in range(8):
        create_contact(name=f"Nr. {number}", phone=f"551198765100{number}", by=owner)
    assert len(caller.ids("contacts")) == 9
    assert caller.queries("contacts") == few

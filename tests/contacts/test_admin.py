"""Contacts in the admin: found by a phone in any spelling, merged and parted by a button."""

from __future__ import annotations

import re

import pytest
from django.contrib.messages import get_messages

from accounts.models import User
from contacts.models import Contact, ContactMerge
from contacts.selectors import possible_duplicates
from inbox.models import Conversation
from tests.conftest import person
from tests.deliveries import Echoed, arrive

PAGE = "/admin/contacts/contact/"
LEGACY = "553187650002"


def shown(page) -> set[int]:
    """The contacts of a list page."""
    return set(map(int, re.findall(r"/contact/(\d+)/change/", page.content.decode())))


@pytest.mark.parametrize("stored", [LEGACY, "5531987650002"])
@pytest.mark.parametrize(
    "typed", ["+55 (31) 98765-0002", "31 8765-0002", "5531987650002", "553187650002", "98765-0002"]
)
def test_a_phone_is_found_in_any_spelling(stored: str, typed: str, customer_writes, admin: User, signed_in):
    found = customer_writes(phone=stored, name="Ana").conversation
    customer_writes(phone="5511987650009", name="Bruno")
    client = signed_in(admin)
    assert shown(client.get(PAGE, {"q": typed})) == {found.contact_id}
    conversations = client.get("/admin/inbox/conversation/", {"q": typed}).content.decode()
    assert set(re.findall(r"/conversation/(\d+)/change/", conversations)) == {str(found.pk)}


def test_words_still_find(customer_writes, admin: User, signed_in):
    found = customer_writes(phone=LEGACY, name="Ana Lima").conversation.contact
    customer_writes(phone="5511987650009", name="Bruno")
    assert shown(signed_in(admin).get(PAGE, {"q": "ana lima"})) == {found.pk}


def test_what_we_write_on_the_phone_finds_the_same_contact(customer_writes):
    contact = customer_writes(phone=LEGACY).conversation.contact
    arrive(Echoed("wamid.echo", phone="5531987650002"))
    assert Contact.objects.get() == contact
    assert contact.conversations.get().messages.count() == 2


@pytest.fixture
def pair(customer_writes) -> tuple[Contact, Contact]:
    """Two contacts, the second of whom has the phone that the first had."""
    first = customer_writes(phone=LEGACY, bsuid="BR.1", name="Ana", ago=60).conversation.contact
    second = customer_writes(phone="5531987650002", bsuid="BR.2", name="Ana L.", ago=30).conversation.contact
    return first, second


def test_who_may_be_the_same_person(pair, customer_writes):
    customer_writes(phone="5511987650009", bsuid="BR.3")
    first, second = pair
    assert list(possible_duplicates(first)) == [second]
    assert list(possible_duplicates(second)) == [first]


def test_the_page_of_a_contact_leads_to_the_merge(pair, admin: User, signed_in):
    first, second = pair
    page = signed_in(admin).get(f"{PAGE}{first.pk}/change/").content.decode()
    assert f"{PAGE}{first.pk}/merge/{second.pk}/" in page


@pytest.mark.parametrize("who", ["admin", "supervisor"])
def test_merging_and_undoing_by_hand(pair, who: str, request, signed_in):
    client = signed_in(request.getfixturevalue(who))
    first, second = pair
    asked = client.post(PAGE, {"action": "merge", "_selected_action": [first.pk, second.pk]}, follow=True)
    address = f"{PAGE}{first.pk}/merge/{second.pk}/"
    assert asked.redirect_chain[-1][0] == address
    assert LEGACY not in asked.content.decode() and "5531987650002" in asked.content.decode()
    assert not ContactMerge.objects.exists(), "looking changes nothing"
    assert client.post(address).status_code == 302
    assert shown(client.get(PAGE)) == {first.pk}
    # A merged contact has no conversation by which a supervisor could see it.
    assert shown(client.get(PAGE, {"merged": "yes"})) == ({second.pk} if who == "admin" else set())
    merge = ContactMerge.objects.get()
    undo = f"{PAGE}merges/{merge.pk}/undo/"
    assert undo in client.get(f"{PAGE}{first.pk}/change/").content.decode()
    assert f"{PAGE}{first.pk}/change/" in client.get(f"{PAGE}{second.pk}/change/").content.decode() or who != "admin"
    assert client.get(undo).status_code == 200
    client.post(undo)
    assert shown(client.get(PAGE)) == {first.pk, second.pk}


def test_a_refusal_is_told(pair, admin: User, signed_in):
    first, second = pair
    client = signed_in(admin)
    client.post(f"{PAGE}{first.pk}/merge/{second.pk}/")
    answer = client.post(f"{PAGE}{first.pk}/merge/{second.pk}/")
    assert [m.level_tag for m in get_messages(answer.wsgi_request)][-1:] == ["error"]


def test_two_have_to_be_chosen(pair, admin: User, signed_in):
    answer = signed_in(admin).post(PAGE, {"action": "merge", "_selected_action": [pair[0].pk]}, follow=True)
    assert answer.redirect_chain[-1][0] == PAGE


def test_who_may_not(pair, owner: User, other_team, signed_in):
    first, second = pair
    address = f"{PAGE}{first.pk}/merge/{second.pk}/"
    elsewhere = person("Sonia", "SUPERVISOR", other_team)
    assert signed_in(owner).post(address).status_code == 302, "agents have no admin"
    assert signed_in(elsewhere).post(address).status_code == 404
    assert shown(signed_in(elsewhere).get(PAGE)) == set()
    assert not ContactMerge.objects.exists() and Conversation.objects.count() == 2

"""People who go on under another phone or BSUID: Meta says so, and nobody guesses."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from accounts.models import AuditLog
from contacts.models import Contact, ContactIdentity, ContactMerge
from inbox import actions
from inbox.models import Message

OLD, NEW = "5511987650001", "5521987650002"


@pytest.fixture
def meta_says(customer_writes) -> Callable[..., Contact]:
    """Let Meta tell of a move: `meta_says("user_changed_number", phone=OLD, wa_id=NEW)` returns the contact."""

    def says(kind: str, *, phone: str = OLD, ago: int = 30, **content: str) -> Contact:
        said = {"type": kind, "body": "mudou", **content}
        notice = customer_writes(kind="system", phone=phone, content=said, ago=ago)
        contact = notice.conversation.contact
        return contact.merged_into or contact

    return says


def current(contact: Contact) -> set[str]:
    return set(contact.identities.filter(is_current=True).values_list("value", flat=True))


def test_a_new_number_and_bsuid_are_the_same_contact(customer_writes, meta_says):
    ana = customer_writes(phone=OLD, bsuid="BR.1", name="Ana", ago=60).conversation.contact
    meta_says("user_changed_number", wa_id=NEW, user_id="BR.2", previous_user_id="BR.1")
    assert current(ana) == {NEW, "BR.2"}
    for who in ({"phone": NEW, "bsuid": "BR.2"}, {"phone": NEW}, {"phone": "", "bsuid": "BR.2"}):
        assert customer_writes(**who).conversation.contact == ana
    entry = AuditLog.objects.get(action="contact.number_changed")
    assert (entry.entity_id, entry.actor) == (ana.pk, None)
    assert NEW not in str(entry.particulars)


def test_a_new_bsuid_alone_ends_the_phone_too(customer_writes, meta_says):
    ana = customer_writes(phone=OLD, bsuid="BR.1", ago=60).conversation.contact
    meta_says("user_changed_user_id", phone="", user_id="BR.2", previous_user_id="BR.1")
    assert current(ana) == {"BR.2"}


@pytest.mark.parametrize(("kind", "key"), [("customer_changed_number", "new_wa_id"), ("user_changed_number", "wa_id")])
def test_the_old_way_of_telling(customer_writes, meta_says, kind: str, key: str):
    ana = customer_writes(phone=OLD, ago=60).conversation.contact
    meta_says(kind, **{key: NEW})
    assert current(ana) == {NEW}
    assert customer_writes(phone=NEW).conversation.contact == ana


def test_who_gets_the_old_number_is_somebody_else(customer_writes, meta_says):
    ana = customer_writes(phone=OLD, bsuid="BR.1", ago=60).conversation.contact
    meta_says("user_changed_number", wa_id=NEW, user_id="BR.2", previous_user_id="BR.1")
    assert customer_writes(phone=OLD, ago=0).conversation.contact != ana
    assert current(ana) == {NEW, "BR.2"}


def test_what_was_sent_before_the_move_and_comes_late_changes_nothing(customer_writes, meta_says):
    ana = customer_writes(phone=OLD, bsuid="BR.1", ago=60).conversation.contact
    meta_says("user_changed_number", wa_id=NEW, user_id="BR.2", previous_user_id="BR.1")
    for who in ({"phone": OLD, "bsuid": "BR.1"}, {"phone": OLD}, {"phone": "", "bsuid": "BR.1"}):
        assert customer_writes(**who, ago=45).conversation.contact == ana
    assert current(ana) == {NEW, "BR.2"}


def test_the_news_twice_is_the_news_once(customer_writes, meta_says, number):
    ana = customer_writes(phone=OLD, bsuid="BR.1", ago=60).conversation.contact
    for _ in range(2):
        meta_says("user_changed_number", wa_id=NEW, user_id="BR.2", previous_user_id="BR.1")
    assert AuditLog.objects.filter(action="contact.number_changed").count() == 1
    assert current(ana) == {NEW, "BR.2"}


def test_the_new_bsuid_wrote_before_the_news(customer_writes, meta_says):
    ana = customer_writes(phone=OLD, bsuid="BR.1", name="Ana", ago=60).conversation.contact
    early = customer_writes(phone=NEW, bsuid="BR.2", ago=20)
    assert early.conversation.contact != ana
    assert meta_says("user_changed_number", wa_id=NEW, user_id="BR.2", previous_user_id="BR.1") == ana
    assert Message.objects.get(pk=early.pk).conversation.contact == ana
    assert current(ana) == {NEW, "BR.2"}
    merge = ContactMerge.objects.get()
    assert (merge.kept, merge.by) == (ana, None)
    actions.undo_merge(merge, by=None)
    assert Message.objects.get(pk=early.pk).conversation.contact != ana


def test_the_new_phone_wrote_before_the_news_and_never_before_the_move(customer_writes, meta_says):
    ana = customer_writes(phone=OLD, ago=60).conversation.contact
    early = customer_writes(phone=NEW, name="Ana", ago=20)
    meta_says("customer_changed_number", new_wa_id=NEW)
    assert Message.objects.get(pk=early.pk).conversation.contact == ana
    assert current(ana) == {NEW}


def test_a_phone_somebody_had_before_the_move_merges_nobody(customer_writes, meta_says):
    ana = customer_writes(phone=OLD, ago=60).conversation.contact
    customer_writes(phone=NEW, ago=50)
    other = customer_writes(phone=NEW, ago=20).conversation.contact
    meta_says("customer_changed_number", new_wa_id=NEW)
    assert not ContactMerge.objects.exists()
    assert (current(ana), current(other)) == (set(), {NEW})


def test_a_phone_of_somebody_with_a_bsuid_merges_nobody(customer_writes, meta_says):
    ana = customer_writes(phone=OLD, bsuid="BR.1", ago=60).conversation.contact
    other = customer_writes(phone=NEW, bsuid="BR.9", ago=40).conversation.contact
    meta_says("customer_changed_number", new_wa_id=NEW)
    assert not ContactMerge.objects.exists()
    assert NEW in current(ana) and current(other) == {"BR.9"}


def test_one_of_two_phones_that_people_merged_goes(customer_writes, meta_says, admin):
    ana = customer_writes(phone=OLD, bsuid="BR.1", ago=60).conversation.contact
    at_work = customer_writes(phone="5531987650003", bsuid="BR.3", ago=50).conversation.contact
    actions.merge_contacts(ana, at_work, by=admin)
    meta_says("user_changed_number", wa_id=NEW, user_id="BR.2", previous_user_id="BR.1")
    assert current(ana) == {NEW, "BR.2", "5531987650003", "BR.3"}


def test_moves_told_in_the_wrong_order(customer_writes, meta_says):
    customer_writes(phone="", bsuid="BR.1", ago=90)
    meta_says("user_changed_user_id", phone="", user_id="BR.3", previous_user_id="BR.2", ago=20)
    meta_says("user_changed_user_id", phone="", user_id="BR.2", previous_user_id="BR.1", ago=60)
    ana = Contact.objects.get(merged_into=None)
    assert current(ana) == {"BR.3"}
    assert ContactIdentity.objects.filter(contact=ana).count() == 3

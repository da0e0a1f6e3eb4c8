"""Two contacts made one, and made two again: nothing is lost, nothing is doubled."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from django.utils import timezone

from accounts.models import AuditLog, User
from contacts.models import Contact, ContactIdentity, ContactMerge
from inbox import actions
from inbox.actions import merge as refusals
from inbox.models import Conversation, Message
from tests.conftest import person

ANA, ANA_AT_WORK = "5511987650001", "5521987650002"


@pytest.fixture
def ana(customer_writes) -> Contact:
    """Ana, who wrote a minute ago."""
    return customer_writes(phone=ANA, bsuid="BR.1", name="Ana", ago=60).conversation.contact


@pytest.fixture
def at_work(customer_writes) -> Contact:
    """Ana at work, who wrote twice, half a minute ago."""
    customer_writes(phone=ANA_AT_WORK, bsuid="BR.2", name="Ana (loja)", ago=31)
    return customer_writes(phone=ANA_AT_WORK, bsuid="BR.2", name="Ana (loja)", ago=30).conversation.contact


def fresh(row):
    return type(row)._default_manager.get(pk=row.pk)


def test_it_makes_two_contacts_one(ana: Contact, at_work: Contact, admin: User):
    merge = actions.merge_contacts(ana, at_work, by=admin)
    assert fresh(at_work).merged_into == ana
    assert {i.value for i in ana.identities.all()} == {ANA, ANA_AT_WORK, "BR.1", "BR.2"}
    assert not at_work.identities.exists() and not at_work.conversations.exists()
    assert fresh(ana).profile_name == "Ana (loja)", "the newest profile name counts"
    entry = AuditLog.objects.get(action="contact.merged")
    assert (entry.entity_id, entry.actor) == (ana.pk, admin)
    assert entry.particulars == {"merge": merge.pk, "merged": at_work.pk}


def test_of_two_open_conversations_the_newest_stays(ana: Contact, at_work: Contact, admin: User):
    older, newer = ana.conversations.get(), at_work.conversations.get()
    actions.merge_contacts(ana, at_work, by=admin)
    closed, stays = fresh(older), fresh(newer)
    assert (closed.status, closed.closed_at, closed.unread_count) == ("CLOSED", older.last_message_at, 0)
    assert (stays.status, stays.contact, stays.unread_count) == ("OPEN", ana, 3)
    assert stays.waiting_since == older.waiting_since < newer.waiting_since
    entry = AuditLog.objects.get(action="conversation.closed")
    assert entry.particulars == {"reason": "merged", "into": newer.pk}


def test_who_writes_next_is_the_kept_one(ana: Contact, at_work: Contact, customer_writes, admin: User):
    newer = at_work.conversations.get()
    actions.merge_contacts(ana, at_work, by=admin)
    for who in ({"phone": ANA, "bsuid": "BR.1"}, {"phone": ANA_AT_WORK}, {"phone": "", "bsuid": "BR.2"}):
        assert customer_writes(**who).conversation == newer


def test_undoing_gives_back_what_there_was(ana: Contact, at_work: Contact, admin: User):
    before = world()
    actions.undo_merge(actions.merge_contacts(ana, at_work, by=admin), by=admin)
    assert world() == before
    assert ContactMerge.objects.get().undone_by == admin
    assert AuditLog.objects.filter(action="contact.unmerged", entity_id=ana.pk).exists()


def test_what_came_meanwhile_stays_where_it_is(ana: Contact, at_work: Contact, customer_writes, owner, admin: User):
    merge = actions.merge_contacts(ana, at_work, by=admin)
    said = customer_writes("E agora?", phone=ANA, bsuid="BR.1")
    actions.close_conversation(said.conversation, by=owner)
    again = customer_writes("Voltei", phone=ANA, bsuid="BR.1", ago=-1)
    actions.undo_merge(merge, by=admin)
    assert fresh(said).conversation.contact == at_work, "the conversation that had been theirs went back with it"
    assert fresh(again).conversation.contact == ana
    assert fresh(again.conversation).status == "OPEN"
    assert set(Conversation.objects.exclude(pk=again.conversation.pk).values_list("status", flat=True)) == {"CLOSED"}


def test_a_number_given_away_meanwhile_is_not_given_back(ana: Contact, at_work: Contact, customer_writes, admin: User):
    customer_writes(phone=ANA, bsuid="BR.2", ago=20)
    merge = actions.merge_contacts(ana, at_work, by=admin)
    other = customer_writes(phone=ANA, bsuid="BR.3").conversation.contact
    actions.undo_merge(merge, by=admin)
    assert [i.contact for i in _current(ANA)] == [other]


def test_both_having_one_phone_keeps_it_once(ana: Contact, at_work: Contact, customer_writes, admin: User):
    customer_writes(phone=ANA, bsuid="BR.2", ago=20)
    before = world()
    merge = actions.merge_contacts(ana, at_work, by=admin)
    assert [i.contact for i in _current(ANA)] == [ana]
    actions.undo_merge(merge, by=admin)
    assert [i.contact for i in _current(ANA)] == [at_work]
    assert world() == before


def test_a_refusal_of_marketing_goes_along(ana: Contact, at_work: Contact, admin: User):
    now = timezone.now()
    Contact.objects.filter(pk=at_work.pk).update(marketing_refused_at=now, marketing_choice_at=now)
    merge = actions.merge_contacts(ana, at_work, by=admin)
    assert fresh(ana).marketing_refused_at == now
    actions.undo_merge(merge, by=admin)
    assert fresh(ana).marketing_refused_at is None


def test_our_name_for_a_contact_stays(ana: Contact, at_work: Contact, admin: User):
    Contact.objects.filter(pk=at_work.pk).update(name="Ana Oficina")
    merge = actions.merge_contacts(ana, at_work, by=admin)
    assert fresh(ana).display_name == "Ana Oficina"
    Contact.objects.filter(pk=ana.pk).update(name="Ana Maria")
    actions.undo_merge(merge, by=admin)
    assert fresh(ana).name == "Ana Maria", "what somebody wrote since is theirs"


def test_both_having_a_history_on_one_number(ana: Contact, at_work: Contact, number, admin: User):
    past = [
        Conversation.objects.create(
            contact=contact, number=number, status="CLOSED", closed_at=timezone.now(), is_history=True
        )
        for contact in (ana, at_work)
    ]
    before = world()
    merge = actions.merge_contacts(ana, at_work, by=admin)
    assert [fresh(one).contact for one in past] == [ana, ana]
    actions.undo_merge(merge, by=admin)
    assert world() == before


def test_merges_build_on_each_other_and_end_in_their_order(ana: Contact, at_work: Contact, customer_writes, admin):
    third = customer_writes(phone="5531987650003", bsuid="BR.3").conversation.contact
    before = world()
    first = actions.merge_contacts(ana, at_work, by=admin)
    second = actions.merge_contacts(third, ana, by=admin)
    assert customer_writes(phone="", bsuid="BR.2", ago=40).conversation.contact == third
    Message.objects.order_by("-pk")[0].delete()
    with pytest.raises(refusals.LaterMergeStands):
        actions.undo_merge(first, by=admin)
    actions.undo_merge(second, by=admin)
    actions.undo_merge(first, by=admin)
    assert [row[:2] for row in world()["identities"]] == [row[:2] for row in before["identities"]]
    assert {c[:3] for c in world()["conversations"]} == {c[:3] for c in before["conversations"]}


Refused = Callable[..., None]


@pytest.fixture
def refused(ana: Contact, at_work: Contact) -> Refused:
    def check(refusal: type[Exception], verb: Callable[[], object]) -> None:
        before = world()
        with pytest.raises(refusal):
            verb()
        assert world() == before

    return check


def test_it_refuses_one_contact_twice(ana: Contact, refused: Refused, admin: User):
    refused(refusals.SameContact, lambda: actions.merge_contacts(ana, ana, by=admin))


def test_it_refuses_what_was_merged_already(ana: Contact, at_work: Contact, customer_writes, refused, admin: User):
    other = customer_writes(phone="5531987650003").conversation.contact
    merge = actions.merge_contacts(ana, at_work, by=admin)
    refused(refusals.AlreadyMerged, lambda: actions.merge_contacts(at_work, other, by=admin))
    refused(refusals.AlreadyMerged, lambda: actions.merge_contacts(other, at_work, by=admin))
    actions.undo_merge(merge, by=admin)
    refused(refusals.MergeUndone, lambda: actions.undo_merge(merge, by=admin))


def test_a_hold_is_for_administrators(ana: Contact, at_work: Contact, refused, supervisor: User, admin: User):
    Contact.objects.filter(pk=at_work.pk).update(legal_hold=True)
    refused(refusals.OnLegalHold, lambda: actions.merge_contacts(ana, at_work, by=supervisor))
    merge = actions.merge_contacts(ana, at_work, by=admin)
    assert fresh(ana).legal_hold, "a hold on either holds both"
    refused(refusals.OnLegalHold, lambda: actions.undo_merge(merge, by=supervisor))
    actions.undo_merge(merge, by=admin)
    assert [fresh(one).legal_hold for one in (ana, at_work)] == [False, True]


def test_who_may(ana: Contact, at_work: Contact, refused, owner, supervisor, other_team):
    elsewhere = person("Sonia", "SUPERVISOR", other_team)
    for stranger in (owner, elsewhere):
        refused(refusals.ContactNotVisible, lambda by=stranger: actions.merge_contacts(ana, at_work, by=by))
    merge = actions.merge_contacts(ana, at_work, by=supervisor)
    refused(refusals.ContactNotVisible, lambda: actions.undo_merge(merge, by=elsewhere))
    actions.undo_merge(merge, by=supervisor)


def test_what_a_race_left_behind_is_gathered(ana: Contact, at_work: Contact, number, admin: User):
    merge = actions.merge_contacts(ana, at_work, by=admin)
    stray = Conversation.objects.create(contact=at_work, number=number)
    at_work.identities.create(kind="USERNAME", value="ana", key="ana", seen_at=timezone.now())
    assert actions.gather_strays() == 1
    assert fresh(stray).contact == ana and ana.username == "ana"
    assert actions.gather_strays() == 0
    actions.undo_merge(merge, by=admin)
    assert fresh(stray).contact == at_work


def _current(phone: str):
    return list(ContactIdentity.objects.filter(key=phone, is_current=True))


def world() -> dict[str, list]:
    """All that a merge may touch."""
    identities = ContactIdentity.objects.order_by("pk")
    return {
        "contacts": list(Contact.objects.order_by("pk").values()),
        "identities": list(identities.values_list("pk", "contact", "kind", "value", "key", "is_current", "seen_at")),
        "conversations": list(
            Conversation.objects.order_by("pk").values_list(
                "pk", "contact", "status", "closed_at", "is_history", "waiting_since", "unread_count", "last_message"
            )
        ),
    }

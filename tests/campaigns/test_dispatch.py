"""Recipients become messages: each once, a little ahead of the pace, and back again while they wait."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.db import IntegrityError, transaction
from django.utils import timezone

from accounts.models import AuditLog
from campaigns import actions, dispatch, handing, selectors
from campaigns.dispatch import dispatch_due
from campaigns.models import Campaign, Recipient
from campaigns.refusals import IsOver, NobodyToSendTo, NotPaused, NotRunning, StartIsPast, TemplateNotSendable
from contacts.models import Contact, ContactIdentity
from inbox.folders import Folder
from inbox.models import Conversation, Message
from numbers.actions import TemplatesInUse, delete_account, move_number
from numbers.models import Alert, PhoneNumber, WabaAccount
from tests.campaigns.conftest import people, states

pytestmark = pytest.mark.django_db
Status = Message.Status


def sent(campaign: Campaign, count: int) -> None:
    """Let so many messages leave, as the senders would note it."""
    queued = Message.objects.filter(recipient__campaign=campaign, outbox=Status.QUEUED).order_by("pk")
    Message.objects.filter(pk__in=list(queued.values_list("pk", flat=True)[:count])).update(status=Status.SENT)


def test_each_recipient_gets_a_message_of_the_template(running, number, supervisor):
    campaign = running("11987650001;Ana;77", "11987650002;Bia;78")
    dispatch_due()
    first, second = Message.objects.order_by("pk")
    assert (first.lane, first.status, first.author, first.number) == ("bulk", Status.QUEUED, supervisor, number)
    assert first.expires_at - first.due_at == timedelta(hours=72), "what cannot leave has an end, as all bulk has"
    assert first.payload["template"]["components"] == [
        {"type": "body", "parameters": [{"type": "text", "text": "Ana"}, {"type": "text", "text": "77"}]}
    ]
    assert [r.message for r in campaign.recipients.order_by("line")] == [first, second]
    assert first.conversation.contact.phone == "+5511987650001"
    dispatch_due()
    assert Message.objects.count() == 2
    sent(campaign, 2)
    dispatch_due()
    campaign.refresh_from_db()
    assert campaign.state == Campaign.State.DONE
    assert campaign.ended_at


def test_the_inbox_stays_quiet_until_somebody_answers(running, customer_writes, owner, number):
    old = customer_writes("Obrigado!", phone="5511987650001").conversation
    Conversation.objects.filter(pk=old.pk).update(status="CLOSED", closed_at=timezone.now(), unread_count=0)
    waits = customer_writes("Cadê?", phone="5511987650002").conversation
    running("11987650001;Ana;1", "11987650002;Bia;2", "11987650003;Caio;3")
    dispatch_due()
    assert list(Folder.UNASSIGNED.of(owner)) == list(Folder.ALL.of(owner)) == [waits]
    before, waits = waits, Conversation.objects.get(pk=waits.pk)
    for name in ("last_message_id", "last_message_at", "waiting_since", "unread_count", "status"):
        assert getattr(waits, name) == getattr(before, name), name
    opened = Conversation.objects.exclude(pk__in=[old.pk, waits.pk])
    assert set(opened.values_list("status", "team", "assignee", "unread_count")) == {("PENDING", None, None, 0)}
    answered = customer_writes("Quero!", phone="5511987650003").conversation
    assert answered in opened.all()
    assert set(Folder.UNASSIGNED.of(owner)) == {waits, answered}
    assert answered.messages.count() == 2


def test_who_is_known_is_found_and_stays_as_known(running, customer_writes):
    # Meta spells this one without the ninth digit, and it is the spelling that reaches them.
    known = customer_writes(phone="553187650001", name="Ana").conversation
    before = ContactIdentity.objects.filter(contact=known.contact).values_list("value", "seen_at").get(kind="PHONE")
    running("31987650001;Ana;1", "+5531987650002;Bia;2")
    dispatch_due()
    assert known.messages.filter(direction="OUTBOUND").count() == 1
    after = ContactIdentity.objects.filter(contact=known.contact).values_list("value", "seen_at").get(kind="PHONE")
    assert after == before
    assert Contact.objects.count() == 2


def test_two_addresses_of_one_person_are_one_message(running, customer_writes, number):
    known = customer_writes(phone="5511987650001", bsuid="BR.ana1").conversation
    campaign = running("11987650001;Ana;1", "BR.ana1;Ana;2")
    dispatch_due()
    assert states(campaign) == ["HANDED", "DUPLICATE"]
    assert known.messages.filter(direction="OUTBOUND").count() == 1


def test_the_schema_holds_each_recipient_to_one_message(running):
    campaign = running(*people(2))
    dispatch_due()
    first, second = campaign.recipients.order_by("line")
    for change in ({"message": first.message}, {"address": first.address}, {"contact": first.contact}):
        with pytest.raises(IntegrityError), transaction.atomic():
            Recipient.objects.filter(pk=second.pk).update(**change)


def test_who_asked_for_no_more_after_the_check_gets_nothing(running, customer_writes):
    contact = customer_writes(phone="5511987650001").conversation.contact
    campaign = running("11987650001;Ana;1", *people(1))
    Contact.objects.filter(pk=contact.pk).update(marketing_refused_at=timezone.now())
    dispatch_due()
    assert states(campaign) == ["OPTED_OUT", "HANDED"]


def test_only_a_little_is_made_ahead_of_what_is_sent(running, number):
    PhoneNumber.objects.update(sends_per_second=10)
    campaign = running(*people(100))
    dispatch_due()
    assert Message.objects.count() == 25
    dispatch_due()
    assert Message.objects.count() == 25
    sent(campaign, 10)
    dispatch_due()
    assert Message.objects.count() == 35


def test_campaigns_of_one_number_take_turns(running, monkeypatch):
    monkeypatch.setattr(dispatch, "CHUNK", 5)
    first, second = running(*people(20)), running(*people(20, since=20))
    dispatch_due()
    sent(first, 200)
    assert [c.recipients.filter(state="HANDED").count() for c in (first, second)] == [20, 20]


def test_pausing_takes_back_what_has_not_left(running, supervisor, client):
    campaign = running(*people(10))
    dispatch_due()
    sent(campaign, 3)
    client.force_login(supervisor)
    client.post(f"/campaigns/{campaign.pk}/pause/")
    assert states(campaign) == ["HANDED"] * 3 + ["WAITING"] * 7
    assert Message.objects.count() == 3
    dispatch_due()
    assert Message.objects.count() == 3
    with pytest.raises(NotRunning):
        actions.pause_campaign(campaign, by=supervisor)
    client.post(f"/campaigns/{campaign.pk}/resume/")
    dispatch_due()
    assert states(campaign) == ["HANDED"] * 10
    assert Message.objects.count() == 10
    told = AuditLog.objects.filter(entity_type="campaign").order_by("pk").values_list("action", flat=True)
    assert list(told) == ["campaign.created", "campaign.started", "campaign.paused", "campaign.resumed"]


def test_what_is_being_sent_is_not_taken_back(running, supervisor):
    campaign = running(*people(2))
    dispatch_due()
    first = Message.objects.order_by("pk").first()
    Message.objects.filter(pk=first.pk).update(status=Status.SENDING)
    actions.pause_campaign(campaign, by=supervisor)
    assert list(Message.objects.all()) == [first]
    assert states(campaign) == ["HANDED", "WAITING"]


def test_stopping_ends_it_for_good(running, supervisor):
    campaign = running(*people(5))
    dispatch_due()
    sent(campaign, 2)
    actions.stop_campaign(campaign, by=supervisor)
    assert states(campaign) == ["HANDED"] * 2 + ["STOPPED"] * 3
    for verb, refusal in ((actions.stop_campaign, IsOver), (actions.resume_campaign, NotPaused)):
        with pytest.raises(refusal):
            verb(campaign, by=supervisor)
    dispatch_due()
    assert Message.objects.count() == 2


@pytest.mark.parametrize("word", ["webhook", "graph"])
def test_a_template_that_meta_stops_pauses_the_campaign_and_alerts_once(running, template, supervisor, number, word):
    campaign = running(*people(4))
    dispatch_due()
    if word == "webhook":
        template.status = "PAUSED"
        template.save()
    else:
        first = Message.objects.order_by("pk").first()
        Message.objects.filter(pk=first.pk).update(status=Status.FAILED, error_code=132015)
    dispatch_due()
    dispatch_due()
    campaign.refresh_from_db()
    assert (campaign.state, campaign.pause_reason) == ("PAUSED", "TEMPLATE")
    assert Message.objects.filter(outbox=Status.QUEUED).count() == 0
    alert = Alert.objects.get(kind="campaign.paused")
    assert (alert.number, alert.subject) == (number, "Pedidos")
    if word == "webhook":
        with pytest.raises(TemplateNotSendable):
            actions.resume_campaign(campaign, by=supervisor)
        template.status = "APPROVED"
        template.save()
    actions.resume_campaign(campaign, by=supervisor)
    dispatch_due()
    campaign.refresh_from_db()
    assert campaign.state == "RUNNING", "what failed before says nothing against going on"
    assert Message.objects.filter(outbox=Status.QUEUED).count() == (4 if word == "webhook" else 3)


def test_a_number_that_moved_takes_no_template_of_the_account_it_left(running, number, admin):
    campaign = running(*people(1))
    other = WabaAccount.objects.create(waba_id="102938475610009", name="Outra")
    move_number(number, to=other, phone_number_id="105551234569999", by=admin)
    dispatch_due()
    campaign.refresh_from_db()
    assert (campaign.state, campaign.pause_reason) == ("PAUSED", "TEMPLATE")
    with pytest.raises(TemplatesInUse):
        delete_account(campaign.template.waba, by=admin)


def test_a_campaign_begins_when_its_time_has_come(draft, supervisor, time_machine):
    campaign = draft(*people(1))
    with pytest.raises(StartIsPast):
        actions.start_campaign(campaign, at=timezone.now(), by=supervisor)
    actions.start_campaign(campaign, at=timezone.now() + timedelta(hours=1), by=supervisor)
    dispatch_due()
    assert not Message.objects.exists()
    time_machine.move_to(timezone.now() + timedelta(hours=1, seconds=1))
    dispatch_due()
    assert Message.objects.count() == 1


def test_a_draft_without_anybody_cannot_start(draft, supervisor):
    with pytest.raises(NobodyToSendTo):
        actions.start_campaign(draft("1;Ana;1"), by=supervisor)


def test_the_trouble_of_one_campaign_is_not_the_others(running, monkeypatch):
    broken, fine = running(*people(2)), running(*people(2, since=2))
    hand_over = handing.hand_over

    def fails_for_one(campaign, recipients):
        assert campaign != broken
        hand_over(campaign, recipients)

    monkeypatch.setattr(dispatch, "hand_over", fails_for_one)
    dispatch_due()
    assert states(broken) == ["WAITING"] * 2
    assert states(fine) == ["HANDED"] * 2


def test_a_chunk_costs_the_same_however_long(running, django_assert_max_num_queries):
    campaign = running(*people(150))
    with django_assert_max_num_queries(45):
        dispatch_due()
    assert selectors.tally(campaign).results == {"queued": 150}

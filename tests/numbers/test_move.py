"""A number moves to another account in the middle of its work: everything before, everything after."""

from __future__ import annotations

import time

import pytest
from django.utils import timezone

from accounts.models import User
from contacts.models import Contact, ContactIdentity
from inbox import actions as inbox
from inbox.claims import claim_due
from inbox.models import Conversation, Message, ParkedStatus
from inbox.outcomes import Ended, store_outcomes
from lib import graph
from messaging import outgoing
from numbers import actions
from numbers.models import PhoneNumber, WabaAccount
from numbers.sync import sync_account
from tests.deliveries import Reported, Wrote, arrive
from tests.numbers.conftest import SPARE, SPARE_WABA
from tests.simulator.harness import WABA, Process

pytestmark = pytest.mark.django_db(transaction=True)
NEW_ID = "105559990000009"
BSUID = "BR.4820193746501928375"


@pytest.fixture
def new_account(db) -> WabaAccount:
    """An account of another portfolio."""
    return WabaAccount.objects.create(waba_id="102938475619999", name="Nova", portfolio_id="800")


def send(conversation: Conversation, text: str, by: User) -> Message:
    return inbox.send_message(conversation, outgoing.text(text), client_key=f"{text}-{time.monotonic_ns()}", by=by)


def status(message: Message, name: str, *, number_id: str, wamid: str) -> None:
    attempt = str(message.attempts.get().pk)
    arrive(Reported(wamid, name, attempt=attempt), number_id=number_id)


def test_a_move_in_the_middle_of_the_work(customer_writes, new_account: WabaAccount, owner: User, admin: User):
    known = customer_writes("Oi", name="Ana", phone="5511987650001", bsuid=BSUID)
    conversation, number = known.conversation, known.number
    old_id = number.phone_number_id
    under_way = send(conversation, "um", owner)
    (claim,) = claim_due("replies", limit=10).claims
    waiting = send(conversation, "dois", owner)
    history = list(Message.objects.order_by("pk").values_list("pk", "number", "conversation"))

    actions.move_number(number, to=new_account, phone_number_id=NEW_ID, by=admin)

    # Our row, its history, teams and name are the same; what Meta told is forgotten; sending waits.
    row = PhoneNumber.objects.get(pk=number.pk)
    assert (row.waba, row.phone_number_id, row.state) == (new_account, NEW_ID, PhoneNumber.State.PAUSED)
    assert row.teams.count() == 1
    assert list(Message.objects.order_by("pk").values_list("pk", "number", "conversation")) == history
    assert claim_due("replies", limit=10).claims == []

    # The call that was under way ends with the id it began with; its receipts still come under that id.
    assert claim.number.phone_number_id == old_id
    store_outcomes([Ended(claim, graph.Accepted("wamid.um"))])
    status(under_way, "delivered", number_id=old_id, wamid="wamid.um")
    under_way.refresh_from_db()
    assert under_way.status == Message.Status.DELIVERED

    # What the customer wrote before the move and comes late joins the conversation.
    late = arrive(
        Wrote("wamid.late", at=int(time.time()) - 60, text="Atrasada", phone="5511987650001", bsuid=BSUID),
        number_id=old_id,
    )
    assert late.state == "DONE"
    assert Message.objects.get(wamid="wamid.late").conversation == conversation

    # Resumed, what waited goes out by the new account.
    actions.resume_number(row, by=admin)
    (claim,) = claim_due("replies", limit=10).claims
    assert (claim.message, claim.number.phone_number_id, claim.number.waba) == (waiting.pk, NEW_ID, new_account)
    assert (claim.phone, claim.bsuid) == ("+5511987650001", ""), "the old portfolio's BSUID means nobody here"

    # In the new portfolio the customer has a new BSUID; the phone is the bridge to the same contact.
    fresh = "BR.9999999999999999999"
    arrive(
        Wrote("wamid.new", at=int(time.time()), text="Oi de novo", phone="5511987650001", bsuid=fresh),
        number_id=NEW_ID,
    )
    assert Message.objects.get(wamid="wamid.new").conversation == conversation
    keys = ContactIdentity.objects.filter(contact=conversation.contact, kind="BSUID").values_list("key", flat=True)
    assert set(keys) == {f"700/{BSUID}", f"800/{fresh}"}


def test_who_is_known_by_an_old_bsuid_alone(customer_writes, new_account: WabaAccount, owner: User, admin: User):
    message = customer_writes("Oi", phone="", bsuid=BSUID, username="ana")
    waiting = send(message.conversation, "Olá", owner)
    actions.move_number(message.number, to=new_account, phone_number_id=NEW_ID, by=admin)
    actions.resume_number(message.number, by=admin)
    assert claim_due("replies", limit=10).claims == []
    waiting.refresh_from_db()
    assert (waiting.status, waiting.error_code) == (Message.Status.FAILED, -2)
    arrive(Wrote("wamid.new", at=int(time.time()), phone="", bsuid="BR.99", username="ana"), number_id=NEW_ID)
    assert Contact.objects.count() == 2, "nothing proves that they are one person"


def test_within_one_portfolio_people_stay_who_they_are(customer_writes, new_account, owner: User, admin: User):
    new_account.portfolio_id = "700"
    new_account.save()
    message = customer_writes("Oi", phone="", bsuid=BSUID)
    send(message.conversation, "Olá", owner)
    actions.move_number(message.number, to=new_account, phone_number_id=NEW_ID, by=admin)
    actions.resume_number(message.number, by=admin)
    (claim,) = claim_due("replies", limit=10).claims
    assert claim.bsuid == BSUID


def test_parked_statuses_still_find_their_message(customer_writes, new_account, owner: User, admin: User):
    message = customer_writes("Oi")
    number, old_id = message.number, message.number.phone_number_id
    arrive(Reported("wamid.foreign", "delivered"), number_id=old_id)
    assert ParkedStatus.objects.count() == 1
    actions.move_number(number, to=new_account, phone_number_id=NEW_ID, by=admin)
    sent = send(message.conversation, "Olá", owner)
    Message.objects.filter(pk=sent.pk).update(wamid="wamid.foreign", status=Message.Status.SENT)
    assert inbox.settle_parked() == 1
    sent.refresh_from_db()
    assert sent.status == Message.Status.DELIVERED


def test_old_news_does_not_come_back(number: PhoneNumber, new_account: WabaAccount, admin: User):
    asked_at = timezone.now()
    number.take({"quality": "RED", "status": "BANNED"}, asked_at)
    number.save()
    actions.move_number(number, to=new_account, phone_number_id=NEW_ID, by=admin)
    number.refresh_from_db()
    assert (number.quality, number.status, number.callback) == ("", "", "")
    assert number.take({"quality": "RED"}, asked_at) == []
    assert number.take({"quality": "GREEN"}, timezone.now())


def test_reading_the_old_account_does_not_bring_it_back(graph: Process, admin: User):
    spare, second = sync_account(SPARE_WABA, by=admin)[0], sync_account(WABA, by=admin)[1]
    actions.move_number(spare, to=second.waba, phone_number_id="105550000000000", by=admin)
    assert sync_account(SPARE_WABA, by=admin) == []
    assert not PhoneNumber.objects.filter(phone_number_id=SPARE).exists()

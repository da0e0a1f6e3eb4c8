"""Sample deliveries that belong together, one after the other and the other way round; and some over HTTP."""

from __future__ import annotations

import pytest
from django.db import transaction

from inbox.models import Message
from numbers.models import PhoneNumber
from tests.deliveries import Wrote, delivery, sign
from tests.webhooks import samples
from tests.webhooks.conftest import Endpoint
from tests.webhooks.expected.entry import ANA, EARLIER, NUMBER, Earlier
from tests.webhooks.expected.table import TABLE
from tests.webhooks.lines import lines
from webhooks import drain
from webhooks.models import WebhookEvent


@pytest.fixture
def world(db) -> PhoneNumber:
    return samples.make_world()


def play(*names: str) -> list[str]:
    """Apply samples in this order; return what they leave behind."""
    for name in names:
        # The picture has its placeholder's time, as Meta gives one message one time; the samples have two.
        samples.apply(samples.body(name).replace(b'"1793361600"', b'"1790164860"'))
    return lines()


TOGETHER = {
    "a placeholder of the past and its picture": ("history_chunk", "history_media"),
    "sent, delivered and read": ("status_sent", "status_delivered", "status_read"),
    "a call and its end": ("calls_connect_user_initiated", "calls_terminate"),
    "a template that is announced to change, and changes": (
        "template_category_update_impending",
        "template_category_update_done",
    ),
    "an account that is disabled and comes back": ("account_update_disabled", "account_update_reinstated"),
    "a number that is connected and gets faster": (
        "phone_number_quality_update_onboarding",
        "phone_number_quality_update",
    ),
    "a customer who wrote and moved": ("text", "system_user_changed_number"),
    "a customer without a phone who wrote and moved": ("text_bsuid_only", "system_user_changed_user_id"),
    "an edit and a deletion of one message": ("edit_text", "revoke"),
    "an address book and the customer's own name": ("smb_app_state_sync", "text"),
    "a choice and a message": ("user_preferences_stop", "text"),
}


@pytest.mark.parametrize("names", TOGETHER.values(), ids=TOGETHER)
def test_either_order_ends_the_same(world: PhoneNumber, names: tuple[str, ...]):
    before = transaction.savepoint()
    forward = play(*names)
    transaction.savepoint_rollback(before)
    assert play(*reversed(names)) == forward


def test_a_picture_fills_its_place_in_the_past(world: PhoneNumber):
    play("history_chunk", "history_media")
    ours, theirs = Message.objects.order_by("sent_at")
    assert (theirs.kind, theirs.text, theirs.file.state) == ("image", "Foto do pedido", "WAITING")
    assert ours.conversation == theirs.conversation and theirs.conversation.last_inbound_at is None


@pytest.mark.parametrize("name", ["system_user_changed_number_without_bsuid", "system_customer_changed_number_legacy"])
def test_who_moved_without_a_new_bsuid_goes_on_in_the_same_thread(world: PhoneNumber, name: str):
    """The new BSUID comes with their next message; nobody else can have written in between."""
    samples.come_before(Earlier("theirs", ANA, "wamid.before"), name)
    samples.apply(samples.body(name))
    later = Wrote("wamid.later", at=EARLIER + 20_000, text="Sou eu", phone="5511976540011", bsuid="BR.new")
    samples.apply(delivery(later, number_id=NUMBER))
    assert len({message.conversation_id for message in Message.objects.all()}) == 1


THROUGH_THE_DOOR = ("text", "text_escaped_unicode_raw", "batch_mixed", "account_update_disabled", "future_unseen_field")


@pytest.mark.django_db(transaction=True)
def test_they_come_in_through_the_signed_door_byte_for_byte(endpoint: Endpoint):
    samples.make_world()
    for name in THROUGH_THE_DOOR:
        assert endpoint.post(samples.body(name)).status_code == 200
    drain.drain_due()
    events = WebhookEvent.objects.order_by("pk")
    assert [bytes(event.body) for event in events] == [samples.body(name) for name in THROUGH_THE_DOOR]
    assert [event.outcome for event in events] == [TABLE[name].outcome for name in THROUGH_THE_DOOR]


def test_the_signature_vectors_hold():
    secret = "segredo-de-teste-nao-usar-em-producao"
    expected = "sha256=547cf091f94a73591d8dbb7686ba20d5772df556d78491b75d8fd4e2e49bcfc0"
    assert sign(samples.body("text_escaped_unicode_raw"), secret) == expected

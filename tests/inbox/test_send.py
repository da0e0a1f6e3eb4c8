"""The quick half of sending: checks, one message per key, resending, confirming."""

from __future__ import annotations

import time
import uuid
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
from django.db import connections
from django.utils import timezone

from accounts.models import AuditLog
from inbox import actions
from inbox.models import Conversation, Message
from lib import after_commit
from messaging import outgoing
from tests.deliveries import Wrote, arrive

Status = Message.Status


def send(conversation, by, text: str = "Bom dia", key: str = "k1") -> Message:
    return actions.send_message(conversation, outgoing.text(text), client_key=key, by=by)


def test_it_queues(conversation, owner):
    message = send(conversation, owner)
    assert (message.status, message.lane, message.author) == (Status.QUEUED, "replies", owner)
    conversation.refresh_from_db()
    assert conversation.last_message == message
    assert (conversation.unread_count, conversation.waiting_since) == (0, None)


def test_it_wakes_its_lane_after_the_commit(conversation, owner, monkeypatch, django_capture_on_commit_callbacks):
    woken: list[str] = []
    monkeypatch.setattr(after_commit, "wake", woken.append)
    with django_capture_on_commit_callbacks(execute=True):
        send(conversation, owner)
        assert woken == []
    assert woken == ["replies"]


def test_it_refuses_outside_the_window(conversation, owner):
    Conversation.objects.update(last_inbound_at=timezone.now() - timedelta(hours=24))
    with pytest.raises(actions.WindowClosed):
        send(Conversation.objects.get(), owner)
    Conversation.objects.update(last_inbound_at=timezone.now() - timedelta(hours=23, minutes=59))
    assert send(Conversation.objects.get(), owner).pk


def test_it_looks_again_under_the_lock(conversation, owner):
    """What the page knew is old: the conversation was closed meanwhile."""
    known = Conversation.objects.get()
    actions.close_conversation(conversation, by=owner)
    with pytest.raises(actions.ConversationClosed):
        send(known, owner)


def test_the_same_key_is_the_same_message(conversation, owner):
    assert send(conversation, owner) == send(conversation, owner)
    assert Message.objects.filter(direction="OUTBOUND").count() == 1


def test_the_same_key_with_another_text_is_refused(conversation, owner):
    send(conversation, owner)
    with pytest.raises(actions.ClientKeyReused):
        send(conversation, owner, "Boa tarde")


def test_the_same_key_in_another_conversation_is_refused(conversation, owner, customer_writes):
    send(conversation, owner)
    with pytest.raises(actions.ClientKeyReused):
        send(customer_writes(phone="5511987650009").conversation, owner)


def test_a_key_belongs_to_a_person(conversation, owner, teammate):
    assert send(conversation, owner) != send(conversation, teammate)


@pytest.mark.django_db(transaction=True)
def test_clicks_at_the_same_time_are_one_message(conversation, owner):
    def click(_: int) -> int:
        try:
            return send(conversation, owner).pk
        finally:
            connections.close_all()

    with ThreadPoolExecutor(6) as pool:
        assert len(set(pool.map(click, range(24)))) == 1
    assert Message.objects.filter(direction="OUTBOUND").count() == 1


def test_the_preview_stays_the_last_shown_when_metas_clock_is_ahead(conversation, owner, customer_writes):
    theirs = customer_writes("do futuro", ago=-300)
    send(conversation, owner)
    conversation.refresh_from_db()
    last_shown = conversation.messages.order_by("-sent_at", "-pk").first()
    assert last_shown == theirs
    assert conversation.last_message == last_shown


# --- After a failure ----------------------------------------------------------------------------------


@pytest.fixture
def unconfirmed(conversation, owner) -> Message:
    message = send(conversation, owner)
    Message.objects.filter(pk=message.pk).update(status=Status.UNKNOWN)
    message.refresh_from_db()
    return message


@pytest.mark.parametrize("status", [Status.UNKNOWN, Status.FAILED])
def test_resending_twice_is_one_new_message(unconfirmed, teammate, owner, status):
    Message.objects.filter(pk=unconfirmed.pk).update(status=status)
    unconfirmed.refresh_from_db()
    again = actions.resend_message(unconfirmed, by=owner)
    assert actions.resend_message(unconfirmed, by=owner) == again
    assert actions.resend_message(unconfirmed, by=teammate) == again
    assert (again.text, again.status, again.resend_of) == (unconfirmed.text, Status.QUEUED, unconfirmed)
    assert Message.objects.filter(direction="OUTBOUND").count() == 2
    told = AuditLog.objects.get(action="message.resent")
    assert (told.actor, told.entity_id, told.particulars["message"]) == (owner, again.pk, unconfirmed.pk)


@pytest.mark.parametrize("status", [Status.QUEUED, Status.SENDING, Status.SENT, Status.DELIVERED, Status.READ])
def test_what_has_not_failed_is_not_resent(unconfirmed, owner, status):
    Message.objects.filter(pk=unconfirmed.pk).update(status=status)
    unconfirmed.refresh_from_db()
    with pytest.raises(actions.NotFailed):
        actions.resend_message(unconfirmed, by=owner)


def test_what_meta_confirmed_meanwhile_is_not_resent(unconfirmed, owner):
    """The page still shows the question; the status came since."""
    Message.objects.filter(pk=unconfirmed.pk).update(status=Status.DELIVERED)
    with pytest.raises(actions.NotFailed):
        actions.resend_message(unconfirmed, by=owner)


def test_confirming_takes_it_for_sent(unconfirmed, owner):
    actions.confirm_sent(unconfirmed, by=owner)
    unconfirmed.refresh_from_db()
    assert unconfirmed.status == Status.SENT
    entry = AuditLog.objects.get(action="message.confirmed")
    assert (entry.actor, entry.entity_id) == (owner, unconfirmed.pk)


def test_confirming_twice_is_refused(unconfirmed, owner):
    actions.confirm_sent(unconfirmed, by=owner)
    with pytest.raises(actions.NotFailed):
        actions.confirm_sent(unconfirmed, by=owner)


# --- Unread and waiting -------------------------------------------------------------------------------


def test_reading_ends_the_unread_mark_and_nothing_else(conversation):
    waiting = conversation.waiting_since
    actions.mark_read(conversation)
    conversation.refresh_from_db()
    assert (conversation.unread_count, conversation.waiting_since) == (0, waiting)


def test_the_wait_begins_with_the_first_unanswered_message(number, owner, customer_writes):
    conversation = customer_writes("1", ago=100).conversation
    send(conversation, owner, key=str(uuid.uuid4()))
    Conversation.objects.update(last_outbound_at=timezone.now() - timedelta(seconds=50))
    customer_writes("3", ago=10)
    customer_writes("2", ago=40)
    customer_writes("late", ago=90)
    conversation.refresh_from_db()
    assert int(conversation.waiting_since.timestamp()) in range(int(time.time()) - 42, int(time.time()) - 38)


def test_a_notice_of_meta_waits_for_nobody(number):
    arrive(Wrote("1", phone="5511987650001", kind="system", content={"body": "x"}))
    conversation = Conversation.objects.get()
    assert (conversation.unread_count, conversation.waiting_since, conversation.last_inbound_at) == (0, None, None)

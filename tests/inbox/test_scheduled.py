"""Messages that leave later: once, at their time, or with the reason why not."""

from __future__ import annotations

import uuid
from datetime import timedelta

import pytest
from django.utils import timezone

from accounts.models import User
from inbox import actions, scheduled
from inbox.models import Conversation, Message, ScheduledMessage
from messaging import outgoing
from tests.inbox.conftest import Meta, in_threads, send_due

State = ScheduledMessage.State
HOUR = timedelta(hours=1)


@pytest.fixture
def schedules(owner: User):
    """Let somebody of ours schedule a text, in an hour unless it says otherwise."""

    def schedules(conversation: Conversation, text: str = "Oi!", after: timedelta = HOUR, **more) -> ScheduledMessage:
        given = {"due_at": timezone.now() + after, "client_key": str(uuid.uuid4()), "by": owner} | more
        return actions.schedule_message(conversation, outgoing.text(text), **given)

    return schedules


def time_comes(later: ScheduledMessage) -> ScheduledMessage:
    """Let its time come, and a worker look."""
    ScheduledMessage.objects.filter(pk=later.pk).update(due_at=timezone.now())
    scheduled.send_due()
    later.refresh_from_db()
    return later


def test_it_leaves_at_its_time_and_once(meta: Meta, conversation, schedules, types):
    later = schedules(conversation, "Seu pedido chegou")
    scheduled.send_due()
    types(conversation, "Antes")
    send_due()
    assert [call["body"] for call in meta.accepted()] == ["Antes"], "it stands before nobody"
    ScheduledMessage.objects.update(due_at=timezone.now())
    in_threads(3, scheduled.send_due)
    send_due()
    assert [call["body"] for call in meta.accepted()] == ["Antes", "Seu pedido chegou"]
    later.refresh_from_db()
    assert (later.state, later.message.text) == (State.SENT, "Seu pedido chegou")
    with pytest.raises(actions.NoLongerScheduled):
        actions.cancel_scheduled(later)


def test_a_second_click_is_the_same_one(conversation, schedules):
    key = str(uuid.uuid4())
    assert schedules(conversation, client_key=key) == schedules(conversation, client_key=key)
    assert ScheduledMessage.objects.count() == 1


@pytest.mark.parametrize(("asks", "leaves"), [(True, False), (False, True)])
def test_the_customer_answers_first(conversation, schedules, customer_writes, asks: bool, leaves: bool):
    later = schedules(conversation, cancel_if_answered=asks)
    customer_writes("Já recebi", ago=-60)
    time_comes(later)
    assert (later.message is not None, later.reason) == (leaves, "" if leaves else "CustomerAnswered")


def test_what_cannot_leave_says_so_until_somebody_takes_note(conversation, schedules, signed_in, owner: User):
    later = schedules(conversation)
    Conversation.objects.update(last_inbound_at=timezone.now() - timedelta(hours=25))
    time_comes(later)
    assert (later.state, later.reason, later.message) == (State.NOT_SENT, "WindowClosed", None)
    page, thread = signed_in(owner), f"/inbox/all/{conversation.pk}/"
    assert "Fora da janela de 24 h" in page.get(thread).content.decode()
    page.delete(f"/scheduled-messages/{later.pk}/")
    assert f'id="scheduled-{later.pk}"' not in page.get(thread).content.decode()


def test_a_closed_conversation_keeps_it_from_leaving(conversation, schedules, owner: User):
    later = schedules(conversation)
    actions.close_conversation(conversation, by=owner)
    assert time_comes(later).reason == "ConversationClosed"
    assert not Message.objects.filter(direction="OUTBOUND").exists()


@pytest.mark.parametrize(
    ("after", "refusal"),
    [
        (-HOUR, actions.InThePast),
        (timedelta(days=31), actions.TooFarAhead),
        (timedelta(hours=25), actions.WindowClosedByThen),
    ],
)
def test_times_that_cannot_be(conversation, schedules, after: timedelta, refusal):
    with pytest.raises(refusal):
        schedules(conversation, after=after)
    later = schedules(conversation)
    with pytest.raises(refusal):
        actions.change_scheduled(later, outgoing.text("Oi"), due_at=timezone.now() + after)
    assert ScheduledMessage.objects.get().text == "Oi!"


def test_in_the_page_in_the_persons_zone(conversation, signed_in, owner: User):
    User.objects.filter(pk=owner.pk).update(time_zone="America/Manaus")
    owner.refresh_from_db()
    page, path = signed_in(owner), f"/conversations/{conversation.pk}/scheduled-messages/"
    tomorrow = timezone.now() + timedelta(hours=3)
    local = (tomorrow - timedelta(hours=4)).strftime("%Y-%m-%dT%H:%M")
    form = {"text": "Amanhã cedo", "due_at": local, "client_key": str(uuid.uuid4()), "cancel_if_answered": "on"}
    answer = page.post(path, form).content.decode()
    later = ScheduledMessage.objects.get()
    assert abs(later.due_at - tomorrow) < timedelta(minutes=1)
    assert (later.cancel_if_answered, later.author) == (True, owner)
    assert "Amanhã cedo" in answer
    assert f'value="{local}"' in page.get(f"/scheduled-messages/{later.pk}/").content.decode()
    page.post(f"/scheduled-messages/{later.pk}/", form | {"text": "Outra coisa"})
    assert ScheduledMessage.objects.get().text == "Outra coisa"
    assert page.post(path, form | {"due_at": ""}).status_code == 400
    refused = page.post(path, form | {"due_at": "2020-01-01T10:00", "client_key": str(uuid.uuid4())})
    assert (refused.status_code, "já passou" in refused.content.decode()) == (409, True)
    page.delete(f"/scheduled-messages/{later.pk}/")
    assert ScheduledMessage.objects.get().state == State.CANCELLED


def test_by_the_api(conversation, calls, owner: User, stranger: User):
    path = f"conversations/{conversation.pk}/scheduled-messages"
    body = {"text": "Oi", "due_at": (timezone.now() + HOUR).isoformat()}
    made = calls(owner).post(path, body)
    assert (made.status_code, made.json()["state"]) == (201, "WAITING")
    assert [one["id"] for one in calls(owner).get(path).json()["results"]] == [made.json()["id"]]
    assert calls(stranger).delete(f"{path}/{made.json()['id']}").status_code == 404
    assert (
        calls(owner).post(path, body | {"due_at": "2020-01-01T10:00:00Z"}).json()["type"]
        == "urn:prosa:refusal:in_the_past"
    )
    assert calls(owner).delete(f"{path}/{made.json()['id']}").status_code == 204
    assert ScheduledMessage.objects.get().state == State.CANCELLED

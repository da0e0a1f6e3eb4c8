"""What happens to messages when Graph refuses a whole number or account, or does not answer."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import pytest
from django.utils import timezone

from accounts.models import AuditLog, User
from inbox import pace
from inbox.models import Message
from numbers import actions
from numbers.actions.circuits import UNANSWERED_OPEN
from numbers.models import Alert, PhoneNumber, WabaAccount
from tests.conftest import Writes
from tests.inbox.conftest import Meta, fresh, send_due

Status = Message.Status
Typed = Callable[[int], list[Message]]


@pytest.fixture
def typed(customer_writes: Writes, types) -> Typed:
    """Let somebody of ours write to so many customers."""
    return lambda count: [types(customer_writes(phone=f"55119876503{n:02}").conversation) for n in range(count)]


def rested() -> None:
    """Let the rest of every open circuit pass."""
    for model in (PhoneNumber, WabaAccount):
        model.objects.exclude(blocked_until=None).update(blocked_until=timezone.now())


def open_alerts() -> list[str]:
    return list(Alert.objects.open().values_list("kind", flat=True))


def test_a_refused_token_stops_the_account_until_a_try_gets_through(meta: Meta, typed: Typed, number: PhoneNumber):
    meta.faults(error_code=190)
    messages = typed(12)
    send_due()
    calls = len(meta.calls())
    assert calls <= pace.LEAST_BURST
    assert {fresh(message).status for message in messages} == {Status.QUEUED}
    number.waba.refresh_from_db()
    assert (number.waba.blocked_code, number.waba.blocked_reason[:3]) == (190, "190")
    send_due()
    assert len(meta.calls()) == calls, "nothing is sent while the circuit is open"
    rested()
    send_due()
    assert len(meta.calls()) == calls + 1, "one tries the way"
    assert open_alerts() == ["account.blocked"]
    assert AuditLog.objects.filter(action="account.blocked").count() == 1
    meta.faults(error_code=None)
    rested()
    send_due()
    number.waba.refresh_from_db()
    assert not number.waba.is_blocked
    assert {fresh(message).status for message in messages} == {Status.SENT}
    assert (Alert.objects.count(), open_alerts()) == (1, [])


def test_numbers_of_one_account_share_one_try(meta: Meta, customer_writes, types, number: PhoneNumber):
    other = PhoneNumber.objects.create(waba=number.waba, phone_number_id="105551234560002", display_phone="", name="BH")
    meta.faults(error_code=190)
    for n in range(3):
        types(customer_writes(phone=f"55119876503{n:02}").conversation)
        types(customer_writes(phone=f"55119876503{n:02}", to=other).conversation)
    number.waba.blocked_until = timezone.now()
    number.waba.save()
    send_due()
    assert len(meta.calls()) == 1


def test_each_try_puts_off_the_next_one_longer(number: PhoneNumber):
    actions.block_number(number, reason="131031: locked", code=131031)
    rests = []
    for _ in range(7):
        number.refresh_from_db()
        rests.append(round((number.blocked_until - timezone.now()).total_seconds()))
        assert not actions.take_try(number), "not before it rested"
        PhoneNumber.objects.update(blocked_until=timezone.now())
        assert actions.take_try(number)
        assert not actions.take_try(number), "one at a time"
    assert rests == [30, 60, 120, 240, 480, 900, 900]


def test_a_restricted_number_stops_alone(meta: Meta, customer_writes, types, number: PhoneNumber):
    other = PhoneNumber.objects.create(waba=number.waba, phone_number_id="105551234560002", display_phone="", name="BH")
    stopped = types(customer_writes(phone="5511987650001").conversation)
    meta.faults(error_code=131031, phone_number_id=number.phone_number_id)
    send_due()
    goes = types(customer_writes(phone="5511987650001", to=other).conversation)
    send_due()
    assert (fresh(stopped).status, fresh(goes).status) == (Status.QUEUED, Status.SENT)
    number.refresh_from_db()
    assert number.is_blocked
    assert open_alerts() == ["number.blocked"]


def test_no_proper_answer_several_times_in_a_row_stops_the_number(meta: Meta, typed: Typed, number: PhoneNumber):
    meta.faults(http_5xx_html=1)
    messages = typed(20)
    send_due()
    number.refresh_from_db()
    assert number.is_blocked
    assert number.blocked_code is None
    assert UNANSWERED_OPEN <= len(meta.calls()) < UNANSWERED_OPEN + pace.LEAST_BURST
    assert open_alerts() == ["number.unanswered"]
    kept = [message for message in messages if fresh(message).status == Status.QUEUED]
    assert len(kept) == len(messages) - len(meta.calls()), "the others wait instead of getting lost"
    rested()
    send_due()
    assert open_alerts() == ["number.unanswered"], "one alert, however many tries"
    meta.faults(http_5xx_html=0)
    rested()
    send_due()
    number.refresh_from_db()
    assert (number.is_blocked, number.unanswered_calls, open_alerts()) == (False, 0, [])
    assert sum(fresh(message).status == Status.SENT for message in kept) == len(kept) - 1


def test_nobody_there_stops_the_number_and_loses_nothing(meta: Meta, typed: Typed, number: PhoneNumber, settings):
    address, settings.GRAPH_BASE_URL = settings.GRAPH_BASE_URL, "http://127.0.0.1:9"
    messages = typed(6)
    send_due()
    number.refresh_from_db()
    assert number.is_blocked
    settings.GRAPH_BASE_URL = address
    rested()
    Message.objects.update(due_at=timezone.now())
    send_due()
    assert {fresh(message).status for message in messages} == {Status.SENT}


def test_an_answer_in_between_begins_the_count_anew(number: PhoneNumber):
    for _ in range(UNANSWERED_OPEN - 1):
        assert not actions.note_unanswered(number, 1, reason="ReadTimeout")
    actions.note_answered(number)
    assert not actions.note_unanswered(number, UNANSWERED_OPEN - 1, reason="ReadTimeout")
    PhoneNumber.objects.update(unanswered_since=timezone.now() - timedelta(minutes=2))
    assert not actions.note_unanswered(number, 1, reason="ReadTimeout"), "long ago does not count"
    assert actions.note_unanswered(number, UNANSWERED_OPEN, reason="ReadTimeout")
    assert not actions.note_unanswered(number, 1, reason="ReadTimeout"), "it is stopped already"


def test_a_new_token_or_a_person_closes_it_at_once(number: PhoneNumber, admin: User, supervisor: User):
    actions.block_credential(number.waba, reason="190: expired", code=190)
    actions.block_number(number, reason="131031: locked", code=131031)
    actions.change_account(number.waba, by=admin, access_token="a-new-token")
    number = PhoneNumber.objects.get()
    assert (number.waba.is_blocked, number.is_blocked) == (False, True)
    actions.resume_number(number, by=supervisor)
    assert PhoneNumber.objects.get().held_by is None
    assert open_alerts() == []
    assert AuditLog.objects.filter(action="number.resumed", actor=supervisor).exists()


def test_the_thread_and_the_number_say_why_messages_wait(conversation, types, signed_in, supervisor: User, owner: User):
    types(conversation, "Bom dia")
    number = conversation.number
    actions.block_credential(number.waba, reason="190: expired", code=190)
    client = signed_in(owner)
    page = client.get(f"/inbox/all/{conversation.pk}/").content.decode()
    assert page.count("renovar o token") == 2, "in the composer and at the message"
    assert "Aguardando:" in page
    assert f"/numbers/{number.pk}/" not in page
    client = signed_in(supervisor)
    assert f"/numbers/{number.pk}/" in client.get(f"/inbox/all/{conversation.pk}/").content.decode()
    page = client.get(f"/numbers/{number.pk}/").content.decode()
    assert "190: expired" in page
    client.post(f"/numbers/{number.pk}/resume/")
    assert "renovar o token" not in client.get(f"/inbox/all/{conversation.pk}/").content.decode()

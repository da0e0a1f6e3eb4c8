"""From QUEUED to what Meta says: against a fake Meta that keeps a ledger of its own."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
from django.db import IntegrityError, connection, connections, transaction
from django.utils import timezone

from inbox import claims, outcomes, sweeps
from inbox.models import Conversation, Message, SendAttempt
from lib import graph
from numbers.models import PhoneNumber, WabaAccount
from numbers.sync import sync_account
from tests.inbox.conftest import Meta, fresh, send_due
from tests.waiting import wait_for

Status, Outcome = Message.Status, SendAttempt.Outcome


def due_now() -> None:
    """Let the time of every pause pass."""
    Message.objects.filter(due_at__gt=timezone.now()).update(due_at=timezone.now())


def test_it_sends(meta: Meta, conversation, types):
    message = fresh(types(conversation, "Bom dia"))
    assert message.status == Status.QUEUED
    send_due()
    (call,) = meta.accepted()
    assert (fresh(message).status, message.wamid) == (Status.SENT, call["wamid"])
    attempt = message.attempts.get()
    assert (str(attempt.pk), attempt.outcome) == (call["attempt"], Outcome.ACCEPTED)
    assert (call["recipient"], call["body"]) == ("5511987650001", "Bom dia")


def test_statuses_climb_as_meta_tells(meta: Meta, conversation, types):
    message = types(conversation)
    send_due()
    meta.tells_until(lambda: fresh(message).status == Status.READ)
    assert set(message.receipts.values_list("status", flat=True)) == {Status.SENT, Status.DELIVERED, Status.READ}


def test_a_person_known_by_bsuid_alone_is_reached(meta: Meta, customer_writes, types):
    types(customer_writes(phone="", bsuid="BR.4820193746501928375").conversation)
    send_due()
    (call,) = meta.calls()
    assert '"recipient": "BR.4820193746501928375"' in call["request"] or '"recipient":"BR.48' in call["request"]
    assert '"to"' not in call["request"]


# --- Three ends of a call ---------------------------------------------------------------------------


def test_rejected_for_good_is_failed_with_its_code(meta: Meta, conversation, types):
    meta.faults(error_code=131026, count=1)
    message = types(conversation)
    send_due()
    assert (fresh(message).status, message.error_code) == (Status.FAILED, 131026)
    assert message.attempts.get().outcome == Outcome.REJECTED
    send_due()
    assert len(meta.calls()) == 1


def test_a_transient_refusal_is_tried_again_later(meta: Meta, conversation, types):
    meta.faults(error_code=131016, count=1)
    message = types(conversation)
    send_due()
    assert fresh(message).status == Status.QUEUED
    assert message.due_at > timezone.now() + timedelta(seconds=1)
    send_due()
    assert len(meta.calls()) == 1, "not before its time"
    due_now()
    send_due()
    assert fresh(message).status == Status.SENT
    assert message.attempt_count == 2


def test_transient_refusals_end_some_time(meta: Meta, conversation, types):
    meta.faults(error_code=131000)
    message = types(conversation)
    for _ in range(5):
        due_now()
        send_due()
    assert (fresh(message).status, message.error_code, message.attempt_count) == (Status.FAILED, 131000, 3)
    assert len(meta.calls()) == 3


@pytest.mark.parametrize("fault", ["timeout_after_accepting", "drop_response"])
def test_a_lost_answer_is_unknown_until_meta_tells(meta: Meta, conversation, types, fault: str):
    meta.faults(**{fault: 1, "count": 1})
    message = types(conversation)
    send_due()
    assert (fresh(message).status, message.wamid) == (Status.UNKNOWN, None)
    assert message.attempts.get().outcome == Outcome.UNKNOWN
    due_now()
    send_due()
    (call,) = meta.calls()
    meta.tells_until(lambda: fresh(message).status == Status.READ)
    assert message.wamid == call["wamid"]


def test_an_edge_that_answers_html_is_unknown_and_not_sent_again(meta: Meta, conversation, types):
    meta.faults(http_5xx_html=1)
    message = types(conversation)
    for _ in range(3):
        send_due()
        due_now()
    assert fresh(message).status == Status.UNKNOWN
    assert len(meta.calls()) == 1


def test_no_connection_is_not_sent_and_waits(meta: Meta, conversation, types, settings):
    address, settings.GRAPH_BASE_URL = settings.GRAPH_BASE_URL, "http://127.0.0.1:9"
    message = types(conversation)
    send_due()
    assert fresh(message).status == Status.QUEUED
    assert message.due_at > timezone.now()
    assert message.attempts.get().outcome == Outcome.NOT_SENT
    settings.GRAPH_BASE_URL = address
    due_now()
    send_due()
    assert fresh(message).status == Status.SENT


def test_a_wamid_that_another_message_has_is_unknown(meta: Meta, conversation, types, monkeypatch):
    first, second = types(conversation, "1"), types(conversation, "2")
    send_due()
    Message.objects.filter(pk=second.pk).update(status=Status.SENDING)
    attempt = second.attempts.get()
    SendAttempt.objects.filter(pk=attempt.pk).update(outcome=None, ended_at=None)
    Message.objects.filter(pk=second.pk).update(wamid=None)
    number = PhoneNumber.objects.select_related("waba").get()
    claim = claims.Claim(
        attempt.pk, number, second.pk, conversation.pk, 0, "text", {}, "", 1, 0, "", "", "", None, None, False
    )
    outcomes.store_outcomes([outcomes.Ended(claim, graph.Accepted(str(fresh(first).wamid)))])
    assert fresh(second).status == Status.UNKNOWN
    assert first.status == Status.SENT


def test_the_sweep_ends_calls_whose_worker_died(meta: Meta, conversation, types):
    message = types(conversation)
    claimed = claims.claim_due("replies", limit=1).claims
    assert fresh(message).status == Status.SENDING
    sweeps.sweep()
    assert fresh(message).status == Status.SENDING, "its worker may still be at it"
    SendAttempt.objects.filter(pk=claimed[0].attempt).update(started_at=timezone.now() - timedelta(minutes=5))
    sweeps.sweep()
    assert fresh(message).status == Status.UNKNOWN
    assert message.attempts.get().outcome == Outcome.UNKNOWN
    assert meta.calls() == []


def test_an_answer_after_the_sweep_still_counts(meta: Meta, conversation, types):
    message = types(conversation)
    (claim,) = claims.claim_due("replies", limit=1).claims
    outcomes.end_lost_calls(started_before=timezone.now() + timedelta(seconds=1))
    outcomes.store_outcomes([outcomes.Ended(claim, graph.Accepted("wamid.late"))])
    assert (fresh(message).status, message.wamid) == (Status.SENT, "wamid.late")
    assert message.attempts.get().outcome == Outcome.ACCEPTED


def test_a_late_refusal_does_not_undo_what_meta_told(meta: Meta, conversation, types):
    message = types(conversation)
    (claim,) = claims.claim_due("replies", limit=1).claims
    Message.objects.filter(pk=message.pk).update(status=Status.DELIVERED)
    outcomes.store_outcomes([outcomes.Ended(claim, graph.Unknown("ReadTimeout"))])
    assert fresh(message).status == Status.DELIVERED


@pytest.mark.parametrize(("policy", "calls"), [("ASK", 1), ("RESEND", 2)])
def test_the_number_says_what_becomes_of_what_nobody_confirms(
    meta: Meta, conversation, types, number: PhoneNumber, policy: str, calls: int
):
    PhoneNumber.objects.update(when_unknown=policy)
    meta.faults(http_5xx_html=1, count=1)
    message = types(conversation)
    send_due()
    sweeps.sweep()
    assert fresh(message).status == Status.UNKNOWN, "a status may still come"
    due_now()
    sweeps.sweep()
    PhoneNumber.objects.update(blocked_until=None)
    send_due()
    assert fresh(message).status == (Status.UNKNOWN if policy == "ASK" else Status.SENT)
    assert len(meta.calls()) == calls


def test_what_waited_too_long_is_over_even_while_the_number_rests(meta: Meta, conversation, types, number: PhoneNumber):
    number.state = PhoneNumber.State.PAUSED
    number.save()
    message = types(conversation)
    sweeps.sweep()
    assert fresh(message).status == Status.QUEUED
    Message.objects.update(expires_at=timezone.now())
    sweeps.sweep()
    assert (fresh(message).status, message.error_code) == (Status.FAILED, -5)
    assert meta.calls() == []


def test_throttling_burns_no_try(meta: Meta, conversation, types):
    meta.faults(error_code=131056, count=4)
    message = types(conversation)
    for _ in range(4):
        due_now()
        send_due()
    assert (fresh(message).status, message.attempt_count, message.throttled_count) == (Status.QUEUED, 4, 4)
    meta.faults(error_code=131000, count=2)
    for _ in range(3):
        due_now()
        send_due()
    assert fresh(message).status == Status.SENT, "131000 has three tries, whatever was before"


# --- The order inside a conversation ----------------------------------------------------------------


def test_messages_leave_in_the_order_typed(meta: Meta, customer_writes, types, monkeypatch):
    monkeypatch.setattr(outcomes, "BACKOFF", [0.02])
    meta.faults(error_code=131016, error_probability=0.15)
    phones = [f"55119876501{n:02}" for n in range(6)]
    talks = [customer_writes(phone=phone).conversation for phone in phones]
    for n in range(8):
        for talk in talks:
            types(talk, f"{n}")

    def all_sent() -> bool:
        send_due()
        return not Message.objects.filter(status=Status.QUEUED).exists()

    def work(_: int) -> None:
        try:
            wait_for(all_sent, seconds=40)
        finally:
            connections.close_all()

    with ThreadPoolExecutor(2) as pool:
        list(pool.map(work, range(2)))
    failed = set(
        Message.objects.filter(status=Status.FAILED).values_list("conversation__contact__identities__value", "text")
    )
    for phone in phones:
        typed = [str(n) for n in range(8) if (phone, str(n)) not in failed]
        assert [call["body"] for call in meta.accepted(recipient=phone)] == typed
    assert meta.process.control("GET", "/ledger/summary")["duplicate_attempts"] == []


def test_the_database_allows_one_call_at_a_time(meta: Meta, conversation, types):
    first, second = types(conversation), types(conversation)
    Message.objects.filter(pk=first.pk).update(status=Status.SENDING)
    with pytest.raises(IntegrityError), transaction.atomic():
        Message.objects.filter(pk=second.pk).update(status=Status.SENDING)


def test_a_failed_message_releases_the_next(meta: Meta, conversation, types):
    meta.faults(error_code=131026, count=1)
    first, second = types(conversation, "1"), types(conversation, "2")
    send_due()
    assert (fresh(first).status, fresh(second).status) == (Status.FAILED, Status.SENT)


def test_an_unknown_message_holds_up_the_next_for_a_while(meta: Meta, conversation, types):
    meta.faults(http_5xx_html=1, count=1)
    first, second = types(conversation, "1"), types(conversation, "2")
    send_due()
    assert (fresh(first).status, fresh(second).status) == (Status.UNKNOWN, Status.QUEUED)
    assert timedelta(seconds=20) < first.due_at - timezone.now() < timedelta(seconds=31)
    due_now()
    send_due()
    assert (fresh(first).status, fresh(second).status) == (Status.UNKNOWN, Status.SENT)


def test_a_message_that_waits_for_its_retry_is_not_overtaken(meta: Meta, conversation, types):
    meta.faults(error_code=131016, count=1)
    first, second = types(conversation, "1"), types(conversation, "2")
    send_due()
    assert (fresh(first).status, fresh(second).status) == (Status.QUEUED, Status.QUEUED)
    due_now()
    send_due()
    assert [call["body"] for call in meta.accepted()] == ["1", "2"]


# --- What is decided at dispatch --------------------------------------------------------------------


def test_a_window_that_closed_meanwhile_fails_without_a_call(meta: Meta, conversation, types):
    message = types(conversation)
    Conversation.objects.update(last_inbound_at=timezone.now() - timedelta(hours=24))
    send_due()
    assert (fresh(message).status, message.error_code) == (Status.FAILED, -1)
    assert meta.calls() == []


def test_somebody_without_an_address_fails_without_a_call(meta: Meta, conversation, types):
    message = types(conversation)
    conversation.contact.identities.all().delete()
    send_due()
    assert (fresh(message).status, message.error_code) == (Status.FAILED, -2)
    assert meta.calls() == []


@pytest.mark.parametrize("paused", [PhoneNumber, WabaAccount])
def test_while_the_number_or_its_account_is_paused_nothing_is_sent(meta: Meta, conversation, types, paused):
    paused.objects.update(state=paused.State.PAUSED)
    message = types(conversation)
    send_due()
    assert fresh(message).status == Status.QUEUED
    assert meta.calls() == []
    paused.objects.update(state=paused.State.ACTIVE)
    send_due()
    assert fresh(message).status == Status.SENT


def test_a_token_that_does_not_open_costs_only_its_own_number(meta: Meta, customer_writes, types, db):
    spare = WabaAccount.objects.create(waba_id="1", name="Outra", access_token="sealed")
    other = PhoneNumber.objects.create(waba=spare, phone_number_id="2", display_phone="+55 11 4002-0009", name="Outra")
    stuck = types(customer_writes(to=other, phone="5511987650009").conversation)
    going = types(customer_writes().conversation)
    with connection.cursor() as cursor:
        cursor.execute("UPDATE numbers_wabaaccount SET access_token = 'v1.lost.AAAA' WHERE id = %s", [spare.pk])
    send_due()
    assert (fresh(going).status, fresh(stuck).status) == (Status.SENT, Status.QUEUED)
    assert stuck.attempts.get().outcome == Outcome.NOT_SENT


def test_an_answer_that_cannot_be_stored_costs_only_itself(meta: Meta, customer_writes, types, monkeypatch):
    phones = ["5511987650001", "5511987650002"]
    first, second = (types(customer_writes(phone=phone).conversation, phone) for phone in phones)
    send = graph.GraphClient.send_message

    def spoiled(self, number: str, payload: dict, **more) -> graph.Outcome:
        outcome = send(self, number, payload, **more)
        return graph.Accepted("wamid.\x00") if payload["text"]["body"] == phones[0] else outcome

    monkeypatch.setattr(graph.GraphClient, "send_message", spoiled)
    send_due()
    assert (fresh(first).status, fresh(second).status) == (Status.UNKNOWN, Status.SENT)


def test_an_account_whose_numbers_fill_several_pages_is_read_whole(meta: Meta, db, monkeypatch):
    pages = {"": (["1", "2"], "next"), "next": (["3"], "")}

    def get(self, path: str, *, token: str, after: str = "", **params: str) -> dict:
        if not path.endswith("phone_numbers"):
            return {"id": path, "name": "Loja"}
        ids, following = pages[after]
        paging = {"cursors": {"after": following}, "next": "https://graph.example/next"} if following else {}
        return {"data": [{"id": pk, "display_phone_number": pk, "verified_name": pk} for pk in ids], "paging": paging}

    monkeypatch.setattr(graph.GraphClient, "get", get)
    assert [number.phone_number_id for number in sync_account("77")] == ["1", "2", "3"]

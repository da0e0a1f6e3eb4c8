"""What comes in beside plain messages: echoes, amendments, calls, history, files, notices of Meta's."""

from __future__ import annotations

import time
from typing import Any

import pytest

from inbox import broadcasts, selectors
from inbox.models import Amendment, Attachment, Conversation, Message
from lib import live
from numbers.models import NumberPulse, PhoneNumber
from numbers.pulse import Hearing
from tests.deliveries import NUMBER_ID, Echoed, Reported, Wrote, arrive, body, store
from webhooks import drain
from webhooks.models import WebhookEvent

PHONE = "5511987650001"
NOW = int(time.time())
SHA = "d20ibe2Bf9OeZFKMPqXTYz1u6xqFk6Bc9BtE17hAkKQ="


def deliver(field: str, **value: Any) -> WebhookEvent:
    """Let one change of any field arrive and be applied."""
    metadata = {"display_phone_number": "551140020001", "phone_number_id": NUMBER_ID}
    (event,) = store(body({"field": field, "value": {"metadata": metadata} | value}))
    drain.drain_due()
    event.refresh_from_db()
    return event


def wrote(wamid: str, kind: str = "text", at: int = NOW, **content: Any) -> Wrote:
    return Wrote(wamid, at=at, phone=PHONE, kind=kind, content=content or None)


def shown(wamid: str) -> Message:
    return selectors.messages_for_display().get(wamid=wamid)


# --- Echoes -----------------------------------------------------------------------------------------


def test_an_echo_is_ours(number: PhoneNumber):
    event = arrive(Echoed("wamid.1", phone=PHONE, text="Já vai"))
    assert event.outcome == {"echoes": 1}
    message = Message.objects.get()
    assert (message.direction, message.status, message.text) == ("OUTBOUND", Message.Status.SENT, "Já vai")
    conversation = message.conversation
    assert (conversation.status, conversation.unread_count, conversation.window_ends_at) == ("PENDING", 0, None)
    assert conversation.contact.phone == f"+{PHONE}"


@pytest.mark.parametrize("echo_first", [True, False])
def test_an_echo_answers_who_waited(number: PhoneNumber, echo_first: bool):
    told = [(wrote("wamid.1", at=NOW - 60), wrote("wamid.3", at=NOW - 20)), (Echoed("wamid.2", NOW - 40, phone=PHONE),)]
    for facts in reversed(told) if echo_first else told:
        arrive(*facts)
    conversation = Conversation.objects.get()
    assert conversation.waiting_since == Message.objects.get(wamid="wamid.3").sent_at
    arrive(Echoed("wamid.4", at=NOW - 10, phone=PHONE))
    conversation.refresh_from_db()
    assert (conversation.waiting_since, conversation.status) == (None, "OPEN")


def test_a_notice_after_an_echo_leaves_nobody_waiting(number: PhoneNumber):
    arrive(wrote("wamid.1", at=NOW - 60))
    deliver("messages", messages=[notice("wamid.2", wa_id="5511976540011") | {"from": PHONE}])
    arrive(Echoed("wamid.3", at=NOW - 50, phone=PHONE))
    assert Conversation.objects.get().waiting_since is None


def test_a_status_that_came_before_its_echo_is_not_lost(number: PhoneNumber, django_capture_on_commit_callbacks):
    arrive(Reported("wamid.1", "read"))
    with django_capture_on_commit_callbacks(execute=True):
        arrive(Echoed("wamid.1", phone=PHONE))
    assert Message.objects.get().status == Message.Status.READ


def test_an_echo_of_another_app_is_only_kept(number: PhoneNumber):
    echo = {"id": "wamid.1", "timestamp": str(NOW), "message": {"to": PHONE, "type": "text", "text": {"body": "x"}}}
    assert deliver("message_echoes", message_echoes=[echo]).outcome == {"echo of another app": 1}
    assert not Message.objects.exists()


def test_what_metas_agent_hears_and_says_is_seen(number: PhoneNumber):
    item = wrote("wamid.1").item
    sent = {"to": PHONE, "type": "text", "text": {"body": "Até as 18h"}, "recipient_type": "individual"}
    deliver("standby", standby={"messages": [item]})
    deliver("standby", standby={"message_echoes": [{"id": "wamid.2", "timestamp": str(NOW), "message": sent}]})
    deliver("standby", standby={"statuses": [Reported("wamid.2", "delivered").item]})
    said = {m.wamid: (m.direction, m.text, m.status) for m in Message.objects.all()}
    assert said == {"wamid.1": ("INBOUND", "Oi", None), "wamid.2": ("OUTBOUND", "Até as 18h", 50)}
    assert deliver("standby", standby="?").outcome == {"standby without content": 1}
    assert deliver("messaging_handovers", recipient={}).outcome == {"handover": 1}


# --- Amendments -------------------------------------------------------------------------------------


def reaction(wamid: str, emoji: str | None, at: int = NOW, target: str = "wamid.1") -> Wrote:
    content = {"message_id": target} | ({"emoji": emoji} if emoji is not None else {})
    return Wrote(wamid, at=at, phone=PHONE, kind="reaction", content=content)


def test_an_edit_of_the_last_message_reaches_thread_and_list(
    number: PhoneNumber, monkeypatch: pytest.MonkeyPatch, django_capture_on_commit_callbacks
):
    arrive(wrote("wamid.1", at=NOW - 60))
    pushed: list[live.Event] = []
    monkeypatch.setattr(live, "push", pushed.extend)
    with django_capture_on_commit_callbacks(execute=True):
        edit = {"original_message_id": "wamid.1", "message": {"type": "text", "text": {"body": "Novo"}}}
        arrive(wrote("wamid.2", kind="edit", **edit))
    groups = {event.group.split(".")[0] for event in pushed}
    assert groups == {"conversation", "list"}


def test_a_reaction_stands_under_its_message_and_moves_nothing(number: PhoneNumber):
    arrive(wrote("wamid.1", at=NOW - 100))
    before = Conversation.objects.values().get()
    assert arrive(reaction("wamid.2", "👍")).outcome == {"reactions": 1}
    assert Conversation.objects.values().get() == before
    assert [(r.text, r.direction) for r in shown("wamid.1").reactions] == [("👍", "INBOUND")]
    assert Message.objects.count() == 1


@pytest.mark.parametrize("nothing", [None, ""])
@pytest.mark.parametrize("in_order", [True, False])
def test_the_newest_reaction_counts_and_an_empty_one_ends_it(number: PhoneNumber, nothing, in_order: bool):
    told = [reaction("wamid.2", "👍", NOW - 9), reaction("wamid.3", "❤️", NOW - 8), reaction("wamid.4", nothing, NOW)]
    arrive(wrote("wamid.1"), *(told[:2] if in_order else told[1::-1]))
    assert [r.text for r in shown("wamid.1").reactions] == ["❤️"]
    arrive(told[2])
    assert shown("wamid.1").reactions == []


def test_an_amendment_may_come_before_its_message(number: PhoneNumber):
    arrive(reaction("wamid.2", "😮"))
    assert not Conversation.objects.exists()
    arrive(wrote("wamid.1"))
    assert [r.text for r in shown("wamid.1").reactions] == ["😮"]


def test_an_edit_keeps_the_original(number: PhoneNumber):
    after = {"type": "text", "text": {"body": "Corrigido"}}
    edit = wrote("wamid.2", "edit", original_message_id="wamid.1", message=after)
    assert arrive(wrote("wamid.1"), edit, edit).outcome == {"messages": 1, "edits": 2}
    message = shown("wamid.1")
    assert (message.text, message.edit and message.edit.text) == ("Oi", "Corrigido")
    assert Amendment.objects.count() == 1


def test_only_its_sender_deletes_a_message(number: PhoneNumber):
    arrive(wrote("wamid.1"))
    arrive(Echoed("wamid.2", phone=PHONE, kind="revoke", content={"original_message_id": "wamid.1"}))
    assert not shown("wamid.1").is_revoked
    arrive(wrote("wamid.3", "revoke", original_message_id="wamid.1"))
    assert shown("wamid.1").is_revoked


def test_a_page_that_was_away_learns_of_an_amendment(number: PhoneNumber):
    arrive(wrote("wamid.1"), wrote("wamid.0"))
    conversation = Conversation.objects.get()
    since = selectors.thread_page(conversation).cursor
    Message.objects.update(changed_in=0)
    later = selectors.thread_page(conversation).cursor
    arrive(reaction("wamid.2", "👍"))
    assert since <= later
    found = selectors.thread_changes(conversation, since=Amendment.objects.get().written_in).entries
    assert "wamid.1" in [entry.wamid for entry in found if isinstance(entry, Message)]


@pytest.mark.parametrize("target", [None, "", 5, "w" * 300])
def test_an_amendment_of_nothing_is_quarantined(number: PhoneNumber, target):
    event = arrive(wrote("wamid.2", "reaction", message_id=target, emoji="x"), wrote("wamid.1"))
    assert (event.state, Message.objects.count()) == ("QUARANTINED", 1)


# --- Calls ------------------------------------------------------------------------------------------


def call(event: str, **more: Any) -> dict[str, Any]:
    told = {"id": "wacid.1", "from": PHONE, "event": event, "direction": "USER_INITIATED", "timestamp": str(NOW)}
    return told | more


def test_a_call_opens_the_window_and_its_end_is_told(number: PhoneNumber):
    deliver("calls", calls=[call("terminate", status="COMPLETED")])
    deliver("calls", calls=[call("connect", session={"sdp": "v=0"})])
    message = shown("wacid.1")
    assert (message.kind, message.conversation.window_is_open, message.conversation.unread_count) == ("call", True, 1)
    assert "session" not in message.payload
    assert message.call_end is not None and message.call_end.payload["status"] == "COMPLETED"


def test_calls_of_ours_and_their_rings_are_only_kept(number: PhoneNumber):
    event = deliver("calls", calls=[call("terminate", direction="BUSINESS_INITIATED")], errors=[{"code": 138021}])
    assert event.outcome == {"call of ours": 1, "error of a call": 1}
    assert deliver("calls", statuses=[{"type": "call", "status": "RINGING"}]).outcome == {"status:call": 1}


# --- History ----------------------------------------------------------------------------------------


def past(*items: dict[str, Any], context: dict[str, Any] | None = None) -> WebhookEvent:
    thread = {"id": PHONE, "context": context or {"wa_id": PHONE}, "messages": list(items)}
    return deliver("history", history=[{"metadata": {"phase": 1}, "threads": [thread]}])


def item(wamid: str, at: int, kind: str = "text", **more: Any) -> dict[str, Any]:
    content = {kind: {"body": "Antes"}} if kind == "text" else {}
    return {"id": wamid, "timestamp": str(at), "type": kind, "from": PHONE} | content | more


def test_history_opens_no_window_and_tells_nobody(number: PhoneNumber):
    ours = item("wamid.2", NOW - 400, to=PHONE, history_context={"status": "READ"}) | {"from": "551140020001"}
    event = past(item("wamid.1", NOW - 500), ours)
    assert event.outcome == {"history": 2}
    conversation = Conversation.objects.get()
    assert (conversation.status, conversation.is_history) == ("CLOSED", True)
    assert (conversation.unread_count, conversation.waiting_since, conversation.window_ends_at) == (0, None, None)
    assert conversation.last_message == Message.objects.get(wamid="wamid.2")
    assert conversation.last_message.status == Message.Status.READ
    assert conversation.closed_at == conversation.last_message.sent_at


def test_what_failed_in_the_past_is_shown_as_failed(number: PhoneNumber):
    past(item("wamid.1", NOW - 500, to=PHONE, history_context={"status": "ERROR"}) | {"from": "551140020001"})
    assert Message.objects.get().status == Message.Status.FAILED


def test_the_age_of_history_is_no_delay(number: PhoneNumber, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(drain, "hearing", Hearing())
    past(item("wamid.1", NOW - 90_000))
    drain.hearing.flush()
    pulse = NumberPulse.objects.get(number=number)
    assert (pulse.lag, pulse.worst_lag.total_seconds()) == (None, 0)
    assert pulse.last_heard_at.timestamp() >= NOW


@pytest.mark.parametrize("history_first", [True, False])
def test_what_is_live_never_joins_the_history(number: PhoneNumber, history_first: bool):
    steps = [lambda: past(item("wamid.1", NOW - 50)), lambda: arrive(wrote("wamid.2", at=NOW - 90))]
    for step in steps if history_first else reversed(steps):
        step()
    live = Message.objects.get(wamid="wamid.2").conversation
    assert (live.is_history, live.status, live.unread_count) == (False, "OPEN", 1)
    assert Message.objects.get(wamid="wamid.1").conversation.is_history


@pytest.mark.parametrize("placeholder_first", [True, False])
def test_imported_media_takes_its_place(number: PhoneNumber, placeholder_first: bool):
    picture = item("wamid.1", NOW - 50, "image", image={"id": "77", "mime_type": "image/jpeg", "sha256": SHA})
    steps = [
        lambda: past(item("wamid.1", NOW - 50, "media_placeholder")),
        lambda: deliver("history", messages=[picture], contacts=[]),
    ]
    for step in steps if placeholder_first else reversed(steps):
        step()
    message = Message.objects.get()
    assert (message.kind, message.attachment.media_id) == ("image", "77")
    assert message.conversation.is_history


def test_a_refused_history_is_only_kept(number: PhoneNumber):
    assert deliver("history", history=[{"errors": [{"code": 2593109}]}]).outcome == {"history refused": 1}


# --- Files ------------------------------------------------------------------------------------------


def test_a_file_is_a_row_before_it_is_fetched(number: PhoneNumber):
    picture = {"id": "77", "mime_type": "image/jpeg", "sha256": SHA, "caption": "Veja"}
    for _ in range(2):
        arrive(wrote("wamid.1", "image", **picture))
    attachment = Attachment.objects.get()
    assert (attachment.state, attachment.media_id, attachment.claimed_type) == ("WAITING", "77", "image/jpeg")
    assert (len(attachment.claimed_sha256), attachment.message.text) == (64, "Veja")
    assert attachment.due_at is not None and (attachment.expires_at - attachment.due_at).days == 7


# --- Notices of Meta's ------------------------------------------------------------------------------


def notice(wamid: str, **system: Any) -> dict[str, Any]:
    return {"id": wamid, "timestamp": str(NOW), "type": "system", "system": {"type": "user_changed_number"} | system}


def test_a_notice_counts_as_nothing_the_customer_said(number: PhoneNumber):
    arrive(wrote("wamid.1", at=NOW - 100))
    before = Conversation.objects.values().get()
    deliver("messages", messages=[notice("wamid.2", wa_id="5511976540011") | {"from": PHONE}])
    assert Conversation.objects.values().get() == before
    assert shown("wamid.2").conversation_id == before["id"]


def test_a_conversation_of_notices_alone_is_not_listed(number: PhoneNumber):
    deliver("messages", messages=[notice("wamid.2", wa_id="5511976540011") | {"from": PHONE}])
    conversation = Conversation.objects.get()
    assert (conversation.status, conversation.last_message) == ("PENDING", None)
    assert not Conversation.objects.not_closed().exists()
    arrive(wrote("wamid.1"))
    assert Conversation.objects.not_closed().get().status == "OPEN"


# --- Marketing --------------------------------------------------------------------------------------


def test_a_thread_learns_that_its_customer_refused_marketing(number, monkeypatch, django_capture_on_commit_callbacks):
    arrive(wrote("wamid.1"))
    conversation = Conversation.objects.get()
    pushed: list[live.Event] = []
    monkeypatch.setattr(live, "push", pushed.extend)
    stop = {"wa_id": PHONE, "category": "marketing_messages", "value": "stop", "timestamp": NOW}
    for _ in range(2):
        with django_capture_on_commit_callbacks(execute=True):
            deliver("user_preferences", user_preferences=[stop])
    asked = [event.group for event in pushed if event.group.startswith(f"conversation.{conversation.pk}.")]
    assert len(asked) == len(broadcasts.LANGUAGES), "once for each language, and not again for a copy"

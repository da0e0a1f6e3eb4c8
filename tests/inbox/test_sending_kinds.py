"""Each kind on its way out: as it reaches Meta, in its order, and what stands against it."""

from __future__ import annotations

import json
import uuid
from datetime import timedelta

import pytest
from django.utils import timezone

from contacts.models import Contact
from inbox import actions
from inbox.models import Conversation, Message
from messaging import outgoing
from messaging.kinds import template
from messaging.kinds.interactive import ContactRequest, LocationRequest
from messaging.models import Template
from messaging.outgoing import Outgoing
from tests.inbox.conftest import Meta, fresh, send_due

Status = Message.Status
FREE = [
    outgoing.text("Bom dia"),
    outgoing.location(-23.55, -46.63, "Loja"),
    outgoing.contacts([outgoing.Card("Paulo")]),
    outgoing.question(LocationRequest("Onde você está?")),
    outgoing.question(ContactRequest("Qual é o seu telefone?")),
]
ORDER_SENT = Outgoing(
    "template", template.payload("pedido_enviado", "pt_BR", body=["Ana", "8812", "sexta"]), "Olá, Ana!"
)
NEWS = Outgoing("template", template.payload("novidades_da_semana", "pt_BR", body=["Ana"]), "Oi, Ana!")


def send(conversation: Conversation, content: Outgoing, by, **more) -> Message:
    return actions.send_message(conversation, content, client_key=str(uuid.uuid4()), by=by, **more)


@pytest.fixture
def catalogue(number) -> None:
    for name, category in (("pedido_enviado", "UTILITY"), ("novidades_da_semana", "MARKETING")):
        Template.objects.create(
            waba=number.waba, meta_id=name, name=name, language="pt_BR", category=category, status="APPROVED"
        )


def test_each_kind_reaches_meta_as_it_is(meta: Meta, conversation, owner):
    sent = [send(conversation, content, owner) for content in FREE]
    send_due()
    calls = [json.loads(call["request"]) for call in meta.accepted()]
    assert [(call["type"], call[call["type"]]) for call in calls] == [(one.kind, one.content) for one in FREE]
    assert {fresh(message).status for message in sent} == {Status.SENT}


def test_several_leave_in_the_order_given_with_one_key(meta: Meta, conversation, owner):
    contents = outgoing.texts(" ".join(["palavra"] * 2000))
    assert len(contents) > 3
    for _ in range(2):
        sent = actions.send_messages(conversation, contents, client_key="k", by=owner)
    assert Message.objects.filter(direction="OUTBOUND").count() == len(contents)
    send_due()
    assert [call["body"] for call in meta.accepted()] == [content.words for content in contents]
    with pytest.raises(actions.ClientKeyReused):
        actions.send_messages(conversation, contents[:-1], client_key="k", by=owner)
    assert Conversation.objects.get().last_message == sent[-1]


def test_what_the_system_sends_is_one_message_per_key_and_answers_nobody(conversation):
    waiting = conversation.waiting_since
    first = actions.send_message(conversation, FREE[0], client_key="away-1", by=None)
    assert actions.send_message(conversation, FREE[0], client_key="away-1", by=None) == first
    conversation.refresh_from_db()
    assert (conversation.waiting_since, conversation.unread_count) == (waiting, 1)
    assert conversation.last_message == first


# --- Quotes -----------------------------------------------------------------------------------------


def test_a_quote_names_the_message_it_is_about(meta: Meta, conversation, customer_writes, owner):
    asked = conversation.messages.get()
    message = send(conversation, FREE[0], owner, quoted=asked)
    send_due()
    (call,) = meta.accepted()
    assert json.loads(call["request"])["context"] == {"message_id": asked.wamid}
    assert fresh(message).quoted == asked


def test_what_whatsapp_does_not_know_or_others_said_is_not_quoted(conversation, customer_writes, owner):
    own = send(conversation, FREE[0], owner)
    for quoted in (own, customer_writes(phone="5511987650009")):
        with pytest.raises(actions.NotQuotable):
            send(conversation, FREE[0], owner, quoted=quoted)


# --- Reactions --------------------------------------------------------------------------------------


def test_a_reaction_is_shown_under_its_message_once_meta_took_it(meta: Meta, conversation, owner, signed_in):
    asked = conversation.messages.get()
    before = Conversation.objects.values("last_message", "unread_count", "waiting_since").get()
    send(conversation, outgoing.reaction(asked.wamid, "👍"), owner)
    assert asked.reactions == []
    send_due()
    assert [(one.direction, one.text) for one in asked.reactions] == [("OUTBOUND", "👍")]
    (call,) = meta.accepted()
    assert json.loads(call["request"])["reaction"] == {"message_id": asked.wamid, "emoji": "👍"}
    assert Conversation.objects.values("last_message", "unread_count", "waiting_since").get() == before
    thread = signed_in(owner).get(f"/inbox/all/{conversation.pk}/").content.decode()
    assert 'data-whose="OUTBOUND"' in thread and thread.count('class="bubble"') == 1
    send(conversation, outgoing.reaction(asked.wamid, ""), owner)
    send_due()
    assert conversation.messages.get(pk=asked.pk).reactions == []


def test_a_reaction_that_failed_says_so_in_the_thread(meta: Meta, conversation, owner, signed_in):
    meta.faults(status_error_code=131009, status_error_probability=1)
    asked = conversation.messages.get()
    message = send(conversation, outgoing.reaction(asked.wamid, "👍"), owner)
    send_due()
    meta.tells_until(lambda: fresh(message).status == Status.FAILED)
    assert asked.reactions == []
    thread = signed_in(owner).get(f"/inbox/all/{conversation.pk}/").content.decode()
    assert f'hx-post="/messages/{message.pk}/resend/"' in thread
    assert "👍" in thread


def test_a_reaction_nobody_can_tell_about_holds_up_no_message(meta: Meta, conversation, owner):
    meta.faults(http_5xx_html=1, count=1)
    reaction = send(conversation, outgoing.reaction(conversation.messages.get().wamid, "👍"), owner)
    send_due()
    later = send(conversation, FREE[0], owner)
    send_due()
    assert (fresh(reaction).status, fresh(later).status) == (Status.UNKNOWN, Status.SENT)
    actions.confirm_sent(reaction, by=owner)
    assert [one.text for one in conversation.messages.get(direction="INBOUND").reactions] == ["👍"]


def test_only_what_was_said_with_this_customer_is_reacted_to(conversation, owner, customer_writes):
    for wamid in ("wamid.nobody", customer_writes(phone="5511987650009").wamid):
        with pytest.raises(actions.NotQuotable):
            send(conversation, outgoing.reaction(wamid, "👍"), owner)


# --- Window and consent -----------------------------------------------------------------------------


def test_a_template_leaves_outside_the_window_and_nothing_else_does(meta: Meta, conversation, owner, catalogue):
    Conversation.objects.update(last_inbound_at=timezone.now() - timedelta(days=3))
    conversation.refresh_from_db()
    for content in FREE:
        with pytest.raises(actions.WindowClosed):
            send(conversation, content, owner)
    message = send(conversation, ORDER_SENT, owner)
    send_due()
    assert fresh(message).status == Status.SENT


def test_who_asked_for_no_more_marketing_gets_none(meta: Meta, conversation, owner, catalogue):
    queued = send(conversation, NEWS, owner)
    Contact.objects.update(marketing_refused_at=timezone.now())
    with pytest.raises(actions.OptedOut):
        send(Conversation.objects.get(), NEWS, owner)
    wanted = send(Conversation.objects.get(), ORDER_SENT, owner)
    send_due()
    assert (fresh(queued).status, queued.error_code) == (Status.FAILED, -3)
    assert fresh(wanted).status == Status.SENT
    assert len(meta.calls()) == 1


# --- Later ------------------------------------------------------------------------------------------


def test_what_leaves_later_holds_nobody_up(meta: Meta, conversation, owner):
    later = send(conversation, FREE[1], owner, due_at=timezone.now() + timedelta(hours=1))
    now = send(conversation, FREE[0], owner)
    send_due()
    assert (fresh(later).status, fresh(now).status) == (Status.QUEUED, Status.SENT)
    Message.objects.filter(pk=later.pk).update(due_at=timezone.now())
    send_due()
    assert fresh(later).status == Status.SENT


def test_sending_again_sends_the_same(meta: Meta, conversation, owner):
    asked = conversation.messages.get()
    message = send(conversation, FREE[1], owner, quoted=asked)
    Message.objects.filter(pk=message.pk).update(status=Status.FAILED)
    again = actions.resend_message(fresh(message), by=owner)
    assert (again.kind, again.payload, again.text) == (message.kind, message.payload, message.text)
    assert again.quoted == asked

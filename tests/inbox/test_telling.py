"""What customers get to know of us: that we read, and that somebody types. As each number's policy says."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.utils import timezone

from accounts.models import User
from inbox import actions, read_marks
from inbox.models import ReadMark
from inbox.models.conversation import Conversation
from messaging import outgoing
from numbers.models import PhoneNumber, WabaAccount
from tests.inbox.conftest import Meta

Policy = PhoneNumber.ReadMarks


def told(meta: Meta) -> list[tuple[str, str]]:
    """Do what a worker does, and return what Meta was told in all: read or typing, and the message."""
    read_marks.tell_due()
    return [(call["kind"], call["wamid"]) for call in meta.calls()]


@pytest.fixture
def customer(meta: Meta) -> str:
    """A customer that Meta knows."""
    made = meta.process.control("POST", "/customers", {"name": "Ana", "wa_id": "5511987650001"})
    return made["id"]


@pytest.fixture
def talk(meta: Meta, customer: str, number: PhoneNumber) -> Conversation:
    """A conversation whose customer wrote twice."""
    meta.process.write(customer, "Oi")
    meta.process.write(customer, "Alguém aí?")
    meta.tells_until(lambda: Conversation.objects.filter(unread_count=2).exists())
    return Conversation.objects.select_related("number").get()


def newest(conversation: Conversation) -> str:
    return str(conversation.messages.filter(direction="INBOUND").latest("sent_at", "pk").wamid)


def opened(conversation: Conversation) -> None:
    actions.mark_read(conversation)


@pytest.mark.parametrize(("policy", "on_open", "on_typing", "on_reply"), [
    (Policy.ON_OPEN, ["read"], ["read", "typing"], ["read", "typing"]),
    (Policy.ON_REPLY, [], ["typing"], ["typing"]),
    (Policy.NEVER, [], [], []),
])  # fmt: skip
def test_each_policy(meta: Meta, talk: Conversation, types, policy, on_open, on_typing, on_reply):
    PhoneNumber.objects.update(read_marks=policy)
    opened(talk)
    assert [kind for kind, _ in told(meta)] == on_open
    actions.tell_typing(talk)
    assert [kind for kind, _ in told(meta)] == on_typing
    types(talk)
    after = told(meta)
    assert [kind for kind, _ in after] == on_reply, "what was told is not told again"
    assert {wamid for _, wamid in after} <= {newest(talk)}


def test_a_reply_tells_of_the_newest_message_once(meta: Meta, talk: Conversation, types):
    types(talk)
    types(talk)
    assert told(meta) == [("read", newest(talk))]
    assert told(meta) == [("read", newest(talk))]


def test_bulk_is_no_reply(meta: Meta, talk: Conversation, owner: User):
    actions.send_message(talk, outgoing.text("Oferta"), client_key="1", by=owner, lane="bulk")
    assert told(meta) == []


def test_what_stays_unread_is_not_told(meta: Meta, talk: Conversation):
    PhoneNumber.objects.update(read_marks=Policy.ON_OPEN)
    first = talk.messages.order_by("sent_at", "pk")[0]
    actions.mark_read(talk, up_to=first.pk)
    assert told(meta) == []


def test_failing_is_harmless_and_ends_some_time(meta: Meta, talk: Conversation, types, settings):
    address, settings.GRAPH_BASE_URL = settings.GRAPH_BASE_URL, "http://127.0.0.1:9"
    types(talk)
    for tries in range(1, 5):
        told(meta)
        assert ReadMark.objects.get().tries == min(tries, 3)
        ReadMark.objects.exclude(due_at=None).update(due_at=timezone.now())
    assert ReadMark.objects.get().due_at is None
    settings.GRAPH_BASE_URL = address
    actions.tell_typing(talk)
    assert told(meta) == [("typing", newest(talk))], "the next occasion tells it all the same"


def test_a_dead_worker_leaves_it_due(meta: Meta, talk: Conversation, types):
    types(talk)
    assert len(read_marks._claim()) == 1
    assert told(meta) == []
    ReadMark.objects.update(due_at=timezone.now())
    assert told(meta) == [("read", newest(talk))]


def test_a_paused_or_stopped_number_tells_nothing(meta: Meta, talk: Conversation, types):
    types(talk)
    PhoneNumber.objects.update(state="PAUSED")
    assert told(meta) == []
    PhoneNumber.objects.update(state="ACTIVE")
    WabaAccount.objects.update(state="PAUSED")
    assert told(meta) == []
    WabaAccount.objects.update(state="ACTIVE")
    PhoneNumber.objects.update(blocked_until=timezone.now() + timedelta(minutes=1))
    assert told(meta) == []
    PhoneNumber.objects.update(blocked_until=None)
    assert len(told(meta)) == 1


def test_typing_through_the_page(meta: Meta, talk: Conversation, signed_in, owner: User):
    page = signed_in(owner)
    address = f"/conversations/{talk.pk}/typing/"
    assert f'data-typing="{address}"' in page.get(f"/inbox/all/{talk.pk}/").content.decode()
    assert page.post(address).status_code == 204
    assert page.post(address).status_code == 204
    assert told(meta) == [("typing", newest(talk))], "not more often than it is worth"
    assert talk.messages.filter(direction="OUTBOUND").count() == 0
    Conversation.objects.update(last_inbound_at=timezone.now() - timedelta(hours=25))
    ReadMark.objects.all().delete()
    page.post(address)
    assert not ReadMark.objects.exists(), "nobody sees it outside the window"
    PhoneNumber.objects.update(read_marks=Policy.NEVER)
    assert "data-typing" not in page.get(f"/inbox/all/{talk.pk}/").content.decode()

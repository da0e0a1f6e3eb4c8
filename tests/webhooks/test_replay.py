"""Applying deliveries again from their raw bytes."""

from __future__ import annotations

import pytest
from django.utils.html import escape

from accounts.models import AuditLog, User
from inbox.models import Message
from numbers.models import PhoneNumber, WabaAccount
from tests.deliveries import Wrote, arrive, delivery, store
from webhooks import actions, drain
from webhooks import admin as pages
from webhooks.models import QuarantinedFact, WebhookEvent

PHONE = "5511987650001"
LIST = "/admin/webhooks/webhookevent/"


def test_replay_heals_after_the_number_was_added(waba: WabaAccount, admin: User):
    event = arrive(Wrote("wamid.1", phone=PHONE), number_id="2")
    assert event.state == "QUARANTINED"
    PhoneNumber.objects.create(waba=waba, phone_number_id="2", display_phone="", name="2")
    assert actions.replay(WebhookEvent.objects.all(), by=admin) == 1
    drain.drain_due()
    event.refresh_from_db()
    assert (event.state, Message.objects.get().wamid) == ("DONE", "wamid.1")
    assert not QuarantinedFact.objects.exists()


def test_replay_of_what_is_known_changes_nothing(number: PhoneNumber, admin: User):
    arrive(Wrote("wamid.1", phone=PHONE))
    before = list(Message.objects.values())
    actions.replay(WebhookEvent.objects.all(), by=admin)
    drain.drain_due()
    assert list(Message.objects.values()) == before
    assert Message.objects.get().conversation.unread_count == 1


def test_replay_is_audited(number: PhoneNumber, admin: User):
    event = arrive(Wrote("wamid.1", phone=PHONE))
    actions.replay(WebhookEvent.objects.all(), by=admin)
    entry = AuditLog.objects.get(action="webhook.replayed")
    assert (entry.actor, entry.entity_id) == (admin, event.pk)
    assert entry.particulars == {"count": 1, "deliveries": [event.pk]}


def test_replay_leaves_what_still_waits_alone(number: PhoneNumber, admin: User):
    WebhookEvent.objects.create(body=b"{}")
    assert actions.replay(WebhookEvent.objects.all(), by=admin) == 0
    assert not AuditLog.objects.exists()


def test_many_go_in_chunks_with_one_audit_row_each(number: PhoneNumber, admin: User, monkeypatch):
    monkeypatch.setattr(actions, "CHUNK", 2)
    events = [arrive(Wrote(f"wamid.{n}", phone=PHONE)) for n in range(5)]
    assert actions.replay(WebhookEvent.objects.all(), by=admin) == 5
    told = AuditLog.objects.filter(action="webhook.replayed").order_by("pk").values_list("particulars", flat=True)
    assert [row["count"] for row in told] == [2, 2, 1]
    assert [pk for row in told for pk in row["deliveries"]] == [event.pk for event in events]


@pytest.mark.django_db(transaction=True)
def test_a_chunk_that_fails_leaves_those_before_it_on_their_way(number: PhoneNumber, admin: User, monkeypatch):
    events = [arrive(Wrote(f"wamid.{n}", phone=PHONE)) for n in range(3)]
    monkeypatch.setattr(actions, "CHUNK", 2)
    written = actions.record

    def broken(action, event, **more):
        if event.pk == events[2].pk:
            raise RuntimeError
        return written(action, event, **more)

    monkeypatch.setattr(actions, "record", broken)
    with pytest.raises(RuntimeError):
        actions.replay(WebhookEvent.objects.all(), by=admin)
    states = list(WebhookEvent.objects.order_by("pk").values_list("state", flat=True))
    assert states == ["PENDING", "PENDING", "DONE"]


def replay_on_page(client, *chosen: WebhookEvent, query: str = "", **more):
    """Press the button of the list for the rows chosen, or with `select_across` for all that match."""
    posted = {"action": "replay", "_selected_action": [event.pk for event in chosen]} | more
    return client.post(LIST + query, posted, follow=True)


def states() -> list[str]:
    return list(WebhookEvent.objects.order_by("pk").values_list("state", flat=True))


def test_a_selection_on_the_page(number: PhoneNumber, admin: User, signed_in):
    first, second = (arrive(Wrote(f"wamid.{n}", phone=PHONE)) for n in range(2))
    (waiting,) = store(delivery(Wrote("wamid.3", phone=PHONE)))
    page = replay_on_page(signed_in(admin), second, waiting).content.decode()
    assert states() == ["DONE", "PENDING", "PENDING"], first
    assert page.count('<li class="success">') == 1 and page.count('<li class="info">') == 1


def test_all_that_match_a_filter(number: PhoneNumber, admin: User, signed_in):
    arrive(Wrote("wamid.ok", phone=PHONE))
    poor = [arrive(Wrote(f"wamid.{n}", phone=PHONE), number_id="2") for n in range(3)]
    replay_on_page(signed_in(admin), poor[0], query="?state__exact=QUARANTINED", select_across="1")
    assert states() == ["DONE", "PENDING", "PENDING", "PENDING"]


def test_all_that_a_search_finds(number: PhoneNumber, admin: User, signed_in):
    arrive(Wrote("wamid.a", phone=PHONE))
    found = arrive(Wrote("wamid.b", phone="5511987650002"))
    replay_on_page(signed_in(admin), found, query="?q=11+98765-0002", select_across="1")
    assert states() == ["DONE", "PENDING"]


def test_very_many_ask_first(number: PhoneNumber, admin: User, signed_in, monkeypatch):
    monkeypatch.setattr(pages, "CONFIRM_ABOVE", 1)
    first, _ = (arrive(Wrote(f"wamid.{n}", phone=PHONE)) for n in range(2))
    client = signed_in(admin)
    asked = replay_on_page(client, first, query="?state__exact=DONE", select_across="1")
    page = asked.content.decode()
    assert states() == ["DONE", "DONE"]
    for name, value in (("action", "replay"), ("select_across", "1"), ("_selected_action", first.pk)):
        assert escape(f'name="{name}" value="{value}"').replace("&quot;", '"') in page
    replay_on_page(client, first, query="?state__exact=DONE", select_across="1", confirmed="yes")
    assert states() == ["PENDING", "PENDING"]


def test_only_administrators_replay(number: PhoneNumber, supervisor: User, owner: User, signed_in):
    event = arrive(Wrote("wamid.1", phone=PHONE))
    for person in (supervisor, owner):
        assert replay_on_page(signed_in(person), event).status_code in (403, 404)
    assert states() == ["DONE"] and not AuditLog.objects.filter(action="webhook.replayed").exists()

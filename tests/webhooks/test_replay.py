"""Applying deliveries again from their raw bytes."""

from __future__ import annotations

from accounts.models import AuditLog, User
from inbox.models import Message
from numbers.models import PhoneNumber, WabaAccount
from tests.deliveries import Wrote, arrive
from webhooks import actions, drain
from webhooks.models import QuarantinedFact, WebhookEvent

PHONE = "5511987650001"


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


def test_replay_leaves_what_still_waits_alone(number: PhoneNumber, admin: User):
    WebhookEvent.objects.create(body=b"{}")
    assert actions.replay(WebhookEvent.objects.all(), by=admin) == 0
    assert not AuditLog.objects.exists()

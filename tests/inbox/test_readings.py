"""Supervisors and administrators who read what is not theirs leave a line in the trail, one an hour at most."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from threading import Barrier

import pytest
from django.db import connection, connections

from accounts.models import AuditLog, User
from inbox.actions import assign_conversation, note_reading
from inbox.actions import readings as module
from inbox.models import Conversation


def readings() -> list[tuple[int | None, int]]:
    found = AuditLog.objects.filter(action="conversation.read", entity_type="conversation").order_by("pk")
    return list(found.values_list("actor", "entity_id"))


@pytest.mark.parametrize("who", ["supervisor", "admin"])
def test_who_runs_things_is_noted(request, who: str, conversation: Conversation):
    reader = request.getfixturevalue(who)
    note_reading(conversation, by=reader)
    assert readings() == [(reader.pk, conversation.pk)]


def test_agents_are_not(conversation: Conversation, owner: User):
    note_reading(conversation, by=owner)
    assert readings() == []


def test_nor_is_who_looks_after_it(conversation: Conversation, supervisor: User):
    note_reading(assign_conversation(conversation, user=supervisor, by=supervisor), by=supervisor)
    assert readings() == []


def test_once_an_hour_for_each_person_and_conversation(
    conversation: Conversation, supervisor: User, admin: User, customer_writes
):
    other = customer_writes("Oi", phone="5511987650002").conversation
    for reader, read in ((supervisor, conversation), (supervisor, conversation), (admin, conversation), (admin, other)):
        note_reading(read, by=reader)
    assert readings() == [(supervisor.pk, conversation.pk), (admin.pk, conversation.pk), (admin.pk, other.pk)]


def test_and_again_in_the_next_hour(conversation: Conversation, supervisor: User, monkeypatch):
    note_reading(conversation, by=supervisor)
    monkeypatch.setattr(module, "NOTED_ONCE_IN", timedelta(0))
    note_reading(conversation, by=supervisor)
    assert len(readings()) == 2


@pytest.mark.django_db(transaction=True)
def test_two_tabs_at_once_are_one_reading(conversation: Conversation, supervisor: User, monkeypatch):
    both, looked = Barrier(2, timeout=10), module._is_noted
    seen: list[bool] = []

    def look_together(read: Conversation, reader: User) -> bool:
        noted = looked(read, reader)
        if len(seen) < 2:
            seen.append(noted)
            both.wait()
        return noted

    def open_tab() -> None:
        try:
            note_reading(conversation, by=supervisor)
        finally:
            connections.close_all()

    monkeypatch.setattr(module, "_is_noted", look_together)
    with ThreadPoolExecutor(2) as tabs:
        for tab in [tabs.submit(open_tab) for _ in range(2)]:
            tab.result()
    assert seen == [False, False], "neither knew of the other"
    assert len(readings()) == 1


@pytest.mark.parametrize("address", ["/inbox/all/{}/", "/admin/inbox/conversation/{}/change/"])
def test_pages_note_it(conversation: Conversation, supervisor: User, signed_in, address: str):
    answer = signed_in(supervisor).get(address.format(conversation.pk))
    assert answer.status_code == 200
    assert readings() == [(supervisor.pk, conversation.pk)]


def test_the_thread_does_not_tell_of_it(conversation: Conversation, supervisor: User, signed_in):
    client = signed_in(supervisor)
    client.get(f"/inbox/all/{conversation.pk}/")
    assert 'class="event"' not in client.get(f"/inbox/all/{conversation.pk}/").content.decode()


def test_what_it_asks_is_served_by_an_index(conversation: Conversation, supervisor: User):
    note_reading(conversation, by=supervisor)
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL enable_seqscan = off")
    plan = AuditLog.objects.filter(actor=supervisor, at__gt="2026-01-01T00:00:00Z").explain()
    assert "Index Scan using audit_by_" in plan

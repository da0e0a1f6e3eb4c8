"""Reads that shape the inbox: folders, pages by key set, changes that miss nothing."""

from __future__ import annotations

import threading
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
from django.db import connection, connections, transaction
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from accounts.models import AuditLog
from inbox import actions, selectors
from inbox.folders import Folder
from inbox.models import Conversation, Message
from lib.transactions import horizon
from messaging import outgoing
from tests.deliveries import Wrote, arrive, delivery, store
from tests.waiting import wait_for
from webhooks import drain


def write_many(count: int, *, people: int = 1, at: int) -> None:
    """Messages of as many people, many of them in the same second."""
    facts = [Wrote(f"m.{n}", at=at - n // 5, phone=f"5511987{n % people:06}", text=str(n)) for n in range(count)]
    store(*(delivery(fact) for fact in facts))
    drain.drain_due()


# --- Folders ----------------------------------------------------------------------------------------


def test_folders(conversation, customer_writes, owner, teammate):
    mine = actions.take_conversation(conversation, by=owner)
    theirs = actions.take_conversation(customer_writes(phone="5511987650002").conversation, by=teammate)
    waiting = customer_writes(phone="5511987650003").conversation
    ending = customer_writes(phone="5511987650005", ago=23 * 3600).conversation
    closed = actions.close_conversation(customer_writes(phone="5511987650004").conversation, by=owner)
    found = {folder: set(folder.of(owner)) for folder in Folder}
    assert found == {
        Folder.MINE: {mine},
        Folder.UNASSIGNED: {waiting, ending},
        Folder.ENDING: {ending},
        Folder.ALL: {mine, theirs, waiting, ending},
        Folder.CLOSED: {closed},
    }
    assert selectors.folder_counts(owner) == {"mine": 1, "unassigned": 2, "ending": 1, "all": 4}


@pytest.mark.parametrize("folder", Folder)
def test_no_folder_shows_what_is_not_for_their_eyes(conversation, stranger, folder):
    assert not folder.of(stranger).exists()
    assert set(selectors.folder_counts(stranger).values()) == {0}


def test_windows_end_in_the_order_in_which_they_end(conversation, customer_writes, owner, monkeypatch):
    monkeypatch.setattr(selectors, "ROWS", 2)
    hours = {21.05: "1", 23.9: "2", 22: "3", 20.9: "4", 24.1: "5"}
    for ago, digit in hours.items():
        customer_writes(phone=f"551198765001{digit}", ago=int(ago * 3600))
    # The last word being ours changes nothing: the window is the customer's.
    Conversation.objects.filter(contact__identities__value="5511987650013").update(last_message_at=timezone.now())
    seen, before = [], ""
    while True:
        page = selectors.list_page(Folder.ENDING, owner, before=before)
        seen += [row.contact.phone[-1] for row in page.conversations]
        if not (before := page.more):
            break
    assert seen == ["2", "3", "1"]


def test_windows_that_end_are_found_by_their_index(conversation, owner):
    with connection.cursor() as cursor:
        for way in ("seqscan", "bitmapscan", "sort"):
            cursor.execute(f"SET LOCAL enable_{way} = off")
    plan = Folder.ENDING.of(owner).explain()
    assert "inbox_window_ends" in plan
    assert "Sort" not in plan


def test_a_folder_of_many_windows_costs_as_many_queries_as_of_one(
    customer_writes, signed_in, owner, django_assert_max_num_queries
):
    page = signed_in(owner)
    customer_writes(phone="5511987650010", ago=22 * 3600)
    with CaptureQueriesContext(connection) as of_one:
        page.get("/inbox/ending/")
    for n in range(1, 9):
        customer_writes(phone=f"551198765001{n}", ago=22 * 3600)
    with django_assert_max_num_queries(len(of_one)):
        assert page.get("/inbox/ending/").content.count(b'id="conversation-') == 9


# --- Pages ------------------------------------------------------------------------------------------


def test_the_list_loses_and_doubles_no_row(number, owner, monkeypatch):
    monkeypatch.setattr(selectors, "ROWS", 6)
    write_many(31, people=31, at=int(timezone.now().timestamp()))
    seen, before = [], ""
    while True:
        page = selectors.list_page(Folder.ALL, owner, before=before)
        seen += [conversation.pk for conversation in page.conversations]
        if not (before := page.more):
            break
    assert len(seen) == len(set(seen)) == 31
    assert seen == list(Folder.ALL.of(owner).values_list("pk", flat=True))


def test_the_list_stays_whole_while_rows_move_up(number, owner, customer_writes, monkeypatch):
    monkeypatch.setattr(selectors, "ROWS", 4)
    for n in range(10):
        customer_writes(phone=f"55119876500{n:02}", ago=100 + n)
    first = selectors.list_page(Folder.ALL, owner)
    customer_writes(phone="5511987650009", ago=1)
    seen = {row.pk for row in first.conversations}
    before = first.more
    while before:
        page = selectors.list_page(Folder.ALL, owner, before=before)
        assert not seen & {row.pk for row in page.conversations}
        seen |= {row.pk for row in page.conversations}
        before = page.more
    moved = Conversation.objects.get(contact__identities__value="5511987650009")
    assert {moved.pk} | seen == set(Conversation.objects.values_list("pk", flat=True))


def test_the_thread_loses_and_doubles_no_message(number, owner, monkeypatch):
    monkeypatch.setattr(selectors, "PAGE", 7)
    write_many(40, at=int(timezone.now().timestamp()))
    conversation = Conversation.objects.get()
    actions.take_conversation(conversation, by=owner)
    pages: list[list[Message | AuditLog]] = []
    before = ""
    while True:
        page = selectors.thread_page(conversation, before=before)
        pages.insert(0, list(page.entries))
        if not (before := page.more):
            break
    shown = [entry for page in pages for entry in page]
    messages = [entry for entry in shown if isinstance(entry, Message)]
    assert [m.pk for m in messages] == list(
        conversation.messages.order_by("sent_at", "pk").values_list("pk", flat=True)
    )
    assert len(shown) == 41, "the event is shown once"


@pytest.mark.parametrize("cursor", ["x", "~", "2026-01-01~x", "2026-01-01T00:00:00+00:00~", "~5", "\x00", "9" * 400])
def test_a_cursor_that_is_not_ours_counts_as_none(conversation, owner, cursor):
    assert selectors.thread_page(conversation, before=cursor).entries
    assert selectors.list_page(Folder.ALL, owner, before=cursor).conversations


# --- Changes ----------------------------------------------------------------------------------------


def test_changes_since_a_page(conversation, customer_writes, owner):
    cursor = selectors.thread_page(conversation).cursor
    new = customer_writes("novo")
    assert new in selectors.thread_changes(conversation, since=cursor).entries


def test_a_status_is_a_change(conversation, owner):
    message = actions.send_message(conversation, outgoing.text("Oi"), client_key="1", by=owner)
    cursor = selectors.thread_changes(conversation, since=0).cursor
    Message.objects.filter(pk=message.pk).update(status=Message.Status.READ)
    assert message in selectors.thread_changes(conversation, since=cursor).entries


def test_changes_look_no_further_back_than_said(conversation, customer_writes, monkeypatch):
    monkeypatch.setattr(selectors, "CATCH_UP_DEPTH", 3)
    newest = [customer_writes(str(n), ago=10 - n) for n in range(5)][-2:]
    found = selectors.thread_changes(conversation, since=0).entries
    assert set(newest) <= set(found)
    assert len([entry for entry in found if isinstance(entry, Message)]) == 3


@pytest.mark.django_db(transaction=True)
def test_a_change_that_commits_late_is_not_missed(conversation, number):
    """A begins, B begins and commits, a page asks, A commits, the page asks again."""
    inserted, asked = threading.Event(), threading.Event()

    def slow_worker() -> None:
        try:
            with transaction.atomic():
                message(conversation, "slow")
                inserted.set()
                assert asked.wait(10)
        finally:
            connections.close_all()

    with ThreadPoolExecutor(1) as pool:
        slow = pool.submit(slow_worker)
        assert inserted.wait(10)
        quick = message(conversation, "quick")
        first = selectors.thread_changes(conversation, since=horizon())
        assert quick in first.entries
        assert "slow" not in [str(getattr(entry, "text", "")) for entry in first.entries]
        asked.set()
        slow.result(10)
    second = selectors.thread_changes(conversation, since=first.cursor)
    assert "slow" in [str(getattr(entry, "text", "")) for entry in second.entries]


@pytest.mark.django_db(transaction=True)
def test_a_quiet_thread_has_no_changes(conversation, number):
    message(conversation, "old")

    def nothing_changed() -> bool:
        cursor = selectors.thread_changes(conversation, since=0).cursor
        return not selectors.thread_changes(conversation, since=cursor).entries

    # Any transaction of the server (autovacuum) holds the horizon back for as long as it runs.
    wait_for(nothing_changed)


def message(conversation: Conversation, text: str) -> Message:
    return Message.objects.create(
        conversation=conversation, number_id=conversation.number_id, direction="INBOUND", kind="text", text=text,
        wamid=f"wamid.{text}", sent_at=timezone.now() + timedelta(seconds=1),
    )  # fmt: skip


# --- Who may look after it --------------------------------------------------------------------------


def test_assignable_are_the_active_people_of_its_teams(conversation, owner, teammate, stranger, supervisor, admin):
    teammate.is_active = False
    teammate.save()
    assert set(selectors.assignable_people(conversation)) == {owner, supervisor}


def test_assignable_are_the_people_of_the_conversations_own_team(conversation, owner, stranger, other_team):
    conversation.team = other_team
    conversation.save()
    assert set(selectors.assignable_people(conversation)) == {stranger}


def test_the_last_message_of_a_row_is_the_last_shown(number, owner):
    now = int(timezone.now().timestamp())
    arrive(Wrote("late", at=now - 50, phone="5511987650001"), Wrote("early", at=now - 90, phone="5511987650001"))
    (row,) = selectors.list_page(Folder.ALL, owner).conversations
    assert row.last_message and row.last_message.wamid == "late"

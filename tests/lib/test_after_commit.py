"""Promises after the commit: kept once, and a broker that is away harms nobody."""

from __future__ import annotations

import socket
import time

import pytest
from celery import current_app
from django.db import transaction

from accounts.models import User
from lib import after_commit
from lib.after_commit import Waker, on_commit, wake_on_commit
from tests.waiting import wait_for


def test_an_effect_waits_for_the_commit(db, django_capture_on_commit_callbacks):
    ran: list[int] = []
    with django_capture_on_commit_callbacks(execute=True):
        on_commit(lambda: ran.append(1))
        assert ran == []
    assert ran == [1]


@pytest.mark.django_db(transaction=True)
def test_an_effect_that_fails_harms_neither_the_commit_nor_the_next_effect():
    ran: list[int] = []
    with transaction.atomic():
        User.objects.create_user("ana@prosa.example", name="Ana")
        on_commit(lambda: 1 / 0)
        on_commit(lambda: ran.append(1))
    assert User.objects.count() == 1
    assert ran == [1]


@pytest.mark.django_db(transaction=True)
def test_nothing_is_promised_by_what_was_rolled_back():
    ran: list[int] = []
    with pytest.raises(ZeroDivisionError), transaction.atomic():
        on_commit(lambda: ran.append(1))
        1 / 0
    assert ran == []


@pytest.fixture
def hung_broker(monkeypatch):
    """A broker that takes connections and says nothing."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        monkeypatch.setattr(current_app.conf, "broker_url", f"redis://127.0.0.1:{server.getsockname()[1]}/0")
        yield


def test_asking_a_hung_broker_returns_at_once(hung_broker, monkeypatch):
    waker = Waker()
    began = time.monotonic()
    for _ in range(1000):
        waker.ask("replies")
    assert time.monotonic() - began < 0.5


def test_a_broker_that_is_away_raises_nothing_and_the_waker_lives_on(monkeypatch):
    sent: list[str] = []

    class Away:
        def send_task(self, name: str, **options) -> None:
            sent.append(name)
            raise ConnectionError("away")

    monkeypatch.setattr(after_commit, "current_app", Away())
    waker = Waker()
    waker.ask("replies")
    wait_for(lambda: "lane.replies" in sent)
    waker.ask("bulk")
    wait_for(lambda: "lane.bulk" in sent)


@pytest.mark.django_db(transaction=True)
def test_a_commit_with_a_hung_broker_is_quick(hung_broker):
    began = time.monotonic()
    with transaction.atomic():
        wake_on_commit("replies")
    assert time.monotonic() - began < 0.5


def test_wake_ups_that_come_together_are_one_message_a_lane(monkeypatch):
    published: list[str] = []
    waker = Waker()
    monkeypatch.setattr(waker, "_publish", published.append)
    for _ in range(200):
        waker.ask("media")
        waker.ask("replies")
    wait_for(lambda: {"media", "replies"} <= set(published))
    assert len(published) <= 4

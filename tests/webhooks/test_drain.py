"""From the ledger to the inbox: poison, turns, live before backlog, redelivery."""

from __future__ import annotations

import json
import random
from datetime import timedelta
from typing import Any

import pytest
from django.db import OperationalError, connection
from django.utils import timezone

from inbox.models import Message, MessageReceipt
from messaging.facts import MessageFact
from numbers.models import PhoneNumber
from tests.deliveries import NUMBER_ID, Reported, Wrote, arrive, body, change, delivery, reasons, store
from webhooks import drain, queue
from webhooks.models import WebhookEvent

PHONE = "5511987650001"


def wamids() -> set[str | None]:
    return set(Message.objects.values_list("wamid", flat=True))


def test_it_applies_a_delivery(number: PhoneNumber):
    event = arrive(Wrote("wamid.1", phone=PHONE, text="Oi"))
    assert (event.state, event.outcome) == ("DONE", {"messages": 1})
    assert event.processed_at is not None
    assert Message.objects.get().text == "Oi"


def test_redelivery_changes_nothing(number: PhoneNumber):
    message, status = Wrote("wamid.1", phone=PHONE), Reported("wamid.out", "delivered")
    arrive(message, status)
    before = list(Message.objects.values()), list(MessageReceipt.objects.values())
    conversation = Message.objects.get().conversation
    for _ in range(3):
        assert arrive(message, status).state == "DONE"
    assert (list(Message.objects.values()), list(MessageReceipt.objects.values())) == before
    conversation.refresh_from_db()
    assert conversation.unread_count == 1
    assert WebhookEvent.objects.count() == 4, "the ledger keeps each delivery"


# --- Poison -----------------------------------------------------------------------------------------

NO_FACT = {
    "no sender": lambda item: (item.pop("from"), item.pop("from_user_id", None)),
    "no id": lambda item: item.pop("id"),
    "id is a number": lambda item: item.update(id=7),
    "id is endless": lambda item: item.update(id="w" * 300),
    "no timestamp": lambda item: item.pop("timestamp"),
    "timestamp is a word": lambda item: item.update(timestamp="yesterday"),
    "timestamp is a list": lambda item: item.update(timestamp=[1]),
    "timestamp is infinite": lambda item: item.update(timestamp="inf"),
    "timestamp before WhatsApp": lambda item: item.update(timestamp="1"),
    "timestamp in a hundred years": lambda item: item.update(timestamp="4900000000"),
    "NaN inside": lambda item: item.update(text={"body": "x", "score": float("nan")}),
}
STILL_A_FACT = {
    "type unknown": lambda item: item.update(type="hologram"),
    "no type": lambda item: item.pop("type"),
    "type is a number": lambda item: item.update(type=5),
    "text is a list": lambda item: item.update(text=["x"]),
    "text is null": lambda item: item.update(text=None),
    "context is a word": lambda item: item.update(context="x"),
    "NUL": lambda item: item.update(text={"body": "a\x00b"}),
    "lone surrogate": lambda item: item.update(text={"body": "a\ud800b"}),
    "type is endless": lambda item: item.update(type="t" * 500),
    "key with NUL": lambda item: item.update({"a\x00": 1}),
    "milliseconds": lambda item: item.update(timestamp=item["timestamp"] + "000"),
}


def mutated(name: str, mutate, index: int) -> dict[str, Any]:
    made = change(NUMBER_ID, Wrote(f"poison.{index}", phone=PHONE))
    made["value"]["contacts"] = []
    mutate(made["value"]["messages"][0])
    return made


@pytest.mark.parametrize("seed", range(3))
def test_poison_costs_no_neighbour(number: PhoneNumber, seed: int):
    chance = random.Random(seed)
    planted = chance.sample(sorted(NO_FACT), 5)
    changes = [change(NUMBER_ID, Wrote(f"good.{n}", phone=f"55119876500{n:02}")) for n in range(45)]
    changes += [mutated(name, NO_FACT[name], n) for n, name in enumerate(planted)]
    chance.shuffle(changes)
    cut = chance.randint(1, 49)
    events = store(body(*changes[:cut]), body(*changes[cut:]))
    drain.drain_due()
    assert wamids() == {f"good.{n}" for n in range(45)}
    assert len(reasons(events)) == 5, reasons(events)
    assert {event.state for event in WebhookEvent.objects.filter(quarantined__isnull=False)} == {"QUARANTINED"}


@pytest.mark.parametrize("name", NO_FACT)
def test_it_quarantines(number: PhoneNumber, name: str):
    events = store(body(mutated(name, NO_FACT[name], 1), change(NUMBER_ID, Wrote("good", phone=PHONE))))
    drain.drain_due()
    assert wamids() == {"good"}
    (reason,) = reasons(events)
    assert reason


@pytest.mark.parametrize("name", STILL_A_FACT)
def test_it_stores_in_spite_of(number: PhoneNumber, name: str):
    events = store(body(mutated(name, STILL_A_FACT[name], 1), change(NUMBER_ID, Wrote("good", phone=PHONE))))
    drain.drain_due()
    assert wamids() == {"good", "poison.1"}
    assert reasons(events) == []


def test_a_data_error_is_found_by_halving(number: PhoneNumber):
    bodies = [delivery(Wrote(f"good.{n}", phone=PHONE)) for n in range(20)]
    bad = mutated("NaN inside", NO_FACT["NaN inside"], 1)
    events = store(*bodies[:11], body(bad), *bodies[11:])
    assert drain.drain_batch() == 21
    assert len(wamids()) == 20
    assert [event.quarantined.exists() for event in events] == [n == 11 for n in range(21)]
    assert reasons(events)[0].startswith("DataError")


def test_each_fact_goes_to_the_number_it_names(number: PhoneNumber):
    second = PhoneNumber.objects.create(waba=number.waba, phone_number_id="2", display_phone="", name="2")
    mixed = body(
        change("404", Wrote("lost", phone=PHONE)),
        change("2", Wrote("for-two", phone=PHONE)),
        change(NUMBER_ID, Wrote("for-one", phone=PHONE)),
    )
    events = store(mixed, routing_key="404")
    drain.drain_due()
    assert Message.objects.get(wamid="for-one").number == number
    assert Message.objects.get(wamid="for-two").number == second
    assert reasons(events) == ["unknown number 404"]


def test_unknown_objects_and_fields_are_kept_by_name(number: PhoneNumber):
    page, field = {"object": "page", "entry": []}, {"field": "new_thing", "value": {}}
    events = store(json.dumps(page).encode(), body(field))
    drain.drain_due()
    outcomes = [WebhookEvent.objects.get(pk=event.pk).outcome for event in events]
    assert outcomes == [{"object:page": 1}, {"field:new_thing": 1}]


# --- Turns ------------------------------------------------------------------------------------------


def test_numbers_take_turns(number: PhoneNumber, monkeypatch):
    monkeypatch.setattr(queue, "BATCH", 10)
    PhoneNumber.objects.create(waba=number.waba, phone_number_id="2", display_phone="", name="2")
    flood = [delivery(Wrote(f"flood.{n}", phone=PHONE)) for n in range(50)]
    store(*flood)
    store(delivery(Wrote("quiet", phone=PHONE), number_id="2"), routing_key="2")
    assert drain.drain_batch() == 6, "half a batch for each number"
    assert "quiet" in wamids()


def test_what_is_live_comes_before_the_backlog(number: PhoneNumber, monkeypatch):
    monkeypatch.setattr(queue, "BATCH", 5)
    old = store(*(delivery(Wrote(f"old.{n}", phone=PHONE)) for n in range(20)))
    WebhookEvent.objects.filter(pk__in=[event.pk for event in old]).update(
        received_at=timezone.now() - timedelta(minutes=6)
    )
    store(delivery(Wrote("live", phone=PHONE)))
    drain.drain_batch()
    assert "live" in wamids()
    assert len(wamids()) <= 5
    drain.drain_due()
    assert len(wamids()) == 21


def test_a_batch_is_limited_in_bytes(number: PhoneNumber, monkeypatch):
    monkeypatch.setattr(queue, "BATCH_BYTES", 1000)
    store(*(delivery(Wrote(f"large.{n}", phone=PHONE, text="a" * 900)) for n in range(3)))
    assert [drain.drain_batch() for _ in range(4)] == [1, 1, 1, 0]


def test_nothing_waits_is_no_batch(db):
    assert drain.drain_batch() == 0


# --- Errors of the database's own ---------------------------------------------------------------------


def fails_with(monkeypatch: pytest.MonkeyPatch, sqlstate: str, times: int = 1000) -> None:
    """Let PostgreSQL raise an error of its own at the first messages that are applied."""
    apply, left = drain.APPLY[MessageFact], iter(range(times))

    def broken(facts, routes):
        if next(left, None) is not None:
            with connection.cursor() as cursor:
                cursor.execute(f"DO $$ BEGIN RAISE EXCEPTION 'planted' USING ERRCODE = '{sqlstate}'; END $$")
        return apply(facts, routes)

    monkeypatch.setitem(drain.APPLY, MessageFact, broken)


def test_a_deadlock_of_a_single_fact_brings_the_batch_again(number: PhoneNumber, monkeypatch):
    (event,) = store(delivery(Wrote("wamid.1", phone=PHONE)))
    fails_with(monkeypatch, "40P01", times=1)
    with pytest.raises(OperationalError):
        drain.drain_due()
    drain.drain_due()
    event.refresh_from_db()
    assert (event.state, wamids()) == ("DONE", {"wamid.1"})


def test_a_fact_that_is_too_much_for_postgresql_does_not_stop_the_queue(number: PhoneNumber, monkeypatch):
    (event,) = store(delivery(Wrote("wamid.1", phone=PHONE)))
    fails_with(monkeypatch, "54001")
    drain.drain_due()
    event.refresh_from_db()
    assert event.state == "QUARANTINED"


def test_a_fact_that_fails_once_is_tried_again(number: PhoneNumber, monkeypatch):
    (event,) = store(delivery(Wrote("wamid.1", phone=PHONE)))
    fails_with(monkeypatch, "23505", times=1)
    drain.drain_due()
    event.refresh_from_db()
    assert (event.state, wamids()) == ("DONE", {"wamid.1"})

"""The live sender: renders what somebody watches, once, and gives up quietly without Redis."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
import redis
from channels.layers import get_channel_layer
from django.conf import settings as django_settings

from lib import live
from lib.live import Event, LiveSender
from tests.waiting import wait_for


class Rendered:
    """A render function that remembers what it was asked for."""

    def __init__(self) -> None:
        self.asked: list[list[int]] = []

    def __call__(self, pks: list[int]) -> dict[int, str]:
        self.asked.append(pks)
        return {pk: f"<p id='thing-{pk}'></p>" for pk in pks}


@pytest.fixture
def listener() -> Iterator[redis.client.PubSub]:
    """Somebody who watches group `watched`."""
    with redis.Redis.from_url(django_settings.REDIS_URL) as client, client.pubsub() as pubsub:
        pubsub.subscribe(live._channel("watched"))
        wait_for(lambda: (pubsub.get_message(timeout=1) or {}).get("type") == "subscribe")
        yield pubsub


def heard(listener: redis.client.PubSub, count: int) -> list[str]:
    """The HTML of the next `count` frames, as a page's socket gets them."""
    frames: list[str] = []

    def next_frame() -> bool:
        message = listener.get_message(ignore_subscribe_messages=True, timeout=0.1)
        if message:
            frames.append(get_channel_layer().deserialize(message["data"])["html"])
        return len(frames) >= count

    wait_for(next_frame)
    return frames


def test_it_pushes_to_who_watches(listener):
    render = Rendered()
    LiveSender().push([Event("watched", render, 12)])
    assert heard(listener, 1) == ["<p id='thing-12'></p>"]


def test_it_renders_nothing_that_nobody_watches(listener):
    watched, unwatched = Rendered(), Rendered()
    sender = LiveSender()
    sender.push([Event("alone", unwatched, 1), Event("watched", watched, 2)])
    assert heard(listener, 1) == ["<p id='thing-2'></p>"]
    assert unwatched.asked == []


def test_events_of_one_thing_become_one_push(listener):
    render = Rendered()
    LiveSender().push([Event("watched", render, pk) for pk in (3, 1, 3, 1, 3)])
    assert sorted(heard(listener, 2)) == ["<p id='thing-1'></p>", "<p id='thing-3'></p>"]
    assert render.asked == [[1, 3]]


def test_a_render_that_fails_does_not_stop_the_next(listener):
    sender = LiveSender()

    def broken(pks: list[int]) -> dict[int, str]:
        raise ValueError

    sender.push([Event("watched", broken, 1)])
    wait_for(lambda: not sender._waiting)
    sender.push([Event("watched", Rendered(), 2)])
    assert heard(listener, 1) == ["<p id='thing-2'></p>"]


def test_without_redis_it_drops_and_goes_on(settings, listener):
    address = settings.REDIS_URL
    settings.REDIS_URL = "redis://127.0.0.1:9/0"
    sender, render = LiveSender(), Rendered()
    sender.push([Event("watched", render, 1)])
    wait_for(lambda: not sender._waiting and sender._redis is not None)
    settings.REDIS_URL = address
    sender._redis = None

    def rendered_again() -> list[list[int]]:
        sender.push([Event("watched", render, 2)])
        return render.asked

    wait_for(rendered_again)
    assert render.asked[0] == [2]


def test_it_keeps_no_more_than_it_can(monkeypatch):
    monkeypatch.setattr(live, "MAX_WAITING", 10)
    sender = LiveSender()
    monkeypatch.setattr(sender, "_run", lambda: None)
    for pk in range(100):
        sender.push([Event("watched", Rendered(), pk)])
    assert len(sender._waiting) == 10

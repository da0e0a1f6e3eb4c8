"""The live sender: one thread per process that renders what somebody watches and publishes it.

A push is a courtesy. It is never waited for, it may be lost, and a page is right without it. An event
names what changed; several events of one thing become one, and nothing is rendered for a group that
nobody listens to. The wire format is that of channels_redis' pub/sub layer.
"""

from __future__ import annotations

import threading
import time
from collections import defaultdict
from collections.abc import Callable, Iterable
from dataclasses import dataclass

import redis
import structlog
from channels.layers import get_channel_layer
from django.conf import settings
from django.db import connections

log = structlog.get_logger(__name__)

CALM_SECONDS = 0.05
"""Least pause between two rounds, so that events of one thing meet and become one push."""
SHARE = 2
"""A pause lasts at least this many times the round before it: pushes take a third of a process at most."""
CROWD = 10
"""Events of one group in one round; of more, all that have an `instead` become that."""
MAX_WAITING = 50_000
"""Events kept while Redis does not answer; beyond it they are dropped, and pages catch up by asking."""

Render = Callable[[list[int]], dict[int, str]]


@dataclass(frozen=True, slots=True)
class Event:
    """Something changed: `group` may want the HTML that `render` makes of object `pk`.

    Where too much changes at once to show each, `instead` says it all (usually a signal to ask).
    """

    group: str
    render: Render
    pk: int
    instead: Event | None = None


def push(events: Iterable[Event]) -> None:
    """Hand events to the sender; returns at once."""
    _sender.push(events)


class LiveSender:
    """Collect events, ask Redis who listens, render once per thing, publish in one round trip."""

    def __init__(self) -> None:
        self._waiting: dict[Event, None] = {}
        self._wanted = threading.Condition()
        self._thread: threading.Thread | None = None
        self._redis: redis.Redis | None = None
        self._pause = threading.Event()

    def push(self, events: Iterable[Event]) -> None:
        with self._wanted:
            if len(self._waiting) < MAX_WAITING:
                self._waiting.update(dict.fromkeys(events))
            if self._thread is None or not self._thread.is_alive():
                self._thread = threading.Thread(target=self._run, name="live-sender", daemon=True)
                self._thread.start()
            self._wanted.notify()

    def _run(self) -> None:
        while True:
            with self._wanted:
                self._wanted.wait_for(lambda: self._waiting)
                events, self._waiting = list(self._waiting), {}
            started = time.monotonic()
            try:
                self._send(events)
            except redis.RedisError as error:
                log.warning("live.lost", events=len(events), error=type(error).__name__)
            except Exception:
                log.exception("live.failed")
            finally:
                connections.close_all()
            self._pause.wait(max(CALM_SECONDS, SHARE * (time.monotonic() - started)))

    def _send(self, events: list[Event]) -> None:
        watched = self._watched({event.group for event in events})
        wanted: dict[Render, list[Event]] = defaultdict(list)
        for event in _calmed(event for event in events if event.group in watched):
            wanted[event.render].append(event)
        frames = [
            (event.group, html)
            for render, group_events in wanted.items()
            for event, html in _rendered(render, group_events)
        ]
        self._publish(frames)

    def _watched(self, groups: set[str]) -> set[str]:
        channels = {_channel(group): group for group in groups}
        counts = self._connection().pubsub_numsub(*channels)
        return {channels[name.decode()] for name, count in counts if count and isinstance(name, bytes)}

    def _publish(self, frames: list[tuple[str, str]]) -> None:
        if not frames:
            return
        layer = get_channel_layer()
        pipeline = self._connection().pipeline(transaction=False)
        for group, html in frames:
            pipeline.publish(_channel(group), layer.serialize({"type": "live.push", "html": html}))
        pipeline.execute()

    def _connection(self) -> redis.Redis:
        if self._redis is None:
            self._redis = redis.Redis.from_url(settings.REDIS_URL, socket_timeout=0.5, socket_connect_timeout=0.2)
        return self._redis


def _calmed(events: Iterable[Event]) -> Iterable[Event]:
    """Give the events as they are, or the one instead of them for groups where too much happens."""
    of: dict[str, list[Event]] = defaultdict(list)
    for event in events:
        of[event.group].append(event)
    for group_events in of.values():
        if len(group_events) <= CROWD:
            yield from group_events
        else:
            yield from dict.fromkeys(event.instead or event for event in group_events)


def _rendered(render: Render, events: list[Event]) -> list[tuple[Event, str]]:
    html = render(sorted({event.pk for event in events}))
    return [(event, html[event.pk]) for event in events if event.pk in html]


def _channel(group: str) -> str:
    return f"{settings.LIVE_PREFIX}__group__{group}"


_sender = LiveSender()

"""Lanes of due work: a wake-up runs a lane at once, the pulse runs it anyway.

A lane is a name, a verb that works until nothing is due, and an interval. The Celery task of the lane
and the pulse thread call the same `Lane.run`, so that a broker that lost its messages, or is not there,
delays work by one interval and loses none.
"""

from __future__ import annotations

import threading
from collections.abc import Callable

import structlog
from celery import Task, shared_task
from django.db import connections

log = structlog.get_logger(__name__)

stopping = threading.Event()
"""Set when this worker shuts down; a verb that loops looks at it between batches."""


class Lane:
    """Run `verb` in `width` threads at most, and once more if somebody asked meanwhile."""

    def __init__(self, verb: Callable[[], object], *, every: float, width: int = 1, queue: str = "") -> None:
        self.verb = verb
        self.every = every
        self.queue = queue
        self._asked = threading.Event()
        self._busy = threading.Semaphore(width)

    def run(self) -> None:
        """Do what is due, or leave word for the threads that are at it already."""
        self._asked.set()
        while self._asked.is_set() and self._busy.acquire(blocking=False):
            try:
                self._asked.clear()
                self.verb()
            finally:
                self._busy.release()


_lanes: dict[str, Lane] = {}
_threads: list[threading.Thread] = []


def lane(name: str, verb: Callable[[], object], *, every: float = 1.0, width: int = 1, queue: str = "") -> Task:
    """Declare what the workers of `queue` do each `every` seconds, and at each wake-up; return the task.

    Without a queue the lane has the queue of its own name, which is the one a wake-up goes to.
    """
    declared = _lanes[name] = Lane(verb, every=every, width=width, queue=queue or name)

    @shared_task(name=f"lane.{name}", queue=declared.queue)
    def run() -> None:
        declared.run()

    return run


def start(queues: list[str]) -> None:
    """Start one pulse thread for each declared lane of `queues`."""
    for name, declared in _lanes.items():
        if declared.queue in queues:
            thread = threading.Thread(target=_beat, args=(declared, name), name=f"pulse-{name}", daemon=True)
            thread.start()
            _threads.append(thread)


def stop() -> None:
    """Let the pulse threads and the running verbs end after what they hold."""
    stopping.set()


def wait() -> None:
    """Return when the pulse threads have ended; `stop` was called before."""
    for thread in _threads:
        thread.join()


def _beat(due: Lane, name: str) -> None:
    while not stopping.wait(due.every):
        try:
            due.run()
        except Exception as error:
            log.warning("pulse.failed", lane=name, error=f"{type(error).__name__}: {error}")
        finally:
            connections.close_all()

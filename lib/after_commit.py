"""Promises kept after the commit: a broker that is away never turns a committed change into an error."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable

import structlog
from celery import current_app
from django.db import transaction

log = structlog.get_logger(__name__)


def on_commit(effect: Callable[[], object]) -> None:
    """Run `effect` once the running transaction has committed; its failure is logged, never raised."""
    transaction.on_commit(effect, robust=True)


def wake_on_commit(lane: str) -> None:
    """Tell the workers of `lane` after the commit that rows are due."""
    on_commit(lambda: wake(lane))


def wake(lane: str) -> None:
    """Tell the workers of `lane` that rows are due; returns at once, many calls become one message."""
    _waker.ask(lane)


class Waker:
    """One thread that publishes wake-ups, so that a hung broker holds up nobody else.

    A wake-up carries no arguments: what is due is a row, and each lane's pulse finds it without us.
    """

    REST = 0.05
    """Seconds between two rounds of publishing: what is asked for meanwhile becomes one message a lane."""
    EXPIRES = 30.0
    """Seconds after which a wake-up nobody took is worthless: the pulse has been there."""

    def __init__(self) -> None:
        self._asked: set[str] = set()
        self._wanted = threading.Condition()
        self._thread: threading.Thread | None = None

    def ask(self, lane: str) -> None:
        with self._wanted:
            self._asked.add(lane)
            if self._thread is None or not self._thread.is_alive():
                self._thread = threading.Thread(target=self._run, name="waker", daemon=True)
                self._thread.start()
            self._wanted.notify()

    def _run(self) -> None:
        while True:
            with self._wanted:
                self._wanted.wait_for(lambda: self._asked)
                lanes, self._asked = self._asked, set()
            for lane in lanes:
                self._publish(lane)
            time.sleep(self.REST)

    def _publish(self, lane: str) -> None:
        try:
            current_app.send_task(f"lane.{lane}", queue=lane, retry=False, expires=self.EXPIRES)
        except Exception as error:
            log.warning("wakeup.lost", lane=lane, error=type(error).__name__)


_waker = Waker()

"""Lanes: one thread at a time, and no wake-up is lost."""

from __future__ import annotations

import threading
from concurrent.futures import ThreadPoolExecutor

import pytest

from lib import pulse
from lib.pulse import Lane
from tests.waiting import wait_for


def test_it_runs():
    runs: list[int] = []
    Lane(lambda: runs.append(1), every=1).run()
    assert runs == [1]


def test_a_wake_up_during_a_run_runs_once_more():
    started, go_on, runs = threading.Event(), threading.Event(), []

    def verb() -> None:
        runs.append(threading.get_ident())
        started.set()
        assert go_on.wait(5)

    lane = Lane(verb, every=1)
    with ThreadPoolExecutor(1) as pool:
        busy = pool.submit(lane.run)
        assert started.wait(5)
        for _ in range(5):
            lane.run()
        assert len(runs) == 1, "others leave word and go"
        go_on.set()
        busy.result(5)
    assert len(runs) == 2, "five wake-ups are one more run"
    assert len(set(runs)) == 1


def test_a_verb_that_fails_leaves_the_lane_free():
    failures = iter([ValueError("once")])

    def verb() -> None:
        for failure in failures:
            raise failure

    lane = Lane(verb, every=1)
    with pytest.raises(ValueError):
        lane.run()
    lane.run()


def test_no_wake_up_is_lost_among_many_threads():
    due, done = [0], [0]
    mutex = threading.Lock()

    def verb() -> None:
        with mutex:
            done[0] = due[0]

    lane = Lane(verb, every=1)

    def ask(_: int) -> None:
        with mutex:
            due[0] += 1
        lane.run()

    with ThreadPoolExecutor(8) as pool:
        list(pool.map(ask, range(2000)))
    assert done == due


def test_the_pulse_runs_a_lane_that_nobody_wakes(monkeypatch):
    runs: list[int] = []

    def verb() -> None:
        runs.append(1)
        if len(runs) == 1:
            raise ValueError("the pulse goes on")

    monkeypatch.setattr(pulse, "_lanes", {"test": Lane(verb, every=0.01, queue="test")})
    monkeypatch.setattr(pulse, "stopping", threading.Event())
    pulse.start(["test", "a lane of others"])
    wait_for(lambda: len(runs) >= 3)
    pulse.stop()
    wait_for(lambda: "pulse-test" not in [thread.name for thread in threading.enumerate()])

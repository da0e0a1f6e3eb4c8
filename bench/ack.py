"""ingest.ack: signed POSTs a second that are durable before they are answered."""

import os
import statistics
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import psycopg

from bench import report, seed
from bench.load import Load, Result
from bench.processes import Accounts, Processes, servers
from bench.textbook.server import serving

SECONDS = float(os.environ.get("BENCH_SECONDS", 10))
WARM_UP = 1.0
ROUNDS = 3
MOST, MOST_OF_TEXTBOOK = 20_000, 3_000
"""Notifications a second that the seeded campaign is enough for."""


@dataclass(frozen=True, slots=True)
class Round:
    """What one round of load saw, and the CPU seconds of each process meanwhile."""

    result: Result
    cpu: dict[str, float]

    @property
    def rate(self) -> float:
        """Answers of 200 a second."""
        return self.result.rate

    @property
    def details(self) -> dict[str, Any]:
        """What is reported beside the rate."""
        return {
            "p50_ms": self.result.p50,
            "p99_ms": self.result.p99,
            "generator_cpu_share": self.result.cpu_seconds / self.result.seconds,
            "us_per_post": {name: 1e6 * cpu / self.result.answered for name, cpu in self.cpu.items()},
        }


def run(environment: Mapping[str, str]) -> None:
    """Signed POSTs a second: a bare server, the textbook view, our receiver with the worker stopped and running."""
    ceiling = _of_ceiling(environment)
    report.measure("ingest.ack.ceiling", ceiling.rate, "POST/s", **ceiling.details)
    textbook = _of_textbook(environment)
    report.measure("ingest.ack.textbook", textbook.rate, "POST/s", **textbook.details)
    for name, worker in (("ingest.ack", False), ("ingest.ack.while_draining", True)):
        ours = _of_receiver(environment, worker=worker)
        ratios = {"of_ceiling": ours.rate / ceiling.rate, "of_textbook": ours.rate / textbook.rate}
        report.measure(name, ours.rate, "POST/s", **ratios, **ours.details)


def _of_ceiling(environment: Mapping[str, str]) -> Round:
    with Processes(environment) as processes:
        return _median(_rounds(processes, processes.live("bench.ceiling:application")))


def _of_textbook(environment: Mapping[str, str]) -> Round:
    messages = seed.messages_for(WARM_UP + ROUNDS * SECONDS, MOST_OF_TEXTBOOK)
    with serving(environment, messages=messages) as (processes, port):
        return _median(_rounds(processes, port))


def _of_receiver(environment: Mapping[str, str], *, worker: bool) -> Round:
    url = seed.fresh_database(environment, "prosa_bench")
    with Processes({**environment, "DATABASE_URL": url}) as processes:
        seed.product(processes, messages=seed.messages_for(WARM_UP + ROUNDS * SECONDS, MOST))
        port = processes.live()
        if worker:
            processes.worker("inbound")
        rounds = _rounds(processes, port)
        with psycopg.connect(url) as database:
            stored = seed.one(database, "SELECT count(*) FROM webhooks_webhookevent")
    if stored != (answered := sum(one.result.answered for one in rounds)):
        report.say(f"  {answered} answered with 200, {stored} in the ledger!")
    return _median(rounds)


def _rounds(processes: Processes, port: int) -> list[Round]:
    """Warm up, then run the load some times; the warm-up is the first of the rounds returned."""
    secret, first, rounds = processes.app_secret, 0, []
    for seconds in (WARM_UP, *[SECONDS] * ROUNDS):
        accounts = Accounts({**processes.pids(), **servers(processes.environment)})
        result = Load(port, secret, first=first, seconds=seconds).result()
        cpu = accounts.seconds()
        cpu |= {"load": result.cpu_seconds, "elsewhere": cpu.get("elsewhere", 0.0) - result.cpu_seconds}
        rounds.append(Round(result, cpu))
        first = result.next_index
        if result.refused:
            report.say(f"  {result.refused} POSTs were not answered with 200!")
    return rounds


def _median(rounds: list[Round]) -> Round:
    measured = rounds[1:]
    median = statistics.median_low(one.rate for one in measured)
    return next(one for one in measured if one.rate == median)

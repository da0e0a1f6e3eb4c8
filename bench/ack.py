"""ingest.ack: signed POSTs a second that are durable before they are answered."""

import os
import statistics
from collections.abc import Callable, Mapping

import psycopg

from bench import report, seed, traffic
from bench.load import Load, Result
from bench.processes import CORES, FIRST_PORT, Processes, answers
from local import ports

SECONDS = float(os.environ.get("BENCH_SECONDS", 10))
ROUNDS = 3
MOST = 20_000
"""Notifications a second that the seeded campaign is enough for."""


def run(environment: Mapping[str, str]) -> None:
    """Measure the bare server, the receiver (worker stopped, then running), and the textbook."""
    ceiling = _of_server(environment, "bench.ceiling:application")
    report.measure("ingest.ack.ceiling", ceiling.rate, "POST/s", **_latency(ceiling))
    textbook = _of_textbook(environment)
    report.measure("ingest.ack.textbook", textbook.rate, "POST/s", **_latency(textbook))
    for name, worker in (("ingest.ack", False), ("ingest.ack.while_draining", True)):
        receiver = _of_receiver(environment, worker=worker)
        ratios = {"of_ceiling": receiver.rate / ceiling.rate, "of_textbook": receiver.rate / textbook.rate}
        report.measure(name, receiver.rate, "POST/s", **ratios, **_latency(receiver))


def _of_server(environment: Mapping[str, str], application: str) -> Result:
    with Processes(environment) as processes:
        return _median(processes.live(application), environment)


def _of_receiver(environment: Mapping[str, str], *, worker: bool) -> Result:
    url = seed.fresh_database(environment, "prosa_bench")
    with Processes({**environment, "DATABASE_URL": url}) as processes:
        seed.product(processes, messages=messages_for(ROUNDS * SECONDS))
        port = processes.live()
        if worker:
            processes.worker("inbound")
        answered: list[int] = []
        result = _median(port, environment, answered.append)
        with psycopg.connect(url) as connection:
            stored = connection.execute("SELECT count(*) FROM webhooks_webhookevent").fetchone()[0]
    if stored != sum(answered):
        report.say(f"  {sum(answered)} answered with 200, {stored} in the ledger!")
    return result


def _of_textbook(environment: Mapping[str, str]) -> Result:
    with textbook_server(environment, messages=messages_for(ROUNDS * SECONDS)) as processes:
        return _median(processes.textbook_port, environment)


class textbook_server(Processes):
    """The textbook view on a database of its own, two granian workers."""

    def __init__(self, environment: Mapping[str, str], *, messages: int) -> None:
        url = seed.fresh_database(environment, "prosa_bench_textbook")
        super().__init__({**environment, "TEXTBOOK_DATABASE_URL": url})
        seed.textbook(self, messages=messages)
        self.textbook_port = port = ports.first_free(FIRST_PORT)
        options = ["--interface", "wsgi", "--workers", str(CORES), "--blocking-threads", "16", "--no-access-log"]
        self.start(
            "textbook", "granian", "bench.textbook.wsgi:application", "--port", str(port), *options,
            ready=lambda: answers(port, "/"),
        )  # fmt: skip


def messages_for(seconds: float) -> int:
    """Return how many sent messages a campaign of so many seconds needs at most."""
    return int(seconds * MOST / 4) + traffic.LEAD


def _median(port: int, environment: Mapping[str, str], answered: Callable[[int], object] = int) -> Result:
    """Warm up for a second, then run the load some times; return the round of the median rate."""
    secret, first, results = environment["WHATSAPP_APP_SECRET"].split(",")[0], 0, []
    for seconds in (1.0, *[SECONDS] * ROUNDS):
        result = Load(port, secret, first=first, seconds=seconds, limit=10_000_000).result()
        answered(result.answered)
        first = result.next_index
        results.append(result)
        if result.refused:
            report.say(f"  {result.refused} POSTs were not answered with 200!")
    median = statistics.median_low(result.rate for result in results[1:])
    return next(result for result in results[1:] if result.rate == median)


def _latency(result: Result) -> dict[str, float]:
    return {
        "p50_ms": result.p50,
        "p99_ms": result.p99,
        "generator_cpu_share": result.cpu_seconds / result.seconds,
    }

"""ingest.end_to_end: notifications a second from POST to rows, while people look on."""

import os
import socket
import statistics
import time
from collections.abc import Callable, Mapping
from typing import LiteralString

import psycopg

from bench import report, seed, traffic
from bench.listeners import SOCKETS, Listeners
from bench.load import Load
from bench.processes import Accounts, Processes, servers
from bench.textbook.server import serving
from local import pids

SECONDS = float(os.environ.get("BENCH_SECONDS", 60))
WARM_UP = 5.0
MOST_WAITING = 2000
"""Deliveries that may wait to be applied; above, the load pauses."""
MOST, MOST_OF_TEXTBOOK = 10_000, 3_000
"""Notifications a second that the seeded campaign is enough for."""
CALM_POSTS, CALM_PAUSE = 100, 0.1

WAITING = "SELECT count(*) FROM webhooks_webhookevent WHERE state = 'PENDING'"
APPLIED = """
SELECT (SELECT count(*) FROM inbox_message WHERE direction = 'INBOUND') + (SELECT count(*) FROM inbox_messagereceipt)
"""
APPLIED_BY_TEXTBOOK = """
SELECT (SELECT count(*) FROM textbook_message WHERE direction = 'INBOUND') + (SELECT count(*) FROM textbook_receipt)
"""
STRAYS = "SELECT count(*) FROM inbox_parkedstatus"
VISIBLE = "SELECT count(*) FROM inbox_message WHERE number_id = %s AND wamid = %s"


def run(environment: Mapping[str, str]) -> None:
    """Notifications a second from POST to rows: the textbook; ours with 200 sockets, calm, then as fast as it holds."""
    textbook = _of_textbook(environment)
    url = seed.fresh_database(environment, "prosa_bench")
    # Administrators listen too, and sign in by password alone.
    with Processes({**environment, "DATABASE_URL": url, "SECOND_FACTOR_REQUIRED": ""}) as processes:
        seed.product(processes, messages=seed.messages_for(SECONDS + WARM_UP, MOST))
        port = processes.live()
        processes.worker("inbound")
        with Listeners(port) as listeners:
            if not pids.wait_until(lambda: listeners.open == SOCKETS, 60):
                raise RuntimeError(f"only {listeners.open} of {SOCKETS} sockets opened")
            with psycopg.connect(url, autocommit=True) as database:
                _measure_calm(database, port, processes.app_secret)
                _measure_rate(database, port, processes, listeners, textbook)


def _measure_rate(
    database: psycopg.Connection, port: int, processes: Processes, listeners: Listeners, textbook: float
) -> None:
    load = Load(port, processes.app_secret, first=0, seconds=WARM_UP + SECONDS)
    roots = {**processes.pids(), **servers(processes.environment), "listeners": listeners.pid, "load": load.pid}
    _pace(load, database, WARM_UP)
    accounts, pushed, waiting = Accounts(roots), listeners.pushed, seed.one(database, WAITING)
    rate = _applied_per_second(database, APPLIED, lambda: _pace(load, database, SECONDS))
    spent, pushes = accounts.cores(), (listeners.pushed - pushed) / SECONDS
    load.hold.value = True
    backlog = seed.one(database, WAITING) - waiting
    result = load.result()
    report.measure(
        "ingest.end_to_end",
        rate,
        "notifications/s",
        of_textbook=rate / textbook,
        backlog_growth=backlog,
        ack_p50_ms=result.p50,
        ack_p99_ms=result.p99,
        pushes_per_second=pushes,
        sockets_open=listeners.open,
        generator_cpu_share=spent.get("load", 0.0),
        cores_busy=spent,
        us_per_notification={name: 1e6 * cores / rate for name, cores in spent.items()},
    )
    if result.refused:
        report.say(f"  {result.refused} POSTs were not answered with 200!")
    if strays := seed.one(database, STRAYS):
        report.say(f"  {strays} statuses did not find their message!")


def _pace(load: Load, database: psycopg.Connection, seconds: float) -> None:
    """Let the load post for so many seconds, pausing it while too many deliveries wait."""
    until = time.monotonic() + seconds
    while (left := until - time.monotonic()) > 0 and load.running:
        load.hold.value = seed.one(database, WAITING) > MOST_WAITING
        time.sleep(min(left, 0.1))


def _applied_per_second(database: psycopg.Connection, query: LiteralString, meanwhile: Callable[[], object]) -> float:
    began, before = time.monotonic(), seed.one(database, query)
    meanwhile()
    took = time.monotonic() - began
    return (seed.one(database, query) - before) / took


def _measure_calm(database: psycopg.Connection, port: int, secret: str) -> None:
    lags = [_lag(database, port, secret, 5_000_000 + number) for number in range(CALM_POSTS)]
    cuts = statistics.quantiles(lags, n=100)
    report.measure("ingest.lag_when_calm", cuts[49], "ms", p50_ms=cuts[49], p99_ms=cuts[98])


def _lag(database: psycopg.Connection, port: int, secret: str, message: int) -> float:
    """Post one message, wait until its row can be seen, and return the milliseconds between."""
    request = traffic.request(traffic.answer(message), secret.encode())
    number = message * 7919 % traffic.PEOPLE % traffic.NUMBERS + 1
    began = time.perf_counter()
    with socket.create_connection(("127.0.0.1", port)) as connection:
        connection.sendall(request)
        seen = pids.wait_until(
            lambda: seed.one(database, VISIBLE, [number, traffic.received_wamid(message)]), 30, every=0.002
        )
    if not seen:
        raise RuntimeError("a message did not arrive within 30 s")
    took = time.perf_counter() - began
    time.sleep(max(0.0, CALM_PAUSE - took))
    return 1000 * took


def _of_textbook(environment: Mapping[str, str]) -> float:
    """Measure what the textbook applies; it answers only then, so that nothing can wait."""
    seconds = min(SECONDS, 20)
    messages = seed.messages_for(WARM_UP + seconds, MOST_OF_TEXTBOOK)
    with serving(environment, messages=messages) as (processes, port):
        load = Load(port, processes.app_secret, first=0, seconds=WARM_UP + seconds)
        time.sleep(WARM_UP)
        with psycopg.connect(processes.environment["TEXTBOOK_DATABASE_URL"], autocommit=True) as database:
            accounts = Accounts({**processes.pids(), **servers(processes.environment), "load": load.pid})
            rate = _applied_per_second(database, APPLIED_BY_TEXTBOOK, lambda: time.sleep(seconds))
            spent = accounts.cores()
        result = load.result()
    latency = {"p50_ms": result.p50, "p99_ms": result.p99}
    report.measure("ingest.end_to_end.textbook", rate, "notifications/s", **latency, cores_busy=spent)
    return rate

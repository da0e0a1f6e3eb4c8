"""ingest.large_post: one POST with all that Meta puts into one, answered, and applied."""

import os
import socket
import statistics
import time
from collections.abc import Mapping

import psycopg

from bench import report, seed, traffic
from bench.processes import Processes
from local import pids

POSTS = int(os.environ.get("BENCH_POSTS", 10))
UPDATES = 1000
FIRST = 8_000_000
"""Their messages are none of the campaign's."""

RECEIVED = "SELECT count(*) FROM inbox_message WHERE direction = 'INBOUND'"


def run(environment: Mapping[str, str]) -> None:
    """Milliseconds to the answer of a POST of 3 MB with 1,000 messages, and until all of them are rows."""
    url = seed.fresh_database(environment, "prosa_bench")
    with Processes({**environment, "DATABASE_URL": url}) as processes:
        seed.product(processes, messages=traffic.LEAD)
        port = processes.live()
        processes.worker("inbound")
        with psycopg.connect(url, autocommit=True) as database:
            took = [_post(database, port, processes.app_secret, FIRST + UPDATES * number) for number in range(POSTS)]
    answered, applied = zip(*took, strict=True)
    report.measure(
        "ingest.large_post",
        max(answered),
        "ms",
        p50_ms=statistics.median(answered),
        applied_p50_ms=statistics.median(applied),
        applied_max_ms=max(applied),
    )


def _post(database: psycopg.Connection, port: int, secret: str, first: int) -> tuple[float, float]:
    """Post once; return the milliseconds to the answer and to the last row."""
    request = traffic.request(traffic.large(first, UPDATES), secret.encode())
    wanted = seed.one(database, RECEIVED) + UPDATES
    began = time.perf_counter()
    with socket.create_connection(("127.0.0.1", port)) as connection:
        connection.sendall(request)
        answer = connection.recv(4096)
    answered = 1000 * (time.perf_counter() - began)
    if b" 200 " not in answer.split(b"\r\n")[0]:
        raise RuntimeError(f"answered with {answer[:80]!r}")
    if not pids.wait_until(lambda: seed.one(database, RECEIVED) >= wanted, 60, every=0.005):
        raise RuntimeError("not all messages were there within 60 s")
    return answered, 1000 * (time.perf_counter() - began)

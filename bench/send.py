"""send.text: texts a second through claim, call and outcome, while their statuses come back."""

import json
import os
import urllib.request
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import psycopg

from bench import report, seed
from bench.processes import FIRST_PORT, Accounts, Processes, answers, servers
from local import pids, ports

CONVERSATIONS = 5000
MESSAGES = int(os.environ.get("BENCH_MESSAGES", 3 * CONVERSATIONS))
LATENCIES = {"send.text": {"latency_ms": 150.0, "jitter": 0.816}, "send.text.no_latency": {"latency_ms": 0.0}}
"""How long Graph's answers take: log-normal, with a median of 150 ms and a p99 of 1 s, and not at all."""
LONGEST = 240.0

ENQUEUE = """
INSERT INTO inbox_message
  (conversation_id, number_id, direction, kind, text, payload, quoted_wamid, sent_at, status, author_id, lane,
   attempt_count, due_at, error_detail, request_id)
SELECT c.id, c.number_id, 'OUTBOUND', 'text', %(name)s || ' ' || n,
  jsonb_build_object('type', 'text', 'text', jsonb_build_object('body', %(name)s || ' ' || n)),
  '', now(), 0, 1, 'replies', 0, now(), '', ''
FROM generate_series(0, %(messages)s - 1) n JOIN inbox_conversation c ON c.id = n %% %(conversations)s + 1 ORDER BY n
"""
UNSENT = "SELECT count(*) FROM inbox_message WHERE status IN (0, 10)"
SENT = """
SELECT ARRAY[count(*) FILTER (WHERE a.outcome = 'ACCEPTED'), extract(epoch FROM max(a.ended_at) - min(a.started_at))]
FROM inbox_sendattempt a JOIN inbox_message m ON m.id = a.message_id WHERE m.text LIKE %s || ' %%'
"""
REPORTED = "SELECT count(*) FROM inbox_messagereceipt"


def run(environment: Mapping[str, str]) -> None:
    """Texts a second against the simulator, at Meta's usual latency and without any."""
    url = seed.fresh_database(environment, "prosa_bench")
    graph = ports.first_free(FIRST_PORT + 200)
    given = {"DATABASE_URL": url, "GRAPH_BASE_URL": f"http://127.0.0.1:{graph}", "SIMULATOR_ANY_NUMBER": "1"}
    with Processes({**environment, **given}) as processes, psycopg.connect(url, autocommit=True) as database:
        seed.product(processes, messages=0)
        start_simulator(processes, graph, webhook=processes.live())
        processes.worker("inbound")
        processes.worker("replies")
        for count, (name, latency) in enumerate(LATENCIES.items(), start=1):
            control(graph, "PUT", "faults", latency)
            _measure(name, processes, database)
            _await_statuses(database, 3 * count * MESSAGES)
        _compare(control(graph, "GET", "ledger/summary"), len(LATENCIES) * MESSAGES)


def start_simulator(processes: Processes, port: int, *, webhook: int) -> None:
    """Start a simulated Meta that posts its webhooks to the receiver at a port."""
    options = ["--port", str(port), "--database", str(Path(processes.logs.name, "simulator.sqlite3"))]
    options += ["--webhook-url", f"http://127.0.0.1:{webhook}/webhook/whatsapp"]
    processes.start("simulator", "simulator", *options, ready=lambda: answers(port, "/control/faults"))


def _measure(name: str, processes: Processes, database: psycopg.Connection) -> None:
    accounts = Accounts({**processes.pids(), **servers(processes.environment)})
    database.execute(ENQUEUE, {"name": name, "messages": MESSAGES, "conversations": CONVERSATIONS})
    if not pids.wait_until(lambda: not seed.one(database, UNSENT), LONGEST, every=0.2):
        report.say(f"  {seed.one(database, UNSENT)} messages were not sent within {LONGEST:.0f} s!")
    spent = accounts.cores()
    accepted, seconds = map(float, seed.one(database, SENT, [name]))
    report.measure(
        name,
        accepted / seconds,
        "messages/s",
        accepted=accepted,
        of=MESSAGES,
        latency_ms=LATENCIES[name]["latency_ms"],
        generator_cpu_share=spent.get("simulator", 0.0),
        cores_busy=spent,
    )


def _await_statuses(database: psycopg.Connection, expected: int) -> None:
    if not pids.wait_until(lambda: seed.one(database, REPORTED) >= expected, 60, every=0.5):
        report.say(f"  {seed.one(database, REPORTED)} of {expected} statuses came back!")


def _compare(summary: Mapping[str, Any], expected: int) -> None:
    """Say what the simulator's ledger knows of: each message must have been accepted exactly once."""
    twice = len(summary["duplicate_attempts"]) + len(summary["duplicates"])
    report.measure("send.text.sent_twice", twice, "messages", accepted_by_simulator=summary["accepted"], of=expected)


def control(port: int, method: str, what: str, values: object = None) -> dict:
    """Ask the simulator's control API."""
    body = json.dumps(values).encode() if values is not None else None
    request = urllib.request.Request(f"http://127.0.0.1:{port}/control/{what}", body, method=method)
    with urllib.request.urlopen(request, timeout=30) as answer:
        return json.load(answer)

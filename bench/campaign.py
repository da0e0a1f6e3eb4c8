"""send.campaign: a template to ten thousand people at the number's limit, and how long replies take meanwhile."""

import os
import statistics
import time
from collections.abc import Mapping

import psycopg
from celery import Celery

from bench import report, seed
from bench.processes import FIRST_PORT, Accounts, Processes, servers
from bench.send import LATENCIES, control, start_simulator
from local import pids, ports

RECIPIENTS = int(os.environ.get("BENCH_MESSAGES", 10_000))
LIMIT = 80
"""Messages a second that Meta takes of an ordinary number."""
REPLY_PAUSE = 0.25
"""Seconds between two replies, each in a conversation of its own on the campaign's number."""
LONGEST = 2 * RECIPIENTS / LIMIT + 60

BEGIN = """
UPDATE numbers_phonenumber SET sends_per_second = %(limit)s WHERE id = 1;
INSERT INTO messaging_template (id, waba_id, meta_id, name, language, category, status, quality, components, reason,
    coming_category, category_changes, told_at, read_tries, parameter_format)
  VALUES (1, 1, '', 'novidades_da_semana', 'pt_BR', 'MARKETING', 'APPROVED', '',
    '[{"type": "BODY", "text": "Oi, {{1}}! A coleção nova chegou."}]', '', '', '', '{}', 0, 'POSITIONAL');
INSERT INTO campaigns_campaign (id, name, number_id, template_id, state, by_id, source, columns, mapping, checked_at,
    started_at, running_since, pause_reason)
  VALUES (1, 'Bench', 1, 1, 'RUNNING', 1, '{}', '["phone", "name"]',
    '{"address": "phone", "values": {"body.1": {"column": "name"}}}', now(), now(), now(), '');
INSERT INTO campaigns_recipient (campaign_id, line, cells, address, state, reason)
  SELECT 1, n + 2, jsonb_build_array('55219' || lpad(n::text, 8, '0'), 'Cliente ' || n),
    '55219' || lpad(n::text, 8, '0'), 'WAITING', ''
  FROM generate_series(0, %(recipients)s - 1) n;
"""
REPLY = """
INSERT INTO inbox_message
  (conversation_id, number_id, direction, kind, text, payload, quoted_wamid, sent_at, status, author_id, lane,
   attempt_count, due_at, error_detail, request_id)
SELECT c.id, c.number_id, 'OUTBOUND', 'text', 'Reply', '{"type": "text", "text": {"body": "Reply"}}',
  '', clock_timestamp(), 0, 1, 'replies', 0, clock_timestamp(), '', ''
FROM inbox_conversation c WHERE c.number_id = 1 AND c.last_inbound_at IS NOT NULL ORDER BY c.id OFFSET %s LIMIT 1
"""
STATE = "SELECT state FROM campaigns_campaign"
SENT = """
SELECT ARRAY[count(*) FILTER (WHERE a.outcome = 'ACCEPTED'), extract(epoch FROM max(a.started_at) - min(a.started_at))]
FROM inbox_sendattempt a JOIN campaigns_recipient r ON r.message_id = a.message_id
"""
REPLIED = """
SELECT array_agg(1000 * extract(epoch FROM a.ended_at - m.sent_at)::float)
FROM inbox_message m JOIN inbox_sendattempt a ON a.message_id = m.id WHERE m.text = 'Reply' AND a.outcome = 'ACCEPTED'
"""


def run(environment: Mapping[str, str]) -> None:
    """A campaign at the number's limit against the simulator, with replies of people among its messages."""
    url = seed.fresh_database(environment, "prosa_bench")
    graph = ports.first_free(FIRST_PORT + 200)
    given = {"DATABASE_URL": url, "GRAPH_BASE_URL": f"http://127.0.0.1:{graph}", "SIMULATOR_ANY_NUMBER": "1"}
    with Processes({**environment, **given}) as processes, psycopg.connect(url, autocommit=True) as database:
        seed.product(processes, messages=0)
        start_simulator(processes, graph, webhook=processes.live())
        for lane in ("inbound", "replies", "bulk"):
            processes.worker(lane)
        control(graph, "PUT", "faults", LATENCIES["send.text"])
        accounts = Accounts({**processes.pids(), **servers(processes.environment)})
        with psycopg.connect(url, autocommit=True, cursor_factory=psycopg.ClientCursor) as script:
            script.execute(BEGIN, {"limit": LIMIT, "recipients": RECIPIENTS})
        replies = _reply_until_done(database, environment["REDIS_URL"])
        _report(database, replies, accounts.cores())
        summary = control(graph, "GET", "ledger/summary")
        twice = len(summary["duplicate_attempts"]) + len(summary["duplicates"])
        report.measure("send.campaign.sent_twice", twice, "messages", accepted_by_simulator=summary["accepted"])


def _reply_until_done(database: psycopg.Connection, broker: str) -> int:
    """Write replies as people do, each with its wake-up, until the campaign is over; return how many."""
    until, replies = time.monotonic() + LONGEST, 0
    with Celery(broker=broker) as app:
        while seed.one(database, STATE) != "DONE" and time.monotonic() < until:
            database.execute(REPLY, [replies])
            app.send_task("lane.replies", queue="replies", ignore_result=True)
            replies += 1
            time.sleep(REPLY_PAUSE)
    return replies


def _report(database: psycopg.Connection, replies: int, spent: dict[str, float]) -> None:
    if not pids.wait_until(lambda: len(seed.one(database, REPLIED) or ()) == replies, 30, every=0.2):
        report.say(f"  {replies - len(seed.one(database, REPLIED) or ())} replies were not sent!")
    accepted, seconds = map(float, seed.one(database, SENT))
    rate = accepted / seconds
    report.measure(
        "send.campaign",
        rate,
        "messages/s",
        of_limit=rate / LIMIT,
        accepted=accepted,
        of=RECIPIENTS,
        generator_cpu_share=spent.get("simulator", 0.0),
        cores_busy=spent,
    )
    cuts = statistics.quantiles(seed.one(database, REPLIED), n=100)
    report.measure("send.reply_p95_ms", cuts[94], "ms", p50_ms=cuts[49], p99_ms=cuts[98], replies=replies)

"""Databases to measure on, made anew each time and filled in a few statements."""

from collections.abc import Mapping, Sequence
from typing import Any, LiteralString
from urllib.parse import urlsplit, urlunsplit

import argon2
import psycopg

from bench import traffic
from bench.processes import Processes

TEAMS, AGENTS, ADMINS = 8, 40, 2
PASSWORD = "bench-password"
FORMAT = {
    "people": traffic.PEOPLE, "numbers": traffic.NUMBERS, "teams": TEAMS, "agents": AGENTS, "admins": ADMINS,
    "waba": traffic.WABA,
}  # fmt: skip


def fresh_database(environment: Mapping[str, str], name: str) -> str:
    """Make an empty database beside the given one and return its URL; raise RuntimeError if it would not be durable."""
    parts = urlsplit(environment["DATABASE_URL"])
    with psycopg.connect(environment["DATABASE_URL"], autocommit=True) as connection:
        connection.execute(f"DROP DATABASE IF EXISTS {name} WITH (FORCE)")
        connection.execute(f"CREATE DATABASE {name}")
        for setting in ("fsync", "synchronous_commit", "full_page_writes"):
            if (value := one(connection, "SELECT current_setting(%s)", [setting])) != "on":
                raise RuntimeError(f"PostgreSQL runs with {setting} = {value}: nothing measured on it would count.")
    return urlunsplit(parts._replace(path=f"/{name}"))


def one(database: psycopg.Connection, query: LiteralString, parameters: Sequence[object] = ()) -> Any:
    """Return the single value that a query gives."""
    row = database.execute(query, parameters or None).fetchone()
    return row[0] if row else None


def messages_for(seconds: float, rate: float) -> int:
    """Return how many sent messages a campaign needs for so many seconds at `rate` notifications a second."""
    return int(seconds * rate / 4) + traffic.LEAD


def product(processes: Processes, *, messages: int) -> None:
    """Migrate and fill the product's database: people, numbers, conversations, `messages` sent by a campaign."""
    processes.manage("manage.py", "migrate", "--noinput")
    password = "argon2" + argon2.PasswordHasher(time_cost=1, memory_cost=64, parallelism=1).hash(PASSWORD)
    _fill(processes.environment["DATABASE_URL"], PRODUCT, {**FORMAT, "messages": messages, "password": password})


def textbook(processes: Processes, *, messages: int) -> None:
    """Make and fill the textbook's database with the same people and messages."""
    processes.manage("-m", "django", "migrate", "--run-syncdb", "--settings", "bench.textbook.settings")
    _fill(processes.environment["TEXTBOOK_DATABASE_URL"], TEXTBOOK, {**FORMAT, "messages": messages})


def _fill(url: str, script: str, values: Mapping[str, object]) -> None:
    with psycopg.connect(url, autocommit=True, cursor_factory=psycopg.ClientCursor) as connection:
        for statement in filter(str.strip, script.split(";\n")):
            connection.execute(statement, values)


# What the traffic calls a person, a number or a message; ids of rows are one more.
FUNCTIONS = """
CREATE FUNCTION pg_temp.phone(n int) RETURNS text IMMUTABLE RETURN '55119' || lpad(n::text, 8, '0');
CREATE FUNCTION pg_temp.bsuid(n int) RETURNS text IMMUTABLE RETURN 'BR.1' || lpad(n::text, 18, '0');
CREATE FUNCTION pg_temp.number_id(n int) RETURNS text IMMUTABLE
  RETURN '10555987456' || lpad((n %% %(numbers)s)::text, 4, '0');
CREATE FUNCTION pg_temp.wamid(n int) RETURNS text IMMUTABLE
  RETURN 'wamid.HBgNNTUxMTk5OTk5OTk5ORUCABEYE' || lpad(n::text, 20, '0') || 'AA==';
CREATE FUNCTION pg_temp.attempt(n int) RETURNS uuid IMMUTABLE
  RETURN ('be000000-0000-4000-8000-' || lpad(to_hex(n), 12, '0'))::uuid;
"""

PRODUCT = f"""{FUNCTIONS}
INSERT INTO teams_team (id, name, is_active) SELECT n + 1, 'Time ' || n, true FROM generate_series(0, %(teams)s - 1) n;
INSERT INTO accounts_user (id, password, email, name, role, is_active, language, time_zone)
  SELECT n + 1, %(password)s, 'agent' || n || '@example.com', 'Agente ' || n,
    CASE WHEN n < %(admins)s THEN 'ADMIN' ELSE 'AGENT' END, true, 'pt-br', 'America/Sao_Paulo'
  FROM generate_series(0, %(agents)s - 1) n;
INSERT INTO teams_teammember (team_id, user_id, lead)
  SELECT n %% %(teams)s + 1, n + 1, false FROM generate_series(0, %(agents)s - 1) n;
INSERT INTO numbers_wabaaccount
  (id, waba_id, name, portfolio_id, access_token, app_secret, blocked_reason, check_error, "limit", review, status,
   subscription, told_at)
  VALUES (1, %(waba)s, 'Bench', 'bench', '', '', '', '', '', '', '', '', '{{}}');
INSERT INTO numbers_phonenumber
  (id, waba_id, phone_number_id, display_phone, name, color, state, quality, app_secret, sends_per_second,
   blocked_reason, callback, calling, check_error, "limit", name_status, status, throughput, told_at, username,
   username_status, verified_name)
  SELECT n + 1, 1, pg_temp.number_id(n), '+55 11 4002-000' || n, 'Loja ' || n, 'teal', 'ACTIVE', '', '', 1000, '',
    '', '', '', '', '', '', '', '{{}}', '', '', ''
  FROM generate_series(0, %(numbers)s - 1) n;
INSERT INTO numbers_phonenumber_teams (phonenumber_id, team_id)
  SELECT n %% %(numbers)s + 1, n + 1 FROM generate_series(0, %(teams)s - 1) n;
INSERT INTO contacts_contact (id, name, profile_name, legal_hold)
  SELECT n + 1, '', 'Ana ' || n, false FROM generate_series(0, %(people)s - 1) n;
INSERT INTO contacts_contactidentity (contact_id, kind, value, key, is_current, seen_at)
  SELECT n + 1, 'PHONE', pg_temp.phone(n), pg_temp.phone(n), true, now() - interval '1 hour'
  FROM generate_series(0, %(people)s - 1) n;
INSERT INTO contacts_contactidentity (contact_id, kind, value, key, is_current, seen_at)
  SELECT n + 1, 'BSUID', pg_temp.bsuid(n), 'bench/' || pg_temp.bsuid(n), true, now() - interval '1 hour'
  FROM generate_series(0, %(people)s - 1) n;
INSERT INTO inbox_conversation (id, contact_id, number_id, team_id, last_message_at, last_inbound_at)
  SELECT n + 1, n + 1, n %% %(numbers)s + 1, n %% %(teams)s + 1, now() - interval '1 hour', now() - interval '1 hour'
  FROM generate_series(0, %(people)s - 1) n;
INSERT INTO inbox_message
  (id, conversation_id, number_id, direction, kind, text, payload, wamid, quoted_wamid, sent_at, status, lane,
   attempt_count, due_at, error_detail, request_id)
  SELECT m + 1, m %% %(people)s + 1, m %% %(people)s %% %(numbers)s + 1, 'OUTBOUND', 'text', 'Oferta ' || m, '{{}}',
    pg_temp.wamid(m), '', now() - interval '10 minutes', 30, 'bulk', 1, now(), '', ''
  FROM generate_series(0, %(messages)s - 1) m;
INSERT INTO inbox_sendattempt (id, message_id, started_at, ended_at, outcome, detail, trace_id)
  SELECT pg_temp.attempt(m), m + 1, now(), now(), 'ACCEPTED', '', '' FROM generate_series(0, %(messages)s - 1) m;
UPDATE inbox_conversation AS c SET last_message_id = m.id, last_message_at = m.sent_at, last_outbound_at = m.sent_at
  FROM (SELECT conversation_id, max(id) AS id, max(sent_at) AS sent_at FROM inbox_message GROUP BY 1) AS m
  WHERE m.conversation_id = c.id;
SELECT setval(pg_get_serial_sequence(t, 'id'), 10000000)
  FROM unnest(ARRAY['accounts_user', 'teams_team',
  'numbers_wabaaccount', 'numbers_phonenumber', 'contacts_contact', 'inbox_conversation', 'inbox_message']) t;
VACUUM ANALYZE;
CHECKPOINT;
"""

TEXTBOOK = f"""{FUNCTIONS}
INSERT INTO textbook_contact (id, phone, name)
  SELECT n + 1, pg_temp.phone(n), 'Ana ' || n FROM generate_series(0, %(people)s - 1) n;
INSERT INTO textbook_conversation (id, contact_id, number, unread_count)
  SELECT n + 1, n + 1, pg_temp.number_id(n), 0 FROM generate_series(0, %(people)s - 1) n;
INSERT INTO textbook_message (id, conversation_id, wamid, direction, text, sent_at, status)
  SELECT m + 1, m %% %(people)s + 1, pg_temp.wamid(m), 'OUTBOUND', 'Oferta ' || m, now(), 0
  FROM generate_series(0, %(messages)s - 1) m;
SELECT setval(pg_get_serial_sequence(t, 'id'), 10000000)
  FROM unnest(ARRAY['textbook_contact', 'textbook_conversation', 'textbook_message']) t;
VACUUM ANALYZE;
CHECKPOINT;
"""

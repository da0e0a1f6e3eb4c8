"""The simulator's own memory: one SQLite file, written before anything is answered.

Many callers wait for one commit (group commit): a single thread takes everything that is queued, writes it
in one transaction and wakes all of them, so a thousand sends a second cost some dozens of commits.

WAL with synchronous=NORMAL: a commit survives the death of this process (kill -9), which is what the tests
provoke, because it has reached the kernel. Only a power cut could lose the last commits, and that ends the
product under test as well.
"""

import asyncio
import queue
import sqlite3
import threading
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any, NamedTuple

SCHEMA = """
CREATE TABLE IF NOT EXISTS calls (
    id INTEGER PRIMARY KEY, at REAL NOT NULL, method TEXT NOT NULL, path TEXT NOT NULL,
    phone_number_id TEXT, kind TEXT NOT NULL, outcome TEXT NOT NULL, status INTEGER NOT NULL, code INTEGER,
    attempt TEXT, wamid TEXT, recipient TEXT, customer_id TEXT, body TEXT, request TEXT, answer TEXT,
    latency_ms REAL NOT NULL, lost TEXT
);
CREATE INDEX IF NOT EXISTS calls_customer ON calls (customer_id, id) WHERE customer_id IS NOT NULL;
CREATE TABLE IF NOT EXISTS updates (
    id INTEGER PRIMARY KEY, due REAL NOT NULL, kind TEXT NOT NULL, phone_number_id TEXT NOT NULL, wamid TEXT,
    name TEXT NOT NULL, contact TEXT NOT NULL, payload TEXT NOT NULL,
    state TEXT NOT NULL DEFAULT 'pending', done_at REAL
);
CREATE INDEX IF NOT EXISTS updates_wamid ON updates (wamid);
CREATE TABLE IF NOT EXISTS deliveries (
    id INTEGER PRIMARY KEY, at REAL NOT NULL, first_update INTEGER NOT NULL, size INTEGER NOT NULL,
    try INTEGER NOT NULL, status INTEGER, error TEXT, took_ms REAL NOT NULL
);
CREATE TABLE IF NOT EXISTS inbound (
    id INTEGER PRIMARY KEY, at REAL NOT NULL, customer_id TEXT NOT NULL, phone_number_id TEXT NOT NULL,
    wamid TEXT NOT NULL UNIQUE, kind TEXT NOT NULL, body TEXT NOT NULL, read_at REAL
);
CREATE INDEX IF NOT EXISTS inbound_customer ON inbound (customer_id, id);
CREATE TABLE IF NOT EXISTS customers (
    id TEXT PRIMARY KEY, name TEXT NOT NULL, wa_id TEXT, user_id TEXT NOT NULL UNIQUE, username TEXT,
    phone_shared INTEGER NOT NULL
);
CREATE TABLE IF NOT EXISTS templates (id TEXT PRIMARY KEY, name TEXT NOT NULL, body TEXT NOT NULL);
CREATE TABLE IF NOT EXISTS media (
    id TEXT PRIMARY KEY, at REAL NOT NULL, phone_number_id TEXT NOT NULL, mime_type TEXT NOT NULL,
    sha256 TEXT NOT NULL, content BLOB NOT NULL
);
"""
LAST_IDS = """
SELECT (SELECT coalesce(max(id), 0) FROM calls) AS calls,
  (SELECT coalesce(max(id), 0) FROM updates) AS updates,
  (SELECT coalesce(max(id), 0) FROM deliveries) AS deliveries,
  (SELECT coalesce(max(id), 0) FROM inbound) AS inbound
"""
FORGET = (
    "DELETE FROM calls",
    "DELETE FROM updates",
    "DELETE FROM deliveries",
    "DELETE FROM inbound",
    "DELETE FROM media",
    "DELETE FROM templates",
    "DELETE FROM customers",
)

INSERT_CALL = "INSERT INTO calls VALUES (?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?)"
INSERT_UPDATE = (
    "INSERT INTO updates (id, due, kind, phone_number_id, wamid, name, contact, payload) VALUES (?,?,?,?,?,?,?,?)"
)
FINISH_UPDATE = "UPDATE updates SET state = ?, done_at = ? WHERE id = ?"
INSERT_DELIVERY = "INSERT INTO deliveries VALUES (?,?,?,?,?,?,?,?)"
# A raw message may repeat an id: the platform must cope, and so must we.
INSERT_INBOUND = "INSERT OR IGNORE INTO inbound VALUES (?,?,?,?,?,?,?,NULL)"

Statement = tuple[str, Sequence[Any]]


class _Job(NamedTuple):
    statements: Sequence[Statement]
    done: asyncio.Future | None
    alone: bool = False


class Ledger:
    """Durable record of calls, webhooks and answers, with group commit."""

    def __init__(self, path: Path) -> None:
        path.parent.mkdir(parents=True, exist_ok=True)
        self._path = path
        self._jobs: queue.SimpleQueue[_Job | None] = queue.SimpleQueue()
        self._reader = ThreadPoolExecutor(1, thread_name_prefix="ledger-reader")
        with _connect(path) as connection:
            connection.executescript(SCHEMA)
        self._reading = _connect(path)
        self._last_ids = self.read_now(LAST_IDS)[0]
        self._writer = threading.Thread(target=self._write_forever, name="ledger-writer")

    def start(self) -> None:
        """Begin to write; call it inside the running event loop."""
        self._loop = asyncio.get_running_loop()
        self._writer.start()

    async def stop(self) -> None:
        """Write what is queued and close the file."""
        self._jobs.put(None)
        await asyncio.to_thread(self._writer.join)
        self._reader.shutdown()
        self._reading.close()

    def next_id(self, table: str) -> int:
        """Return the next row id; ids are given here so that memory and file agree before the commit."""
        self._last_ids[table] += 1
        return self._last_ids[table]

    async def write(self, *statements: Statement) -> None:
        """Return once all statements are committed together; raise sqlite3.Error when they are not."""
        done = self._loop.create_future()
        self._jobs.put(_Job(statements, done))
        await done

    def write_soon(self, *statements: Statement) -> None:
        """Queue statements nobody waits for."""
        self._jobs.put(_Job(statements, None))

    async def forget(self) -> None:
        """Empty every table."""
        done = self._loop.create_future()
        statements = [(sql, ()) for sql in FORGET]
        self._jobs.put(_Job(statements, done, alone=True))
        await done

    async def read(self, sql: str, parameters: Sequence[Any] | dict[str, Any] = ()) -> list[dict]:
        """Return the rows of a query as dictionaries."""
        return await self._loop.run_in_executor(self._reader, self.read_now, sql, parameters)

    def read_now(self, sql: str, parameters: Sequence[Any] | dict[str, Any] = ()) -> list[dict]:
        """Return the rows of a query, blocking; for the start only."""
        return [dict(row) for row in self._reading.execute(sql, parameters)]

    def _write_forever(self) -> None:
        connection = _connect(self._path)
        running = True
        while running:
            batch, last, running = self._take_queued()
            if batch:
                self._commit(connection, batch)
            if last:
                self._commit(connection, [last])
        connection.close()

    def _take_queued(self) -> tuple[list[_Job], _Job | None, bool]:
        """Wait for a job and take all queued ones, up to one that must run alone."""
        batch: list[_Job] = []
        job = self._jobs.get()
        while job is not None:
            if job.alone:
                return batch, job, True
            batch.append(job)
            try:
                job = self._jobs.get_nowait()
            except queue.Empty:
                return batch, None, True
        return batch, None, False

    def _commit(self, connection: sqlite3.Connection, batch: list[_Job]) -> None:
        # Grouped by statement: executemany is several times cheaper than row by row.
        grouped: dict[str, list[Sequence[Any]]] = {}
        for job in batch:
            for sql, parameters in job.statements:
                grouped.setdefault(sql, []).append(parameters)
        failure = None
        try:
            connection.execute("BEGIN IMMEDIATE")
            for sql, rows in grouped.items():
                connection.executemany(sql, rows)
            connection.execute("COMMIT")
        except sqlite3.Error as error:
            failure = error
            if connection.in_transaction:
                connection.execute("ROLLBACK")
        waiting = [job.done for job in batch if job.done]
        self._loop.call_soon_threadsafe(_wake, waiting, failure)


def _wake(waiting: list[asyncio.Future], failure: sqlite3.Error | None) -> None:
    for done in waiting:
        if done.done():
            continue
        if failure:
            done.set_exception(failure)
        else:
            done.set_result(None)


def _connect(path: Path) -> sqlite3.Connection:
    connection = sqlite3.connect(path, isolation_level=None, check_same_thread=False, timeout=30)
    connection.row_factory = sqlite3.Row
    connection.execute("PRAGMA journal_mode = WAL")
    connection.execute("PRAGMA synchronous = NORMAL")
    return connection

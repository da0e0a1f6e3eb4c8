"""Prosa as real processes on stores of its own, each of which a test may stop, kill and start again."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import psycopg
import pytest
import requests
from celery import Celery

from local import pids, ports
from local.home import ROOT, made_up_secrets
from local.postgres import Postgres
from local.valkey import Valkey
from tests.chaos.oracle import Oracle

LEASE_SECONDS = 3
"""After so long the sweep takes a call for lost whose worker died."""
PASSING = (psycopg.OperationalError, requests.RequestException)
"""What a question may meet while the part it asks is away."""


def wait_for(condition: Callable[[], Any], what: str, *, seconds: float = 20) -> Any:
    """Return the first true value of the condition; fail when none comes in time."""
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        try:
            if value := condition():
                return value
        except PASSING:
            pass
        time.sleep(0.03)
    return pytest.fail(f"Not within {seconds:.0f} s: {what}")


class Program:
    """One process of Prosa over its starts; what it says goes to one log."""

    def __init__(self, command: Sequence[str], environment: dict[str, str], log: Path) -> None:
        self._command = [sys.executable, "-m", *command]
        self.variables = environment
        self._log = log
        self._process: subprocess.Popen[bytes] | None = None

    @property
    def runs(self) -> bool:
        return self._process is not None and self._process.poll() is None

    def start(self, **variables: str) -> None:
        """Start it, if it does not run, with these environment variables besides its own."""
        if self.runs:
            return
        with self._log.open("ab") as log:
            self._process = subprocess.Popen(
                self._command,
                cwd=ROOT,
                env=self.variables | variables,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                preexec_fn=pids.dies_with_us(signal.SIGKILL),
            )

    def kill(self) -> None:
        """End it as a power cut would."""
        if self._process:
            self._process.kill()
            self._process.wait()

    def wait_killed(self) -> None:
        """Wait until it ended itself by SIGKILL, as a failpoint makes it."""
        assert self._process
        assert self._process.wait(60) == -signal.SIGKILL, self._log.read_text()[-2000:]


class Stack:
    """All parts of one Prosa: the stores, the simulated Meta, the live process and the workers."""

    def __init__(self, directory: Path) -> None:
        self._logs = directory
        self._media = directory / "media"
        self.postgres = Postgres(directory / "postgres")
        self.valkey = Valkey(directory / "valkey")
        self.oracle = Oracle(directory / "simulator.sqlite3", f"http://127.0.0.1:{ports.pick()}")
        self.url = f"http://127.0.0.1:{ports.pick()}"
        self.variables = self._variables()
        port, meta_port = self.url.rpartition(":")[2], self.oracle.url.rpartition(":")[2]
        self.simulator = self._program(
            "simulator", "simulator", "--port", meta_port, "--database", str(self.oracle.database),
            "--webhook-url", f"{self.url}/webhook/whatsapp", "--latency-ms", "60",
        )  # fmt: skip
        self.live = self._program("live", "uvicorn", "config.asgi:application", "--port", port, "--no-access-log")
        self.inbound = self._worker("inbound", "inbound")
        self.replies = self._worker("replies", "replies")
        self.background = self._worker("background", "bulk,media,maintenance")

    @property
    def programs(self) -> list[Program]:
        """The processes of the product, without the simulator, which stands for the world outside."""
        return [self.live, self.inbound, self.replies, self.background]

    def set_up(self) -> None:
        """Start the stores and the simulator; make tables, people and numbers."""
        self.postgres.start()
        self.valkey.start()
        self.simulator.start()
        self.manage("migrate", "--noinput")
        wait_for(lambda: self.oracle.control("GET", "/faults"), "the simulator answers")
        self.oracle.faults(sent_ms=30, delivered_ms=60, read_ms=90)
        logins = self.manage("demo_data")
        self.email, self.password = next(line.split()[-2:] for line in logins.splitlines() if "admin@" in line)

    def run_all(self) -> None:
        """Start whatever does not run, and wait until pages open."""
        for store in (self.postgres, self.valkey):
            if not store.pid:
                store.start()
        for program in self.programs:
            program.start()
        wait_for(lambda: self.ready().json()["state"] == "ready", "the live process is ready", seconds=60)

    def tear_down(self) -> None:
        """End everything and delete what the stores kept."""
        for program in [*self.programs, self.simulator]:
            program.kill()
        self.valkey.remove()
        self.postgres.remove()

    def ready(self) -> requests.Response:
        """Ask whether it can do its work."""
        return requests.get(f"{self.url}/readyz", timeout=5)

    def query(self, sql: str, *parameters: Any) -> list[tuple[Any, ...]]:
        """Run one statement on the product's database; return its rows."""
        with psycopg.connect(self.postgres.url, autocommit=True, connect_timeout=2) as connection:
            cursor = connection.execute(sql, parameters)
            return cursor.fetchall() if cursor.description else []

    def kill_postgres(self) -> None:
        """Kill the postmaster and then its children, as a power cut takes all at once."""
        children = _children(self.postgres.pid or 0)
        self.postgres.kill()
        for pid in children:
            try:
                os.kill(pid, signal.SIGKILL)
            except ProcessLookupError:
                pass

    def sweep(self) -> None:
        """Do what beat does every ten seconds: ask the background worker to sweep."""
        with Celery(broker=self.valkey.url) as app:
            app.send_task("lane.maintenance", queue="maintenance")

    def let_holds_pass(self) -> None:
        """Let the time be over for which an unconfirmed message holds up the next ones."""
        self.query("UPDATE inbox_message SET due_at = now() WHERE status = 20 AND due_at > now()")

    def _variables(self) -> dict[str, str]:
        secrets = made_up_secrets() | {"PRODUCTION": "false", "DEBUG": "false", "HTTPS": "false", "LOG_LEVEL": "INFO"}
        secrets["SECOND_FACTOR_REQUIRED"] = ""
        stores = {"DATABASE_URL": self.postgres.url, "REDIS_URL": self.valkey.url}
        ours = {**stores, "GRAPH_BASE_URL": self.oracle.url, "MEDIA_ROOT": str(self._media)}
        return {**os.environ, **secrets, **ours, "SEND_LEASE_SECONDS": str(LEASE_SECONDS)}

    def _worker(self, name: str, queues: str) -> Program:
        return self._program(
            name,
            "celery",
            "-A",
            "config",
            "worker",
            "-P",
            "threads",
            "--without-gossip",
            "--without-mingle",
            "--without-heartbeat",
            "-Q",
            queues,
            "-n",
            f"{name}@%h",
        )

    def _program(self, name: str, *command: str) -> Program:
        return Program(command, self.variables, self._logs / f"{name}.log")

    def manage(self, *command: str) -> str:
        """Run a management command; return what it printed."""
        done = subprocess.run(
            [sys.executable, "manage.py", *command], cwd=ROOT, env=self.variables, capture_output=True, text=True
        )
        assert done.returncode == 0, done.stderr
        return done.stdout


def _children(pid: int) -> list[int]:
    shown = subprocess.run(["ps", "-A", "-o", "pid=,ppid="], capture_output=True, text=True, check=True).stdout
    return [child for child, parent in (map(int, line.split()) for line in shown.splitlines()) if parent == pid]

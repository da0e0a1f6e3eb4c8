"""The processes under measurement: start them, wait until they answer, account for their CPU time."""

import os
import signal
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Self

import psycopg
import redis

from local import pids, ports

ROOT = Path(__file__).resolve().parent.parent
CORES = os.cpu_count() or 1
TICKS = os.sysconf("SC_CLK_TCK")
FIRST_PORT = 18400


class Processes:
    """Started processes by name; leaving the block ends them. Their logs are thrown away unless one fails."""

    def __init__(self, environment: Mapping[str, str]) -> None:
        self.environment = dict(environment)
        self.logs = tempfile.TemporaryDirectory(prefix="bench-")
        self._running: dict[str, subprocess.Popen] = {}

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        for process in self._running.values():
            process.terminate()
        for process in self._running.values():
            try:
                process.wait(15)
            except subprocess.TimeoutExpired:
                process.kill()
        self.logs.cleanup()

    def start(self, name: str, *command: str, ready: Callable[[], bool] | None = None) -> None:
        """Run a Python module in the background and wait until `ready`; raise RuntimeError with its log's end."""
        log = Path(self.logs.name, f"{name}.log")
        with log.open("ab") as output:
            self._running[name] = process = subprocess.Popen(
                [sys.executable, "-m", *command],
                cwd=ROOT,
                env=self.environment,
                stdout=output,
                stderr=output,
                preexec_fn=pids.dies_with_us(signal.SIGTERM),
            )
        there = pids.wait_until(lambda: process.poll() is not None or ready is None or ready(), 30)
        if process.poll() is not None or not there:
            raise RuntimeError(f"{name} does not run:\n{log.read_text(errors='replace')[-2000:]}")

    def stop(self, name: str) -> None:
        """End one process and wait for it."""
        process = self._running.pop(name)
        process.terminate()
        process.wait(30)

    def manage(self, *command: str) -> None:
        """Run a command of `manage.py` or of Django to its end; raise CalledProcessError."""
        subprocess.run(
            [sys.executable, *command], cwd=ROOT, env=self.environment, check=True, stdout=subprocess.DEVNULL
        )

    def live(self, application: str = "config.asgi:application", path: str = "/healthz") -> int:
        """Start an ASGI application under uvicorn as in production, one process a core; return its port."""
        port = ports.first_free(FIRST_PORT)
        options = ["--host", "127.0.0.1", "--port", str(port), "--no-access-log", "--workers", str(CORES)]
        self.start("live", "uvicorn", application, *options, ready=lambda: answers(port, path))
        return port

    def worker(self, lane: str) -> None:
        """Start the Celery worker of a lane."""
        name = f"worker-{lane}"
        command = [
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
            lane,
            "-n",
            f"{lane}@bench",
        ]
        log = Path(self.logs.name, f"{name}.log")
        self.start(name, *command, ready=lambda: "ready" in log.read_text(errors="replace"))

    @property
    def app_secret(self) -> str:
        """What Meta's deliveries are signed with."""
        return self.environment["WHATSAPP_APP_SECRET"].split(",")[0]

    def pids(self) -> dict[str, int]:
        """Return the running processes by name."""
        return {name: process.pid for name, process in self._running.items()}


def answers(port: int, path: str) -> bool:
    """Tell whether an HTTP server is there, whatever it says."""
    try:
        urllib.request.urlopen(f"http://127.0.0.1:{port}{path}", timeout=2).close()
    except urllib.error.HTTPError:
        return True
    except OSError:
        return False
    return True


class Accounts:
    """CPU by name, of processes with all their children, from now on (Linux; elsewhere nothing is known)."""

    def __init__(self, roots: Mapping[str, int]) -> None:
        self._roots = {name: pid for name, pid in roots.items() if Path(f"/proc/{pid}/stat").exists()}
        self._began = time.monotonic()
        self._before = self._now()

    def seconds(self) -> dict[str, float]:
        """Return the CPU seconds spent since; `elsewhere` is what the rest of the machine spent."""
        return {name: cpu - self._before[name] for name, cpu in self._now().items()}

    def cores(self) -> dict[str, float]:
        """Return how many cores each kept busy since."""
        elapsed = time.monotonic() - self._began
        return {name: cpu / elapsed for name, cpu in self.seconds().items()}

    def _now(self) -> dict[str, float]:
        if not self._roots:
            return {}
        processes = dict(filter(None, (_stat(path) for path in Path("/proc").glob("[0-9]*/stat"))))
        ours = {name: _tree(pid, processes) for name, pid in self._roots.items()}
        return ours | {"elsewhere": _machine() - sum(ours.values())}


def _stat(path: Path) -> tuple[int, tuple[int, float]] | None:
    """Return the process, its parent, and its CPU seconds with those of children that ended."""
    try:
        words = path.read_text().rpartition(") ")[2].split()
    except OSError:
        return None
    return int(path.parent.name), (int(words[1]), sum(map(int, words[11:15])) / TICKS)


def _machine() -> float:
    """Return the CPU seconds that all cores worked since boot."""
    user, nice, system, _, _, irq, softirq, steal, *_ = Path("/proc/stat").read_text().split()[1:]
    return sum(map(int, (user, nice, system, irq, softirq, steal))) / TICKS


def _tree(root: int, processes: Mapping[int, tuple[int, float]]) -> float:
    own = processes.get(root, (0, 0.0))[1]
    return own + sum(_tree(pid, processes) for pid, (parent, _) in processes.items() if parent == root)


def servers(environment: Mapping[str, str]) -> dict[str, int]:
    """Return the PostgreSQL and Valkey processes, where they run on this machine."""
    with psycopg.connect(environment["DATABASE_URL"]) as connection:
        stat = _stat(Path(f"/proc/{connection.info.backend_pid}/stat"))
    valkey = redis.Redis.from_url(environment["REDIS_URL"]).info("server")["process_id"]
    return {"postgres": stat[1][0] if stat else 0, "valkey": valkey}

"""A small supervisor: starts named processes, waits for them, restarts them, stops them in order."""

import signal
import subprocess
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from types import FrameType

from local import pids
from local.home import ROOT, Home
from local.terminal import Trouble, say

SECONDS_TO_READY = 60.0
SECONDS_TO_STOP = 10.0
LONGEST_PAUSE = 30.0
SECONDS_OF_GOOD_HEALTH = 60.0  # after which an earlier failure is forgotten


@dataclass(frozen=True)
class Process:
    """What to run, under which name, and how to see that it is ready (None: as soon as it runs)."""

    name: str
    command: Sequence[str]
    is_ready: Callable[[], bool] | None = None

    @property
    def mark(self) -> str:
        """What its command line holds; without the interpreter, whose name macOS rewrites."""
        return " ".join(self.command[1:])


class Supervisor:
    """Processes in groups: a later group needs the earlier ones, so they stop in reverse."""

    def __init__(self, home: Home, environment: Mapping[str, str]) -> None:
        self._home = home
        self._environment = dict(environment)
        self._groups: list[list[_Child]] = []

    def start(self, *processes: Process) -> None:
        """Start a group and wait until all of it is ready; Trouble with the end of a log when one is not."""
        group = [_Child(process, self._home, self._environment) for process in processes]
        self._groups.append(group)
        for child in group:
            child.end_survivor()
            child.spawn()
        for child in group:
            child.wait_ready()

    def watch(self, every: float = 0.3) -> None:
        """Restart whatever dies, until KeyboardInterrupt."""
        while True:
            for child in self._children():
                child.keep_alive()
            time.sleep(every)

    def stop(self) -> None:
        """Stop the groups in reverse: SIGTERM, a wait, SIGKILL. A second Ctrl-C kills at once."""
        before = signal.signal(signal.SIGINT, self._kill)
        for group in reversed(self._groups):
            for child in group:
                child.ask_to_stop()
            deadline = time.monotonic() + SECONDS_TO_STOP
            for child in group:
                child.wait_stopped(deadline)
        self._groups.clear()
        signal.signal(signal.SIGINT, before)

    def __enter__(self) -> "Supervisor":
        return self

    def __exit__(self, *_: object) -> None:
        self.stop()

    def _children(self) -> list["_Child"]:
        return [child for group in self._groups for child in group]

    def _kill(self, number: int, frame: FrameType | None) -> None:
        for child in self._children():
            child.kill()


class _Child:
    """One process over its restarts."""

    def __init__(self, process: Process, home: Home, environment: dict[str, str]) -> None:
        self.process = process
        self.log = home.logs / f"{process.name}.log"
        self._pid_file = home.directory / "pids" / process.name
        self._environment = environment
        self._running: subprocess.Popen[bytes] | None = None
        self._failures = 0
        self._started = self._again_at = 0.0
        self._log_start = 0

    def end_survivor(self) -> None:
        """End what a killed launcher left, where the kernel does not do it (macOS)."""
        if survivor := pid_in(self._pid_file, self.process.mark):
            say(f"{self.process.name} was still running from an earlier run (pid {survivor}): ending it.")
            pids.end(survivor, self.process.mark)

    def spawn(self) -> None:
        """Start the process with its log."""
        self._pid_file.parent.mkdir(exist_ok=True)
        with self.log.open("ab") as log:
            self._log_start = log.tell()
            self._running = subprocess.Popen(
                self.process.command,
                cwd=ROOT,
                env=self._environment,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                start_new_session=True,  # Ctrl-C is for the launcher, which stops in order
                preexec_fn=pids.dies_with_us(signal.SIGKILL),
            )
        self._pid_file.write_text(str(self._running.pid))
        self._started, self._again_at = time.monotonic(), 0.0

    def wait_ready(self) -> None:
        """Wait until it is ready; Trouble when it dies or takes too long."""
        deadline = time.monotonic() + SECONDS_TO_READY
        while self.process.is_ready and not self.process.is_ready():
            if self._exit_code() is not None:
                raise Trouble(f"{self.process.name} stopped at once; see {self.log}.\n{self._log_end()}")
            if time.monotonic() > deadline:
                raise Trouble(f"{self.process.name} was not ready in {SECONDS_TO_READY:.0f} s; see {self.log}.")
            time.sleep(0.05)

    def keep_alive(self) -> None:
        """Note a death, and start again once the pause is over; pauses double up to half a minute."""
        code = self._exit_code()
        if code is None:
            return
        now = time.monotonic()
        if not self._again_at:
            self._failures = 1 if now - self._started > SECONDS_OF_GOOD_HEALTH else self._failures + 1
            pause = min(0.5 * 2 ** (self._failures - 1), LONGEST_PAUSE)
            self._again_at = now + pause
            say(f"{self.process.name} stopped ({_reason(code)}), again in {pause:.1f} s; see {self.log}.")
        elif now >= self._again_at:
            self.spawn()

    def ask_to_stop(self) -> None:
        """Send SIGTERM."""
        if self._running and self._running.poll() is None:
            self._running.terminate()

    def wait_stopped(self, deadline: float) -> None:
        """Wait until it is gone; SIGKILL at the deadline."""
        if not self._running:
            return
        try:
            self._running.wait(max(0.0, deadline - time.monotonic()))
        except subprocess.TimeoutExpired:
            say(f"{self.process.name} did not stop in {SECONDS_TO_STOP:.0f} s: killed.")
            self.kill()
            self._running.wait()
        self._pid_file.unlink(missing_ok=True)

    def kill(self) -> None:
        """Send SIGKILL."""
        if self._running and self._running.poll() is None:
            self._running.kill()

    def _exit_code(self) -> int | None:
        return self._running.poll() if self._running else None

    def _log_end(self) -> str:
        with self.log.open("rb") as log:
            log.seek(self._log_start)
            return "\n".join(log.read().decode(errors="replace").splitlines()[-8:])


def answers(url: str) -> bool:
    """Tell whether an HTTP GET of the address is answered with 2xx."""
    try:
        with urllib.request.urlopen(url, timeout=2) as response:  # noqa: S310 - our own loopback address
            return bool(response.status < 300)
    except (urllib.error.URLError, OSError):
        return False


def pid_in(file: Path, mark: str) -> int | None:
    """Return the pid written in the file, if that process still is the one that `mark` describes."""
    try:
        pid = int(file.read_text())
    except (OSError, ValueError):
        return None
    return pid if pids.runs(pid, mark) else None


def _reason(code: int) -> str:
    return f"signal {-code}" if code < 0 else f"exit code {code}"

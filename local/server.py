"""One server on one directory: what PostgreSQL and Valkey have in common."""

import json
import os
import secrets
import shutil
import signal
import subprocess
import tempfile
import time
from abc import ABC, abstractmethod
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Self

from local import pids, ports, unprivileged
from local.terminal import Trouble, say
from local.unprivileged import Programs

SECONDS_TO_START = 60.0
SECONDS_TO_STOP = 30.0


class Server(ABC):
    """A server that keeps its port, password and files over restarts, and ends what a killed launcher left.

    `directory` is ours; `files`, below it or where the servers' user can reach it, is the server's.
    """

    label: str
    stop_signal: signal.Signals
    forgetful = False
    """Quicker: what was written survives a killed process, not a machine that loses its power. For tests."""

    def __init__(self, directory: Path, *, log: Path | None = None, port: int | None = None) -> None:
        self.directory = Path(directory).resolve()
        self.log = log or self.directory / "server.log"
        self._state_file = self.directory / "server.json"
        self._process: subprocess.Popen[bytes] | None = None
        state = self._load()
        self.port: int = port or state.get("port") or ports.pick()
        self.password: str = state.get("password") or secrets.token_hex(16)
        self.files = self._remembered_files(state) or self.directory / "files"

    @classmethod
    @contextmanager
    def temporary(cls) -> Iterator[Self]:
        """Run a server on a directory that vanishes afterwards."""
        directory = Path(tempfile.mkdtemp(prefix="prosa-"))
        server = cls(directory)
        try:
            with server:
                yield server
        finally:
            server.remove()

    @staticmethod
    @abstractmethod
    def find() -> Programs | None:
        """Return where the programs are: the wheel's, else the machine's, else None."""

    @property
    @abstractmethod
    def url(self) -> str:
        """The address with its password, as DATABASE_URL or REDIS_URL."""

    @property
    @abstractmethod
    def pid_file(self) -> Path:
        """The file into which the server itself writes its process id."""

    @abstractmethod
    def prepare(self) -> list[str]:
        """Make what the server needs in `files`; return the command that runs it."""

    @abstractmethod
    def answers(self) -> bool:
        """Tell whether the server does work for us now."""

    @property
    def pid(self) -> int | None:
        """The process id, if that process really is this server on these files."""
        try:
            pid = int(self.pid_file.read_text().split()[0])
        except (OSError, ValueError, IndexError):
            return None
        return pid if pids.runs(pid, self._mark) else None

    def start(self) -> None:
        """Start and wait until it answers; Trouble with the end of its log when it does not."""
        self._end_survivor()
        self._settle()
        command = self.prepare()
        self.pid_file.unlink(missing_ok=True)  # nobody runs on these files: its pid may be anybody's by now
        deadline = time.monotonic() + SECONDS_TO_START
        while not self._spawn_and_wait(command, deadline):
            time.sleep(0.2)

    def stop(self) -> None:
        """Stop cleanly; nothing happens when it does not run."""
        if pid := self.pid:
            self._signal(pid, self.stop_signal)
        self._reap(SECONDS_TO_STOP)

    def kill(self) -> None:
        """Kill as a power cut would (SIGKILL); for tests. `start` brings the same address back."""
        if pid := self.pid:
            self._signal(pid, signal.SIGKILL)
        self._reap(10)

    def remove(self) -> None:
        """Stop and delete everything the server kept."""
        self.stop()
        shutil.rmtree(self.files, ignore_errors=True)
        shutil.rmtree(self.directory, ignore_errors=True)

    def __enter__(self) -> Self:
        self.start()
        return self

    def __exit__(self, *_: object) -> None:
        self.stop()

    def folder(self, program: str) -> Path:
        """Return the folder from which `program` can be run here."""
        programs = self.find()
        if programs is None:
            raise Trouble(f"{self.label} is not installed.")
        return unprivileged.reachable(programs, program, self.files)

    def run(self, *command: str) -> None:
        """Run one of the server's programs to its end as the servers' user."""
        with self.log.open("ab") as log:
            done = subprocess.run(
                command,
                cwd=self.files,
                stdout=log,
                stderr=log,
                stdin=subprocess.DEVNULL,
                check=False,
                **unprivileged.identity(),
            )
        if done.returncode:
            raise Trouble(f"{Path(command[0]).name} failed.\n{self._log_end()}")

    @property
    def _mark(self) -> str:
        """What the command line of our server holds and no other's."""
        return f"{self.files}/"

    def _remembered_files(self, state: dict[str, Any]) -> Path | None:
        """A copied checkout brings a state that names the files of the original: those are not ours."""
        return Path(state["files"]) if state.get("of") == str(self.directory) else None

    def _end_survivor(self) -> None:
        if pid := self.pid:
            say(f"{self.label} was still running from an earlier run (pid {pid}): ending it.")
            pids.end(pid, self._mark, by=self.stop_signal, seconds=SECONDS_TO_STOP)

    def _settle(self) -> None:
        """Make the directories, move away from a taken port, and remember both."""
        try:
            self.directory.mkdir(parents=True, exist_ok=True)
            self.log.parent.mkdir(parents=True, exist_ok=True)
            if not self.files.exists():
                self.files = unprivileged.private_directory(self.directory / "files")
            os.listdir(self.files)
        except PermissionError as error:
            raise Trouble(f"{error.filename} belongs to another user: run as that user, or delete it.") from error
        if not ports.is_free(self.port):
            taken, self.port = self.port, ports.pick()
            say(f"{self.label}: port {taken} is taken, using {self.port}.")
        self._save(
            {
                "port": self.port,
                "password": self.password,
                "of": str(self.directory),
                "files": str(self.files),
            }
        )

    def _spawn_and_wait(self, command: list[str], deadline: float) -> bool:
        """Start the process and wait until it answers; False when it may be tried again."""
        log_start = self.log.stat().st_size if self.log.exists() else 0
        self._process = process = self._spawn(command)
        while not self.answers():
            if process.poll() is not None:
                if self.may_retry(self._log_end(log_start)) and time.monotonic() < deadline:
                    return False
                raise Trouble(f"{self.label} did not start; see {self.log}.\n{self._log_end(log_start)}")
            if time.monotonic() > deadline:
                raise Trouble(f"{self.label} did not answer in {SECONDS_TO_START:.0f} s; see {self.log}.")
            time.sleep(0.03)
        return True

    def may_retry(self, complaint: str) -> bool:
        """Tell from the log whether a failed start is worth another try."""
        return False

    def _spawn(self, command: list[str]) -> subprocess.Popen[bytes]:
        with self.log.open("ab") as log:
            return subprocess.Popen(
                command,
                cwd=self.files,
                stdout=log,
                stderr=log,
                stdin=subprocess.DEVNULL,
                start_new_session=True,  # Ctrl-C is for the launcher, which stops the servers last
                preexec_fn=pids.dies_with_us(self.stop_signal),
                **unprivileged.identity(),
            )

    def _signal(self, pid: int, number: signal.Signals) -> None:
        if self._process and self._process.pid == pid:
            self._process.send_signal(number)
        else:
            pids.end(pid, self._mark, by=number, seconds=SECONDS_TO_STOP)

    def _reap(self, seconds: float) -> None:
        if not self._process:
            return
        try:
            self._process.wait(seconds)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()
        self._process = None

    def _log_end(self, start: int = 0) -> str:
        with self.log.open("rb") as log:
            log.seek(start)
            return "\n".join(log.read().decode(errors="replace").splitlines()[-6:])

    def _load(self) -> dict[str, Any]:
        try:
            return json.loads(self._state_file.read_text())
        except (OSError, ValueError):
            return {}

    def _save(self, state: dict[str, Any]) -> None:
        draft = self._state_file.with_suffix(".new")
        draft.touch(mode=0o600)
        draft.write_text(json.dumps(state))
        draft.replace(self._state_file)

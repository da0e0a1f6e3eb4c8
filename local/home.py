"""A directory that one launcher at a time works in: its lock, and what is known about the one that runs."""

import fcntl
import json
import os
import secrets
from base64 import b64encode
from pathlib import Path
from typing import Any, TextIO

from local.terminal import Trouble

ROOT = Path(__file__).resolve().parent.parent
DATA = ROOT / ".data"
UNPUBLISHED = {"pid": 0, "address": "", "environment": {}}  # it has the lock and has not said more yet


class Home:
    """A directory below `.data`; the kernel frees its lock when the launcher dies, however it dies."""

    def __init__(self, directory: Path) -> None:
        self.directory = Path(directory)
        self.logs = self.directory / "logs"
        self._record = self.directory / "running.json"
        self._lock: TextIO | None = None

    @classmethod
    def first_free(cls, directory: Path, tries: int = 16) -> "Home":
        """Take and return `directory`, or the first of `directory-2`, `directory-3`... that nobody has."""
        for number in range(1, tries + 1):
            home = cls(directory if number == 1 else directory.with_name(f"{directory.name}-{number}"))
            if home.take():
                return home
        raise Trouble(f"{tries} launchers already work in {directory}.")

    def take(self) -> bool:
        """Take the directory for this process; False when another launcher has it."""
        self.logs.mkdir(parents=True, exist_ok=True)
        lock = (self.directory / "lock").open("a")
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            lock.close()
            return False
        self._lock = lock
        self._record.unlink(missing_ok=True)  # a killed launcher's: its pid may be anybody's by now
        return True

    def leave(self) -> None:
        """Give the directory back."""
        self._record.unlink(missing_ok=True)
        if self._lock:
            self._lock.close()
            self._lock = None

    def publish(self, environment: dict[str, str], address: str = "") -> None:
        """Write down who runs here and how to reach it, for `stop`, `env` and a second launcher."""
        write_private(self._record, json.dumps({"pid": os.getpid(), "address": address, "environment": environment}))

    def running(self) -> dict[str, Any]:
        """Return what the launcher that works here published; empty only when none does."""
        if self.take():
            self.leave()
            return {}
        try:
            return dict(json.loads(self._record.read_text()))
        except (OSError, ValueError):
            return dict(UNPUBLISHED)


def write_private(path: Path, text: str) -> None:
    """Write a file only its owner can read, in one step."""
    draft = path.with_name(f"{path.name}.new")
    draft.unlink(missing_ok=True)
    draft.touch(mode=0o600)
    draft.write_text(text, encoding="utf-8")
    draft.replace(path)


def read_env(path: Path) -> dict[str, str]:
    """Return the NAME=value lines of an env file; empty when there is none."""
    if not path.exists():
        return {}
    lines = [line.strip().removeprefix("export ") for line in path.read_text(encoding="utf-8").splitlines()]
    pairs = [line.split("=", 1) for line in lines if "=" in line and not line.startswith("#")]
    return {name.strip(): value.strip().strip("'\"") for name, value in pairs}


def made_up_secrets() -> dict[str, str]:
    """Return secrets for a database of demo or test data."""
    return {
        "SECRET_KEY": secrets.token_urlsafe(48),
        "FIELD_KEYS": f"k1:{b64encode(secrets.token_bytes(32)).decode()}",
        "AUDIT_KEY": secrets.token_urlsafe(48),
        "TOKEN_KEY": secrets.token_urlsafe(48),
        "WHATSAPP_APP_SECRET": secrets.token_hex(16),
        "WHATSAPP_TOKEN": f"demo-{secrets.token_hex(16)}",
        "WHATSAPP_VERIFY_TOKEN": secrets.token_hex(8),
        "WHATSAPP_WABA_ID": "102938475610001",
    }

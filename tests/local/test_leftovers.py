"""`make stop`: the demo and what nobody looks after any more, and nothing else."""

import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from local.home import Home
from local.leftovers import stop_demo
from local.terminal import Trouble
from local.valkey import Valkey

WORKS = """
import sys, signal, threading
from pathlib import Path
from local.home import Home
home = Home(Path(sys.argv[1]))
assert home.take()
home.publish({}, "http://127.0.0.1:8000")
print("taken", flush=True)
signal.pause()
"""
LEAVES_VALKEY = """
import sys, signal, threading
from pathlib import Path
from local.valkey import Valkey
starting = threading.Thread(target=Valkey(Path(sys.argv[1]) / "valkey").start)
starting.start()
starting.join()
print("taken", flush=True)
signal.pause()
"""


@contextmanager
def launcher(code: str, directory: Path) -> Iterator[subprocess.Popen[bytes]]:
    with subprocess.Popen([sys.executable, "-c", code, str(directory)], stdout=subprocess.PIPE) as running:
        assert running.stdout and running.stdout.readline() == b"taken\n"
        yield running
        running.kill()


def test_it_stops_the_demo(tmp_path: Path):
    with launcher(WORKS, tmp_path) as demo:
        stop_demo(tmp_path)
        assert demo.wait(5) is not None
    assert Home(tmp_path).running() == {}


def test_another_live_launcher_is_left_alone(tmp_path: Path, capsys: pytest.CaptureFixture[str]):
    with launcher(WORKS, tmp_path / "servers") as other:
        stop_demo(tmp_path)
        assert other.poll() is None
        assert Home(tmp_path / "servers").running()["pid"] == other.pid
    assert f"Left running: {tmp_path / 'servers'} (process {other.pid})" in capsys.readouterr().out


def test_nothing_is_deleted_below_a_live_launcher(tmp_path: Path):
    with launcher(WORKS, tmp_path / "test") as other, launcher(WORKS, tmp_path) as demo:
        with pytest.raises(Trouble, match=f"process {other.pid}"):
            stop_demo(tmp_path, delete=True)
        assert demo.poll() is None


def test_servers_of_a_killed_launcher_are_ended_and_deleted_on_request(tmp_path: Path):
    home = Home(tmp_path / "test")
    assert home.take()
    home.leave()
    with launcher(LEAVES_VALKEY, home.directory):
        pass
    assert Valkey(home.directory / "valkey").pid
    stop_demo(tmp_path)
    assert Valkey(home.directory / "valkey").pid is None
    stop_demo(tmp_path, delete=True)
    assert not (home.directory / "valkey").exists()


def test_nothing_to_stop_is_fine(tmp_path: Path):
    stop_demo(tmp_path / "never")
    assert not (tmp_path / "never").exists()

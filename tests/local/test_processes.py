"""The supervisor: ready, restarted, stopped in order, and gone with the launcher."""

import os
import signal
import subprocess
import sys
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest

from local import pids
from local.home import Home
from local.processes import Process, Supervisor, pid_in
from local.terminal import Trouble

WAITS = "import signal; signal.pause()"


@pytest.fixture
def home(tmp_path: Path) -> Iterator[Home]:
    home = Home(tmp_path)
    assert home.take()
    yield home
    home.leave()


def python(name: str, code: str, **options) -> Process:
    return Process(name, [sys.executable, "-c", code], **options)


def pid_of(home: Home, process: Process) -> int | None:
    return pid_in(home.directory / "pids" / process.name, process.mark)


def test_it_waits_until_a_process_is_ready(home: Home, tmp_path: Path):
    sign = tmp_path / "ready"
    process = python("web", f"open({str(sign)!r}, 'w'); {WAITS}", is_ready=sign.exists)
    with Supervisor(home, os.environ) as supervisor:
        supervisor.start(process)
        assert sign.exists()
        assert pid_of(home, process)
    assert pid_of(home, process) is None


def test_a_process_that_stops_before_it_is_ready_shows_its_log(home: Home):
    process = python("web", "raise SystemExit('no such setting')", is_ready=lambda: False)
    with Supervisor(home, os.environ) as supervisor, pytest.raises(Trouble, match="no such setting"):
        supervisor.start(process)


def test_a_process_that_dies_is_started_again_and_the_person_is_told(home: Home, capsys: pytest.CaptureFixture[str]):
    process = python("worker", WAITS)
    with Supervisor(home, os.environ) as supervisor:
        supervisor.start(process)
        assert pids.wait_until(lambda: pid_of(home, process) is not None, 5)
        first = pid_of(home, process)
        watch(supervisor, until=lambda: pid_of(home, process) not in (None, first), killing=first)
    assert "worker stopped (signal 9)" in capsys.readouterr().out


def watch(supervisor: Supervisor, *, until, killing: int) -> None:
    """Run the supervisor's loop in this thread while another kills, waits and presses Ctrl-C."""

    def press_ctrl_c() -> None:
        os.kill(killing, signal.SIGKILL)
        pids.wait_until(until, 10)
        os.kill(os.getpid(), signal.SIGINT)

    hand = threading.Thread(target=press_ctrl_c)
    hand.start()
    with pytest.raises(KeyboardInterrupt):
        supervisor.watch(every=0.05)
    hand.join()
    assert until()


def test_groups_stop_in_reverse(home: Home, tmp_path: Path):
    order = tmp_path / "order"
    code = """
import signal, sys
def leave(*_):
    with open({order!r}, "a") as file: file.write({name!r} + " ")
    sys.exit()
signal.signal(signal.SIGTERM, leave)
open({order!r} + {name!r}, "w")
while True: signal.pause()
"""
    names = ["database", "web", "worker"]
    with Supervisor(home, os.environ) as supervisor:
        for name in names:
            ready = Path(f"{order}{name}")
            supervisor.start(python(name, code.format(order=str(order), name=name), is_ready=ready.exists))
    assert order.read_text().split() == names[::-1]


def test_a_process_deaf_to_sigterm_is_killed(home: Home, tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr("local.processes.SECONDS_TO_STOP", 0.2)
    sign = tmp_path / "deaf"
    deaf = "import signal; signal.signal(signal.SIGTERM, signal.SIG_IGN)"
    code = f"{deaf}; open({str(sign)!r}, 'w')\nwhile True: signal.pause()"
    process = python("deaf", code, is_ready=sign.exists)
    with Supervisor(home, os.environ) as supervisor:
        supervisor.start(process)
    assert pid_of(home, process) is None


@pytest.mark.skipif(sys.platform != "linux", reason="elsewhere the next start ends them")
def test_children_die_with_a_killed_launcher(tmp_path: Path):
    code = f"""
import os, sys, signal
from pathlib import Path
from local.home import Home
from local.processes import Process, Supervisor
home = Home(Path({str(tmp_path)!r}))
home.take()
Supervisor(home, os.environ).start(Process("worker", [sys.executable, "-c", {WAITS!r}]))
print("started", flush=True)
signal.pause()
"""
    with subprocess.Popen([sys.executable, "-c", code], stdout=subprocess.PIPE) as launcher:
        assert launcher.stdout and launcher.stdout.readline() == b"started\n"
        child = int((tmp_path / "pids" / "worker").read_text())
        launcher.kill()
    assert pids.wait_until(lambda: not pids.command_line(child), 5)

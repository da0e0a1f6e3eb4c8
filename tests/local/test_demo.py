"""The demo as a whole, around a product of a few lines: who is started, told, stopped."""

import os
import shutil
import signal
import socket
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from local import pids, ports
from local.home import ROOT

PRODUCT = {
    "manage.py": """
import os, sys
if sys.argv[1] == os.environ.get("BROKEN"):
    raise SystemExit("no such table")
if sys.argv[1] == "demo_data":
    print("ana@demo  secret")
""",
    "config/__init__.py": """
import os
from celery import Celery
celery = Celery("demo", broker=os.environ["REDIS_URL"])
""",
    "config/asgi.py": """
async def application(scope, receive, send):
    if scope["type"] == "http":
        await send({"type": "http.response.start", "status": 200, "headers": []})
        await send({"type": "http.response.body", "body": b"ready"})
""",
    "simulator/__main__.py": """
import sys
from http.server import HTTPServer, SimpleHTTPRequestHandler
port = int(sys.argv[sys.argv.index("--port") + 1])
HTTPServer(("127.0.0.1", port), SimpleHTTPRequestHandler).serve_forever()
""",
    "simulator/__init__.py": "",
}
PROCESSES = {"beat", "live", "simulator", "worker-background", "worker-inbound", "worker-replies"}


@pytest.fixture
def checkout(tmp_path: Path) -> Iterator[Path]:
    for name, text in PRODUCT.items():
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_text(text)
    shutil.copytree(ROOT / "local", tmp_path / "local")
    yield tmp_path
    launcher(tmp_path, "stop", "--delete")


@contextmanager
def demo(checkout: Path, **environment: str) -> Iterator[tuple[subprocess.Popen[str], list[str]]]:
    """Run the demo; yield its process and the lines it printed until everything was up."""
    command = [sys.executable, "-m", "local", "demo"]
    with subprocess.Popen(command, cwd=checkout, env=clean(environment), stdout=subprocess.PIPE, text=True) as running:
        assert running.stdout
        lines = []
        for line in running.stdout:
            lines.append(line.strip())
            if "Ctrl-C stops" in line:
                break
        yield running, lines
        running.send_signal(signal.SIGINT)
        assert running.wait(20) == 0


def launcher(checkout: Path, *command: str, **environment: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "local", *command],
        cwd=checkout,
        env=clean(environment),
        capture_output=True,
        text=True,
        check=False,
    )


def clean(environment: dict[str, str]) -> dict[str, str]:
    return {"PATH": os.environ["PATH"], "HOME": os.environ.get("HOME", "/")} | environment


def processes(checkout: Path) -> dict[str, int]:
    return {file.name: int(file.read_text()) for file in (checkout / ".data" / "pids").iterdir()}


def test_it_says_where_everything_is_and_leaves_nothing_behind(checkout: Path):
    first = ports.pick()
    with socket.create_server(("127.0.0.1", first)), demo(checkout, PORT=str(first)) as (_, lines):
        address = next(line for line in lines if line.startswith("Inbox"))
        assert f"http://127.0.0.1:{first + 1}/" in address
        assert f"Port {first} is taken: the inbox gets {first + 1}." in lines
        order = [address, "ana@demo  secret", next(line for line in lines if line.startswith("Simulator"))]
        assert sorted(order, key=lines.index) == order
        running = processes(checkout)
        assert running.keys() == PROCESSES
        assert all(pids.command_line(pid) for pid in running.values())
        assert "export GRAPH_BASE_URL=http://127.0.0.1:" in launcher(checkout, "env").stdout
        second = launcher(checkout, "demo")
        assert second.returncode == 1
        assert f"already runs at http://127.0.0.1:{first + 1}" in second.stderr
    assert not any(pids.command_line(pid) for pid in running.values())
    assert processes(checkout) == {}


def test_after_a_kill_the_next_start_works_with_the_same_secrets(checkout: Path):
    with demo(checkout) as (running, _):
        before = launcher(checkout, "env").stdout
        left = processes(checkout)
        running.kill()
        running.wait()
        with demo(checkout):
            assert launcher(checkout, "env").stdout == before
            assert not any(pids.command_line(pid) for pid in left.values())
        running.returncode = 0


def test_a_real_graph_has_no_simulator(checkout: Path):
    with demo(checkout, GRAPH_BASE_URL="https://graph.example") as (_, lines):
        assert processes(checkout).keys() == PROCESSES - {"simulator"}
        assert not any(line.startswith("Simulator") for line in lines)


def test_a_step_that_fails_ends_everything_with_its_reason(checkout: Path):
    done = launcher(checkout, "demo", BROKEN="migrate")
    assert done.returncode == 1
    assert "migrate failed" in done.stderr and "no such table" in done.stderr
    assert "Traceback" not in done.stderr
    assert launcher(checkout, "env").returncode == 1


def test_a_port_that_is_no_number_is_one_sentence(checkout: Path):
    done = launcher(checkout, "demo", PORT="eighty")
    assert done.returncode == 1
    assert done.stderr.splitlines() == ["PORT is 'eighty': it must be a number from 1 to 65535."]

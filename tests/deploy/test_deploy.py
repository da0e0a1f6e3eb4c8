"""What ships, as far as it can be looked at without a container engine."""

from __future__ import annotations

import os
import re
import shutil
import socket
import subprocess
import sys
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread
from typing import Any

import pytest

from deploy import probe

yaml = pytest.importorskip("yaml")

ROOT = Path(__file__).resolve().parents[2]
COMPOSE = yaml.safe_load((ROOT / "docker-compose.yml").read_text())
SERVICES: dict[str, dict[str, Any]] = COMPOSE["services"]
STAY = {name: service for name, service in SERVICES.items() if service.get("restart") != "no"}
OURS = {name: service for name, service in STAY.items() if service["image"].startswith("prosa:")}
DOCKERFILE = (ROOT / "Dockerfile").read_text()
NGINX = ROOT / "deploy" / "nginx.conf"
LONGEST_CALL = 35
"""Seconds: lib/graph.py connects within 5 and reads within 30."""


# --- docker-compose.yml -------------------------------------------------------------------------------


def test_the_processes_are_all_there():
    names = {"migrate", "web", "live", "worker-inbound", "worker-replies", "worker-background", "beat"}
    assert names | {"nginx", "db", "redis"} <= SERVICES.keys()
    assert "version" not in COMPOSE


def test_each_service_that_stays_has_a_health_check():
    without = [name for name, service in STAY.items() if not service.get("healthcheck", {}).get("test")]
    assert without == []


def test_every_lane_has_a_worker_and_no_lane_has_two():
    queues = [
        service["command"][service["command"].index("-Q") + 1]
        for service in OURS.values()
        if "-Q" in service["command"]
    ]
    lanes = {lane for queue in queues for lane in queue.split(",")}
    assert lanes >= declared_queues()
    assert sum(len(queue.split(",")) for queue in queues) == len(lanes)


def declared_queues() -> set[str]:
    """The queues that the apps declare work for: a lane's own name, or the queue it says."""
    declared = set()
    for file in ROOT.glob("*/tasks.py"):
        for call in re.findall(r'pulse\.lane\(("\w+"[^\n]*)\)', file.read_text()):
            queue = re.search(r'queue="(\w+)"', call)
            declared.add(queue[1] if queue else call.split('"')[1])
    return declared


def test_nobody_starts_before_the_migrations_have_ended():
    needs = {name: service["depends_on"].get("migrate", {}).get("condition") for name, service in OURS.items()}
    assert set(needs.values()) == {"service_completed_successfully"}, needs


def test_each_may_finish_its_longest_call():
    graces = {name: int(service["stop_grace_period"].removesuffix("s")) for name, service in OURS.items()}
    assert min(graces.values()) > LONGEST_CALL, graces


def test_images_are_pinned_by_version():
    theirs = {s["image"] for s in SERVICES.values() if not s["image"].startswith("prosa")}
    theirs |= set(re.findall(r"^FROM (\S+)", DOCKERFILE, re.MULTILINE))
    assert [image for image in theirs if not re.search(r":\d+\.\d+\.?\d*", image)] == []


def test_volumes_and_networks_that_are_used_are_declared():
    volumes = {v.split(":")[0] for s in SERVICES.values() for v in s.get("volumes", [])}
    networks = {network for s in SERVICES.values() for network in s.get("networks", [])}
    assert volumes == COMPOSE["volumes"].keys()
    assert networks - {"default"} == COMPOSE["networks"].keys()


def test_only_nginx_is_reachable_and_only_from_this_machine():
    published = {name: service["ports"] for name, service in SERVICES.items() if "ports" in service}
    assert published == {"nginx": ["${LISTEN:-127.0.0.1:8080}:8080"]}


def test_no_secret_is_written_in_it():
    text = (ROOT / "docker-compose.yml").read_text()
    assert re.findall(r"(?:PASSWORD|SECRET|TOKEN|KEYS?): +(?!\$\{)\S+", text) == []


def test_programs_it_starts_are_installed():
    programs = {service["command"][0] for service in OURS.values()}
    scripts = Path(sys.executable).parent
    assert programs >= {"granian", "uvicorn", "celery"}
    assert [name for name in programs if not (scripts / name).exists()] == []


# --- Dockerfile ---------------------------------------------------------------------------------------


def test_files_it_copies_exist():
    sources = re.findall(r"^COPY (?!--from)(.+) \S+$", DOCKERFILE, re.MULTILINE)
    assert sources == ["requirements.txt", ".", "deploy/nginx.conf"]
    assert [source for source in sources if not (ROOT / source).exists()] == []


def test_it_installs_the_product_with_hashes_and_nothing_else():
    assert re.findall(r"pip install (.+)", DOCKERFILE) == [
        "--require-hashes --only-binary :all: -r /tmp/requirements.txt"
    ]


def test_it_runs_as_nobody_in_particular():
    stages = re.split(r"^FROM ", DOCKERFILE, flags=re.MULTILINE)[2:]
    users = [re.findall(r"^USER (\d+):\d+$", stage, re.MULTILINE) for stage in stages]
    assert users == [["101"], ["10001"]]


def test_commands_are_in_exec_form():
    commands = re.findall(r"^(?:HEALTHCHECK .*)?CMD (.+)$", DOCKERFILE, re.MULTILINE)
    assert len(commands) == 4
    assert all(command.startswith("[") for command in commands)


def test_the_key_for_building_stays_in_its_command():
    assert re.findall(r"^(?:ENV|ARG).*(?:SECRET|TOKEN|PASSWORD|KEY)", DOCKERFILE, re.MULTILINE) == []


def test_the_image_starts_what_compose_calls_web():
    command = re.findall(r'^CMD (\["granian.*)$', DOCKERFILE, re.MULTILINE)[0]
    assert yaml.safe_load(command) == SERVICES["web"]["command"]


def test_secrets_and_data_stay_out_of_the_image():
    ignored = set((ROOT / ".dockerignore").read_text().split())
    assert {".env", ".env.*", ".git", ".data", ".venv"} <= ignored


# --- nginx.conf ---------------------------------------------------------------------------------------


def test_nginx_sends_each_path_where_it_belongs():
    text = NGINX.read_text()
    blocks = dict(re.findall(r"location (?:= )?(\S+) \{(.*?)\n        \}", text, re.DOTALL))
    targets = {path: re.findall(r"proxy_pass http://(\w+);", block) for path, block in blocks.items()}
    assert targets["/webhook/whatsapp"] == targets["/ws/"] == ["live"]
    assert targets["/"] == ["web"]
    assert targets["/static/"] == [] and "alias /srv/static/;" in blocks["/static/"]


def test_nginx_logs_no_query():
    log = re.search(r"log_format(.*?);", NGINX.read_text(), re.DOTALL)
    assert log and not re.search(r"\$(?:request|request_uri|args|query_string|http_referer)\b", log[1])


def test_nginx_accepts_its_configuration(tmp_path: Path):
    if not (program := shutil.which("nginx", path=f"{os.environ['PATH']}:/usr/sbin")):
        pytest.skip("nginx is not installed")
    # Names of containers resolve only among containers; `resolve` wants nginx 1.27.3.
    text = NGINX.read_text().replace(" resolve;", ";").replace("/tmp/", f"{tmp_path}/")
    text = re.sub(r"server (?:web|live):8000", "server 127.0.0.1:9", text)
    (tmp_path / "nginx.conf").write_text(text.replace("/dev/std", f"{tmp_path}/std"))
    done = subprocess.run(
        [program, "-t", "-e", f"{tmp_path}/error.log", "-c", str(tmp_path / "nginx.conf")],
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr


# --- deploy/probe.py ----------------------------------------------------------------------------------


class Fake(BaseHTTPRequestHandler):
    """Answers like Django: 200 to the name it knows, 400 to any other, 503 to /readyz."""

    def do_GET(self) -> None:
        known = self.headers["Host"] == "inbox.example.com"
        self.send_response(400 if not known else 503 if self.path == "/readyz" else 200)
        self.end_headers()

    def log_message(self, *_: object) -> None:
        pass


@pytest.fixture
def port() -> Iterator[str]:
    with ThreadingHTTPServer(("127.0.0.1", 0), Fake) as server:
        Thread(target=server.serve_forever, daemon=True).start()
        yield str(server.server_port)
        server.shutdown()


def test_the_probe_asks_under_a_name_that_django_takes(port: str, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setenv("ALLOWED_HOSTS", "inbox.example.com,other.example.com")
    assert probe.main("/healthz", port) == 0
    assert probe.main("/readyz", port) == 1
    monkeypatch.setenv("ALLOWED_HOSTS", "stranger.example.com")
    assert probe.main("/healthz", port) == 1


@pytest.mark.parametrize(("allowed", "host"), [("", "localhost"), ("*", "localhost"), (".example.com", "example.com")])
def test_the_probe_finds_a_name(allowed: str, host: str, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setenv("ALLOWED_HOSTS", allowed)
    assert probe.host() == host


def test_the_probe_says_no_where_nobody_listens():
    with socket.socket() as held:
        held.bind(("127.0.0.1", 0))
        assert probe.main("/healthz", str(held.getsockname()[1])) == 1

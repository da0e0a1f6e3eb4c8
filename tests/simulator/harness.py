"""A simulator as a process of its own, and a webhook that remembers what it is told."""

import hashlib
import hmac
import json
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
import requests

SECRET = "app-secret-of-the-tests"
TOKEN = "token-of-the-tests"
NUMBER = "105551234560001"
OTHER_NUMBER = "105551234560002"
WABA = "102938475610001"
ROOT = Path(__file__).parents[2]


def wait_for(condition: Callable[[], Any], *, seconds: float = 10.0) -> Any:
    """Return the first true value of the condition; fail when none comes in time."""
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        value = condition()
        if value:
            return value
        time.sleep(0.02)
    pytest.fail(f"Nothing came within {seconds} s.")


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


@dataclass
class Delivery:
    """One POST the webhook received."""

    signature: str
    body: bytes

    def is_signed_with(self, secret: str) -> bool:
        expected = hmac.new(secret.encode(), self.body, hashlib.sha256).hexdigest()
        return hmac.compare_digest(self.signature, f"sha256={expected}")

    @property
    def values(self) -> list[dict]:
        entries = json.loads(self.body)["entry"]
        return [change["value"] for entry in entries for change in entry["changes"]]


@dataclass
class Webhook:
    """Answers with what `answers` says next (200 when empty) and keeps what came."""

    url: str = ""
    answers: list[int] = field(default_factory=list)
    deliveries: list[Delivery] = field(default_factory=list)

    def statuses(self, wamid: str) -> list[dict]:
        found = [one for delivery in self.deliveries for value in delivery.values for one in value.get("statuses", [])]
        return [one for one in found if one["id"] == wamid]

    def messages(self, wamid: str) -> list[dict]:
        found = [one for delivery in self.deliveries for value in delivery.values for one in value.get("messages", [])]
        return [one for one in found if one["id"] == wamid]


@dataclass
class Process:
    """The simulator under test and how to speak with it."""

    port: int
    database: Path
    webhook_url: str
    options: tuple[str, ...] = ()
    process: subprocess.Popen | None = None

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def start(self) -> None:
        variables = {
            "WHATSAPP_APP_SECRET": f"{SECRET},older",
            "WHATSAPP_TOKEN": TOKEN,
            "WHATSAPP_WABA_ID": WABA,
        }
        options = [
            "--port",
            str(self.port),
            "--database",
            str(self.database),
            "--webhook-url",
            self.webhook_url,
        ]
        self.process = subprocess.Popen(
            [sys.executable, "-m", "simulator", "--latency-ms", "1", *options, *self.options],
            cwd=ROOT,
            env=os.environ | variables,
        )
        wait_for(self._alive)

    def stop(self, how: int = signal.SIGTERM) -> int:
        assert self.process
        self.process.send_signal(how)
        return self.process.wait(10)

    def graph(
        self, method: str, path: str, *, token: str = TOKEN, timeout: float = 5, **more: Any
    ) -> requests.Response:
        headers = {"Authorization": f"Bearer {token}"} if token else {}
        return requests.request(method, f"{self.url}/v25.0{path}", headers=headers, timeout=timeout, **more)

    def send(self, *, number: str = NUMBER, timeout: float = 5, **fields: Any) -> requests.Response:
        payload = {
            "messaging_product": "whatsapp",
            "to": "+5511955550001",
            "type": "text",
            "text": {"body": "Olá"},
        }
        return self.graph("POST", f"/{number}/messages", json=payload | fields, timeout=timeout)

    def control(self, method: str, path: str, json: dict | None = None) -> dict:
        answer = requests.request(method, f"{self.url}/control{path}", json=json, timeout=5)
        assert answer.ok, answer.text
        return answer.json()

    def faults(self, **values: Any) -> dict:
        return self.control("PUT", "/faults", values)

    def calls(self, **filters: str) -> list[dict]:
        query = "&".join(f"{name}={value}" for name, value in filters.items())
        return self.control("GET", f"/ledger?{query}")["data"]

    def write(self, customer: str, text: str = "Oi!", number: str = NUMBER) -> str:
        values = {"text": text, "phone_number_id": number}
        return self.control("POST", f"/customers/{customer}/messages", values)["id"]

    def _alive(self) -> bool:
        try:
            return requests.get(f"{self.url}/healthz", timeout=1).ok
        except requests.ConnectionError:
            return False


def handler_for(webhook: Webhook) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"
        disable_nagle_algorithm = True

        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"]))
            status = webhook.answers.pop(0) if webhook.answers else 200
            webhook.deliveries.append(Delivery(self.headers["X-Hub-Signature-256"], body))
            self.send_response(status)
            self.send_header("Content-Length", "0")
            self.end_headers()

        def do_GET(self) -> None:
            challenge = parse_qs(urlsplit(self.path).query)["hub.challenge"][0].encode()
            self.send_response(200)
            self.send_header("Content-Length", str(len(challenge)))
            self.end_headers()
            self.wfile.write(challenge)

        def log_message(self, *arguments: Any) -> None:
            pass

    return Handler

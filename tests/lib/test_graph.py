"""What happened to a call: a server that answers by script, cut at every place."""

from __future__ import annotations

import email
import io
import json
import socket
import struct
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field

import pytest

from lib import graph
from lib.graph import Accepted, GraphClient, GraphError, NotSent, Outcome, Rejected, Unknown, Uploaded


@dataclass
class Edge:
    """A server whose next connection does what `answer` says; `requests` is what it read."""

    answer: Callable[[socket.socket], None] = lambda connection: None
    reads: bool = True
    requests: list[bytes] = field(default_factory=list)
    url: str = ""

    def serve(self, server: socket.socket) -> None:
        while True:
            try:
                connection, _ = server.accept()
            except OSError:
                return
            with connection:
                try:
                    if self.reads:
                        self.requests.append(_request(connection))
                    self.answer(connection)
                except OSError:
                    pass


def _request(connection: socket.socket) -> bytes:
    connection.settimeout(2)
    read = b""
    while b"\r\n\r\n" not in read:
        read += connection.recv(65536)
    head, _, rest = read.partition(b"\r\n\r\n")
    lengths = [int(line.split(b":")[1]) for line in head.split(b"\r\n") if line.lower().startswith(b"content-length")]
    while lengths and len(rest) < lengths[0]:
        more = connection.recv(65536)
        read, rest = read + more, rest + more
    return read


@pytest.fixture
def edge(monkeypatch) -> Iterator[Edge]:
    monkeypatch.setattr(graph, "CONNECT_TIMEOUT", 0.3)
    monkeypatch.setattr(graph, "READ_TIMEOUT", 0.3)
    edge = Edge()
    server = socket.create_server(("127.0.0.1", 0))
    edge.url = f"http://127.0.0.1:{server.getsockname()[1]}"
    threading.Thread(target=edge.serve, args=(server,), daemon=True).start()
    yield edge
    server.shutdown(socket.SHUT_RDWR)
    server.close()


def send(url: str, **more: str) -> Outcome:
    return GraphClient(url, "v25.0").send_message("1055", {"type": "text"}, token="tok", **more)


def http(status: int, content: object, *, kind: str = "application/json") -> Callable[[socket.socket], None]:
    """A whole answer; `content` is bytes, or becomes JSON."""
    raw = content if isinstance(content, bytes) else json.dumps(content).encode()
    head = f"HTTP/1.1 {status} X\r\nContent-Type: {kind}\r\nContent-Length: {len(raw)}\r\nConnection: close\r\n\r\n"
    return lambda connection: connection.sendall(head.encode() + raw)


def says(raw: bytes) -> Callable[[socket.socket], None]:
    return lambda connection: connection.sendall(raw)


def error(status: int, code: object, **more: object) -> Callable[[socket.socket], None]:
    return http(status, {"error": {"code": code, "message": "No", "fbtrace_id": "T"} | more})


def reset(connection: socket.socket) -> None:
    connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    connection.close()


def hang(connection: socket.socket) -> None:
    connection.settimeout(1)
    connection.recv(1)


OK = {"messages": [{"id": "wamid.1"}]}
ANSWERS: dict[str, tuple[Callable[[socket.socket], None], Outcome | type[Outcome]]] = {
    "200 with a wamid": (http(200, OK), Accepted("wamid.1")),
    "200 with a wamid and more": (http(200, OK | {"contacts": [], "new": 1}), Accepted("wamid.1")),
    "200 with a wamid as text/plain": (http(200, OK, kind="text/plain"), Accepted("wamid.1")),
    "200 with no message": (http(200, {"messages": []}), Unknown),
    "200 with null": (http(200, {"messages": None}), Unknown),
    "200 with a wamid that is a number": (http(200, {"messages": [{"id": 5}]}), Unknown),
    "200 with an empty wamid": (http(200, {"messages": [{"id": ""}]}), Unknown),
    "200 with an endless wamid": (http(200, {"messages": [{"id": "w" * 256}]}), Unknown),
    "200 with messages that are a word": (http(200, {"messages": "x"}), Unknown),
    "200 with an empty object": (http(200, {}), Unknown),
    "200 with a list": (http(200, []), Unknown),
    "200 with a word": (http(200, "ok"), Unknown),
    "200 with nothing": (http(200, b""), Unknown),
    "200 with HTML": (http(200, b"<html>", kind="text/html"), Unknown),
    "200 with broken JSON": (http(200, b'{"messages": [{"id": "wam'), Unknown),
    "200 with bytes that are no text": (http(200, b"\xff\xfe\x00"), Unknown),
    "200 with deep nesting": (http(200, b"[" * 100_000), Unknown),
    "200 with more than a megabyte": (http(200, OK | {"pad": "x" * 1_100_000}), Unknown),
    "200 with an error": (error(200, 131000), Rejected),
    "201 with a wamid": (http(201, OK), Unknown),
    "202 with a wamid": (http(202, OK), Unknown),
    "204": (says(b"HTTP/1.1 204 X\r\nConnection: close\r\n\r\n"), Unknown),
    "302 elsewhere": (says(b"HTTP/1.1 302 X\r\nLocation: http://127.0.0.1:9/\r\nContent-Length: 0\r\n\r\n"), Unknown),
    "400 with a code": (error(400, 131026), Rejected(131026, "No", 400, "T")),
    "400 with details": (error(400, 100, error_data={"details": "to"}), Rejected(100, "to", 400, "T")),
    "400 with details that are a list": (error(400, 100, error_data=[1]), Rejected(100, "No", 400, "T")),
    "401 with a code": (error(401, 190), Rejected(190, "No", 401, "T")),
    "403 with a code": (error(403, 10), Rejected(10, "No", 403, "T")),
    "404 with a code": (error(404, 132001), Rejected(132001, "No", 404, "T")),
    "429 with a code": (error(429, 130429), Rejected(130429, "No", 429, "T")),
    "500 with a code": (error(500, 131000), Rejected(131000, "No", 500, "T")),
    "503 with a code": (error(503, 2), Rejected(2, "No", 503, "T")),
    "400 with a code that is a word": (error(400, "x"), Unknown),
    "400 without a code": (http(400, {"error": {"message": "x"}}), Unknown),
    "400 with an error that is a word": (http(400, {"error": "x"}), Unknown),
    "400 with HTML": (http(400, b"<html>", kind="text/html"), Unknown),
    "500 with HTML": (http(500, b"<html>", kind="text/html"), Unknown),
    "502 with HTML": (http(502, b"<html>", kind="text/html"), Unknown),
    "504 with nothing": (http(504, b""), Unknown),
    "closed without an answer": (lambda connection: None, Unknown),
    "reset without an answer": (reset, Unknown),
    "no answer in time": (hang, Unknown),
    "no HTTP": (says(b"SSH-2.0-x\r\n\r\n"), Unknown),
    "cut in the status line": (says(b"HTTP/1.1 20"), Unknown),
    "cut in the headers": (says(b"HTTP/1.1 200 OK\r\nContent-Le"), Unknown),
    "cut in the body": (says(b'HTTP/1.1 200 OK\r\nContent-Length: 99\r\n\r\n{"messages": [{"id"'), Unknown),
    "cut in a chunk": (says(b'HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nff\r\n{"mess'), Unknown),
    "lies about gzip": (
        says(b"HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\nContent-Length: 2\r\nConnection: close\r\n\r\n{}"),
        Unknown,
    ),
}


@pytest.mark.parametrize("name", ANSWERS)
def test_outcome(edge: Edge, name: str):
    edge.answer, expected = ANSWERS[name]
    outcome = send(edge.url)
    assert len(edge.requests) == 1, "exactly one call, whatever the answer"
    if isinstance(expected, type):
        assert isinstance(outcome, expected), outcome
    else:
        assert outcome == expected


def test_a_reset_before_anything_was_read_is_no_answer(edge: Edge):
    """It may strike while we connect (nothing was sent) or later (nobody knows)."""
    edge.reads, edge.answer = False, reset
    assert isinstance(send(edge.url), NotSent | Unknown)


def test_refused_is_not_sent():
    assert isinstance(send("http://127.0.0.1:9"), NotSent)


def test_a_name_nobody_knows_is_not_sent():
    assert isinstance(send("http://graph.invalid"), NotSent)


def test_no_route_in_time_is_not_sent(monkeypatch):
    monkeypatch.setattr(graph, "CONNECT_TIMEOUT", 0.1)
    with socket.socket() as full:
        full.bind(("127.0.0.1", 0))
        full.listen(0)
        waiting = [socket.socket() for _ in range(4)]
        for one in waiting:
            one.setblocking(False)
            one.connect_ex(full.getsockname())
        assert isinstance(send(f"http://127.0.0.1:{full.getsockname()[1]}"), NotSent)
        for one in waiting:
            one.close()


def test_no_tls_is_not_sent(edge: Edge):
    edge.reads, edge.answer = False, says(b"HTTP/1.1 400 no TLS here\r\n\r\n")
    assert isinstance(send(edge.url.replace("http:", "https:")), NotSent)


def test_the_token_travels_in_its_header_with_its_proof(edge: Edge):
    edge.answer = http(200, OK)
    send(edge.url, app_secret="secret", request_id="r-1")
    (request,) = edge.requests
    assert b"Authorization: Bearer tok\r\n" in request
    assert b"X-Request-ID: r-1\r\n" in request
    line = request.split(b"\r\n")[0]
    assert line.startswith(b"POST /v25.0/1055/messages?appsecret_proof=") and b"tok" not in line


def test_a_read_says_what_meta_said(edge: Edge):
    edge.answer = http(200, {"id": "1"})
    client = GraphClient(edge.url, "v25.0")
    assert client.get("1", token="tok", fields="id") == {"id": "1"}
    edge.answer = error(401, 190)
    with pytest.raises(GraphError, match="190: No"):
        client.get("1", token="tok")
    edge.answer = http(502, b"<html>")
    with pytest.raises(GraphError, match="HTTP 502"):
        client.get("1", token="tok")
    with pytest.raises(GraphError, match="could not be reached"):
        GraphClient("http://127.0.0.1:9", "v25.0").get("1", token="tok")


def test_an_answer_that_drips_in_is_given_up(edge: Edge):
    def drip(connection: socket.socket) -> None:
        connection.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\n")
        for _ in range(100):
            connection.sendall(b" ")
            threading.Event().wait(0.1)

    edge.answer = drip
    began = time.monotonic()
    assert isinstance(send(edge.url), Unknown)
    assert time.monotonic() - began < 3, "0.6 s is the bound here, 10 s the whole answer"


# --- Files ------------------------------------------------------------------------------------------

FILE = bytes(range(32, 127)) * 2000
UPLOADS: dict[str, tuple[Callable[[socket.socket], None], Uploaded | Rejected | type[NotSent]]] = {
    "an id": (http(200, {"id": "4001"}), Uploaded("4001")),
    "an id that is a number": (http(200, {"id": 4001}), Uploaded("4001")),
    "an id that is an address": (http(200, {"id": "../4001"}), NotSent),
    "no id": (http(200, {}), NotSent),
    "HTML": (http(502, b"<html>", kind="text/html"), NotSent),
    "a refusal": (error(400, 131053), Rejected(131053, "No", 400, "T")),
    "a refusal with 500": (error(500, 131000), Rejected(131000, "No", 500, "T")),
    "nothing": (lambda connection: None, NotSent),
    "a reset": (reset, NotSent),
    "silence": (hang, NotSent),
}


def upload(url: str) -> object:
    about = {"filename": 'nota "7"\r\n.pdf', "content_type": "application/pdf", "size": len(FILE)}
    return GraphClient(url, "v25.0").upload_media("1055", io.BytesIO(FILE), **about, token="tok")


@pytest.mark.parametrize("name", UPLOADS)
def test_a_file_is_there_or_refused_or_not_there(edge, monkeypatch, name):
    """Never unknown: nobody gets anything by it."""
    monkeypatch.setattr(graph, "UPLOAD_TIMEOUT", 0.3)
    edge.answer, expected = UPLOADS[name]
    outcome = upload(edge.url)
    assert isinstance(outcome, expected) if isinstance(expected, type) else outcome == expected


def test_a_file_travels_as_a_form_and_its_name_ends_no_header(edge):
    edge.answer = http(200, {"id": "4001"})
    upload(edge.url)
    head, _, body = edge.requests[0].partition(b"\r\n\r\n")
    assert f"Content-Length: {len(body)}".encode() in head and b"Transfer-Encoding" not in head
    form = email.message_from_bytes(head.partition(b"\r\n")[2] + b"\r\n\r\n" + body)
    parts = {part.get_param("name", header="content-disposition"): part for part in form.get_payload()}
    assert [str(parts[name].get_payload()) for name in ("messaging_product", "type")] == ["whatsapp", "application/pdf"]
    assert (parts["file"].get_payload(decode=True), parts["file"].get_content_type()) == (FILE, "application/pdf")
    assert parts["file"].get_filename() == "nota %227%22%0D%0A.pdf"

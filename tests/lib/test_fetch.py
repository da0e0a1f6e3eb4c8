"""No address but Meta's is opened, by whatever spelling, resolver or redirect; the token goes nowhere else."""

from __future__ import annotations

import datetime
import hashlib
import io
import socket
import ssl
import threading
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec

from lib import fetch
from lib.fetch import Cut, Fetched, Fetcher, Forbidden, Refused, TooLarge, Unreachable

TOKEN = "token-of-the-tests"
GOOD = "https://lookaside.fbsbx.com/whatsapp_business/attachments/?mid=1&ext=2&hash=3"


@dataclass
class Site:
    """A server that gives each connection the next of `answers`, and keeps what it was asked."""

    port: int = 0
    answers: list[bytes] = field(default_factory=list)
    asked: list[bytes] = field(default_factory=list)
    connections: int = 0
    tls: ssl.SSLContext | None = None

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def serve(self, server: socket.socket) -> None:
        while True:
            try:
                connection, _ = server.accept()
            except OSError:
                return
            self.connections += 1
            try:
                with self.tls.wrap_socket(connection, server_side=True) if self.tls else connection as spoken:
                    spoken.settimeout(2)
                    self.asked.append(spoken.recv(65536))
                    spoken.sendall(self.answers.pop(0))
            except (OSError, IndexError):
                connection.close()


@pytest.fixture
def site() -> Iterator[Site]:
    site = Site()
    server = socket.create_server(("127.0.0.1", 0))
    site.port = server.getsockname()[1]
    threading.Thread(target=site.serve, args=(server,), daemon=True).start()
    yield site
    server.shutdown(socket.SHUT_RDWR)
    server.close()


def answer(body: bytes, status: str = "200 OK", *headers: str, length: int | None = None) -> bytes:
    lines = [f"HTTP/1.1 {status}", f"Content-Length: {len(body) if length is None else length}", "Connection: close"]
    return "\r\n".join([*lines, *headers, "", ""]).encode() + body


def get(url: str, *, trusted: str = "https://graph.facebook.com", limit: int = 1000) -> tuple[Fetched, bytes]:
    into = io.BytesIO()
    fetched = Fetcher(trusted).download(url, into=into, token=TOKEN, limit=limit)
    return fetched, into.getvalue()


# --- Addresses ---------------------------------------------------------------------------------------

HOSTILE = [
    # other schemes and ports
    "http://lookaside.fbsbx.com/x", "ftp://lookaside.fbsbx.com/x", "file:///etc/passwd", "gopher://fbsbx.com/",
    "data:text/plain,x", "javascript:alert(1)", "//lookaside.fbsbx.com/x", "lookaside.fbsbx.com/x", "", "https://",
    "https:///x", "https:lookaside.fbsbx.com", "https://lookaside.fbsbx.com:80/x", "https://lookaside.fbsbx.com:8443/",
    "https://lookaside.fbsbx.com:0/", "https://lookaside.fbsbx.com:/", "https://lookaside.fbsbx.com:443443/",
    "https://lookaside.fbsbx.com:+443/", "https://lookaside.fbsbx.com:0443/", "https://lookaside.fbsbx.com:4４3/",
    # other hosts, near and far
    "https://example.com/", "https://fbsbx.com.example.com/", "https://notfbsbx.com/", "https://fbsbx.com.evil/",
    "https://example.com/?u=lookaside.fbsbx.com", "https://example.com/lookaside.fbsbx.com", "https://fbsbx.co/",
    "https://localhost/", "https://localhost.fbsbx.com.local/", "https://metadata.google.internal/",
    "https://example.com#.fbsbx.com", "https://example.com?.fbsbx.com", "https://example.com\\.fbsbx.com/",
    # userinfo
    "https://lookaside.fbsbx.com@example.com/", "https://user@lookaside.fbsbx.com/", "https://:@lookaside.fbsbx.com/",
    "https://example.com:443@lookaside.fbsbx.com/", "https://lookaside.fbsbx.com:443@169.254.169.254/",
    "https://lookaside.fbsbx.com%40example.com/", "https://graph.facebook.com\\@169.254.169.254/",
    # bare addresses in every spelling
    "https://127.0.0.1/", "https://169.254.169.254/latest/meta-data/", "https://10.0.0.1/", "https://2130706433/",
    "https://0x7f000001/", "https://0177.0.0.1/", "https://127.1/", "https://0/", "https://0x7f.1/", "https://127.0.0.1./",
    "https://[::1]/", "https://[::ffff:127.0.0.1]/", "https://[::ffff:a9fe:a9fe]/", "https://[fe80::1%25eth0]/",
    "https://[64:ff9b::a9fe:a9fe]/", "https://[::]/", "https://[2002:7f00:1::]/", "https://①②⑦.⓪.⓪.①/",
    "https://169.254.169.254.fbsbx.com@127.0.0.1/", "https://[lookaside.fbsbx.com]/", "https://[::1].fbsbx.com/",
    # odd letters, blanks, controls
    "https://lookaside.fbsbx.com./x", "https://.fbsbx.com/", "https://-a.fbsbx.com/", "https://a_b.fbsbx.com/",
    "https://lookaside.fbsbx。com/", "https://lookaside.fbsbx.com／@example.com/", "https://ⓕbsbx.com/",
    " https://lookaside.fbsbx.com/x", "https://lookaside.fbsbx.com/x\n", "https://lookaside.fbsbx.com/\r\nHost: a",
    "https://look\taside.fbsbx.com/", "https://lookaside.fbsbx.com\x00.example.com/", "https://lookaside.fbsbx.com /",
    "https://lookaside.fbsbx.com/{x}", "https://lookaside.fbsbx.com/#x", "https://lookaside.fbsbx.com%00/",
    "https://%6cookaside.fbsbx.com/", "https://" + "a." * 3000 + "fbsbx.com/",
]  # fmt: skip


@pytest.fixture
def nobody_connects(monkeypatch) -> list[object]:
    """Note every look-up and every connection."""
    tried: list[object] = []

    def refuse(*arguments: object, **_: object) -> None:
        tried.append(arguments)
        raise OSError("a test connects to nobody")

    monkeypatch.setattr(socket, "getaddrinfo", refuse)
    monkeypatch.setattr(socket.socket, "connect", refuse)
    return tried


def test_there_are_vectors_enough():
    assert len(set(HOSTILE)) >= 60


@pytest.mark.parametrize("url", HOSTILE)
def test_a_hostile_address_is_not_opened(url: str, nobody_connects: list[object]):
    with pytest.raises(Forbidden):
        get(url)
    assert nobody_connects == []


@pytest.mark.parametrize("url", [GOOD, "https://mmg.whatsapp.net:443/a%20b", "https://SCONTENT.FBCDN.NET/x"])
def test_an_address_of_meta_is_looked_up(url: str, nobody_connects: list[object]):
    with pytest.raises(Unreachable):
        get(url)
    assert len(nobody_connects) == 1


@pytest.mark.parametrize(
    "url",
    [
        "http://127.0.0.1:9101/media/1", "http://127.0.0.1/media/1", "https://127.0.0.1:9100/media/1",
        "http://127.0.0.1:91000/", "http://127.0.0.1:9100@example.com/", "http://localhost:9100/", "http://127.1:9100/",
        "http://user@127.0.0.1:9100/",
    ],
)  # fmt: skip
def test_only_the_very_origin_of_graph_is_trusted(url: str, nobody_connects: list[object]):
    with pytest.raises(Forbidden):
        get(url, trusted="http://127.0.0.1:9100")
    assert nobody_connects == []


# --- Names that point inwards ------------------------------------------------------------------------

INWARDS = [
    "127.0.0.1", "10.0.0.1", "172.16.0.1", "192.168.1.1", "169.254.169.254", "100.64.0.1", "0.0.0.0", "224.0.0.1",
    "240.0.0.1", "255.255.255.255", "192.0.2.1", "198.18.0.1", "192.0.0.8", "192.88.99.1", "::", "::1", "fe80::1",
    "fe80::1%2", "fc00::1", "3fff::1", "2001:2::1", "fd12::1", "ff02::1",
    "::ffff:127.0.0.1", "::ffff:169.254.169.254", "::ffff:8.8.8.8",
    "64:ff9b::7f00:1", "64:ff9b:1::1", "2002:7f00:1::1", "2001::1", "2001:db8::1", "100::1", "fec0::1", "::7f00:1",
    "5f00::1", "not an address", "",
]  # fmt: skip
OUTWARDS = ["157.240.1.1", "8.8.8.8", "2a03:2880:f003::1", "2600::1"]


@pytest.mark.parametrize("address", INWARDS)
def test_an_inner_address_is_not_public(address: str):
    assert not fetch.is_public(address)


@pytest.mark.parametrize("address", OUTWARDS)
def test_an_outer_address_is_public(address: str):
    assert fetch.is_public(address)


class Resolver:
    """Answers for names with the next of its lists of addresses, and for addresses as they are."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch, *answers: list[str]) -> None:
        self.answers, self.asked, self.connected = list(answers), [], []
        self.real, self.connect, self.site = socket.getaddrinfo, fetch.create_connection, None
        monkeypatch.setattr(socket, "getaddrinfo", self.look_up)
        monkeypatch.setattr(fetch, "create_connection", self.to_the_site)

    def look_up(self, host, port, *rest, **more):
        if host.replace(".", "").isdigit():
            return self.real(host, port, *rest, **more)
        self.asked.append(host)
        return [(socket.AF_INET, socket.SOCK_STREAM, 6, "", (one, port)) for one in self.answers.pop(0)]

    def to_the_site(self, address, *rest, **more):
        self.connected.append(address)
        if self.site is None:
            raise OSError("a test connects to nobody")
        return self.connect(("127.0.0.1", self.site.port), *rest, **more)


@pytest.mark.parametrize("address", INWARDS)
def test_a_name_of_meta_that_points_inwards_is_not_connected_to(address: str, monkeypatch):
    resolver = Resolver(monkeypatch, [address])
    with pytest.raises(Forbidden):
        get(GOOD)
    assert (resolver.asked, resolver.connected) == (["lookaside.fbsbx.com"], [])


def test_one_inner_address_among_outer_ones_is_enough(monkeypatch):
    resolver = Resolver(monkeypatch, ["157.240.1.1", "127.0.0.1"])
    with pytest.raises(Forbidden):
        get(GOOD)
    assert resolver.connected == []


@pytest.fixture(scope="module")
def certificate(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Path]:
    """A certificate for lookaside.fbsbx.com, signed by itself, and its key."""
    key, name = ec.generate_private_key(ec.SECP256R1()), x509.Name([])
    now = datetime.datetime.now(datetime.UTC)
    until = now + datetime.timedelta(hours=1)
    made = (
        x509.CertificateBuilder(name, name, key.public_key(), x509.random_serial_number(), now, until)
        .add_extension(x509.SubjectAlternativeName([x509.DNSName("lookaside.fbsbx.com")]), critical=True)
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .sign(key, hashes.SHA256())
    )
    folder = tmp_path_factory.mktemp("tls")
    pem = serialization.Encoding.PEM
    private = key.private_bytes(pem, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
    (folder / "certificate.pem").write_bytes(made.public_bytes(pem))
    (folder / "key.pem").write_bytes(private)
    return folder / "certificate.pem", folder / "key.pem"


@pytest.fixture
def lookaside(site: Site, certificate: tuple[Path, Path], monkeypatch) -> Site:
    """Meta's host, as far as the fetcher can tell."""
    site.tls = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    site.tls.load_cert_chain(*certificate)
    monkeypatch.setattr(fetch, "where", lambda: str(certificate[0]))
    return site


def test_it_connects_to_the_address_it_checked_whatever_the_resolver_says_next(lookaside: Site, monkeypatch):
    resolver = Resolver(monkeypatch, ["157.240.1.1"], ["169.254.169.254"])
    resolver.site = lookaside
    lookaside.answers = [answer(b"a file", "200 OK", "Content-Type: image/png", "Set-Cookie: a=b; Domain=fbsbx.com")]
    fetched, body = get(GOOD)
    assert (resolver.asked, resolver.connected) == (["lookaside.fbsbx.com"], [("157.240.1.1", 443)])
    assert (body, fetched) == (b"a file", Fetched(6, hashlib.sha256(b"a file").hexdigest(), "image/png"))
    head = lookaside.asked[0].decode()
    assert head.startswith("GET /whatsapp_business/attachments/?mid=1&ext=2&hash=3 HTTP/1.1\r\n")
    assert "Host: lookaside.fbsbx.com\r\n" in head and f"Authorization: Bearer {TOKEN}\r\n" in head
    assert "User-Agent: prosa/1\r\n" in head and "Accept-Encoding: identity\r\n" in head


def test_a_cookie_is_not_kept(lookaside: Site, monkeypatch):
    resolver = Resolver(monkeypatch, ["157.240.1.1"], ["157.240.1.1"])
    resolver.site = lookaside
    lookaside.answers = [answer(b"1", "200 OK", "Set-Cookie: a=b; Domain=fbsbx.com"), answer(b"2")]
    fetcher = Fetcher("https://graph.facebook.com")
    for _ in range(2):
        fetcher.download(GOOD, into=io.BytesIO(), token=TOKEN, limit=10)
    assert b"cookie" not in lookaside.asked[1].lower()


def test_a_host_that_cannot_prove_its_name_does_not_get_the_token(lookaside: Site, monkeypatch):
    resolver = Resolver(monkeypatch, ["157.240.1.1"])
    resolver.site = lookaside
    with pytest.raises(Unreachable):
        get("https://mmg.whatsapp.net/x")
    assert (lookaside.connections, lookaside.asked) == (1, [])


def test_no_proxy_of_the_environment_sees_the_token(site: Site, lookaside: Site, monkeypatch):
    for name in ("HTTPS_PROXY", "https_proxy", "ALL_PROXY"):
        monkeypatch.setenv(name, "http://127.0.0.1:9")
    resolver = Resolver(monkeypatch, ["157.240.1.1"])
    resolver.site = lookaside
    lookaside.answers = [answer(b"a file")]
    assert get(GOOD)[1] == b"a file"


# --- Answers -----------------------------------------------------------------------------------------

ELSEWHERE = ["http://169.254.169.254/", "http://127.0.0.1:{port}/again", "https://example.com/", "//evil/", "/here", ""]


@pytest.mark.parametrize("status", ["301 Moved", "302 Found", "303 See Other", "307 Temporary", "308 Permanent"])
@pytest.mark.parametrize("place", ELSEWHERE)
def test_no_redirect_is_followed(site: Site, status: str, place: str):
    site.answers = [answer(b"", status, f"Location: {place.format(port=site.port)}"), answer(b"secret")]
    with pytest.raises(Forbidden):
        get(f"{site.url}/media/1", trusted=site.url)
    assert len(site.asked) == 1


@pytest.mark.parametrize("status", [204, 206, 400, 401, 403, 404, 410, 429, 500, 503])
def test_any_answer_but_200_is_refused(site: Site, status: int):
    site.answers = [answer(b"no", f"{status} X")]
    with pytest.raises(Refused) as refused:
        get(f"{site.url}/media/1", trusted=site.url)
    assert refused.value.http_status == status


CUT = {
    "in the body": answer(b"half", length=8),
    "in a chunk": b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nff\r\nhalf",
    "before the last chunk": b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n4\r\nhalf\r\n",
    "in nonsense": b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\nhalf",
}


@pytest.mark.parametrize("name", CUT)
def test_an_answer_that_ends_early_is_no_file(site: Site, name: str):
    site.answers = [CUT[name]]
    with pytest.raises(Cut):
        get(f"{site.url}/media/1", trusted=site.url)


def test_no_answer_is_unreachable(site: Site):
    site.answers = [b""]
    with pytest.raises(Unreachable):
        get(f"{site.url}/media/1", trusted=site.url)
    with pytest.raises(Unreachable):
        get("http://127.0.0.1:9/", trusted="http://127.0.0.1:9")


@pytest.mark.parametrize("announced", [True, False])
def test_no_more_than_the_limit_is_written(site: Site, announced: bool):
    much = b"x" * 300_000
    chunked = b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n%x\r\n%s\r\n0\r\n\r\n" % (len(much), much)
    site.answers = [answer(much) if announced else chunked]
    into = io.BytesIO()
    with pytest.raises(TooLarge):
        Fetcher(site.url).download(f"{site.url}/m", into=into, token=TOKEN, limit=100_000)
    assert len(into.getvalue()) <= 100_000


def test_what_is_just_within_the_limit_comes(site: Site):
    site.answers = [answer(b"x" * 1000)]
    assert get(f"{site.url}/media/1", trusted=site.url, limit=1000)[0].length == 1000


def test_what_is_packed_is_not_unpacked(site: Site):
    """A bomb of a gigabyte is the kilobyte that came."""
    site.answers = [answer(b"\x1f\x8b" + b"z" * 20, "200 OK", "Content-Encoding: gzip")]
    assert get(f"{site.url}/media/1", trusted=site.url)[0].length == 22


def test_a_file_that_drips_in_is_given_up(monkeypatch):
    monkeypatch.setattr(fetch, "TOTAL_TIMEOUT", 0.2)
    stop = threading.Event()

    def drip(server: socket.socket) -> None:
        connection, _ = server.accept()
        with connection:
            connection.recv(65536)
            connection.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: 1000\r\n\r\n")
            while not stop.wait(0.05):
                connection.sendall(b"x")

    with socket.create_server(("127.0.0.1", 0)) as server:
        thread = threading.Thread(target=drip, args=(server,))
        thread.start()
        began, url = time.monotonic(), f"http://127.0.0.1:{server.getsockname()[1]}"
        with pytest.raises(Cut):
            get(f"{url}/", trusted=url)
        stop.set()
        thread.join()
    assert time.monotonic() - began < 2

"""Files from Meta: the only place where an address that somebody gave us is opened (reference: Media).

An address is opened when it is https on port 443 of one of Meta's hosts, spelt plainly. Its name is looked
up once and the connection goes to an address that was looked at, so that no later answer of the resolver
counts. No redirect is followed, no cookie kept, no proxy of the environment asked. The origin of
GRAPH_BASE_URL stands beside that: whoever configured it chose it.
"""

from __future__ import annotations

import hashlib
import ipaddress
import re
import socket
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import IO
from urllib.parse import urlsplit

import urllib3
from certifi import where
from urllib3.connection import HTTPSConnection
from urllib3.exceptions import HTTPError, NameResolutionError, NewConnectionError
from urllib3.util.connection import create_connection

from lib.graph import OUR_AGENT

META_HOSTS = ("facebook.com", "fbsbx.com", "fbcdn.net", "whatsapp.net")
"""Where Meta keeps files (Meta: section 7); their subdomains too."""
CONNECT_TIMEOUT = 5.0
READ_TIMEOUT = 20.0
"""Seconds without a byte."""
TOTAL_TIMEOUT = 300.0
"""Seconds for a whole file: 100 MB at 2.8 Mbit/s."""
CHUNK_BYTES = 65_536
LONGEST_ADDRESS = 4_000
# A top-level domain has no digits: that leaves out every spelling of a bare address.
HOST = re.compile(r"(?:[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z]{2,24}")
PLAIN = re.compile(r"[!-~]+")
UNICAST = ipaddress.IPv6Network("2000::/3")
# What older Pythons call global, and what carries an IPv4 address in it.
SPECIAL_IPV4 = tuple(map(ipaddress.IPv4Network, ("192.0.0.0/24", "192.88.99.0/24")))
SPECIAL_IPV6 = tuple(map(ipaddress.IPv6Network, ("2001::/23", "2002::/16", "3fff::/20")))


class FetchError(Exception):
    """A file did not come; nothing may be kept of what was written."""


class Forbidden(FetchError):
    """The address, or where it leads, is not one we open."""


class TooLarge(FetchError):
    """There is more than the limit."""


class Refused(FetchError):
    """The host answered, but not with the file."""

    def __init__(self, http_status: int) -> None:
        super().__init__(f"HTTP {http_status}")
        self.http_status = http_status


class Unreachable(FetchError):
    """The host gave no answer."""


class Cut(FetchError):
    """The answer ended before its end, or took too long."""


@dataclass(frozen=True, slots=True)
class Fetched:
    """What was written; `content_type` is the host's word."""

    length: int
    sha256: str
    content_type: str


@dataclass(frozen=True, slots=True)
class Origin:
    """Scheme, host and port: all that decides whom a token goes to."""

    scheme: str
    host: str
    port: int


def is_public(address: str) -> bool:
    """Tell whether an IP address belongs to the open internet and to one host.

    IPv6 addresses that carry an IPv4 address in them (mapped, NAT64, 6to4, Teredo) never do.
    """
    try:
        ip = ipaddress.ip_address(address)
    except ValueError:
        return False
    if isinstance(ip, ipaddress.IPv4Address):
        return ip.is_global and not ip.is_multicast and not any(ip in network for network in SPECIAL_IPV4)
    return ip.is_global and ip in UNICAST and not any(ip in network for network in SPECIAL_IPV6)


def origin_of(url: str) -> Origin:
    """Return the origin of an address; raise Forbidden for one that is not spelt plainly."""
    # No blanks, controls, backslashes or userinfo: what parsers disagree about.
    if not url.isascii() or len(url) > LONGEST_ADDRESS or not PLAIN.fullmatch(url) or set(url) & set('\\@#"<>^`{|}'):
        raise Forbidden("odd spelling")
    try:
        parts = urlsplit(url)
        port = parts.port
    except ValueError as error:
        raise Forbidden("odd spelling") from error
    host = parts.hostname or ""
    if parts.scheme not in ("http", "https") or not host or parts.netloc.lower() not in (host, f"{host}:{port}"):
        raise Forbidden("odd spelling")
    return Origin(parts.scheme, host, port if port is not None else 443 if parts.scheme == "https" else 80)


class _CheckedConnection(HTTPSConnection):
    """Connects to an address that was looked at, not to a name that may mean another one by then."""

    def _new_conn(self) -> socket.socket:
        try:
            found = socket.getaddrinfo(self._dns_host, self.port, type=socket.SOCK_STREAM)
        except OSError as error:
            raise NameResolutionError(self.host, self, error) from error  # type: ignore[arg-type]
        addresses = [str(address[0]) for *_, address in found]
        # One that points inwards makes the name suspect: none of its addresses is tried.
        if not addresses or not all(map(is_public, addresses)):
            raise Forbidden("the name points to an address that is not public")
        for address in addresses:
            try:
                return create_connection((address, self.port), self.timeout, socket_options=self.socket_options)
            except OSError as error:
                failed = error
        raise NewConnectionError(self, str(failed)) from failed


class _CheckedPool(urllib3.HTTPSConnectionPool):
    ConnectionCls = _CheckedConnection


@dataclass(slots=True)
class Fetcher:
    """Download files with kept connections; safe to share among threads."""

    trusted: str
    """GRAPH_BASE_URL: its origin may be anything, a simulator on this machine for one."""
    hosts: tuple[str, ...] = META_HOSTS
    connections: int = 4
    _checked: urllib3.PoolManager = field(init=False)
    _plain: urllib3.PoolManager = field(init=False)

    def __post_init__(self) -> None:
        self._checked, self._plain = (
            urllib3.PoolManager(8, maxsize=self.connections, ca_certs=where(), cert_reqs="CERT_REQUIRED")
            for _ in range(2)
        )
        self._checked.pool_classes_by_scheme = {"https": _CheckedPool}

    def download(self, url: str, *, into: IO[bytes], token: str, limit: int) -> Fetched:
        """Write what is at `url` to `into`, at most `limit` bytes; raise a FetchError."""
        pool = self._pool(origin_of(url))
        until = time.monotonic() + TOTAL_TIMEOUT
        response = _open(pool, url, token)
        try:
            fetched = _receive(response, into, limit, until)
        except BaseException:
            response.close()
            raise
        response.release_conn()
        return fetched

    def _pool(self, origin: Origin) -> urllib3.HTTPConnectionPool:
        """Return the connections to an origin that we open; raise Forbidden for all others."""
        if origin.scheme == "https" and origin.port == 443 and self._is_listed(origin.host):
            return self._checked.connection_from_host(origin.host, 443, "https")
        if origin == origin_of(self.trusted):
            return self._plain.connection_from_host(origin.host, origin.port, origin.scheme)
        raise Forbidden("not one of Meta's hosts")

    def _is_listed(self, host: str) -> bool:
        listed = any(host == name or host.endswith(f".{name}") for name in self.hosts)
        return listed and HOST.fullmatch(host) is not None


def _open(pool: urllib3.HTTPConnectionPool, url: str, token: str) -> urllib3.BaseHTTPResponse:
    parts = urlsplit(url)
    # The pool has the host already: nothing parses the address a second time.
    target = "/" + parts.path.lstrip("/") + (f"?{parts.query}" if parts.query else "")
    headers = {"Authorization": f"Bearer {token}", "User-Agent": OUR_AGENT, "Accept-Encoding": "identity"}
    timeout = urllib3.Timeout(connect=CONNECT_TIMEOUT, read=READ_TIMEOUT)
    try:
        response = pool.urlopen(
            "GET", target, headers=headers, timeout=timeout, retries=False, redirect=False, preload_content=False
        )
    except (HTTPError, OSError) as error:
        raise Unreachable(type(error).__name__) from error
    if response.status != 200:
        response.close()
        # Nobody at Meta redirects; whoever does sends us where the check has not been.
        raise Forbidden("a redirect") if 300 <= response.status < 400 else Refused(response.status)
    return response


def _receive(response: urllib3.BaseHTTPResponse, into: IO[bytes], limit: int, until: float) -> Fetched:
    announced = response.headers.get("Content-Length", "")
    expected = int(announced) if announced.isascii() and announced.isdigit() else None
    if expected is not None and expected > limit:
        raise TooLarge(f"{expected} bytes")
    length, digest = 0, hashlib.sha256()
    for part in _parts(response, until):
        length += len(part)
        if length > limit:
            raise TooLarge(f"more than {limit} bytes")
        digest.update(part)
        into.write(part)
    if expected is not None and length != expected:
        raise Cut(f"{length} of {expected} bytes")
    return Fetched(length, digest.hexdigest(), response.headers.get("Content-Type", ""))


def _parts(response: urllib3.BaseHTTPResponse, until: float) -> Iterator[bytes]:
    """Yield what arrives as it arrives, not whole chunks: the clock is looked at between drops."""
    try:
        while part := response.read1(CHUNK_BYTES, decode_content=False):
            yield part
            if time.monotonic() > until:
                raise Cut("too slow")
    except (HTTPError, OSError, ValueError) as error:
        raise Cut(type(error).__name__) from error

"""The load: one process, kept connections, the next POST as soon as the last is answered."""

import multiprocessing
import re
import selectors
import socket
import time
from array import array
from dataclasses import dataclass
from multiprocessing.connection import Connection
from multiprocessing.sharedctypes import Synchronized

from bench import traffic

CONNECTIONS = 64
LENGTH = re.compile(rb"content-length: *(\d+)", re.IGNORECASE)
SPAWN = multiprocessing.get_context("spawn")


@dataclass(frozen=True, slots=True)
class Result:
    """What one stretch of load saw; latencies in milliseconds."""

    answered: int
    refused: int
    seconds: float
    cpu_seconds: float
    p50: float
    p99: float
    next_index: int

    @property
    def rate(self) -> float:
        """Answers of 200 a second."""
        return self.answered / self.seconds


class Load:
    """Post the campaign from `first` on, for so many seconds, in a process of its own."""

    def __init__(self, port: int, secret: str, *, first: int, seconds: float) -> None:
        self.hold: Synchronized[bool] = SPAWN.Value("b", False)
        """Set it to pause: connections stay open and nothing new is posted."""
        self._results, theirs = SPAWN.Pipe(duplex=False)
        arguments = (port, secret.encode(), first, seconds, self.hold, theirs)
        self._process = SPAWN.Process(target=_run, args=arguments, daemon=True)
        self._process.start()

    @property
    def pid(self) -> int:
        """The process, for the accounts of CPU time."""
        return self._process.pid or 0

    @property
    def running(self) -> bool:
        """Whether it still posts."""
        return not self._results.poll()

    def result(self) -> Result:
        """Wait for the end and return what was seen; raise EOFError when the process failed."""
        result = self._results.recv()
        self._process.join()
        return result


class _Poster:
    """Posts over kept connections as fast as they are answered."""

    def __init__(self, port: int, secret: bytes, first: int) -> None:
        self.index = first
        self.refused = 0
        self.latencies = array("d")
        self._port, self._secret = port, secret
        self._selector = selectors.DefaultSelector()
        self.idle: list[_Connection] = []
        for _ in range(CONNECTIONS):
            self._connect()

    def post(self) -> None:
        """Post the next notifications, one on each idle connection."""
        while self.idle:
            self.idle.pop().post(traffic.request(traffic.notification(self.index), self._secret))
            self.index += 1

    def collect(self) -> None:
        """Take the answers that are there, or wait a moment for the first."""
        for key, _ in self._selector.select(0.005):
            connection: _Connection = key.data
            status = connection.status()
            if status == 200:
                self.latencies.append(time.perf_counter() - connection.began)
                self.idle.append(connection)
            elif status is not None:
                self.refused += 1
                self._selector.unregister(connection.socket)
                connection.socket.close()
                self._connect()

    def _connect(self) -> None:
        connection = _Connection(self._port)
        self._selector.register(connection.socket, selectors.EVENT_READ, connection)
        self.idle.append(connection)


class _Connection:
    """One kept connection; blocking, since a whole request always fits the socket's buffer."""

    def __init__(self, port: int) -> None:
        self.socket = socket.create_connection(("127.0.0.1", port), timeout=30)
        self.socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self.began = 0.0
        self._received = b""

    def post(self, request: bytes) -> None:
        """Send one request."""
        self._received = b""
        self.began = time.perf_counter()
        try:
            self.socket.sendall(request)
        except OSError:
            # The server closed an idle connection; reading finds that out.
            pass

    def status(self) -> int | None:
        """Return the answer's status once it is complete; 0 when the server hung up."""
        try:
            chunk = self.socket.recv(65536)
        except OSError:
            return 0
        if not chunk:
            return 0
        self._received += chunk
        head = self._received.find(b"\r\n\r\n")
        length = LENGTH.search(self._received, 0, head) if head > 0 else None
        if length is None or len(self._received) < head + 4 + int(length[1]):
            return None
        return int(self._received[9:12])


def _run(port: int, secret: bytes, first: int, seconds: float, hold: Synchronized, results: Connection) -> None:
    poster = _Poster(port, secret, first)
    began, cpu = time.perf_counter(), time.process_time()
    while (going := time.perf_counter() - began < seconds) or len(poster.idle) < CONNECTIONS:
        if going and not hold.value:
            poster.post()
        poster.collect()
    took, cpu = time.perf_counter() - began, time.process_time() - cpu
    ordered = sorted(poster.latencies) or [0.0]
    p50, p99 = (1000 * ordered[int(len(ordered) * share)] for share in (0.5, 0.99))
    results.send(Result(len(ordered), poster.refused, took, cpu, p50, p99, poster.index))

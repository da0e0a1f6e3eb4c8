"""A small HTTP/1.1 client with kept connections, enough to post webhooks by the thousand."""

import asyncio
import ssl
from urllib.parse import urlsplit

ANSWER_TIMEOUT_SECONDS = 20.0
CONNECT_TIMEOUT_SECONDS = 5.0

# What a request can raise: no connection, no answer in time, or an answer that is not HTTP.
UNANSWERED = (OSError, TimeoutError, ValueError, EOFError, asyncio.LimitOverrunError)

Connection = tuple[asyncio.StreamReader, asyncio.StreamWriter]


class HttpClient:
    """Sends requests to one URL, reusing idle connections."""

    def __init__(self, url: str) -> None:
        parts = urlsplit(url)
        self._host = parts.hostname or "127.0.0.1"
        self._secure = parts.scheme == "https"
        self._port = parts.port or (443 if self._secure else 80)
        self._target = parts.path or "/"
        self._host_header = parts.netloc
        self._idle: list[Connection] = []

    async def get(self, query: str) -> tuple[int, bytes]:
        """GET the URL with this query; return status and body; raise one of UNANSWERED."""
        return await self._request("GET", f"{self._target}?{query}", {}, b"")

    async def post(self, body: bytes, headers: dict[str, str]) -> tuple[int, bytes]:
        """POST the body; return status and body; raise one of UNANSWERED."""
        return await self._request("POST", self._target, headers, body)

    def close(self) -> None:
        """Close the idle connections."""
        while self._idle:
            self._idle.pop()[1].close()

    async def _request(self, method: str, target: str, headers: dict[str, str], body: bytes) -> tuple[int, bytes]:
        head = f"{method} {target} HTTP/1.1\r\nHost: {self._host_header}\r\nUser-Agent: facebookexternalua\r\n"
        head += "".join(f"{name}: {value}\r\n" for name, value in headers.items())
        data = f"{head}Accept: */*\r\nContent-Length: {len(body)}\r\n\r\n".encode() + body
        while self._idle:
            try:
                return await self._exchange(self._idle.pop(), data)
            except (ConnectionError, asyncio.IncompleteReadError):
                continue  # the server had closed the kept connection
        try:
            return await self._exchange(await self._connect(), data)
        except asyncio.IncompleteReadError as error:
            raise ConnectionError("The webhook hung up without an answer.") from error

    async def _connect(self) -> Connection:
        context = ssl.create_default_context() if self._secure else None
        async with asyncio.timeout(CONNECT_TIMEOUT_SECONDS):
            return await asyncio.open_connection(self._host, self._port, ssl=context)

    async def _exchange(self, connection: Connection, data: bytes) -> tuple[int, bytes]:
        reader, writer = connection
        kept = False
        try:
            async with asyncio.timeout(ANSWER_TIMEOUT_SECONDS):
                writer.write(data)
                await writer.drain()
                status, headers = await _read_head(reader)
                body = await _read_body(reader, headers)
            kept = headers.get("connection", "").lower() != "close" and _has_end(headers)
            return status, body
        finally:
            if kept:
                self._idle.append(connection)
            else:
                writer.close()


async def _read_head(reader: asyncio.StreamReader) -> tuple[int, dict[str, str]]:
    head = (await reader.readuntil(b"\r\n\r\n")).decode("latin-1").split("\r\n")
    try:
        status = int(head[0].split(" ", 2)[1])
    except (IndexError, ValueError) as error:
        raise ConnectionError("The webhook did not answer in HTTP.") from error
    pairs = (line.partition(":") for line in head[1:] if line)
    return status, {name.strip().lower(): value.strip() for name, _, value in pairs}


async def _read_body(reader: asyncio.StreamReader, headers: dict[str, str]) -> bytes:
    if headers.get("transfer-encoding", "").lower() == "chunked":
        chunks = []
        while size := int((await reader.readline()).split(b";")[0] or b"0", 16):
            chunks.append(await reader.readexactly(size))
            await reader.readline()
        await reader.readline()
        return b"".join(chunks)
    if "content-length" in headers:
        return await reader.readexactly(int(headers["content-length"]))
    return await reader.read()


def _has_end(headers: dict[str, str]) -> bool:
    return "content-length" in headers or headers.get("transfer-encoding", "").lower() == "chunked"

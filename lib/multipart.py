"""A form with one file as the body of a request, read piece by piece and never held whole."""

from __future__ import annotations

import secrets
from collections.abc import Mapping
from typing import IO


class FileForm:
    """Fields and then a file, in multipart/form-data; a body as urllib3 takes it."""

    def __init__(
        self, fields: Mapping[str, str], file: IO[bytes], *, filename: str, content_type: str, size: int
    ) -> None:
        boundary = secrets.token_hex(16)
        self.content_type = f"multipart/form-data; boundary={boundary}"
        begin = f"--{boundary}\r\nContent-Disposition: form-data; name="
        head = "".join(f'{begin}"{name}"\r\n\r\n{value}\r\n' for name, value in fields.items())
        head += f'{begin}"file"; filename="{_quoted(filename)}"\r\nContent-Type: {content_type}\r\n\r\n'
        self._parts = [head.encode(), f"\r\n--{boundary}--\r\n".encode()]
        self._file = file
        self._length = sum(map(len, self._parts)) + size

    def __len__(self) -> int:
        return self._length

    def read(self, size: int = -1) -> bytes:
        """Return the next bytes, at most `size`; none at the end."""
        if size < 0:
            return b"".join(iter(lambda: self.read(65_536), b""))
        head, tail = self._parts
        if head:
            self._parts[0] = head[size:]
            return head[:size]
        if part := self._file.read(size):
            return part
        self._parts[1] = tail[size:]
        return tail[:size]


def _quoted(filename: str) -> str:
    """Write a file's name as browsers do: nothing in it ends the header."""
    return filename.replace('"', "%22").replace("\r", "%0D").replace("\n", "%0A")

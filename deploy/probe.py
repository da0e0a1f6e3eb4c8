"""Ask this container's own server for a path; the exit code is the answer. For health checks."""

from __future__ import annotations

import os
import sys
import urllib.error
import urllib.request

SECONDS = 4.0


def host() -> str:
    """Return a name that the server answers to: Django refuses a request for any other."""
    names = [name.strip() for name in os.environ.get("ALLOWED_HOSTS", "").split(",") if name.strip()]
    first = names[0] if names else "localhost"
    return "localhost" if first == "*" else first.removeprefix(".")


def main(path: str, port: str) -> int:
    """Return 0 when the path is answered with 2xx, else 1 with the reason on stderr."""
    request = urllib.request.Request(f"http://127.0.0.1:{port}{path}", headers={"Host": host()})
    try:
        with urllib.request.urlopen(request, timeout=SECONDS) as response:  # noqa: S310 - always loopback
            return 0 if 200 <= response.status < 300 else 1
    except (urllib.error.URLError, OSError) as error:
        print(f"{path}: {error}", file=sys.stderr)
        return 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1], sys.argv[2] if len(sys.argv) > 2 else "8000"))

"""TCP ports of this machine's loopback."""

import random
import socket

HOST = "127.0.0.1"


def is_free(port: int) -> bool:
    """Tell whether nobody listens on the port and we may."""
    with socket.socket() as probe:
        probe.settimeout(0.5)
        if probe.connect_ex((HOST, port)) == 0:
            return False
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((HOST, port))
        except OSError:
            return False
    return True


def first_free(start: int, tries: int = 100) -> int:
    """Return the first free port at or after `start`; OSError when `tries` of them are taken."""
    for port in range(start, min(start + tries, 65536)):
        if is_free(port):
            return port
    raise OSError(f"no free port between {start} and {start + tries}")


def pick() -> int:
    """Return a free port below the ephemeral range.

    From that range the kernel could hand our port to somebody's outgoing connection while a server restarts.
    """
    return first_free(random.randrange(20_000, 32_000))

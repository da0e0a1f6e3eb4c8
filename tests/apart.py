"""What must be chosen before the settings are read: these are tests, and each process has its own Redis database."""

from __future__ import annotations

import os
from urllib.parse import urlsplit, urlunsplit

os.environ.setdefault("PRODUCTION", "false")
worker = os.environ.get("PYTEST_XDIST_WORKER", "")
if worker:
    # Database 0 stays with a run in one process; pytest-django gives each worker a database of its own too.
    address = urlsplit(os.environ["REDIS_URL"])
    os.environ["REDIS_URL"] = urlunsplit(address._replace(path=f"/{int(worker.removeprefix('gw')) + 1}"))

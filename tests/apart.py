"""A Redis database for each process that runs tests, chosen before the settings are read."""

from __future__ import annotations

import os
from urllib.parse import urlsplit, urlunsplit

worker = os.environ.get("PYTEST_XDIST_WORKER", "")
if worker:
    # Database 0 stays with a run in one process; pytest-django gives each worker a database of its own too.
    address = urlsplit(os.environ["REDIS_URL"])
    os.environ["REDIS_URL"] = urlunsplit(address._replace(path=f"/{int(worker.removeprefix('gw')) + 1}"))

"""What the inbound workers do."""

from __future__ import annotations

from functools import partial

from lib import pulse
from webhooks import drain
from webhooks.queue import Queue

# Two at a time: while one waits for PostgreSQL the other reads and parses.
drain_events = pulse.lane("inbound", partial(drain.drain_due, Queue()), width=2)

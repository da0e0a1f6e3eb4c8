"""What the workers do for the ledger: apply what came, delete what is old."""

from __future__ import annotations

from functools import partial

from lib import pulse
from webhooks import drain, retention
from webhooks.queue import Queue

# Two at a time: while one waits for PostgreSQL the other reads and parses.
drain_events = pulse.lane("inbound", partial(drain.drain_due, Queue()), width=2)
delete_old_deliveries = pulse.lane("ledger", retention.delete_old_deliveries, every=300.0, queue="maintenance")

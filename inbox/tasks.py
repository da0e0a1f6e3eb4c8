"""What the workers of the inbox do: a lane for replies, one for bulk, one for sweeping up."""

from __future__ import annotations

from functools import partial

from inbox import delivery, sweeps
from lib import pulse

deliver_replies = pulse.lane("replies", partial(delivery.deliver_due, "replies"))
deliver_bulk = pulse.lane("bulk", partial(delivery.deliver_due, "bulk"))
sweep = pulse.lane("maintenance", sweeps.sweep, every=10.0)

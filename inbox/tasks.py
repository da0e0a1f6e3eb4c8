"""What the workers of the inbox do: a lane for replies, for bulk, for files, and for sweeping up."""

from __future__ import annotations

from functools import partial

from inbox import attachments, delivery, sweeps
from lib import pulse

deliver_replies = pulse.lane("replies", partial(delivery.deliver_due, "replies"))
deliver_bulk = pulse.lane("bulk", partial(delivery.deliver_due, "bulk"))
fetch_attachments = pulse.lane("media", attachments.fetch_due)
sweep = pulse.lane("maintenance", sweeps.sweep, every=10.0)

"""What the workers of the inbox do: a lane for replies, bulk, what was read, files, and sweeping up."""

from __future__ import annotations

from functools import partial

from inbox import attachments, delivery, read_marks, scheduled, sweeps
from lib import pulse

deliver_replies = pulse.lane("replies", partial(delivery.deliver_due, "replies"))
deliver_bulk = pulse.lane("bulk", partial(delivery.deliver_due, "bulk"))
# Looked at by the replies' workers once a second: nobody waits for these.
send_scheduled = pulse.lane("scheduled", scheduled.send_due, queue="replies")
tell_read_marks = pulse.lane("read_marks", read_marks.tell_due, queue="replies")
fetch_attachments = pulse.lane("media", attachments.fetch_due)
sweep = pulse.lane("maintenance", sweeps.sweep, every=10.0)

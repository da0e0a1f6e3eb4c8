"""What the bulk workers do for campaigns; the pulse looks once a second."""

from __future__ import annotations

from campaigns import dispatch
from lib import pulse

dispatch_campaigns = pulse.lane("campaigns", dispatch.dispatch_due, queue="bulk")

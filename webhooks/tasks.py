"""What the inbound workers do."""

from __future__ import annotations

from lib import pulse
from webhooks import drain

drain_events = pulse.lane("inbound", drain.drain_due)

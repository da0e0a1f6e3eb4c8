"""What the maintenance workers do for numbers; the Celery task of a lane runs it at once."""

from __future__ import annotations

from lib import pulse
from numbers import health, silence

watch_silence = pulse.lane("silence", silence.watch, every=60.0, queue="maintenance")
# A minute is how often it looks for what is due; each row is checked once an interval.
check_health = pulse.lane("health", health.check_due, every=60.0, queue="maintenance")

"""What the maintenance workers do for accounts; the Celery task of a lane runs it at once."""

from __future__ import annotations

from accounts import brake, idempotency, sessions
from accounts.audit import sealing
from accounts.tokens import refresh
from lib import pulse

delete_ended_families = pulse.lane("families", refresh.delete_ended_families, every=3600.0, queue="maintenance")
# What is not sealed yet can still be changed unnoticed: seconds, not minutes.
seal_audit = pulse.lane("audit", sealing.seal_due, every=5.0, queue="maintenance")
delete_expired_sessions = pulse.lane("sessions", sessions.delete_expired, every=3600.0, queue="maintenance")
forget_requests = pulse.lane("requests", idempotency.forget_requests, every=3600.0, queue="maintenance")
forget_tries = pulse.lane("tries", brake.forget, every=3600.0, queue="maintenance")

"""/metrics for Prometheus: what the database knows of numbers, the ledger, files and queues.

Computed when it is asked for, from PostgreSQL alone: it is the same in every process and needs no Redis.
"""

from __future__ import annotations

import hmac
from collections.abc import Iterator
from typing import Any

from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.db import DatabaseError, connection
from django.http import Http404, HttpRequest, HttpResponse
from prometheus_client import CONTENT_TYPE_LATEST, CollectorRegistry, generate_latest
from prometheus_client.core import GaugeMetricFamily

NUMBERS = """
SELECT number.phone_number_id, number.quality,
       number.state = 'ACTIVE' AND waba.state = 'ACTIVE' AND number.blocked_until IS NULL,
       extract(epoch FROM now() - pulse.last_heard_at), extract(epoch FROM pulse.lag),
       extract(epoch FROM pulse.worst_lag)
FROM numbers_phonenumber number JOIN numbers_wabaaccount waba ON waba.id = number.waba_id
LEFT JOIN numbers_numberpulse pulse ON pulse.number_id = number.id
ORDER BY number.id
"""
ALERTS = """
SELECT coalesce(number.phone_number_id, ''), waba.waba_id, alert.severity, count(*)
FROM numbers_alert alert
JOIN numbers_wabaaccount waba ON waba.id = alert.waba_id
LEFT JOIN numbers_phonenumber number ON number.id = alert.number_id
WHERE alert.acknowledged_at IS NULL AND (alert.ended_at IS NULL OR alert.ended_at > now())
GROUP BY 1, 2, 3 ORDER BY 1, 2, 3
"""
# Each state apart: so each is answered from its partial index, and not from the largest of tables.
PENDING = """
SELECT count(*), coalesce(extract(epoch FROM now() - min(received_at)), 0)
FROM webhooks_webhookevent WHERE state = 'PENDING'
"""
QUARANTINED = "SELECT count(*) FROM webhooks_webhookevent WHERE state = 'QUARANTINED'"
ATTACHMENTS = "SELECT state, count(*) FROM inbox_attachment GROUP BY 1 ORDER BY 1"
QUEUED = "SELECT lane, count(*) FROM inbox_message WHERE outbox = 0 GROUP BY 1 ORDER BY 1"

QUALITIES = {"GREEN": 3, "YELLOW": 2, "RED": 1}


class FromPostgres:
    """A collector whose values are read from the database at each request."""

    def collect(self) -> Iterator[GaugeMetricFamily]:
        """Yield every metric; raise DatabaseError when PostgreSQL is away."""
        yield from _numbers()
        labels = ["phone_number_id", "waba_id", "severity"]
        yield _counts("prosa_alerts_open", "Open alerts of a number, or of a whole account.", labels, ALERTS)
        yield from _ledger()
        yield _counts("prosa_attachments", "Files by state.", ["state"], ATTACHMENTS)
        yield _counts("prosa_messages_queued", "Messages waiting to be sent.", ["lane"], QUEUED)


@login_not_required
def metrics(request: HttpRequest) -> HttpResponse:
    """Answer with the metrics to who knows METRICS_TOKEN; without such a token there is no page."""
    if not settings.METRICS_TOKEN:
        raise Http404
    given = request.headers.get("Authorization", "").encode("utf-8", "replace")
    if not hmac.compare_digest(given, f"Bearer {settings.METRICS_TOKEN}".encode()):
        return HttpResponse(status=401, headers={"WWW-Authenticate": "Bearer"})
    registry = CollectorRegistry(auto_describe=False)
    try:
        registry.register(FromPostgres())
        return HttpResponse(generate_latest(registry), content_type=CONTENT_TYPE_LATEST)
    except DatabaseError:
        return HttpResponse("PostgreSQL is away.\n", status=503, content_type="text/plain")


def _numbers() -> Iterator[GaugeMetricFamily]:
    names = {
        "heard": ("prosa_number_last_heard_seconds", "Seconds since a webhook of the number came."),
        "lag": ("prosa_number_lag_seconds", "Delay of the last live message between WhatsApp and here."),
        "worst": ("prosa_number_worst_lag_seconds", "Longest such delay of about an hour."),
        "quality": ("prosa_number_quality", "3 high, 2 medium, 1 low, 0 unknown."),
        "active": ("prosa_number_active", "1 when the number sends, 0 when it is paused or blocked."),
    }
    gauges = {key: GaugeMetricFamily(*name, labels=["phone_number_id"]) for key, name in names.items()}
    for number, quality, is_active, heard, lag, worst in _rows(NUMBERS):
        measured = {"heard": heard, "lag": lag, "worst": worst if lag is not None else None}
        measured |= {"quality": QUALITIES.get(quality, 0), "active": is_active}
        for key, value in measured.items():
            if value is not None:
                gauges[key].add_metric([number], float(value))
    yield from gauges.values()


def _ledger() -> Iterator[GaugeMetricFamily]:
    [(pending, oldest)], [(quarantined,)] = _rows(PENDING), _rows(QUARANTINED)
    yield GaugeMetricFamily("prosa_ledger_pending", "Deliveries that wait.", value=pending)
    about = "Age of the oldest delivery that waits."
    yield GaugeMetricFamily("prosa_ledger_oldest_pending_seconds", about, value=float(oldest))
    about = "Deliveries with a part that could not be applied."
    yield GaugeMetricFamily("prosa_ledger_quarantined", about, value=quarantined)


def _counts(name: str, about: str, labels: list[str], query: str) -> GaugeMetricFamily:
    """Make one gauge of a query whose rows are the labels' values and a count."""
    gauge = GaugeMetricFamily(name, about, labels=labels)
    for *values, count in _rows(query):
        gauge.add_metric([str(value) for value in values], count)
    return gauge


def _rows(query: str) -> list[tuple[Any, ...]]:
    with connection.cursor() as cursor:
        cursor.execute(query)
        return cursor.fetchall()

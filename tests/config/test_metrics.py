"""/metrics: closed without its token, and true with it."""

from __future__ import annotations

import re
from datetime import timedelta
from pathlib import Path

import pytest
from django.db import DatabaseError
from django.utils import timezone
from prometheus_client.parser import text_string_to_metric_families

from config import metrics
from messaging import outgoing
from numbers import alerts
from numbers.alerts import Notice
from numbers.models import NumberPulse, PhoneNumber, WabaAccount
from tests.deliveries import store
from webhooks.models import WebhookEvent

pytestmark = pytest.mark.django_db

TOKEN = "a-token-of-the-tests"


@pytest.fixture
def scrape(client, settings):
    """Read the metrics as Prometheus does: {(name, labels' values): value}."""
    settings.METRICS_TOKEN = TOKEN

    def read() -> dict[tuple[str, ...], float]:
        answer = client.get("/metrics", headers={"Authorization": f"Bearer {TOKEN}"})
        assert answer.status_code == 200
        families = text_string_to_metric_families(answer.content.decode())
        return {
            (sample.name, *sorted(sample.labels.values())): sample.value for one in families for sample in one.samples
        }

    return read


def test_without_a_token_of_ours_there_is_no_page(client, settings):
    settings.METRICS_TOKEN = ""
    assert client.get("/metrics", headers={"Authorization": "Bearer "}).status_code == 404


@pytest.mark.parametrize("given", ["", "Bearer", "Bearer x", TOKEN, f"Basic {TOKEN}", f"Bearer {TOKEN}é"])
def test_without_it_nobody_reads(given: str, client, settings):
    settings.METRICS_TOKEN = TOKEN
    answer = client.get("/metrics", headers={"Authorization": given})
    assert (answer.status_code, answer.content) == (401, b"")


def test_an_empty_installation_has_metrics(scrape):
    found = scrape()
    assert found[("prosa_ledger_pending",)] == 0
    assert found[("prosa_ledger_oldest_pending_seconds",)] == 0


def test_it_tells_of_each_number(scrape, number: PhoneNumber):
    PhoneNumber.objects.update(quality="YELLOW")
    then = timezone.now() - timedelta(minutes=10)
    NumberPulse.objects.create(
        number=number,
        last_heard_at=then,
        lag=timedelta(seconds=2),
        worst_lag=timedelta(seconds=30),
        worst_lag_at=then,
        updated_at=then,
    )
    alerts.hold(Notice("number.silent"), number.waba_id, number=number.pk, holds=True)
    found, id = scrape(), number.phone_number_id
    assert found[("prosa_number_last_heard_seconds", id)] == pytest.approx(600, abs=60)
    assert found[("prosa_number_lag_seconds", id)] == 2
    assert found[("prosa_number_worst_lag_seconds", id)] == 30
    assert (found[("prosa_number_quality", id)], found[("prosa_number_active", id)]) == (2, 1)
    WabaAccount.objects.update(state="PAUSED")
    assert scrape()[("prosa_number_active", id)] == 0
    assert found[("prosa_alerts_open", *sorted([id, number.waba.waba_id, "CRITICAL"]))] == 1


def test_each_metric_is_documented(scrape, number: PhoneNumber):
    page = (Path(__file__).parents[2] / "docs" / "operations.md").read_text()
    documented = set(re.findall(r"`(prosa_[a-z_]+)`", page))
    assert {metric.name for metric in metrics.FromPostgres().collect()} == documented


def test_it_tells_of_the_ledger(scrape):
    store(b"{}", b"{}")
    WebhookEvent.objects.create(body=b"", state="QUARANTINED")
    WebhookEvent.objects.filter(state="PENDING").update(received_at=timezone.now() - timedelta(hours=1))
    found = scrape()
    assert (found[("prosa_ledger_pending",)], found[("prosa_ledger_quarantined",)]) == (2, 1)
    assert found[("prosa_ledger_oldest_pending_seconds",)] == pytest.approx(3600, abs=60)


def test_it_tells_of_messages_that_wait(scrape, conversation, owner):
    from inbox import actions

    actions.send_message(conversation, outgoing.text("Olá"), client_key="k1", by=owner)
    assert scrape()[("prosa_messages_queued", "replies")] == 1


def test_it_needs_no_redis(scrape, settings):
    settings.REDIS_URL = "redis://127.0.0.1:9/0"
    assert scrape()


def test_postgres_away_is_said(client, settings, monkeypatch):
    def broken(query: str) -> list:
        raise DatabaseError

    settings.METRICS_TOKEN = TOKEN
    monkeypatch.setattr(metrics, "_rows", broken)
    assert client.get("/metrics", headers={"Authorization": f"Bearer {TOKEN}"}).status_code == 503

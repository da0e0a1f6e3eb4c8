"""Stale templates are read from Graph, a few at a time, and patiently."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.utils import timezone

from messaging import catalogue
from messaging.models import Template
from tests.numbers.conftest import account, graph, process  # noqa: F401  (fixtures)

pytestmark = pytest.mark.django_db


@pytest.fixture
def template(account) -> Template:  # noqa: F811
    """A template of which only the name is known."""
    return Template.objects.create(
        waba=account,
        meta_id="1790000000000001",
        name="pedido_enviado",
        language="pt_BR",
        stale_since=timezone.now(),
    )


def test_it_reads_the_whole(graph, template: Template):  # noqa: F811
    assert catalogue.read_stale() == 1
    template.refresh_from_db()
    assert (template.status, template.category, template.quality) == ("APPROVED", "UTILITY", "GREEN")
    assert template.components[0]["type"] == "BODY"
    assert (template.stale_since, template.reason) == (None, "")
    assert catalogue.read_stale() == 0


def test_one_without_an_id_is_found_by_its_name(graph, template: Template):  # noqa: F811
    Template.objects.update(meta_id="")
    assert catalogue.read_stale() == 1
    template.refresh_from_db()
    assert (template.meta_id, template.status) == ("1790000000000001", "APPROVED")


def test_a_word_from_before_the_reading_changes_nothing(graph, template: Template):  # noqa: F811
    catalogue.read_stale()
    template.refresh_from_db()
    assert template.take({"status": "PAUSED"}, timezone.now() - timedelta(minutes=1)) == []
    assert template.take({"status": "PAUSED"}, timezone.now() + timedelta(minutes=1))


def test_what_cannot_be_read_waits_longer_each_time(graph, template: Template):  # noqa: F811
    Template.objects.update(meta_id="404")
    pauses = []
    for _ in range(3):
        before = timezone.now()
        assert catalogue.read_stale() == 0
        template.refresh_from_db()
        pauses.append(round((template.next_read_at - before).total_seconds()))
        assert catalogue.read_stale() == 0, "not before its time"
        Template.objects.update(next_read_at=before)
    assert pauses == [60, 120, 240]
    assert template.stale_since


def test_one_that_fails_costs_no_other(graph, template: Template):  # noqa: F811
    Template.objects.create(
        waba=template.waba, meta_id="404", name="a", language="pt_BR", stale_since=template.stale_since
    )
    assert catalogue.read_stale() == 1


def test_news_that_come_meanwhile_keep_it_stale(graph, template: Template, monkeypatch):  # noqa: F811
    real = catalogue._from_graph

    def slow(asked: Template):
        Template.objects.update(stale_since=timezone.now())
        return real(asked)

    monkeypatch.setattr(catalogue, "_from_graph", slow)
    catalogue.read_stale()
    template.refresh_from_db()
    assert template.status == "APPROVED"
    assert template.stale_since

"""The whole catalogue of an account is read from Graph: all pages, once at a time, and nothing is lost by it."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from accounts.models import AuditLog
from lib.graph import GraphClient, GraphError
from messaging import sync
from messaging.models import CatalogueReading, Template
from numbers.models import WabaAccount
from simulator.first_templates import FIRST_TEMPLATES
from tests.numbers.conftest import account, graph, process  # noqa: F401  (fixtures)
from tests.simulator.harness import WABA

pytestmark = pytest.mark.django_db
ALL = {(one["name"], one["language"]) for one in FIRST_TEMPLATES}


@pytest.fixture(autouse=True)
def small_pages(monkeypatch) -> None:
    monkeypatch.setattr(sync, "PAGE", "4")


def kept() -> set[tuple[str, str]]:
    return set(Template.objects.exclude(status="DELETED").values_list("name", "language"))


def test_it_reads_every_page(graph, account: WabaAccount, admin):  # noqa: F811
    assert sync.sync_account(account, by=admin) == sync.Synced(len(ALL), len(ALL), 0)
    assert kept() == ALL
    named = Template.objects.get(name="promocao_de_inverno")
    assert (named.parameter_format, named.status, named.quality) == ("NAMED", "APPROVED", "GREEN")
    assert named.components[0]["format"] == "IMAGE"
    assert Template.objects.get(name="cobranca_amigavel").reason == "TAG_CONTENT_MISMATCH"
    assert AuditLog.objects.get(action="template.synced").particulars == {"count": len(ALL)}
    assert sync.sync_account(account) == sync.Synced(len(ALL), 0, 0)


def test_it_takes_the_same_queries_however_many(graph, account: WabaAccount, monkeypatch):  # noqa: F811
    with CaptureQueriesContext(
        connection,
    ) as first:
        sync.sync_account(account)
    entries = [dict(FIRST_TEMPLATES[0], name=f"t{n}", id=str(n)) for n in range(200)]
    monkeypatch.setattr(GraphClient, "get", lambda *_, **__: {"data": entries})
    with CaptureQueriesContext(connection) as second:
        sync.sync_account(account)
    assert len(second) <= len(first) + 1


def test_what_graph_lists_no_more_stays_as_deleted(graph, account: WabaAccount):  # noqa: F811
    sync.sync_account(account)
    fresh = Template.objects.create(waba=account, name="nova", language="pt_BR")
    fresh.take({"status": "PENDING"}, timezone.now() + timedelta(minutes=1))
    fresh.save()
    told = Template.objects.create(waba=account, name="contada", language="pt_BR", stale_since=timezone.now())
    graph.graph("DELETE", f"/{WABA}/message_templates?name=hello_world")
    assert sync.sync_account(account).gone == 1
    assert Template.objects.get(name="hello_world").status == "DELETED"
    for newer in (fresh, told):
        newer.refresh_from_db()
        assert newer.status != "DELETED"


def test_a_catalogue_that_changes_while_it_is_read_is_read_again(graph, account, monkeypatch):  # noqa: F811
    real, asked = GraphClient.get, []

    def get(self, path, **params):
        asked.append(params.get("after"))
        if len(asked) == 2:
            graph.graph("DELETE", f"/{WABA}/message_templates?name=hello_world")
        return real(self, path, **params)

    monkeypatch.setattr(GraphClient, "get", get)
    sync.sync_account(account)
    assert kept() == ALL - {("hello_world", "en_US")}
    assert asked.count(None) == 2


def test_one_that_never_stands_still_is_given_up(graph, account, monkeypatch):  # noqa: F811
    def get(self, path, **params):
        raise GraphError("stale", code=sync.STALE_CURSOR)

    monkeypatch.setattr(GraphClient, "get", get)
    with pytest.raises(GraphError):
        sync.sync_account(account)
    assert CatalogueReading.objects.get().error == "stale"


def test_newer_news_stand_against_an_older_reading(graph, account: WabaAccount, monkeypatch):  # noqa: F811
    sync.sync_account(account)
    template = Template.objects.get(name="nota_fiscal")
    template.take({"status": "PAUSED"}, timezone.now() + timedelta(minutes=1))
    template.stale_since = timezone.now() + timedelta(minutes=1)
    template.save()
    sync.sync_account(account)
    template.refresh_from_db()
    assert template.status == "PAUSED"
    assert template.stale_since


def test_it_reads_new_accounts_at_once_and_the_others_in_time(graph, account: WabaAccount, settings):  # noqa: F811
    WabaAccount.objects.create(waba_id="404", name="Sem acesso")
    sync.sync_due()
    assert kept() == ALL
    Template.objects.all().delete()
    sync.sync_due()
    assert not kept(), "not before its time"
    CatalogueReading.objects.update(due_at=timezone.now())
    sync.sync_due()
    assert kept() == ALL
    read, failed = account.catalogue, CatalogueReading.objects.get(waba__waba_id="404")
    assert (read.error, failed.read_at) == ("", None)
    assert failed.error.startswith("Graph answered 100")
    assert read.due_at > timezone.now() + timedelta(minutes=50) > failed.due_at


def test_nobody_reads_when_the_interval_is_zero(graph, account: WabaAccount, settings):  # noqa: F811
    settings.TEMPLATE_SYNC_MINUTES = 0
    sync.sync_due()
    assert not kept()

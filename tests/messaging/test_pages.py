"""Pages of templates: what the list finds, what the editor says while one writes, what becomes of a submission."""

from __future__ import annotations

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from messaging import sync
from messaging.models import Template
from numbers.models import PhoneNumber, WabaAccount
from tests.numbers.conftest import account, graph, line, process  # noqa: F401  (fixtures)

pytestmark = pytest.mark.django_db
DRAFT = {"name": "aviso", "language": "pt_BR", "category": "UTILITY", "body": "Olá, {{1}}!", "variables": ""}


@pytest.fixture
def pages(line: PhoneNumber, team, supervisor, client: Client) -> Client:  # noqa: F811
    """The browser of a supervisor whose team the number serves."""
    line.teams.add(team)
    client.force_login(supervisor)
    return client


@pytest.fixture
def catalogue(graph, account: WabaAccount) -> None:  # noqa: F811
    sync.sync_account(account)


def names(response) -> set[str]:
    return {template.name for template in response.context["page"]}


def test_the_list_is_narrowed_down(pages: Client, catalogue):
    assert len(names(pages.get("/templates/"))) == 12
    for query, expected in {
        "q=pedido": {"pedido_enviado"},
        "status=REJECTED": {"cobranca_amigavel"},
        "status=PAUSED&quality=RED": {"pesquisa_de_satisfacao"},
        "category=AUTHENTICATION": {"codigo_de_acesso"},
        "language=en_US": {"hello_world", "pedido_enviado"},
        "status=DELETED": set(),
    }.items():
        assert names(pages.get(f"/templates/?{query}")) == expected, query
    assert len(names(pages.get("/templates/?status=NONSENSE"))) == 12


def test_the_list_takes_the_same_queries_however_long(pages: Client, account: WabaAccount):  # noqa: F811
    def queries() -> int:
        with CaptureQueriesContext(connection) as taken:
            assert pages.get("/templates/").status_code == 200
        return len(taken)

    queries()
    few = queries()
    rows = [Template(waba=account, name=f"t{n}", language="pt_BR", category="", status="APPROVED") for n in range(60)]
    Template.objects.bulk_create(rows)
    assert queries() <= few + 1 <= 16


def test_the_page_says_why_and_what_to_do(pages: Client, catalogue):
    rejected = Template.objects.get(name="cobranca_amigavel")
    words = pages.get(f"/templates/{rejected.pk}/").content.decode()
    assert "O texto não combina com o idioma ou a categoria." in words
    promo = Template.objects.get(name="promocao_de_inverno")
    words = pages.get(f"/templates/{promo.pk}/").content.decode()
    assert "Oi, Carla! Até domingo" in words
    assert "INVERNO20" in words


def test_the_editor_follows_what_is_written(pages: Client):
    words = pages.post("/templates/draft/", DRAFT).content.decode()
    assert "Olá, {{1}}!" in words
    assert 'name="example.body.1"' in words, "a variable needs an example"
    written = DRAFT | {"variables": "body.1", "example.body.1": "Ana"}
    words = pages.post("/templates/draft/", written).content.decode()
    assert "Olá, Ana!" in words
    assert 'name="example.body.1"' not in words, "what is being typed in is left alone"
    words = pages.post("/templates/draft/", written | {"body": "{{1}}, olá", "footer": ""}).content.decode()
    assert "não pode começar nem terminar" in words
    words = pages.post("/templates/draft/", written | {"add": "URL"}).content.decode()
    assert 'name="button.0.value"' in words
    rows = {"button.0.type": "URL", "button.0.text": "Ver", "button.0.value": "https://a.example/{{1}}"}
    assert 'name="button.0.example"' in pages.post("/templates/draft/", written | rows).content.decode()
    assert (
        'name="button.0.type"' not in pages.post("/templates/draft/", written | rows | {"remove": "0"}).content.decode()
    )


def test_a_submission_is_kept_and_what_is_wrong_is_said(pages: Client, graph, account: WabaAccount):  # noqa: F811
    given = DRAFT | {"account": account.pk, "body": "Olá, {{1}}! Tudo bem?"}
    refused = pages.post("/templates/new/", given)
    assert refused.status_code == 400
    assert refused.context["problems"]["example.body.1"]
    assert "Olá, {{1}}! Tudo bem?" in refused.content.decode()
    made = pages.post("/templates/new/", given | {"example.body.1": "Ana"})
    template = Template.objects.get(name="aviso")
    assert made.headers["Location"] == f"/templates/{template.pk}/"
    again = pages.post("/templates/new/", given | {"example.body.1": "Ana"})
    assert again.status_code == 409
    assert "já tem um modelo com este nome" in again.content.decode()
    assert pages.get(f"/templates/{template.pk}/edit/").status_code == 200
    assert pages.post(f"/templates/{template.pk}/deletion/").status_code == 302
    template.refresh_from_db()
    assert template.status == "DELETED"


def test_everything_is_read_by_the_button(pages: Client, graph):  # noqa: F811
    assert "modelos" in pages.post("/templates/readings/", follow=True).content.decode()
    assert Template.objects.count() == 13

"""Creating, changing and deleting templates: Graph is asked first, then our row follows; what it refuses is said."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest
from django.core.exceptions import PermissionDenied
from django.utils import timezone

from accounts.models import AuditLog
from messaging import actions, catalogue, sync
from messaging.limits import Invalid
from messaging.models import Template
from messaging.refusals import CategoryFixed, EditedToday, NoAppId, NotEditable, RefusedByMeta, TemplateTaken
from messaging.template_drafts import Draft
from numbers.models import PhoneNumber, WabaAccount
from tests.numbers.conftest import account, graph, line, process  # noqa: F401  (fixtures)
from tests.simulator.harness import WABA

pytestmark = pytest.mark.django_db
DRAFT = Draft(name="aviso_de_troca", body="Sua troca foi aceita, {{1}}. Obrigada!", examples={"body.1": "Ana"})
PNG = b"\x89PNG\r\n\x1a\n" + b"\x00" * 600


@pytest.fixture(autouse=True)
def served(line: PhoneNumber, team) -> None:  # noqa: F811
    line.teams.add(team)


def test_it_is_created_and_deleted(graph, account: WabaAccount, supervisor):  # noqa: F811
    template = actions.create_template(account, DRAFT, by=supervisor)
    assert (template.status, template.category, template.components[0]["type"]) == ("PENDING", "UTILITY", "BODY")
    assert template.meta_id and template.stale_since
    with pytest.raises(TemplateTaken):
        actions.create_template(account, DRAFT, by=supervisor)
    with pytest.raises(NotEditable):
        actions.edit_template(template, DRAFT, by=supervisor)
    assert actions.delete_template(template, every_language=False, by=supervisor) == 1
    template.refresh_from_db()
    assert template.status == "DELETED"
    assert catalogue.read_stale() == 0
    assert graph.graph("GET", f"/{WABA}/message_templates?name={DRAFT.name}").json()["data"] == []
    done = AuditLog.objects.filter(entity_type="template").order_by("pk")
    assert list(done.values_list("action", "actor")) == [
        ("template.created", supervisor.pk),
        ("template.deleted", supervisor.pk),
    ]


def test_a_rejected_one_is_changed_and_looked_at_again(graph, account: WabaAccount, supervisor):  # noqa: F811
    sync.sync_account(account)
    template = Template.objects.get(name="cobranca_amigavel")
    draft = replace(DRAFT, name=template.name, body="Seu boleto vence hoje.", category="MARKETING")
    actions.edit_template(template, draft, by=supervisor)
    template.refresh_from_db()
    assert (template.status, template.category, template.reason) == ("PENDING", "MARKETING", "")
    assert template.components == [{"type": "BODY", "text": "Seu boleto vence hoje."}]
    assert AuditLog.objects.get(action="template.changed").actor == supervisor
    told = graph.graph("GET", f"/{template.meta_id}").json()
    assert (told["category"], told["components"]) == ("MARKETING", template.components)


def test_an_approved_one_is_changed_once_a_day(graph, account: WabaAccount, supervisor):  # noqa: F811
    sync.sync_account(account)
    template = Template.objects.get(name="nota_fiscal")
    Template.objects.update(edited_at=timezone.now() - timedelta(hours=23))
    template.refresh_from_db()
    with pytest.raises(EditedToday):
        actions.edit_template(template, DRAFT, by=supervisor)
    template.edited_at = None
    with pytest.raises(CategoryFixed):
        actions.edit_template(template, replace(DRAFT, category="MARKETING"), by=supervisor)
    actions.edit_template(template, DRAFT, by=supervisor)
    assert Template.objects.get(pk=template.pk).edited_at


def test_every_language_goes_at_once(graph, account: WabaAccount, supervisor):  # noqa: F811
    sync.sync_account(account)
    template = Template.objects.get(name="pedido_enviado", language="pt_BR")
    assert actions.delete_template(template, every_language=True, by=supervisor) == 2
    assert set(Template.objects.filter(name="pedido_enviado").values_list("status", flat=True)) == {"DELETED"}


def test_a_sample_is_uploaded(graph, account: WabaAccount, supervisor, settings):  # noqa: F811
    for content, problem in ((b"GIF89a", Invalid), (PNG + b"\0" * 5_000_000, Invalid), (PNG, NoAppId)):
        with pytest.raises(problem):
            actions.upload_sample(account, "IMAGE", content, by=supervisor)
    settings.WHATSAPP_APP_ID = "670000000000001"
    handle = actions.upload_sample(account, "IMAGE", PNG, by=supervisor)
    draft = replace(DRAFT, header_format="IMAGE", header_handle=handle)
    assert actions.create_template(account, draft, by=supervisor).components[0]["format"] == "IMAGE"


def test_what_meta_refuses_changes_nothing_and_is_said(graph, account: WabaAccount, supervisor, settings):  # noqa: F811
    graph.graph(
        "POST", f"/{WABA}/message_templates", json={"name": DRAFT.name, "language": "pt_BR", "category": "UTILITY"}
    )
    with pytest.raises(RefusedByMeta, match="name in this language|neste idioma"):
        actions.create_template(account, DRAFT, by=supervisor)
    settings.GRAPH_BASE_URL = "http://127.0.0.1:9"
    with pytest.raises(RefusedByMeta):
        actions.create_template(account, DRAFT, by=supervisor)
    assert not Template.objects.exists()
    assert not AuditLog.objects.filter(entity_type="template").exists()


def test_who_may_not_is_refused_before_graph_is_asked(account: WabaAccount, owner, stranger, settings):  # noqa: F811
    settings.GRAPH_BASE_URL = "http://127.0.0.1:9"
    for person in (owner, stranger):
        with pytest.raises(PermissionDenied):
            actions.create_template(account, DRAFT, by=person)
        with pytest.raises(PermissionDenied):
            actions.sync_templates(account, by=person)

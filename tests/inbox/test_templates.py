"""Templates in a conversation: choosing one, seeing it before it is sent, sending it outside the window; its use."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.utils import timezone

from inbox.actions import stage_file
from inbox.models import Conversation, Message, MessageReceipt
from inbox.template_use import use_of
from messaging.models import Template
from numbers.models import WabaAccount
from simulator.first_templates import FIRST_TEMPLATES

pytestmark = pytest.mark.django_db


@pytest.fixture
def catalogue(waba: WabaAccount) -> dict[str, Template]:
    columns = ("name", "language", "category", "parameter_format", "status", "components")
    rows = [Template(waba=waba, **{name: one[name] for name in columns}) for one in FIRST_TEMPLATES]
    Template.objects.bulk_create(rows)
    return {row.name: row for row in rows if row.language == "pt_BR"}


@pytest.fixture
def closed_window(conversation: Conversation) -> Conversation:
    Conversation.objects.update(last_inbound_at=timezone.now() - timedelta(hours=30))
    return conversation


@pytest.fixture
def pages(owner, client: Client) -> Client:
    client.force_login(owner)
    return client


def made_of(template: Template, conversation: Conversation, *, ago: int, **fields) -> Message:
    content = {"name": template.name, "language": {"code": template.language}}
    given = {"direction": "OUTBOUND", "kind": "template", "status": Message.Status.READ, **fields}
    at = timezone.now() - timedelta(days=ago)
    payload = {"type": "template", "template": content}
    return Message.objects.create(
        conversation=conversation, number=conversation.number, sent_at=at, payload=payload, **given
    )


def test_it_lists_what_may_be_sent_the_last_used_first(pages: Client, closed_window, catalogue):
    made_of(catalogue["nota_fiscal"], closed_window, ago=3)
    made_of(catalogue["novidades_da_semana"], closed_window, ago=1)
    address = f"/conversations/{closed_window.pk}/templates/"
    listed = list(pages.get(address).context["templates"])
    assert [one.name for one in listed[:2]] == ["novidades_da_semana", "nota_fiscal"]
    assert {one.status for one in listed} == {"APPROVED"}
    assert len(listed) == 11
    found = pages.get(f"{address}?q=clientes como você").context["templates"]
    assert [one.name for one in found] == ["novidades_da_semana"]


def test_other_accounts_are_not_offered(pages: Client, closed_window, catalogue):
    other = WabaAccount.objects.create(waba_id="2", name="2")
    elsewhere = Template.objects.create(waba=other, name="a", language="pt_BR", category="", status="APPROVED")
    assert pages.get(f"/conversations/{closed_window.pk}/templates/{elsewhere.pk}/").status_code == 404
    paused = catalogue["pesquisa_de_satisfacao"]
    assert pages.get(f"/conversations/{closed_window.pk}/templates/{paused.pk}/").status_code == 404


def test_it_shows_the_message_while_values_are_typed(pages: Client, closed_window, catalogue):
    address = f"/conversations/{closed_window.pk}/templates/{catalogue['pedido_enviado'].pk}/"
    assert "Olá, {{1}}!" in pages.get(address).content.decode()
    words = pages.post(address, {"look": "1", "value.body.1": "Ana <b>", "value.body.2": "a\tb"}).content.decode()
    assert "Olá, Ana &lt;b&gt;! Seu pedido a\tb saiu" in words
    assert "Sem quebras de linha" in words
    assert not Message.objects.filter(direction="OUTBOUND").exists()


def test_it_is_sent_outside_the_window_and_twice_is_once(pages: Client, closed_window, catalogue):
    address = f"/conversations/{closed_window.pk}/templates/{catalogue['confirmacao_de_consulta'].pk}/"
    key = pages.get(address).context["client_key"]
    values = {"especialidade": "estilo", "cliente": "Ana", "consultora": "Bia", "data": "12/11"}
    given = {"client_key": key} | {
        f"value.{'header' if name == 'especialidade' else 'body'}.{name}": said for name, said in values.items()
    }
    assert pages.post(address, given | {"value.body.data": ""}).status_code == 409
    answers = [pages.post(address, given) for _ in range(2)]
    assert [answer.status_code for answer in answers] == [200, 200]
    assert answers[0].headers["HX-Trigger"] == "picker-done"
    message = Message.objects.get(direction="OUTBOUND")
    assert message.payload["template"]["components"][1]["parameters"][2]["text"] == "12/11"
    assert message.content.shown.title == "Consulta de estilo marcada"
    words = answers[0].content.decode()
    assert "Sua consulta com Bia é em 12/11." in words
    assert "Remarcar" in words


def test_refusals_are_said_in_the_picker(pages: Client, closed_window, catalogue):
    Conversation.objects.update(status="CLOSED", closed_at=timezone.now())
    address = f"/conversations/{closed_window.pk}/templates/{catalogue['pedido_enviado'].pk}/"
    given = {"value.body.1": "a", "value.body.2": "b", "value.body.3": "c"}
    answer = pages.post(address, given)
    assert answer.status_code == 409
    assert "Reabra" in answer.content.decode()


def test_its_use_is_counted(pages: Client, closed_window, catalogue):
    template = catalogue["nota_fiscal"]
    made_of(template, closed_window, ago=1)
    made_of(template, closed_window, ago=2, status=Message.Status.SENT)
    made_of(template, closed_window, ago=3, status=Message.Status.FAILED, error_code=132015)
    told = made_of(template, closed_window, ago=4, status=Message.Status.FAILED)
    errors = {"errors": [{"code": 131049}]}
    MessageReceipt.objects.create(message=told, status=40, at=timezone.now(), particulars=errors)
    made_of(template, closed_window, ago=40)
    use = use_of(template)
    assert (use.sent, use.delivered, use.read, use.failed, use.conversations) == (4, 1, 1, 2, 1)
    assert {failure.count for failure in use.failures} == {1}
    assert len({failure.text for failure in use.failures}) == 2
    words = pages.get(f"/templates/{template.pk}/use/").content.decode()
    assert "marketing" in words
    assert not use_of(catalogue["pedido_enviado"]).sent


def test_a_file_of_ours_goes_into_the_header(pages: Client, closed_window, catalogue, owner, stranger):
    address = f"/conversations/{closed_window.pk}/templates/{catalogue['nota_fiscal'].pk}/"
    upload = SimpleUploadedFile("nota.pdf", b"%PDF-1.4 nota", "application/pdf")
    staged, others = stage_file(upload, by=owner), stage_file(upload, by=stranger)
    given = {"value.body.1": "Ana", "value.body.2": "8812"}
    for key in ("", "no-key", others.key):
        assert pages.post(address, given | {"value.header": key}).status_code == 409
    assert pages.post(address, given | {"value.header": staged.key}).status_code == 200
    message = Message.objects.select_related("attachment").get(direction="OUTBOUND")
    assert (message.file.key, message.file.download_name) == (staged.key, "nota.pdf")
    assert message.payload["template"]["components"][0]["parameters"][0]["document"] == {"filename": "nota.pdf"}

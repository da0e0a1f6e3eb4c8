"""Templates by API: into a conversation, or to a person who never wrote; once, whatever is repeated."""

from __future__ import annotations

import pytest

from contacts.models import Contact, ContactIdentity
from inbox.actions import close_conversation
from inbox.models import Conversation, Message
from messaging.models import Template
from numbers.models import PhoneNumber
from simulator.first_templates import FIRST_TEMPLATES
from tests.callers import ABSENT

pytestmark = pytest.mark.django_db
ORDER = {"name": "pedido_enviado", "language": "pt_BR", "values": ["Ana", "8812", "quinta"]}
BSUID = "BR.13491208655302741918"


@pytest.fixture(autouse=True)
def catalogue(waba) -> None:
    columns = ("name", "language", "category", "parameter_format", "status", "components")
    Template.objects.bulk_create(Template(waba=waba, **{n: one[n] for n in columns}) for one in FIRST_TEMPLATES)


@pytest.fixture
def send(calls, owner):
    """Send as the owner of a team: `send({...}, key="k")`."""
    caller = calls(owner)

    def sends(body: dict, *, key: str = "k", by=None):
        client = (calls(by) if by else caller).client
        headers = {"Idempotency-Key": key} if key else {}
        return client.post("/api/v1/messages/template", body, content_type="application/json", headers=headers)

    return sends


def test_it_goes_into_a_conversation_by_any_name_of_the_template(send, conversation: Conversation):
    template = Template.objects.get(name="pedido_enviado", language="pt_BR")
    for key, named in enumerate(({"template": template.pk}, {"name": template.name, "language": "pt_BR"})):
        answer = send({"conversation": conversation.pk, "values": ORDER["values"], **named}, key=str(key))
        assert answer.status_code == 201, answer.content
        assert answer.json()["text"].startswith("Olá, Ana! Seu pedido 8812")
        assert (answer.json()["status"], answer.json()["kind"]) == ("QUEUED", "template")


def test_every_part_is_filled(send, conversation: Conversation):
    body = {"conversation": conversation.pk, "name": "promocao_de_inverno", "language": "pt_BR"}
    body |= {"header": {"link": "https://aurora.example/a.jpg"}, "buttons": {"0": "malhas", "1": "OI20"}}
    answer = send(body | {"values": {"nome": "Ana", "prazo": "domingo", "desconto": "20%"}})
    assert answer.status_code == 201, answer.content
    assert [one["code"] for one in answer.json()["content"]["shown"]["buttons"]] == ["", "OI20", ""]
    cards = [{"header": {"link": "https://a.example/1.png"}, "values": ["9"], "buttons": {"0": "x"}}] * 3
    carousel = {"conversation": conversation.pk, "name": "vitrine_da_estacao", "language": "pt_BR"}
    assert send(carousel | {"values": ["Ana"], "cards": cards}, key="c").status_code == 201
    shop = {"conversation": conversation.pk, "name": "retirada_na_loja", "language": "pt_BR"}
    place = {"latitude": -23.5, "longitude": -46.6, "name": "Loja"}
    assert send(shop | {"header": place, "values": ["Ana", "sábado"]}, key="p").status_code == 201


@pytest.mark.parametrize(
    ("changed", "member"),
    [
        ({"values": ["Ana", "8812"]}, "values.3"),
        ({"values": ["Ana", "8812", "a\nb"]}, "values.3"),
        ({"values": ["Ana", "8812", "quinta", "mais"]}, "values.4"),
        ({"values": {"1": "a", "2": "b", "nome": "c"}}, "values.nome"),
        ({"values": [1, 2, 3]}, "values"),
        ({"buttons": {"0": "x"}}, "buttons.0"),
        ({"header": {"text": "x"}}, "header"),
        ({"cards": [{"values": ["x"]}]}, "cards.0.values.1"),
        ({"name": "pesquisa_de_satisfacao"}, "template"),
        ({"name": "nao_existe"}, "name"),
        ({"name": None}, "name"),
        ({"conversation": ABSENT}, "conversation"),
        ({"number": 1, "to": "+5511987650001"}, "number"),
        ({"tempalte": 1}, "tempalte"),
    ],
)
def test_what_is_wrong_is_named(send, conversation: Conversation, changed: dict, member: str):
    answer = send({"conversation": conversation.pk, **ORDER, **changed})
    assert answer.status_code == 400, answer.content
    assert member in answer.json()["errors"]
    assert not Message.objects.filter(direction="OUTBOUND").exists()


def test_the_key_makes_it_once(send, conversation: Conversation):
    body = {"conversation": conversation.pk, **ORDER}
    assert send(body, key="").status_code == 400
    first, again = send(body), send(body)
    assert (first.status_code, first.json()["id"]) == (again.status_code, again.json()["id"])
    other = send(body | {"values": ["Bia", "1", "sexta"]})
    assert (other.status_code, other.json()["type"]) == (409, "urn:prosa:problem:idempotency-key-reused")
    assert Message.objects.filter(direction="OUTBOUND").count() == 1


@pytest.mark.parametrize("to", ["+55 11 98765-0009", "551187650009", BSUID])
def test_it_begins_a_conversation_with_somebody_new(send, number: PhoneNumber, to: str):
    answer = send({"number": number.pk, "to": to, **ORDER})
    assert answer.status_code == 201, answer.content
    found = Conversation.objects.get(pk=answer.json()["conversation"])
    assert (found.status, found.assignee, found.unread_count, found.waiting_since) == ("PENDING", None, 0, None)
    identity = ContactIdentity.objects.get(contact=found.contact)
    assert identity.key in ("5511987650009", f"700/{BSUID}")
    again = send({"number": number.pk, "to": to, **ORDER}, key="2").json()
    assert again["conversation"] == found.pk


def test_it_finds_whom_it_means_and_merges_nobody(send, customer_writes, number: PhoneNumber):
    ana = customer_writes("Oi", phone="551187650001").conversation
    found = send({"number": number.pk, "to": "+5511987650001", **ORDER}).json()["conversation"]
    assert found == ana.pk
    close_conversation(ana, by=None)
    new = send({"number": number.pk, "to": "+5511987650001", **ORDER}, key="2").json()["conversation"]
    assert Conversation.objects.get(pk=new).contact == ana.contact
    send({"number": number.pk, "to": BSUID, **ORDER}, key="3")
    assert Contact.objects.filter(merged_into=None).count() == 2


def test_a_refusal_leaves_nothing_behind(send, number: PhoneNumber, stranger, other_team, conversation: Conversation):
    assert send({"number": number.pk, "to": "+5511987650077", "name": "nao", "language": "pt_BR"}).status_code == 400
    assert send({"number": number.pk, "to": "12", **ORDER}).json()["type"].endswith("not_a_phone")
    assert (Conversation.objects.count(), Contact.objects.count()) == (1, 1)
    number.teams.add(other_team)
    Conversation.objects.update(team=number.teams.first())
    refused = send({"number": number.pk, "to": "+5511987650001", **ORDER}, by=stranger)
    assert (refused.status_code, refused.json()["type"]) == (409, "urn:prosa:refusal:others_conversation")

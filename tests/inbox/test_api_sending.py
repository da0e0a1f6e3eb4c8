"""`POST messages/send` and `POST media`: every kind by API, and nothing twice."""

from __future__ import annotations

import uuid
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connections
from django.test import Client
from django.utils import timezone

from accounts.idempotency import forget_requests
from accounts.models import IdempotentRequest, User
from accounts.tokens import refresh
from inbox.models import Conversation, Message, StagedFile
from tests.api import Api
from tests.inbox import corpus

PATH = "/api/v1/messages/send"
pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def media_root(settings, tmp_path: Path) -> Path:
    settings.MEDIA_ROOT = str(tmp_path)
    options = {"location": str(tmp_path), "allow_overwrite": True}
    disk = {"BACKEND": "django.core.files.storage.FileSystemStorage", "OPTIONS": options}
    settings.STORAGES = settings.STORAGES | {"default": disk}
    return tmp_path


@pytest.fixture
def api(owner: User) -> Api:
    return Api(refresh.begin(owner).access)


def post(api: Api, body: Any, key: str = "") -> Any:
    return api.post(PATH, body, headers={"idempotency-key": key or str(uuid.uuid4())})


def upload(user: User, content: bytes = corpus.PDF, name: str = "nota.pdf") -> Any:
    client = Client(headers={"authorization": f"Bearer {refresh.begin(user).access}"})
    return client.post("/api/v1/media", {"file": SimpleUploadedFile(name, content)})


KINDS: dict[str, Any] = {
    "text": {"body": "Bom dia"},
    "location": {"latitude": -23.5, "longitude": -46.6, "name": "Loja"},
    "contacts": [{"name": "Paulo Lima", "phones": [{"number": "+55 11 97654-0010"}]}],
    "interactive": {"type": "button", "body": "Qual?", "buttons": [{"id": "1", "title": "Este"}]},
}
QUESTIONS: list[dict[str, Any]] = [
    {"type": "list", "body": "Com quem?", "button": "Ver", "sections": [{"rows": [{"id": "v", "title": "Vendas"}]}]},
    {"type": "cta_url", "body": "Veja", "label": "Abrir", "url": "https://loja.example/7", "footer": "Loja"},
    {"type": "location_request", "body": "Onde?"},
    {"type": "contact_request", "body": "Telefone?"},
]


@pytest.mark.parametrize(("kind", "said"), [*KINDS.items(), *(("interactive", one) for one in QUESTIONS)])
def test_each_kind_is_queued_and_shown(api, conversation, kind, said):
    answer = post(api, {"conversation": conversation.pk, "type": kind, kind: said})
    assert answer.status_code == 201, answer.json()
    (message,) = answer.json()["messages"]
    assert (message["kind"], message["status"], message["direction"]) == (kind, "QUEUED", "OUTBOUND")
    assert Message.objects.get(pk=message["id"]).payload["type"] == kind


def test_a_file_is_uploaded_first_and_belongs_to_who_did(api, conversation, owner, teammate):
    answer = upload(owner)
    assert answer.status_code == 201, answer.json()
    file = answer.json()
    assert (file["kind"], file["content_type"], file["filename"]) == ("document", "application/pdf", "nota.pdf")
    body = {"conversation": conversation.pk, "type": "document", "document": {"media": file["id"], "caption": "Segue"}}
    (message,) = post(api, body).json()["messages"]
    assert (message["text"], message["media"]["filename"]) == ("Segue · nota.pdf", "nota.pdf")
    foreign = post(Api(refresh.begin(teammate).access), body)
    assert (foreign.status_code, list(foreign.json()["errors"])) == (400, ["document.media"])
    as_picture = {"conversation": conversation.pk, "type": "image", "image": {"media": file["id"]}}
    assert post(api, as_picture).status_code == 400
    assert upload(owner, b"").status_code in (400, 409)
    assert StagedFile.objects.count() == 1


def test_quotes_and_reactions_name_messages_by_our_id(api, conversation):
    asked = conversation.messages.get()
    said = {"conversation": conversation.pk, "type": "text", "text": {"body": "Sim"}, "quoted": asked.pk}
    (message,) = post(api, said).json()["messages"]
    assert message["quoted"]["id"] == asked.pk
    reacted = {"conversation": conversation.pk, "type": "reaction", "reaction": {"message": asked.pk, "emoji": "👍"}}
    (message,) = post(api, reacted).json()["messages"]
    assert Message.objects.get(pk=message["id"]).quoted_wamid == asked.wamid


def test_a_phone_with_an_open_conversation_is_enough(api, conversation, number):
    text = {"type": "text", "text": {"body": "Bom dia"}}
    for to in ("+55 11 98765-0001", "+551187650001"):
        answer = post(api, {"number": number.pk, "to": to, **text})
        assert answer.json()["messages"][0]["conversation"] == conversation.pk
    nobody = post(api, {"number": number.pk, "to": "+5511999990000", **text})
    assert (nobody.status_code, nobody.json()["type"]) == (409, "urn:prosa:refusal:no_open_conversation")


@pytest.mark.parametrize(
    ("body", "wrong"),
    [
        ({}, "type"),
        ({"type": "text", "text": {"body": "Oi"}}, "body"),
        ({"type": "text"}, "text"),
        ({"type": "text", "text": {"body": "Oi"}, "image": {"media": str(uuid.uuid4())}}, "image"),
        ({"type": "text", "text": {"body": "Oi", "preview": True}}, "text.preview"),
        ({"type": "text", "text": {"body": "Oi"}, "wamid": "x"}, "wamid"),
        ({"type": "template"}, "type"),
        ({"type": "location", "location": {"latitude": 91, "longitude": 0}}, "location.location"),
        ({"type": "interactive", "interactive": {"type": "button", "body": "?"}}, "interactive.buttons"),
        (
            {"type": "interactive", "interactive": {"type": "location_request", "body": "?", "url": "x"}},
            "interactive.url",
        ),
        ({"type": "reaction", "reaction": {"message": 2_000_000_000, "emoji": "👍"}}, "reaction"),
        ({"type": "text", "text": {"body": "Oi"}, "quoted": 2_000_000_000}, "quoted"),
    ],
)
def test_what_is_wrong_with_it_is_said_at_its_place(api, conversation, body, wrong):
    given = body if wrong == "body" else {"conversation": conversation.pk, **body}
    answer = post(api, given)
    assert answer.status_code == 400
    assert any(name == wrong or name.startswith(f"{wrong}.") for name in answer.json()["errors"]), answer.json()
    assert not Message.objects.filter(direction="OUTBOUND").exists()


# --- Once -------------------------------------------------------------------------------------------


def test_the_same_key_and_body_is_the_same_answer(api, conversation):
    body = {"conversation": conversation.pk, "type": "text", "text": {"body": "Bom dia"}}
    first, again = post(api, body, "k1"), post(api, body, "k1")
    assert (again.status_code, again.json()) == (first.status_code, first.json())
    assert (again.headers.get("Idempotent-Replayed"), first.headers.get("Idempotent-Replayed")) == ("true", None)
    assert Message.objects.filter(direction="OUTBOUND").count() == 1
    other = post(api, body | {"text": {"body": "Boa tarde"}}, "k1")
    assert (other.status_code, other.json()["type"]) == (409, "urn:prosa:problem:idempotency-key-reused")
    IdempotentRequest.objects.update(created_at=timezone.now() - timedelta(days=3))
    assert forget_requests() == 1


def test_a_refusal_is_an_answer_and_what_was_wrong_is_not(api, conversation, owner):
    Conversation.objects.update(last_inbound_at=timezone.now() - timedelta(days=2))
    body = {"conversation": conversation.pk, "type": "text", "text": {"body": "Bom dia"}}
    first = post(api, body, "k1")
    Conversation.objects.update(last_inbound_at=timezone.now())
    again = post(api, body, "k1")
    assert (first.status_code, first.json()["type"]) == (409, "urn:prosa:refusal:window_closed")
    assert (again.status_code, again.json(), again["Content-Type"]) == (409, first.json(), first["Content-Type"])
    assert post(api, body | {"type": "image"}, "k2").status_code == 400
    assert post(api, body, "k2").status_code == 201


@pytest.mark.parametrize("key", [None, "", "é", "k" * 256])
def test_a_key_is_required(api, conversation, key):
    headers = {} if key is None else {"idempotency-key": key}
    answer = api.post(PATH, {"conversation": conversation.pk, "type": "text", "text": {"body": "Oi"}}, headers=headers)
    assert (answer.status_code, list(answer.json()["errors"])) == (400, ["Idempotency-Key"])


def test_a_key_belongs_to_a_person(api, conversation, teammate):
    body = {"conversation": conversation.pk, "type": "text", "text": {"body": "Bom dia"}}
    post(api, body, "k1"), post(Api(refresh.begin(teammate).access), body, "k1")
    assert Message.objects.filter(direction="OUTBOUND").count() == 2


@pytest.mark.django_db(transaction=True)
def test_requests_at_the_same_time_are_one(conversation, owner):
    token = refresh.begin(owner).access
    body = {"conversation": conversation.pk, "type": "text", "text": {"body": "Bom dia"}}

    def ask(_: int) -> Any:
        try:
            return post(Api(token), body, "k1").json()
        finally:
            connections.close_all()

    with ThreadPoolExecutor(4) as pool:
        first, *others = pool.map(ask, range(8))
    assert all(other == first for other in others)
    assert Message.objects.filter(direction="OUTBOUND").count() == 1


def test_nothing_but_multipart_is_a_file(api, owner):
    assert api.post("/api/v1/media", {"file": "x"}).status_code == 415

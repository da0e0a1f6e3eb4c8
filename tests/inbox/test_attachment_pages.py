"""Files to who may see the conversation now, whole or in part, and nothing in them that a browser would run."""

from __future__ import annotations

import asyncio
import hashlib
import io
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import pytest
from asgiref.sync import sync_to_async
from django.core.files.storage import default_storage
from django.db import connections
from django.http import HttpResponse
from django.test import AsyncClient, Client
from django.utils import timezone

from accounts.models import AuditLog, User
from inbox.models import Attachment, Message
from teams.models import TeamMember

BODY = bytes(range(256)) * 1000
SHA = hashlib.sha256(BODY).hexdigest()
ETAG = f'"{SHA}"'

pytestmark = pytest.mark.django_db


@pytest.fixture
def media_root(settings, tmp_path: Path) -> Path:
    settings.MEDIA_ROOT, settings.MEDIA_ACCEL = str(tmp_path), ""
    options = {"location": str(tmp_path), "allow_overwrite": True}
    disk = {"BACKEND": "django.core.files.storage.FileSystemStorage", "OPTIONS": options}
    settings.STORAGES = settings.STORAGES | {"default": disk}
    return tmp_path


@pytest.fixture
def file(conversation, media_root: Path) -> Attachment:
    """A film that has come, with a thumbnail for good measure."""
    return kept(conversation.messages.get(), "video/mp4", thumbnail_width=4, thumbnail_height=3)


def kept(message: Message, content_type: str, body: bytes = BODY, **fields: object) -> Attachment:
    now = timezone.now()
    attachment = Attachment.objects.create(
        message=message, media_id="1", state="READY", content_type=content_type, size=len(body), stored_at=now,
        sha256=hashlib.sha256(body).hexdigest(), expires_at=now + timedelta(days=7), **fields,
    )  # fmt: skip
    default_storage.save(attachment.storage_name, io.BytesIO(body))  # type: ignore[arg-type]
    if attachment.has_thumbnail:
        default_storage.save(attachment.thumbnail_name, io.BytesIO(b"small"))  # type: ignore[arg-type]
    return attachment


@pytest.fixture
def ask(file: Attachment, owner: User, signed_in) -> Callable[..., HttpResponse]:
    """Ask for the file as its owner: `ask(range="bytes=0-1")`."""
    client: Client = signed_in(owner)

    def ask(path: str = f"/attachments/{file.pk}/", method: str = "get", **headers: str) -> HttpResponse:
        return getattr(client, method)(path, headers={name.replace("_", "-"): text for name, text in headers.items()})

    return ask


def content(answer: HttpResponse) -> bytes:
    return b"".join(answer.streaming_content) if answer.streaming else answer.content


# --- Who -----------------------------------------------------------------------------------------------


@pytest.mark.parametrize("path", ["", "thumbnail/", "tries/"])
def test_a_file_is_for_who_sees_its_conversation(
    path: str, file, signed_in, owner, teammate, supervisor, admin, stranger
):
    url = f"/attachments/{file.pk}/{path}"

    def status(user: User) -> int:
        client = signed_in(user)
        return (client.post(url) if path == "tries/" else client.get(url)).status_code

    allowed = 409 if path == "tries/" else 200
    assert [status(user) for user in (owner, teammate, supervisor, admin)] == [allowed] * 4
    assert status(stranger) == 404


@pytest.mark.parametrize("address", ["/attachments/{pk}/", "/api/v1/media/{pk}"])
def test_who_runs_things_and_takes_a_file_is_noted(
    address: str, file: Attachment, supervisor: User, owner: User, signed_in, api
):
    for person in (owner, supervisor):
        client = api(person) if "api" in address else signed_in(person)
        assert client.get(address.format(pk=file.pk)).status_code == 200
    told = AuditLog.objects.get(action="conversation.read")
    assert (told.actor, told.entity_id) == (supervisor, file.message.conversation_id)


def test_rights_that_ended_end_the_file(file: Attachment, owner: User, signed_in):
    client = signed_in(owner)
    assert client.get(f"/attachments/{file.pk}/").status_code == 200
    TeamMember.objects.filter(user=owner).delete()
    for headers in ({}, {"if-none-match": ETAG}, {"range": "bytes=0-1"}):
        answer = client.get(f"/attachments/{file.pk}/", headers=headers)
        assert answer.status_code == 404 and BODY[:10] not in answer.content


def test_nobody_signed_in_gets_nothing(file: Attachment, client: Client):
    for path in ("", "thumbnail/"):
        answer = client.get(f"/attachments/{file.pk}/{path}")
        assert (answer.status_code, answer.content) == (302, b"")


@pytest.mark.parametrize("state", ["WAITING", "FAILED", "EXPIRED"])
def test_what_is_not_ready_is_not_there(state: str, file: Attachment, ask):
    Attachment.objects.update(state=state, due_at=timezone.now())
    assert ask().status_code == ask(f"/attachments/{file.pk}/thumbnail/").status_code == 404


def test_no_thumbnail_no_page(file: Attachment, ask):
    Attachment.objects.update(thumbnail_width=None)
    assert ask(f"/attachments/{file.pk}/thumbnail/").status_code == 404


def test_a_file_that_is_lost_is_not_there(file: Attachment, ask):
    default_storage.delete(file.storage_name)
    assert ask().status_code == 404


@pytest.mark.parametrize("method", ["post", "put", "delete", "patch"])
def test_a_file_is_only_read(method: str, ask):
    assert ask(method=method).status_code == 405


# --- How -----------------------------------------------------------------------------------------------

HARMLESS = {
    "X-Content-Type-Options": "nosniff",
    "Content-Security-Policy": "sandbox; default-src 'none'",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Cache-Control": "private, no-cache",
    "Accept-Ranges": "bytes",
    "X-Frame-Options": "DENY",
}


@pytest.mark.parametrize("headers", [{}, {"range": "bytes=5-9"}, {"range": "bytes=999999-"}, {"if_none_match": ETAG}])
def test_every_answer_is_harmless(headers: dict[str, str], file: Attachment, ask):
    for path in ("", "thumbnail/"):
        answer = ask(f"/attachments/{file.pk}/{path}", **headers)
        assert {name: answer[name] for name in HARMLESS} == HARMLESS


SHOWN = {
    "image/png": False, "video/mp4": True, "video/3gpp": True, "audio/ogg": True, "audio/mpeg": True,
    "application/pdf": False, "application/octet-stream": False, "text/html": False, "image/svg+xml": False, "": False,
}  # fmt: skip


@pytest.mark.parametrize("kind", SHOWN)
def test_only_what_was_verified_is_shown_in_the_page(kind: str, file: Attachment, ask):
    Attachment.objects.update(content_type=kind, thumbnail_width=None, filename="a.html")
    disposition = ask()["Content-Disposition"]
    assert disposition.split(";")[0] == ("inline" if SHOWN[kind] else "attachment")
    assert not disposition.rstrip('"').endswith(".html")


def test_a_picture_is_shown_when_it_has_a_thumbnail(file: Attachment, ask):
    Attachment.objects.update(content_type="image/jpeg")
    assert ask()["Content-Disposition"].startswith("inline")
    small = ask(f"/attachments/{file.pk}/thumbnail/")
    assert (small["Content-Type"], content(small)) == ("image/webp", b"small")


def test_its_name_is_the_senders_as_far_as_it_does_no_harm(file: Attachment, ask):
    Attachment.objects.update(content_type="application/pdf", filename='../orçamento "final"\r\nX: y.pdf')
    header = ask()["Content-Disposition"]
    assert header == "attachment; filename*=utf-8''or%C3%A7amento%20finalX%20y.pdf"
    Attachment.objects.update(filename="boleto.pdf")
    assert ask()["Content-Disposition"] == 'attachment; filename="boleto.pdf"'


# --- Parts ---------------------------------------------------------------------------------------------

SIZE = len(BODY)
RANGES = {
    "bytes=0-0": (0, 1),
    "bytes=0-99": (0, 100),
    "bytes=100-": (100, SIZE),
    "bytes=-100": (SIZE - 100, SIZE),
    "bytes=65530-65545": (65_530, 65_546),
    f"bytes={SIZE - 1}-{SIZE + 500}": (SIZE - 1, SIZE),
    "bytes = 1 - 2": (1, 3),
}
WHOLE = [
    "",
    "bytes",
    "bytes=",
    "bytes=-",
    "bytes=5-3",
    "bytes=a-b",
    "bytes=0-1,5-6",
    "items=0-1",
    "bytes=0--1",
    "bytes=0-",
]
NOWHERE = [f"bytes={SIZE}-", f"bytes={SIZE + 5}-{SIZE + 9}", "bytes=-0", "bytes=999999999999999999-"]


@pytest.mark.parametrize("asked", RANGES)
def test_a_part(asked: str, ask):
    start, end = RANGES[asked]
    answer = ask(range=asked)
    assert (answer.status_code, answer["Content-Range"]) == (206, f"bytes {start}-{end - 1}/{SIZE}")
    assert content(answer) == BODY[start:end] and answer["Content-Length"] == str(end - start)


@pytest.mark.parametrize("asked", WHOLE)
def test_what_is_no_single_part_is_all_of_it(asked: str, ask):
    answer = ask(range=asked)
    assert (answer.status_code, answer["Content-Length"], content(answer)) == (200, str(SIZE), BODY)


@pytest.mark.parametrize("asked", NOWHERE)
def test_a_part_that_is_not_there(asked: str, ask):
    answer = ask(range=asked)
    assert (answer.status_code, answer["Content-Range"], content(answer)) == (416, f"bytes */{SIZE}", b"")


def test_of_nothing_there_is_no_part(customer_writes, media_root: Path, owner: User, signed_in):
    empty = kept(customer_writes(), "audio/ogg", b"")
    answer = signed_in(owner).get(f"/attachments/{empty.pk}/", headers={"Range": "bytes=5-"})
    assert (answer.status_code, answer["Content-Length"], content(answer)) == (200, "0", b"")


@pytest.mark.parametrize(
    ("condition", "status"), [(ETAG, 206), ('"other"', 200), ("Mon, 23 Nov 2026 21:00:00 GMT", 200)]
)
def test_a_part_of_the_same_file_only(condition: str, status: int, ask):
    assert ask(range="bytes=0-1", if_range=condition).status_code == status


def test_what_is_known_does_not_come_again(ask):
    answer = ask(if_none_match=ETAG)
    assert (answer.status_code, answer.content, answer["ETag"]) == (304, b"", ETAG)
    assert ask(if_none_match='"other"').status_code == 200


def test_a_head_has_the_length_and_no_body(ask):
    answer = ask(method="head")
    assert (answer.status_code, answer["Content-Length"], content(answer)) == (200, str(SIZE), b"")


def test_nothing_at_all_is_a_file_too(conversation, customer_writes, media_root, owner, signed_in):
    empty = kept(customer_writes("x"), "application/octet-stream", b"")
    answer = signed_in(owner).get(f"/attachments/{empty.pk}/", headers={"range": "bytes=0-"})
    assert (answer.status_code, answer["Content-Length"], content(answer)) == (200, "0", b"")


def test_a_large_file_is_not_read_into_memory(file: Attachment, ask):
    parts = list(ask().streaming_content)
    assert len(parts) > 3 and max(map(len, parts)) <= 65_536


@pytest.mark.django_db(transaction=True)
def test_it_flows_under_asgi_too(file: Attachment, owner: User, recwarn):
    async def ask() -> tuple[int, list[bytes]]:
        client = AsyncClient()
        await client.aforce_login(owner)
        answer = await client.get(f"/attachments/{file.pk}/", headers={"range": "bytes=0-199999"})
        parts = [part async for part in answer.streaming_content]
        await sync_to_async(connections.close_all)()
        return answer.status_code, parts

    status, parts = asyncio.run(ask())
    assert (status, b"".join(parts)) == (206, BODY[:200_000])
    assert len(parts) > 3
    assert not [one for one in recwarn if "StreamingHttpResponse" in str(one.message)]


def test_the_proxy_may_send_it(file: Attachment, ask, settings):
    settings.MEDIA_ACCEL = "/protected-media/"
    answer = ask(range="bytes=0-1")
    assert (answer.status_code, answer.content) == (200, b"")
    assert answer["X-Accel-Redirect"] == f"/protected-media/{file.storage_name}"
    assert (answer["Content-Type"], answer["Content-Disposition"][:6]) == ("video/mp4", "inline")


# --- Another try ---------------------------------------------------------------------------------------


def test_another_try_answers_with_the_message(file: Attachment, ask):
    Attachment.objects.update(state="FAILED", problem="CORRUPT")
    answer = ask(f"/attachments/{file.pk}/tries/", "post")
    assert answer.status_code == 200
    assert f'id="message-{file.message_id}"' in answer.content.decode()
    file.refresh_from_db()
    assert (file.state, file.tries) == ("WAITING", 0)


def test_another_try_for_what_is_there_says_so(file: Attachment, ask):
    assert ask(f"/attachments/{file.pk}/tries/", "post").status_code == 409
    assert ask(f"/attachments/{file.pk}/tries/").status_code == 405

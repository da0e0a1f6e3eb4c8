"""Files that we send: brought by a person, taken for what they are, brought to Meta once, shown like any other."""

from __future__ import annotations

import uuid
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.utils import timezone

from accounts.models import User
from inbox import actions, sweeps
from inbox.actions.files import MOST_STAGED
from inbox.models import Attachment, Conversation, Message, SendAttempt, StagedFile, Upload
from lib import graph, uploads
from messaging import outgoing
from messaging.kinds.files import File
from messaging.kinds.interactive import Buttons, Reply
from messaging.outgoing import Outgoing
from tests.inbox import corpus
from tests.inbox.conftest import Meta, fresh, send_due
from tests.inbox.test_sending import due_now

Status = Message.Status
PHOTOGRAPH = corpus.picture("JPEG")
OPUS, PDF = corpus.OGG, corpus.PDF


@pytest.fixture(autouse=True)
def media_root(settings, tmp_path: Path) -> Path:
    settings.MEDIA_ROOT, settings.MEDIA_ACCEL = str(tmp_path), ""
    options = {"location": str(tmp_path), "allow_overwrite": True}
    disk = {"BACKEND": "django.core.files.storage.FileSystemStorage", "OPTIONS": options}
    settings.STORAGES = settings.STORAGES | {"default": disk}
    return tmp_path


@pytest.fixture
def stage(db, owner: User) -> Callable[..., StagedFile]:
    """Let somebody of ours choose a file: `stage(PHOTOGRAPH, "foto.jpg")`."""

    def stage(content: bytes = PHOTOGRAPH, name: str = "foto.jpg", claimed: str = "image/jpeg") -> StagedFile:
        return actions.stage_file(SimpleUploadedFile(name, content, claimed), by=owner)

    return stage


def send(conversation: Conversation, content: Outgoing, by: User) -> Message:
    return actions.send_message(conversation, content, client_key=str(uuid.uuid4()), by=by)


def stored(root: Path) -> set[str]:
    return {str(path.relative_to(root)) for path in root.rglob("*") if path.is_file()}


# --- Staging ----------------------------------------------------------------------------------------


def test_a_chip_shows_what_was_brought_and_removing_it_leaves_nothing(
    conversation, owner, teammate, signed_in, media_root
):
    page: Client = signed_in(owner)
    upload = SimpleUploadedFile("férias\u202egpj.exe.jpg", PHOTOGRAPH, "text/html")
    answer = page.post(f"/conversations/{conversation.pk}/files/", {"file": upload})
    assert answer.status_code == 201
    staged = StagedFile.objects.get(by=owner)
    assert (staged.kind, staged.content_type, staged.filename) == ("image", "image/jpeg", "fériasgpj.exe.jpg")
    assert f'data-file="{staged.key}"' in answer.content.decode()
    small = page.get(f"/files/{staged.key}/thumbnail/")
    assert small["Content-Type"] == "image/webp" and b"".join(small.streaming_content)
    assert signed_in(teammate).get(f"/files/{staged.key}/thumbnail/").status_code == 404
    assert signed_in(owner).delete(f"/files/{staged.key}/").status_code == 200
    assert stored(media_root) == set() and not StagedFile.objects.exists()


@pytest.mark.parametrize(
    ("content", "name", "claimed", "kind"),
    [
        (PHOTOGRAPH, "a.jpg", "image/jpeg", "image"),
        (corpus.picture("PNG"), "a.png", "image/png", "image"),
        (corpus.picture("GIF"), "a.gif", "image/gif", "document"),
        (PHOTOGRAPH + bytes(5 * 1024 * 1024), "a.jpg", "image/jpeg", "document"),
        (corpus.boxed(b"isom"), "a.mp4", "video/mp4", "video"),
        (corpus.boxed(b"isom"), "a.m4a", "audio/mp4", "audio"),
        (corpus.boxed(b"isom") + bytes(16 * 1024 * 1024), "a.mp4", "video/mp4", "document"),
        (OPUS, "a.ogg", "audio/ogg", "audio"),
        (OPUS.replace(b"OpusHead", b"\1vorbis\0"), "a.ogg", "audio/ogg", "document"),
        (corpus.MP3, "a.mp3", "audio/mpeg", "audio"),
        (PDF, "a.jpg", "image/jpeg", "document"),
        (corpus.HTML, "a.png", "image/png", "document"),
        (corpus.picture("WEBP"), "a.webp", "image/webp", "document"),
        (corpus.picture("WEBP", corpus.DRAWN.resize((512, 512)), quality=20), "a.webp", "image/webp", "sticker"),
        (corpus.picture("WEBP", corpus.DRAWN.resize((512, 512))) + bytes(100_000), "a.webp", "image/webp", "document"),
        (
            corpus.picture("WEBP", corpus.DRAWN.resize((512, 512)).convert("RGBA"), quality=20, lossless=False),
            "a.webp",
            "image/webp",
            "sticker",
        ),
    ],
)
def test_the_bytes_say_how_it_is_sent(stage, content, name, claimed, kind):
    assert stage(content, name, claimed).kind == kind


def test_what_nobody_can_send_is_refused_with_words(conversation, owner, signed_in, stage, monkeypatch, media_root):
    page, path = signed_in(owner), f"/conversations/{conversation.pk}/files/"
    empty = page.post(path, {"file": SimpleUploadedFile("a.txt", b"")})
    assert (empty.status_code, "vazio" in empty.content.decode()) == (409, True), empty.content.decode()
    monkeypatch.setattr(uploads, "LARGEST_UPLOAD", 1000)
    large = page.post(path, {"file": SimpleUploadedFile("a.txt", bytes(70_000))})
    assert (large.status_code, "100 MB" in large.content.decode()) == (400, True)
    monkeypatch.undo()
    StagedFile.objects.bulk_create(StagedFile(by=owner, kind="document") for _ in range(MOST_STAGED))
    with pytest.raises(actions.TooManyFiles):
        stage()
    assert stored(media_root) == set()


def test_the_sweep_forgets_what_nobody_sent_and_keeps_what_was_sent(stage, conversation, owner, media_root):
    sent, forgotten = stage(), stage(PDF, "nota.pdf")
    send(conversation, outgoing.image(sent.outgoing), owner)
    StagedFile.objects.update(created_at=timezone.now() - timedelta(hours=25))
    sweeps.sweep()
    assert not StagedFile.objects.exists()
    assert stored(media_root) == {sent.storage_name, sent.thumbnail_name}
    with pytest.raises(actions.FileGone):
        send(conversation, outgoing.document(forgotten.outgoing), owner)
    assert Message.objects.filter(direction="OUTBOUND").count() == 1


# --- Sending ----------------------------------------------------------------------------------------


def test_each_kind_is_brought_to_meta_and_sent_by_its_id(meta: Meta, stage, conversation, owner, signed_in):
    sticker = corpus.picture("WEBP", corpus.DRAWN.resize((512, 512)), quality=20)
    contents = [
        outgoing.image(stage().outgoing, "A foto"),
        outgoing.video(stage(corpus.boxed(b"isom"), "a.mp4", "video/mp4").outgoing, "O vídeo"),
        outgoing.audio(stage(OPUS, "a.ogg", "audio/ogg").outgoing, is_voice=True),
        outgoing.document(stage(PDF, 'nota "7".pdf').outgoing, "Segue"),
        outgoing.sticker(stage(sticker, "a.webp", "image/webp").outgoing),
        outgoing.question(
            Buttons("Qual?", [Reply("1", "Este")], header=File("image")), stage(PHOTOGRAPH, "b.jpg").outgoing
        ),
    ]
    sent = actions.send_messages(conversation, contents, client_key="album", by=owner)
    assert actions.send_messages(conversation, contents, client_key="album", by=owner) == sent
    send_due()
    assert [fresh(message).status for message in sent] == [Status.SENT] * len(contents)
    ids = {f"{upload.key}": upload.media_id for upload in Upload.objects.all()}
    asked = [call["request"] for call in meta.accepted() if call["path"].endswith("/messages")]
    assert all(any(media_id in request for request in asked) for media_id in ids.values())
    assert len(ids) == len(contents)
    thread = signed_in(owner).get(f"/inbox/all/{conversation.pk}/").content.decode()
    for message in sent:
        assert message.file and message.file.is_ready
    for words in ("A foto", "O vídeo", "Segue", "nota 7.pdf", f"/attachments/{sent[0].file.pk}/thumbnail/"):
        assert words in thread


def test_one_file_is_brought_once_for_a_number_and_again_when_meta_forgot_it(
    meta: Meta, stage, customer_writes, owner, monkeypatch
):
    file = stage().outgoing
    talks = [customer_writes(phone=f"551198765010{n}").conversation for n in range(3)]
    for talk in talks:
        send(talk, outgoing.image(file), owner)
    send_due()
    assert not Message.objects.filter(status=Status.QUEUED).exists()
    assert len(brought(meta)) == 1
    Upload.objects.update(media_id="404")
    again = send(talks[0], outgoing.image(file), owner)
    send_due()
    assert fresh(again).status == Status.SENT
    assert len(brought(meta)) == 2
    Upload.objects.update(uploaded_at=timezone.now() - timedelta(days=29, minutes=1))
    send(talks[0], outgoing.image(file), owner)
    send_due()
    assert len(brought(meta)) == 3


def brought(meta: Meta) -> list[dict]:
    return [call for call in meta.calls() if call["path"].endswith("/media")]


@pytest.mark.parametrize("outcome", [graph.NotSent("ReadTimeout"), graph.Rejected(131000, "No", 500)])
def test_an_upload_that_failed_sent_nothing_and_is_tried_again(
    meta: Meta, stage, conversation, owner, monkeypatch, outcome
):
    bring = graph.GraphClient.upload_media
    monkeypatch.setattr(graph.GraphClient, "upload_media", lambda *_, **__: outcome)
    message = send(conversation, outgoing.image(stage().outgoing), owner)
    send_due()
    assert (fresh(message).status, meta.calls()) == (Status.QUEUED, [])
    monkeypatch.setattr(graph.GraphClient, "upload_media", bring)
    conversation.number.__class__.objects.update(blocked_until=None)
    due_now()
    send_due()
    assert fresh(message).status == Status.SENT


def test_a_file_that_is_gone_fails_its_message_alone(meta: Meta, stage, conversation, owner, media_root):
    file = stage()
    first = send(conversation, outgoing.image(file.outgoing), owner)
    second = send(conversation, outgoing.text("Oi"), owner)
    (media_root / file.storage_name).unlink()
    send_due()
    assert (fresh(first).status, first.error_code, fresh(second).status) == (Status.FAILED, -4, Status.SENT)


def test_a_worker_that_died_while_it_uploaded_sent_nothing(meta: Meta, stage, conversation, owner, monkeypatch):
    """The sweep gives the message to another; what the dead one comes back with counts no more."""
    message = send(conversation, outgoing.image(stage().outgoing), owner)
    bring = graph.GraphClient.upload_media

    def slow(*args: Any, **more: Any) -> Any:
        SendAttempt.objects.update(started_at=timezone.now() - timedelta(minutes=5))
        sweeps.sweep()
        monkeypatch.setattr(graph.GraphClient, "upload_media", bring)
        return bring(*args, **more)

    monkeypatch.setattr(graph.GraphClient, "upload_media", slow)
    send_due()
    conversation.number.__class__.objects.update(blocked_until=None)
    send_due()
    assert fresh(message).status == Status.SENT
    assert len(meta.accepted(recipient="5511987650001")) == 1
    assert set(message.attempts.values_list("outcome", flat=True)) == {"NOT_SENT", "ACCEPTED"}


def test_sending_again_shows_the_same_file(meta: Meta, stage, conversation, owner, media_root):
    message = send(conversation, outgoing.document(stage(PDF, "nota.pdf").outgoing), owner)
    Message.objects.filter(pk=message.pk).update(status=Status.FAILED)
    StagedFile.objects.all().delete()
    again = actions.resend_message(fresh(message), by=owner)
    send_due()
    assert fresh(again).status == Status.SENT
    assert Attachment.objects.values("key").distinct().count() == 1
    with pytest.raises(actions.NotFailed):
        actions.resend_message(again, by=owner)

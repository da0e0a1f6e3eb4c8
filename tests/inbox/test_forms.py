"""What the composer submits becomes messages: their kinds, their order, and which of them carries the text."""

from __future__ import annotations

import uuid

import pytest

from accounts.models import User
from inbox.forms import said_with
from inbox.models import Conversation, Message, StagedFile
from messaging.outgoing import OutgoingFile


def a(kind: str) -> OutgoingFile:
    return OutgoingFile(uuid.uuid4(), kind, f"{kind}.bin")


@pytest.mark.parametrize(
    ("kinds", "text", "expected"),
    [
        (["image"], "", [("image", "")]),
        (["image"], " \n", [("image", "")]),
        (["image", "video"], "Oi", [("image", "Oi"), ("video", "")]),
        (["audio", "document"], "Oi", [("audio", ""), ("document", "Oi")]),
        (["sticker", "audio"], "Oi", [("sticker", ""), ("audio", ""), ("text", "Oi")]),
        (["image"], "x" * 1025, [("image", ""), ("text", "x" * 1025)]),
        (["image"], "x" * 4000 + "\n" + "y" * 4000, [("image", ""), ("text", "x" * 4000), ("text", "y" * 4000)]),
    ],
)
def test_a_text_goes_with_its_files(kinds: list[str], text: str, expected: list[tuple[str, str]]):
    sent = said_with([a(kind) for kind in kinds], text)
    assert [(one.kind, one.words.replace(f"{one.kind}.bin", "").strip(" ·")) for one in sent] == expected


def staged(by: User, kind: str, name: str) -> StagedFile:
    return StagedFile.objects.create(by=by, kind=kind, filename=name, size=5, sha256="0" * 64)


def test_files_leave_in_the_order_of_the_page_and_only_ones_own(
    signed_in, owner: User, teammate: User, conversation: Conversation
):
    page, url = signed_in(owner), f"/conversations/{conversation.pk}/messages/"
    first, second = staged(owner, "document", "um.pdf"), staged(owner, "document", "dois.pdf")
    form = {"text": "", "client_key": str(uuid.uuid4()), "files": [second.key, first.key]}
    theirs = staged(teammate, "document", "deles.pdf")
    for wrong in (theirs.key, "x", uuid.uuid4()):
        assert page.post(url, form | {"files": [first.key, wrong]}).status_code == 400
    for _ in range(2):
        assert page.post(url, form).status_code == 200
    sent = Message.objects.filter(direction="OUTBOUND").order_by("pk")
    assert [message.payload["document"]["filename"] for message in sent] == ["dois.pdf", "um.pdf"]


def test_only_opus_in_ogg_is_a_voice_note(signed_in, owner: User, conversation: Conversation):
    page, url = signed_in(owner), f"/conversations/{conversation.pk}/messages/"
    for name in ("voz.ogg", "voz.m4a"):
        note = staged(owner, "audio", name)
        form = {"client_key": str(uuid.uuid4()), "files": [note.key], "is_voice": "on"}
        assert 'id="client-key"' not in page.post(url, form).content.decode(), "the text's own key stays"
    sent = Message.objects.filter(direction="OUTBOUND").order_by("pk")
    assert [message.payload["audio"].get("voice", False) for message in sent] == [True, False]

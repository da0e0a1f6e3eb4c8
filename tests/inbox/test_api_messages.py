"""Messages and their files by API."""

from __future__ import annotations

import uuid
from datetime import timedelta

import pytest
from django.utils import timezone

from accounts.models import AuditLog
from inbox import actions
from inbox.models import Amendment, Conversation, Message, MessageReceipt
from messaging import outgoing
from tests.callers import ABSENT
from tests.conftest import person
from tests.inbox.samples import SAMPLES
from tests.inbox.test_attachment_pages import BODY, ETAG, content, file, media_root

__all__ = ["file", "media_root"]


def answered(conversation: Conversation, by, text: str = "Bom dia") -> Message:
    return actions.send_message(conversation, outgoing.text(text), client_key=str(uuid.uuid4()), by=by)


def test_it_reads(calls, owner, conversation):
    message = conversation.messages.get()
    found = calls(owner).get(f"messages/{message.pk}").json()
    assert found["id"] == message.pk
    assert (found["conversation"], found["direction"], found["kind"]) == (conversation.pk, "INBOUND", "text")
    assert (found["text"], found["content"]) == ("Oi, tudo bem?", {"body": "Oi, tudo bem?"})
    assert [found[name] for name in ("status", "author", "quoted", "media", "error", "edited_text")] == [None] * 6
    assert calls(owner).get(f"conversations/{conversation.pk}/messages").json()["results"] == [found]


def test_it_tells_what_became_of_it(calls, owner, conversation):
    theirs, ours = conversation.messages.get(), answered(conversation, owner)
    Message.objects.filter(pk=ours.pk).update(
        status=Message.Status.FAILED, error_code=131047, error_detail="late", wamid="wamid.1", quoted_wamid=theirs.wamid
    )
    MessageReceipt.objects.create(message=ours, status=Message.Status.FAILED, at=timezone.now())
    for text, kind, direction in (("👍", "reaction", "INBOUND"), ("Boa tarde", "edit", "OUTBOUND")):
        Amendment.objects.create(
            number=ours.number,
            wamid=f"wamid.{kind}",
            target_wamid="wamid.1",
            kind=kind,
            direction=direction,
            text=text,
            sent_at=timezone.now(),
        )
    found = calls(owner).get(f"messages/{ours.pk}").json()
    assert (found["status"], found["author"]) == ("FAILED", {"id": owner.pk, "name": "Olivia"})
    assert found["error"] == {"code": 131047, "detail": "late"}
    assert found["quoted"] == {"id": theirs.pk, "direction": "INBOUND", "kind": "text", "text": theirs.text}
    assert [(one["emoji"], one["direction"]) for one in found["reactions"]] == [("👍", "INBOUND")]
    assert (found["edited_text"], [one["status"] for one in found["receipts"]]) == ("Boa tarde", ["FAILED"])


def test_what_it_answers_is_told_from_the_same_conversation_only(
    calls, owner, stranger, conversation, customer_writes, other_team
):
    before = conversation.messages.get()
    actions.close_conversation(conversation, by=owner)
    Conversation.objects.update(team=other_team, closed_at=timezone.now() - timedelta(minutes=1))
    after = customer_writes("Segredo?")
    Message.objects.filter(pk=after.pk).update(quoted_wamid=before.wamid)
    answer = calls(owner).get(f"messages/{after.pk}")
    assert answer.json()["quoted"] is None and before.text not in answer.content.decode()


def test_every_kind_reads(calls, owner, conversation):
    """Whatever WhatsApp sends has an answer, and its content holds nothing that JSON has not."""
    message = conversation.messages.get()
    caller = calls(owner)
    for kind, raw, _words in SAMPLES.values():
        Message.objects.filter(pk=message.pk).update(kind=kind, payload=raw)
        found = caller.get(f"messages/{message.pk}").json()
        assert isinstance(found["content"], dict) and "media_id" not in str(found["content"])


@pytest.mark.parametrize("path", ["messages/{message}", "conversations/{conversation}/messages", "media/{file}"])
def test_outside_is_absent(path, calls, owner, admin, stranger, conversation, file):
    message = conversation.messages.get()
    address = path.format(message=message.pk, conversation=conversation.pk, file=file.pk)
    absent = path.format(message=ABSENT, conversation=ABSENT, file=ABSENT)
    assert [calls(user).get(address).status_code for user in (owner, admin)] == [200, 200]
    answers = [calls(user).get(address) for user in (stranger, person("Zeca"))]
    nobody = calls(stranger).get(absent)
    assert [answer.status_code for answer in [*answers, nobody]] == [404] * 3
    assert {answer.content for answer in answers} == {nobody.content}
    assert calls(owner).get(absent).status_code == 404


@pytest.mark.parametrize("method", ["post", "patch", "delete"])
@pytest.mark.parametrize("path", ["messages/{0}", "conversations/{1}/messages"])
def test_nothing_is_written_here(method, path, calls, owner, conversation):
    path = path.format(conversation.messages.get().pk, conversation.pk)
    given = [] if method == "delete" else [{"text": "x"}]
    assert getattr(calls(owner), method)(path, *given).status_code == 405


def test_pages_hold_each_message_once_while_some_arrive(calls, owner, conversation, customer_writes):
    for ago in range(6):
        customer_writes(str(ago), ago=100 + ago)
    there, seen = set(conversation.messages.values_list("pk", flat=True)), []
    for page in calls(owner).pages(f"conversations/{conversation.pk}/messages?limit=3"):
        seen += page
        customer_writes("neu")
    assert len(seen) == len(set(seen)) and set(seen) == there


def test_a_list_takes_the_same_queries_however_long(calls, owner, teammate, conversation):
    path, caller = f"conversations/{conversation.pk}/messages", calls(owner)
    answered(conversation, owner)
    few = caller.queries(path)
    for number in range(8):
        message = answered(conversation, teammate, f"Nr. {number}")
        Message.objects.filter(pk=message.pk).update(quoted_wamid="x", wamid=f"wamid.{number}")
    assert len(caller.ids(path)) == 10
    assert caller.queries(path) == few


# --- Files ---------------------------------------------------------------------------------------------


def test_a_message_links_its_file(calls, owner, file):
    found = calls(owner).get(f"messages/{file.message_id}").json()["media"]
    assert (found["id"], found["state"], found["content_type"], found["size"]) == (
        file.pk,
        "READY",
        "video/mp4",
        len(BODY),
    )
    assert content(calls(owner).get(found["url"])) == BODY


def test_a_file_comes_whole_or_in_part(calls, owner, file):
    caller = calls(owner)
    part = caller.get(f"media/{file.pk}", range="bytes=5-9")
    assert (part.status_code, content(part), part["Content-Range"]) == (206, BODY[5:10], f"bytes 5-9/{len(BODY)}")
    assert caller.get(f"media/{file.pk}", range=f"bytes={len(BODY)}-").status_code == 416
    assert caller.get(f"media/{file.pk}", if_none_match=ETAG).status_code == 304
    assert (
        part["Content-Security-Policy"] == "sandbox; default-src 'none'"
        and part["Cache-Control"] == "private, no-cache"
    )


def test_a_file_that_has_not_come_is_absent(calls, owner, file):
    type(file).objects.update(state="WAITING", due_at=timezone.now())
    assert calls(owner).get(f"media/{file.pk}").status_code == 404
    assert calls(owner).get(f"messages/{file.message_id}").json()["media"]["url"] is None


def test_rights_that_ended_end_the_file(calls, owner, file):
    caller = calls(owner)
    assert caller.get(f"media/{file.pk}").status_code == 200
    owner.memberships.all().delete()
    assert caller.get(f"media/{file.pk}", if_none_match=ETAG).status_code == 404


# --- Who looked ----------------------------------------------------------------------------------------


@pytest.mark.parametrize("path", ["conversations/{1}", "conversations/{1}/messages", "messages/{0}"])
def test_a_supervisors_reading_is_noted_once(path, calls, owner, supervisor, conversation):
    path = path.format(conversation.messages.get().pk, conversation.pk)
    for user in (owner, supervisor, supervisor):
        assert calls(user).get(path).status_code == 200
    entry = AuditLog.objects.get(action="conversation.read")
    assert (entry.actor, entry.entity_id) == (supervisor, conversation.pk)

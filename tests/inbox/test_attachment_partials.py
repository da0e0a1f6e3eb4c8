"""What the file of a message looks like: on its way, there, failed, gone, or not what it claims to be."""

from __future__ import annotations

from typing import Any

import pytest
from django.utils import timezone, translation

from inbox.models import Attachment, Conversation
from tests.inbox.partials import Outline, attach, say, shown, words

ASKS_AGAIN = 'hx-post="/attachments/'


def picture(conversation: Conversation, **fields: Any) -> str:
    message = say(conversation, "image", {"id": "1", "caption": "Veja"})
    attach(message, **fields)
    return shown(message)


@pytest.mark.parametrize(
    ("thumbnail", "size"),
    [((640, 427), ("320", "214")), ((366, 640), ("183", "320")), ((64, 40), ("64", "40")), ((640, 1), ("320", "1"))],
)
def test_a_picture_keeps_its_place_before_it_loads(conversation, thumbnail, size):
    html = picture(conversation, thumbnail_width=thumbnail[0], thumbnail_height=thumbnail[1])
    (image,) = [at for tag, at in Outline(html).tags if tag == "img"]
    assert (image["width"], image["height"]) == size
    assert "data-picture" in html and "Veja" in words(html)


@pytest.mark.parametrize("content_type", ["application/pdf", "image/png"])
def test_a_picture_of_which_no_small_one_could_be_made_is_a_download_that_says_so(conversation, content_type):
    html = picture(conversation, content_type=content_type)
    assert "<img" not in html
    assert "download=" in html
    assert "may not be what it claims to be" in words(html)


def test_a_file_on_its_way_takes_the_place_it_will_have(conversation):
    html = picture(conversation, state="WAITING", due_at=timezone.now(), stored_at=None)
    assert "On its way" in html and "spinner" not in html and ASKS_AGAIN not in html


def test_a_file_that_does_not_come_may_be_asked_for(conversation):
    html = picture(conversation, state="WAITING", due_at=timezone.now(), stored_at=None, tries=5)
    assert "We keep trying" in words(html) and "Try again now" in words(html)


@pytest.mark.parametrize("problem", Attachment.Problem)
def test_a_file_that_failed_says_why_and_may_be_asked_for(conversation, problem):
    html = picture(conversation, state="FAILED", stored_at=None, problem=problem)
    with translation.override("en"):
        said = str(problem.label)
    assert "could not be fetched" in html and "Try again" in words(html)
    assert words(said).replace("'", "&#x27;") in words(html)
    assert ASKS_AGAIN in html


def test_a_file_that_is_gone_says_what_to_ask_for(conversation):
    html = picture(conversation, state="EXPIRED", stored_at=None)
    assert "Ask the customer to send it again" in words(html)
    assert ASKS_AGAIN not in html


@pytest.mark.parametrize(
    "state",
    [{"state": "WAITING", "due_at": timezone.now()}, {"state": "FAILED", "problem": "CORRUPT"}, {"state": "EXPIRED"}],
)
def test_a_document_that_is_not_there_has_its_name(conversation, state):
    message = say(conversation, "document", {"id": "1", "filename": "Nota fiscal.pdf"})
    attach(message, filename="Nota fiscal.pdf", content_type="", stored_at=None, **state)
    assert "Nota fiscal.pdf" in words(shown(message))


def test_a_media_message_without_a_file_says_so(conversation):
    assert "without its file" in words(shown(say(conversation, "video", {"caption": "Olha"})))


def test_a_file_too_large_for_whatsapp_says_so(conversation):
    assert "perhaps because it is too large" in words(
        shown(say(conversation, "video", raw={"errors": [{"code": 131052}]}))
    )


@pytest.mark.parametrize(
    ("kind", "content", "content_type", "tag"),
    [
        ("audio", {"id": "1", "voice": True}, "audio/ogg", "audio"),
        ("video", {"id": "1"}, "video/mp4", "video"),
        ("sticker", {"id": "1", "animated": True}, "image/webp", "img"),
    ],
)
def test_what_can_be_shown_is_shown_and_loads_when_asked(conversation, kind, content, content_type, tag):
    message = say(conversation, kind, content)
    attach(message, content_type=content_type, thumbnail_width=100, thumbnail_height=100)
    (found,) = [at for name, at in Outline(shown(message)).tags if name == tag]
    assert found["src"] == f"/attachments/{message.attachment.pk}/"
    assert tag == "img" or found["preload"] == "none"


@pytest.mark.parametrize("kind", ["audio", "video", "sticker", "image"])
def test_nothing_but_a_download_is_made_of_bytes_that_are_something_else(conversation, kind):
    message = say(conversation, kind, {"id": "1"})
    attach(message, content_type="application/octet-stream")
    html = shown(message)
    assert not {"audio", "video", "img"} & {tag for tag, _ in Outline(html).tags}
    assert "may not be what it claims to be" in words(html)


def test_a_document_shows_name_type_and_size(conversation):
    message = say(conversation, "document", {"id": "1", "filename": "orçamento.pdf", "caption": "Segue"})
    attach(message, content_type="application/pdf", filename="orçamento.pdf")
    assert "PDF" in words(shown(message))
    for part in ("orçamento.pdf", "33.8", "Segue"):
        assert part in words(shown(message))

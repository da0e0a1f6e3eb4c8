"""The inbox's pages: who gets which answer, and what each costs."""

from __future__ import annotations

import uuid

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from inbox import actions
from inbox.models import Conversation, Message
from messaging import outgoing
from tests.inbox.test_selectors import write_many

PAGES = [
    "/inbox/all/",
    "/inbox/all/rows/",
    "/inbox/all/{c}/",
    "/conversations/{c}/older/",
    "/conversations/{c}/changes/",
]
OF_ONE = [
    ("get", "/inbox/all/{c}/"),
    ("get", "/conversations/{c}/older/"),
    ("get", "/conversations/{c}/changes/"),
    ("post", "/conversations/{c}/messages/"),
    ("post", "/conversations/{c}/assignee/"),
    ("put", "/conversations/{c}/assignee/"),
    ("post", "/conversations/{c}/closure/"),
    ("delete", "/conversations/{c}/closure/"),
    ("post", "/conversations/{c}/readings/"),
    ("post", "/conversations/{c}/typing/"),
    ("post", "/conversations/{c}/scheduled-messages/"),
    ("post", "/messages/{m}/resend/"),
    ("post", "/messages/{m}/confirmation/"),
]
UNSAFE = [path for method, path in OF_ONE if method == "post"]


@pytest.fixture
def message(conversation, owner) -> Message:
    """A message that nobody confirmed."""
    message = actions.send_message(conversation, outgoing.text("Bom dia"), client_key="1", by=owner)
    Message.objects.filter(pk=message.pk).update(status=Message.Status.UNKNOWN)
    return message


def at(path: str, message: Message) -> str:
    return path.format(c=message.conversation_id, m=message.pk)


# --- Who ----------------------------------------------------------------------------------------------


def test_the_inbox_opens_in_a_folder(signed_in, owner, conversation):
    page = signed_in(owner)
    assert page.get("/").url == "/inbox/unassigned/"
    actions.take_conversation(conversation, by=owner)
    assert page.get("/").url == "/inbox/mine/"


@pytest.mark.parametrize("path", PAGES)
def test_a_page_opens(signed_in, owner, message, path):
    answer = signed_in(owner).get(at(path, message))
    assert answer.status_code == 200
    assert answer["Content-Type"].startswith("text/html")


@pytest.mark.parametrize("path", ["/", *PAGES])
def test_the_anonymous_are_asked_to_sign_in(client, message, path):
    answer = client.get(at(path, message))
    assert (answer.status_code, answer.url.split("?")[0]) == (302, "/login/")


@pytest.mark.parametrize(("method", "path"), OF_ONE)
def test_another_teams_conversation_is_not_there(signed_in, stranger, message, method, path):
    answer = getattr(signed_in(stranger), method)(at(path, message))
    assert answer.status_code == 404
    message.refresh_from_db()
    assert (message.status, message.conversation.status) == (Message.Status.UNKNOWN, "OPEN")


@pytest.mark.parametrize(("method", "path"), OF_ONE)
def test_what_does_not_exist_is_not_there(signed_in, owner, db, method, path):
    assert getattr(signed_in(owner), method)(path.format(c=404404, m=404404)).status_code == 404


def test_a_folder_nobody_has_is_not_there(signed_in, owner):
    assert signed_in(owner).get("/inbox/everything/").status_code == 404


@pytest.mark.parametrize("path", UNSAFE)
def test_nothing_is_changed_by_get(signed_in, owner, message, path):
    assert signed_in(owner).get(at(path, message)).status_code == 405


@pytest.mark.parametrize("path", UNSAFE)
def test_nothing_is_changed_without_a_csrf_token(owner, message, path):
    strict = Client(enforce_csrf_checks=True)
    strict.force_login(owner)
    assert strict.post(at(path, message)).status_code == 403


def test_somebody_deactivated_is_out_at_once(signed_in, owner, message):
    page = signed_in(owner)
    owner.is_active = False
    owner.save()
    assert page.get("/inbox/all/").status_code == 302


# --- Headers ------------------------------------------------------------------------------------------


@pytest.mark.parametrize("path", PAGES)
def test_pages_are_for_one_person_alone(signed_in, owner, message, path):
    answer = signed_in(owner).get(at(path, message))
    assert {"private", "no-store"} <= set(answer["Cache-Control"].replace(" ", "").split(","))


@pytest.mark.parametrize("path", ["/login/", "/inbox/all/", "/inbox/all/{c}/"])
def test_the_content_policy_is_strict(signed_in, client, owner, message, path):
    page = client if path == "/login/" else signed_in(owner)
    policy = page.get(at(path, message))["Content-Security-Policy"]
    rules = dict(rule.strip().split(" ", 1) for rule in policy.split(";") if rule.strip())
    assert rules["default-src"] == rules["style-src"] == "'self'"
    assert rules["object-src"] == rules["frame-ancestors"] == rules["base-uri"] == "'none'"
    assert "unsafe" not in policy and "*" not in policy and "http:" not in policy


@pytest.mark.parametrize("path", PAGES)
def test_pages_hold_nothing_inline(signed_in, owner, message, path):
    html = signed_in(owner).get(at(path, message)).content.decode()
    assert " style=" not in html
    assert " onclick=" not in html and "javascript:" not in html


def test_text_stays_text(signed_in, owner, customer_writes):
    evil = "<img src=x onerror=alert(1)>"
    conversation = customer_writes(evil, name=evil).conversation
    for path in ("/inbox/all/", f"/inbox/all/{conversation.pk}/", f"/conversations/{conversation.pk}/changes/"):
        assert "<img src=x" not in signed_in(owner).get(path).content.decode()


# --- What each costs ----------------------------------------------------------------------------------


def queries(page, path: str, **headers) -> int:
    with CaptureQueriesContext(connection) as captured:
        assert page.get(path, headers=headers).status_code == 200
    return len(captured)


def write_and_answer(owner, count: int, people: int) -> Conversation:
    write_many(count, people=people, at=int(timezone.now().timestamp()))
    for conversation in Conversation.objects.filter(unread_count__gt=0):
        actions.take_conversation(conversation, by=owner)
        actions.send_message(conversation, outgoing.text("Oi"), client_key=str(uuid.uuid4()), by=owner)
    return Conversation.objects.order_by("pk")[0]


@pytest.mark.parametrize(
    ("path", "htmx", "budget"),
    [
        ("/inbox/all/", "", 9),
        ("/inbox/all/rows/", "true", 7),
        ("/inbox/all/{c}/", "true", 16),
        ("/conversations/{c}/changes/", "true", 14),
        ("/conversations/{c}/older/", "true", 11),
    ],
)
def test_a_page_costs_the_same_however_much_there_is(signed_in, number, owner, path, htmx, budget):
    page, headers = signed_in(owner), {"HX-Request": htmx} if htmx else {}
    conversation = write_and_answer(owner, 4, 2)
    path = path.format(c=conversation.pk)
    page.get(path)
    few = queries(page, path, **headers)
    Message.objects.all().update(wamid=None, direction="OUTBOUND", status=Message.Status.SENT)
    write_and_answer(owner, 60, 6)
    page.get(path)
    many = queries(page, path, **headers)
    assert many <= few, "the number of queries grew with the rows"
    assert many <= budget


# --- Verbs --------------------------------------------------------------------------------------------


def test_sending_answers_with_the_message(signed_in, owner, conversation):
    form = {"text": "Bom dia", "client_key": str(uuid.uuid4())}
    page = signed_in(owner)
    for _ in range(2):
        answer = page.post(f"/conversations/{conversation.pk}/messages/", form)
        assert answer.status_code == 200
        assert "Bom dia" in answer.content.decode()
    message = Message.objects.get(direction="OUTBOUND")
    assert f'id="message-{message.pk}"' in answer.content.decode()


@pytest.mark.parametrize(
    ("form", "status"),
    [
        ({"text": "", "client_key": str(uuid.uuid4())}, 409),
        ({"text": " \n", "client_key": str(uuid.uuid4())}, 409),
        ({"text": "Oi"}, 400),
        ({"text": "Oi", "client_key": "no uuid"}, 400),
    ],
)
def test_sending_refuses_with_words(signed_in, owner, conversation, form, status):
    answer = signed_in(owner).post(f"/conversations/{conversation.pk}/messages/", form)
    assert answer.status_code == status
    assert answer.content.strip()
    assert not Message.objects.filter(direction="OUTBOUND").exists()


def test_a_long_text_is_several_messages(signed_in, owner, conversation):
    form = {"text": f"{'a' * 3000}\n\n{'b' * 3000}", "client_key": str(uuid.uuid4())}
    answers = [signed_in(owner).post(f"/conversations/{conversation.pk}/messages/", form) for _ in range(2)]
    sent = Message.objects.filter(direction="OUTBOUND").order_by("pk")
    assert [message.text for message in sent] == ["a" * 3000, "b" * 3000]
    for answer in answers:
        assert answer.content.decode().count("<article") == 2


def test_an_answer_quotes_only_what_its_author_may_see(
    signed_in, owner, conversation, message, customer_writes, number
):
    page, url = signed_in(owner), f"/conversations/{conversation.pk}/messages/"
    asked = customer_writes("Qual o prazo?")
    answer = page.post(url, {"text": "Dois dias", "client_key": str(uuid.uuid4()), "quoted": asked.pk})
    assert answer.status_code == 200
    assert Message.objects.get(text="Dois dias").quoted == asked
    others = customer_writes(phone="5511987650002")
    form = {"text": "Eu não", "client_key": str(uuid.uuid4())}
    assert page.post(url, form | {"quoted": others.pk}).status_code == 409
    number.teams.clear()
    Conversation.objects.filter(pk=conversation.pk).update(assignee=owner)
    assert page.post(url, form | {"quoted": others.pk}).status_code == 404
    assert page.post(url, form | {"quoted": "9" * 30}).status_code == 404
    assert not Message.objects.filter(text="Eu não").exists()


def test_a_reaction_is_sent_about_its_message(signed_in, owner, conversation, message):
    page, said = signed_in(owner), conversation.messages.get(direction="INBOUND")
    for emoji in ("👍", ""):
        assert page.post(f"/messages/{said.pk}/reaction/", {"emoji": emoji}).status_code == 204
    sent = Message.objects.filter(kind="reaction").order_by("pk")
    assert [one.payload["reaction"] for one in sent] == [
        {"message_id": said.wamid, "emoji": emoji} for emoji in ("👍", "")
    ]
    assert page.post(f"/messages/{said.pk}/reaction/", {"emoji": "x" * 40}).status_code == 409
    assert page.post(f"/messages/{message.pk}/reaction/", {"emoji": "👍"}).status_code == 409, (
        "Meta does not know it yet"
    )


def test_taking_closing_and_reopening(signed_in, owner, conversation):
    page, base = signed_in(owner), f"/conversations/{conversation.pk}"
    assert page.post(f"{base}/assignee/", {"user": owner.pk}).status_code == 200
    assert page.post(f"{base}/closure/").status_code == 200
    assert page.post(f"{base}/closure/").status_code == 409
    assert page.delete(f"{base}/closure/").status_code == 200
    conversation.refresh_from_db()
    assert (conversation.status, conversation.assignee) == ("OPEN", owner)


def test_a_strangers_id_is_refused_as_assignee(signed_in, owner, stranger, conversation):
    answer = signed_in(owner).post(f"/conversations/{conversation.pk}/assignee/", {"user": stranger.pk})
    assert answer.status_code == 409


def unread(conversation: Conversation) -> int:
    conversation.refresh_from_db()
    return conversation.unread_count


def test_a_thread_is_read_when_its_page_says_so(signed_in, owner, conversation):
    page = signed_in(owner)
    page.get(f"/inbox/all/{conversation.pk}/")
    assert unread(conversation) == 1
    assert page.post(f"/conversations/{conversation.pk}/readings/").status_code == 204
    assert unread(conversation) == 0


def test_what_came_after_the_page_was_made_stays_unread(signed_in, owner, conversation, customer_writes):
    seen = conversation.messages.get().pk
    late = [customer_writes("E agora?"), customer_writes("Alô?")]
    page, url = signed_in(owner), f"/conversations/{conversation.pk}/readings/"
    page.post(url, {"seen": seen})
    assert unread(conversation) == 2
    page.post(url, {"seen": late[0].pk})
    assert unread(conversation) == 1
    page.post(url, {"seen": seen})
    assert unread(conversation) == 1
    page.post(url, {"seen": late[1].pk})
    assert unread(conversation) == 0


@pytest.mark.parametrize("seen", ["", "x", "-1", "²", "9" * 30, "404404"])
def test_what_is_no_message_of_the_thread_counts_as_all(signed_in, owner, conversation, seen):
    page = signed_in(owner)
    assert page.post(f"/conversations/{conversation.pk}/readings/", {"seen": seen}).status_code == 204
    assert unread(conversation) == 0


def test_resending_and_confirming(signed_in, owner, message):
    page = signed_in(owner)
    for _ in range(2):
        assert page.post(f"/messages/{message.pk}/resend/").status_code == 200
    assert Message.objects.filter(resend_of=message).count() == 1
    assert page.post(f"/messages/{message.pk}/confirmation/").status_code == 200
    assert page.post(f"/messages/{message.pk}/confirmation/").status_code == 409


@pytest.mark.parametrize("since", ["", "x", "-1", "٣", "9" * 30, "1e3"])
def test_a_strange_cursor_is_answered(signed_in, owner, conversation, since):
    path = f"/conversations/{conversation.pk}/changes/"
    assert signed_in(owner).get(path, {"since": since}).status_code == 200

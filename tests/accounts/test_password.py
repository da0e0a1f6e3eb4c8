"""A new password: by its person, or by a link in a mail; whoever else is signed in is not any more."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest
import time_machine
from django.core import mail
from django.test import Client

from accounts.brake import MAIL
from accounts.models import AuditLog, Session, TokenFamily, User
from accounts.tokens import refresh
from tests.accounts.test_brake import NOON
from tests.conftest import PASSWORD
from tests.waiting import wait_for

CHANGE = "/account/password/"
RESET = "/password-reset/"
NEW = "a-quite-different-one"


def sign_in(user: User, password: str) -> bool:
    return Client().post("/login/", {"username": user.email, "password": password}).status_code == 302


def change(client: Client, old: str = PASSWORD, new: str = NEW, again: str | None = None):
    return client.post(CHANGE, {"old": old, "new": new, "again": new if again is None else again})


def ask(client: Client, email: str):
    return client.post(RESET, {"email": email})


def link_in(letter: mail.EmailMessage) -> str:
    return re.search(r"http://testserver(/password-reset/\S+)", str(letter.body))[1]  # type: ignore[index]


# --- By its person ---------------------------------------------------------------------------------


def test_it_is_changed_and_everybody_else_is_signed_out(signed_in, owner: User):
    elsewhere = Client()
    elsewhere.force_login(owner)
    refresh.begin(owner)
    here = signed_in(owner)
    key = here.session.session_key
    assert change(here).url == "/account/"
    assert here.get("/account/").status_code == 200
    assert here.session.session_key != key
    assert elsewhere.get("/account/").status_code == 302
    assert not TokenFamily.objects.filter(ended_at=None).exists()
    assert (sign_in(owner, NEW), sign_in(owner, PASSWORD)) == (True, False)
    assert AuditLog.objects.filter(action="person.password_changed", actor=owner).count() == 1


@pytest.mark.parametrize(
    ("typed", "field"),
    [
        ({"old": "wrong"}, "old"),
        ({"new": "short"}, "new"),
        ({"new": "password123"}, "new"),
        ({"new": "olivia@prosa"}, "new"),
        ({"again": "another-one-typed"}, "again"),
        ({"new": "x" * 129}, "new"),
    ],
)
def test_it_refuses(signed_in, owner: User, typed: dict[str, str], field: str):
    assert field in change(signed_in(owner), **typed).context["form"].errors
    assert User.objects.get(pk=owner.pk).check_password(PASSWORD)


def test_guessing_the_old_one_is_braked(signed_in, owner: User):
    page = signed_in(owner)
    with time_machine.travel(NOON, tick=False):
        page.force_login(owner)
        errors = [change(page, old="guess").context["form"].errors["old"][0] for _number in range(6)]
    assert len(set(errors[:4])) == 1
    assert errors[5] != errors[0]
    assert User.objects.get(pk=owner.pk).check_password(PASSWORD)


# --- By mail ---------------------------------------------------------------------------------------


def test_a_link_in_a_mail_sets_a_new_one(client, signed_in, owner: User):
    elsewhere = Client()
    elsewhere.force_login(owner)
    assert ask(client, owner.email.upper()).url == "/password-reset/sent/"
    letter = wait_for(lambda: mail.outbox)[0]
    assert owner.email in letter.to[0]
    link = link_in(letter)
    assert client.get(link).status_code == 200
    assert client.post(link, {"new": "short", "again": "short"}).context["form"].errors
    assert client.post(link, {"new": NEW, "again": NEW}).url == "/login/"
    assert sign_in(owner, NEW)
    assert elsewhere.get("/account/").status_code == 302
    assert client.get(link).status_code == 404, "it works once"
    assert client.post(link, {"new": "yet-another-one", "again": "yet-another-one"}).status_code == 404
    assert sign_in(owner, NEW)
    assert AuditLog.objects.filter(action="person.password_changed").count() == 1


def test_nobody_learns_who_has_an_account(client, owner: User, teammate: User):
    User.objects.filter(pk=teammate.pk).update(is_active=False)
    answers = [ask(client, email) for email in (owner.email, teammate.email, "nobody@prosa.example")]
    assert {(answer.status_code, answer.url, answer.content) for answer in answers} == {
        (302, "/password-reset/sent/", b"")
    }
    wait_for(lambda: mail.outbox)
    assert [owner.email in letter.to[0] for letter in mail.outbox] == [True]


def test_the_link_is_over_after_an_hour_a_sign_in_or_the_person(client, owner: User):
    with time_machine.travel(NOON, tick=False) as clock:
        ask(client, owner.email)
        link = link_in(wait_for(lambda: mail.outbox)[0])
        clock.shift(timedelta(minutes=59))
        assert client.get(link).status_code == 200
        User.objects.filter(pk=owner.pk).update(is_active=False)
        assert client.get(link).status_code == 404
        User.objects.filter(pk=owner.pk).update(is_active=True)
        clock.shift(timedelta(minutes=2))
        assert client.get(link).status_code == 404
        ask(client, owner.email)
        link = link_in(wait_for(lambda: mail.outbox[1:])[0])
        assert client.get(link).status_code == 200
        sign_in(owner, PASSWORD)
        assert client.get(link).status_code == 404


@pytest.mark.parametrize("link", ["MQ/abc-def", "%00/x", "zzzz/x", "MTIzNDU2Nzg5MDEyMzQ1Njc4OTA/x-y", "é/x"])
def test_what_is_no_link_is_over(client, db, link: str):
    assert client.get(f"{RESET}{link}/").status_code == 404


def test_a_mailbox_is_not_flooded_and_unknown_ones_wait_alike(client, owner: User):
    with time_machine.travel(NOON, tick=False):
        for email in (owner.email, "nobody@prosa.example"):
            statuses = [ask(client, email).status_code for _number in range(MAIL.free + 2)]
            assert statuses == [302] * MAIL.free + [429] * 2
        wait_for(lambda: len(mail.outbox) == MAIL.free)


def test_who_was_made_without_a_password_chooses_one_by_mail(client, db):
    bruno = User.objects.create_user("bruno@prosa.example", name="Bruno")
    ask(client, bruno.email)
    client.post(link_in(wait_for(lambda: mail.outbox)[0]), {"new": NEW, "again": NEW})
    assert sign_in(bruno, NEW)


def test_without_mail_the_page_says_whom_to_ask(client, owner: User, settings):
    settings.EMAIL_BACKEND = "django.core.mail.backends.dummy.EmailBackend"
    assert "<form" not in client.get(RESET).content.decode()
    assert ask(client, owner.email).status_code == 200
    assert not mail.outbox


def test_a_mail_server_that_is_away_is_no_error(client, owner: User, settings):
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", 9
    assert ask(client, owner.email).status_code == 302


def test_ours_is_the_address_in_the_mail_whatever_the_request_says(client, owner: User, settings):
    settings.PUBLIC_URL = "https://inbox.prosa.example"
    client.post(RESET, {"email": owner.email}, headers={"X-Forwarded-Host": "evil.example"})
    assert "https://inbox.prosa.example/password-reset/" in str(wait_for(lambda: mail.outbox)[0].body)
    assert Session.objects.count() == 0

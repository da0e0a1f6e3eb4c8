"""Signing in: by e-mail in any capitals, the same answer to all who may not, a new key for each sign-in."""

from __future__ import annotations

import re

import pytest
from django.contrib.auth.hashers import MD5PasswordHasher
from django.db import IntegrityError, transaction
from django.urls import reverse

from accounts.models import AuditLog, Role, Session, User
from tests.conftest import PASSWORD

LOGIN = "/login/"


def sign_in(client, email: str, password: str = PASSWORD, **headers: str):
    return client.post(LOGIN, {"username": email, "password": password}, **headers)


@pytest.mark.parametrize("email", ["olivia@prosa.example", "OLIVIA@PROSA.EXAMPLE", "Olivia@Prosa.Example"])
def test_it_signs_in_by_email_in_any_capitals(client, owner: User, email: str):
    answer = sign_in(client, email)
    assert (answer.status_code, answer.url) == (302, reverse("inbox:home"))
    assert client.session["_auth_user_id"] == str(owner.pk)


def test_it_gives_a_new_session_at_sign_in(client, owner: User):
    client.get(LOGIN)
    session = client.session
    session["x"] = 1
    session.save()
    before = session.session_key
    client.cookies["sessionid"] = before
    sign_in(client, owner.email)
    assert client.session.session_key != before
    assert "x" not in client.session
    assert not Session.objects.filter(pk=before).exists()


@pytest.mark.parametrize(
    ("email", "password"),
    [("olivia@prosa.example", "wrong"), ("nobody@prosa.example", PASSWORD), ("olivia@prosa.example", "")],
)
def test_it_refuses(client, owner: User, email: str, password: str):
    assert sign_in(client, email, password).status_code == 200
    assert "_auth_user_id" not in client.session


def test_nobody_learns_who_is_known(client, owner: User, teammate: User, stranger: User, monkeypatch):
    """Unknown, inactive, without a password, wrong password: one answer, and one hash to compute for it."""
    User.objects.filter(pk=teammate.pk).update(is_active=False)
    stranger.set_unusable_password()
    stranger.save()
    hashes: list[str] = []
    encode = MD5PasswordHasher.encode
    monkeypatch.setattr(MD5PasswordHasher, "encode", lambda self, *args: hashes.append("") or encode(self, *args))
    answers = {}
    for email in (owner.email, teammate.email, stranger.email, "nobody@prosa.example"):
        hashes.clear()
        page = sign_in(client, email, "not-this-one-at-all")
        shown = re.sub(r'nonce="[^"]*"|csrfmiddlewaretoken" value="[^"]*"', "", page.content.decode()).replace(
            email, ""
        )
        answers[email] = (page.status_code, shown, len(hashes), [*page.headers])
    statuses, pages, counts, headers = zip(*answers.values(), strict=True)
    assert set(statuses) == {200}
    assert len(set(pages)) == 1, "the pages differ"
    assert set(counts) == {1}, answers.keys()
    assert all(names == headers[0] for names in headers)


def test_the_right_password_of_the_inactive_says_nothing_else(client, owner: User):
    User.objects.filter(pk=owner.pk).update(is_active=False)
    answers = [sign_in(client, email) for email in (owner.email, "nobody@prosa.example")]
    errors = [answer.context["form"].non_field_errors() for answer in answers]
    assert errors[0]
    assert errors[0] == errors[1]


def test_it_is_written_down_without_the_email_of_strangers(client, owner: User):
    sign_in(client, owner.email, "wrong-password")
    sign_in(client, "nobody@prosa.example", "wrong-password")
    sign_in(client, owner.email)
    client.post("/logout/")
    rows = AuditLog.objects.order_by("pk").values_list("action", "actor", "entity_id", "address")
    assert list(rows) == [
        ("person.sign_in_failed", None, owner.pk, "127.0.0.1"),
        ("person.sign_in_failed", None, 0, "127.0.0.1"),
        ("person.signed_in", owner.pk, owner.pk, "127.0.0.1"),
        ("person.signed_out", owner.pk, owner.pk, "127.0.0.1"),
    ]
    assert "nobody" not in str(list(AuditLog.objects.values()))


@pytest.mark.parametrize(
    ("wanted", "leads_to"),
    [
        ("/account/", "/account/"),
        ("https://evil.example/", "/"),
        ("//evil.example/", "/"),
        ("/\\evil.example/", "/"),
        ("javascript:alert(1)", "/"),
        ("http:///evil.example", "/"),
    ],
)
def test_it_leads_to_our_own_pages_only(client, owner: User, wanted: str, leads_to: str):
    answer = client.post(LOGIN, {"username": owner.email, "password": PASSWORD, "next": wanted})
    assert answer.url == (leads_to if leads_to != "/" else reverse("inbox:home"))


def test_a_part_of_a_page_is_sent_to_the_sign_in_as_a_whole(client, db):
    answer = client.get(LOGIN, headers={"HX-Request": "true", "HX-Current-URL": "https://evil.example/inbox/all/"})
    assert answer.headers["HX-Redirect"] == "/login/?next=%2Finbox%2Fall%2F"


def test_who_is_signed_in_needs_no_form(signed_in, owner: User):
    assert signed_in(owner).get(LOGIN).url == reverse("inbox:home")


def test_nobody_signs_in_without_a_password(client, db):
    User.objects.create_user("bruno@prosa.example", name="Bruno")
    assert sign_in(client, "bruno@prosa.example", "").status_code == 200
    assert "_auth_user_id" not in client.session


def test_signing_out_ends_the_session(signed_in, owner: User):
    page = signed_in(owner)
    assert page.get("/logout/").status_code == 405, "a picture with this address would sign people out"
    assert page.post("/logout/").status_code == 302
    assert page.get(reverse("inbox:home")).url.startswith(LOGIN)
    assert not Session.objects.exists()


@pytest.mark.parametrize(
    ("trusted", "forwarded", "address"),
    [
        (False, "203.0.113.9", "127.0.0.1"),
        (True, "203.0.113.9", "203.0.113.9"),
        (True, "198.51.100.1, 203.0.113.9", "203.0.113.9"),
        (True, "nonsense", "127.0.0.1"),
        (True, "::ffff:203.0.113.9", "203.0.113.9"),
        (True, "2001:db8::1", "2001:db8::1"),
    ],
)
def test_where_somebody_is_only_our_proxy_says(client, owner, settings, trusted: bool, forwarded: str, address: str):
    settings.TRUST_PROXY = trusted
    sign_in(client, owner.email, headers={"X-Forwarded-For": forwarded})
    assert AuditLog.objects.get().address == address
    assert Session.objects.get().address == address


def test_one_person_has_one_address(owner: User):
    with pytest.raises(IntegrityError), transaction.atomic():
        User.objects.create_user("OLIVIA@prosa.example", name="Another")
    with pytest.raises(IntegrityError), transaction.atomic():
        User.objects.filter(pk=owner.pk).update(email="Olivia@prosa.example")


def test_a_role_is_one_of_three(owner: User):
    with pytest.raises(IntegrityError), transaction.atomic():
        User.objects.filter(pk=owner.pk).update(role="OWNER")


@pytest.mark.parametrize(("role", "staff"), [(Role.AGENT, False), (Role.SUPERVISOR, True), (Role.ADMIN, True)])
def test_the_admin_is_the_supervisors_workplace(role: str, staff: bool):
    assert User(role=role).is_staff is staff
    assert User(role=role, is_active=False).is_staff is False

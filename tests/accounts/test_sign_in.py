"""Signing in: by e-mail in any capitals, the same answer to all who may not."""

from __future__ import annotations

import pytest
from django.db import IntegrityError, transaction
from django.urls import reverse

from accounts.models import Role, User
from tests.conftest import PASSWORD

LOGIN = "/login/"


def sign_in(client, email: str, password: str = PASSWORD):
    return client.post(LOGIN, {"username": email, "password": password})


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


@pytest.mark.parametrize(
    ("email", "password"),
    [("olivia@prosa.example", "wrong"), ("nobody@prosa.example", PASSWORD), ("olivia@prosa.example", "")],
)
def test_it_refuses(client, owner: User, email: str, password: str):
    assert sign_in(client, email, password).status_code == 200
    assert "_auth_user_id" not in client.session


def test_it_says_the_same_to_the_inactive_and_the_unknown(client, owner: User):
    User.objects.filter(pk=owner.pk).update(is_active=False)
    answers = [sign_in(client, email) for email in (owner.email, "nobody@prosa.example")]
    errors = [answer.context["form"].non_field_errors() for answer in answers]
    assert errors[0]
    assert errors[0] == errors[1]


def test_nobody_signs_in_without_a_password(client, db):
    User.objects.create_user("bruno@prosa.example", name="Bruno")
    assert sign_in(client, "bruno@prosa.example", "").status_code == 200
    assert "_auth_user_id" not in client.session


def test_signing_out_ends_the_session(signed_in, owner: User):
    page = signed_in(owner)
    assert page.post("/logout/").status_code == 302
    assert page.get(reverse("inbox:home")).url.startswith(LOGIN)


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

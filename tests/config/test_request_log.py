"""What a request leaves in the log: its path, and nothing that was searched for or that opens an account."""

from __future__ import annotations

import structlog
from django.contrib.auth.tokens import default_token_generator
from django.test import Client
from django.utils.http import urlsafe_base64_encode

from accounts.models import User


def logged(client: Client, address: str, **headers: str) -> str:
    with structlog.testing.capture_logs() as lines:
        client.post(address, headers=headers) if headers else client.get(address)
    assert lines
    return str(lines)


def test_a_search_is_not_in_it(signed_in, owner: User):
    lines = logged(signed_in(owner), "/inbox/all/?q=Maria+de+Souza")
    assert "GET /inbox/all/" in lines
    assert "Maria" not in lines


def test_a_link_for_a_new_password_is_not_in_it(client, owner: User):
    uid, token = urlsafe_base64_encode(str(owner.pk).encode()), default_token_generator.make_token(owner)
    link = f"/password-reset/{uid}/{token}/"
    assert client.get(link).status_code == 200
    lines = logged(client, link) + logged(client, link, sec_fetch_site="cross-site")
    assert "GET /password-reset/-/-/" in lines
    assert token not in lines

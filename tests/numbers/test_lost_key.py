"""A stored secret that opens with no key any more: it costs what needs it, and nothing else."""

from __future__ import annotations

import pytest
from django.db import connection
from django.test import Client

from accounts.models import User
from inbox.models import Conversation
from numbers.models import PhoneNumber, WabaAccount

pytestmark = pytest.mark.django_db
LOST = "v1.lost.AAAA"


@pytest.fixture
def page(admin: User, number: PhoneNumber, conversation: Conversation, signed_in) -> Client:
    """An administrator before an installation whose secrets were sealed with a key that is gone."""
    with connection.cursor() as cursor:
        cursor.execute("UPDATE numbers_wabaaccount SET access_token = %s, app_secret = %s", [LOST, LOST])
        cursor.execute("UPDATE numbers_phonenumber SET app_secret = %s", [LOST])
    return signed_in(admin)


def test_every_page_opens(page: Client, number: PhoneNumber, conversation: Conversation):
    lists = ["numbers/phonenumber", "numbers/wabaaccount", "numbers/alert", "teams/team", "inbox/conversation"]
    addresses = [
        "/inbox/all/",
        f"/inbox/all/{conversation.pk}/",
        f"/numbers/{number.pk}/connect/",
        f"/admin/numbers/phonenumber/{number.pk}/change/",
        f"/admin/numbers/wabaaccount/{number.waba_id}/change/",
        *(f"/admin/{one}/" for one in lists),
    ]
    assert {address: page.get(address).status_code for address in addresses} == dict.fromkeys(addresses, 200)


def test_the_step_says_so_and_takes_a_new_one(page: Client, waba: WabaAccount):
    step = f"/numbers/accounts/{waba.pk}/steps/token/"
    assert "FIELD_KEYS" in page.get(step).content.decode()
    page.post(step, {"do": "secrets", "access_token": "new-token", "app_secret": "new-secret"})
    waba = WabaAccount.objects.get()
    assert (waba.access_token, waba.app_secret) == ("new-token", "new-secret")


def test_what_else_is_saved_keeps_it_as_it_is(page: Client, waba: WabaAccount):
    form = {"name": "Loja nova", "portfolio_id": waba.portfolio_id}
    assert page.post(f"/admin/numbers/wabaaccount/{waba.pk}/change/", form).status_code == 302
    waba = WabaAccount.objects.get()
    waba.save()
    with connection.cursor() as cursor:
        cursor.execute("SELECT name, access_token FROM numbers_wabaaccount")
        assert cursor.fetchone() == ("Loja nova", LOST)

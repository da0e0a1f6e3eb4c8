"""The Django admin: who gets where, secrets that are written and never read, and the buttons."""

from __future__ import annotations

import pytest
from django.contrib import admin
from django.db import connection

from accounts.models import AuditLog, Role, User
from inbox.models import Conversation
from lib.admin import VisibleOnlyFilter
from numbers.models import PhoneNumber, WabaAccount
from tests import deliveries
from tests.conftest import PASSWORD
from webhooks.models import WebhookEvent

# Each model of the admin: what an administrator and a supervisor get for its list and for adding.
PAGES = {
    "accounts/user": ((200, 200), (200, 200)),
    "accounts/auditlog": ((200, 403), (403, 403)),
    "accounts/apitoken": ((200, 403), (403, 403)),
    "teams/team": ((200, 200), (200, 403)),
    "numbers/wabaaccount": ((200, 200), (403, 403)),
    "numbers/phonenumber": ((200, 200), (200, 403)),
    "contacts/contact": ((200, 403), (200, 403)),
    "messaging/template": ((200, 403), (200, 403)),
    "numbers/alert": ((200, 403), (200, 403)),
    "inbox/conversation": ((200, 403), (200, 403)),
    "campaigns/campaign": ((200, 403), (200, 403)),
    "campaigns/price": ((200, 403), (403, 403)),
    "webhooks/webhookevent": ((200, 403), (403, 403)),
}


def test_every_model_has_its_line():
    assert {f"{m._meta.app_label}/{m._meta.model_name}" for m in admin.site._registry} == set(PAGES)


@pytest.mark.parametrize("page", PAGES)
def test_who_gets_where(page: str, admin: User, supervisor: User, owner: User, conversation, signed_in):
    for person, expected in zip((admin, supervisor), PAGES[page], strict=True):
        client = signed_in(person)
        assert (client.get(f"/admin/{page}/").status_code, client.get(f"/admin/{page}/add/").status_code) == expected
        assert client.get(f"/admin/{page}/?q=a").status_code == expected[0]
    assert signed_in(owner).get(f"/admin/{page}/").status_code == 302, "agents have no admin"


def test_nobody_signs_in_through_a_second_form(client, owner: User, signed_in):
    assert client.get("/admin/login/?next=/admin/").headers["Location"].startswith("/login/")
    assert signed_in(owner).get("/admin/login/").status_code == 403


def test_a_supervisor_sees_only_their_own(supervisor: User, stranger: User, conversation, other_team, waba, signed_in):
    theirs = PhoneNumber.objects.create(waba=waba, phone_number_id="999", display_phone="9", name="Outro")
    theirs.teams.add(other_team)
    foreign = Conversation.objects.create(contact=conversation.contact, number=theirs)
    client = signed_in(supervisor)
    for address, shown in (
        (f"/admin/inbox/conversation/{conversation.pk}/change/", 200),
        (f"/admin/inbox/conversation/{foreign.pk}/change/", 302),
        (f"/admin/accounts/user/{stranger.pk}/change/", 302),
        (f"/admin/numbers/phonenumber/{theirs.pk}/change/", 302),
        (f"/admin/teams/team/{other_team.pk}/change/", 302),
    ):
        assert client.get(address).status_code == shown, address


def account_form(waba: WabaAccount, **fields: str) -> dict[str, str]:
    return {"waba_id": waba.waba_id, "name": waba.name, "portfolio_id": waba.portfolio_id, **fields}


def test_a_secret_is_written_and_never_read(admin: User, waba: WabaAccount, signed_in):
    client, address = signed_in(admin), f"/admin/numbers/wabaaccount/{waba.pk}/change/"
    assert client.post(address, account_form(waba, access_token="very-secret-token")).status_code == 302
    assert WabaAccount.objects.get().access_token == "very-secret-token"
    assert "very-secret-token" not in client.get(address).content.decode()
    with connection.cursor() as cursor:
        cursor.execute("SELECT access_token FROM numbers_wabaaccount")
        assert "very-secret-token" not in cursor.fetchone()[0]
    client.post(address, account_form(waba, name="Loja nova"))
    stored = WabaAccount.objects.get()
    assert (stored.name, stored.access_token) == ("Loja nova", "very-secret-token"), "an empty field keeps it"
    assert "very-secret-token" not in str(AuditLog.objects.values_list("particulars", flat=True))


def test_an_administrator_makes_a_person_who_can_sign_in(admin: User, signed_in, client):
    form = {"name": "Nina", "email": "Nina@Prosa.example", "role": Role.AGENT, "is_active": "on", "language": "pt-br"}
    signed_in(admin).post("/admin/accounts/user/add/", form | {"time_zone": "America/Sao_Paulo", "password": PASSWORD})
    assert client.login(username="nina@prosa.example", password=PASSWORD)
    assert AuditLog.objects.filter(action="user.created", actor=admin).exists()


def test_pausing_and_resuming_a_number(admin: User, number: PhoneNumber, signed_in):
    client = signed_in(admin)
    for action, state in (("pause", "PAUSED"), ("resume", "ACTIVE")):
        client.post("/admin/numbers/phonenumber/", {"action": action, "_selected_action": [number.pk]})
        assert PhoneNumber.objects.get().state == state
    assert set(AuditLog.objects.values_list("action", flat=True)) == {"number.paused", "number.resumed"}


def test_replaying_a_delivery(admin: User, waba: WabaAccount, team, signed_in):
    event = deliveries.arrive(deliveries.Wrote("wamid.early", text="Oi"), number_id="555")
    assert event.state == "QUARANTINED"
    PhoneNumber.objects.create(waba=waba, phone_number_id="555", display_phone="5", name="Nova")
    answer = signed_in(admin).post(
        "/admin/webhooks/webhookevent/", {"action": "replay", "_selected_action": [event.pk]}, follow=True
    )
    assert answer.status_code == 200
    assert WebhookEvent.objects.get().state == "PENDING"
    assert "wamid.early" in signed_in(admin).get(f"/admin/webhooks/webhookevent/{event.pk}/change/").content.decode()


def test_no_filter_names_what_its_reader_may_not_see():
    """Django's own filters by related rows name all of them, or all that the listed rows are related to."""
    plain = [
        f"{model.__name__}.{name}"
        for model, page in admin.site._registry.items()
        for name, kind in (one if isinstance(one, tuple) else (one, None) for one in page.list_filter)
        if page.supervisors_may and isinstance(name, str) and kind is not VisibleOnlyFilter
        if model._meta.get_field(name).is_relation
    ]
    assert not plain

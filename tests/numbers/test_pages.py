"""Pages of numbers: who gets where, what pausing says, and what the thread says of it."""

from __future__ import annotations

import pytest
from django.test import Client
from django.utils import timezone

from accounts.models import AuditLog, Role, User
from inbox.models import Conversation, Message
from inbox.templatetags.inbox_hours import closed_until
from numbers.models import PhoneNumber, WabaAccount
from teams.models import OpeningHours, Team, TeamMember
from tests.conftest import person

pytestmark = pytest.mark.django_db


def english(role: str, *teams: Team) -> User:
    return person("Erin", role, *teams, language="en")


PAGES = [
    # path, an agent of the team, its supervisor, an administrator, an agent of another team
    ("/numbers/", 200, 200, 200, 200),
    ("/numbers/{n}/", 200, 200, 200, 404),
    ("/numbers/{n}/connect/", 403, 403, 200, 404),
    ("/numbers/{n}/move/", 403, 403, 200, 404),
    ("/numbers/{n}/steps/token/", 403, 403, 200, 404),
    ("/numbers/{n}/steps/nothing/", 403, 403, 404, 404),
    ("/numbers/connect/", 403, 403, 200, 403),
    ("/numbers/accounts/{w}/", 403, 403, 200, 403),
    ("/numbers/accounts/{w}/steps/token/", 403, 403, 200, 403),
    ("/numbers/accounts/{w}/steps/test/", 403, 403, 404, 403),
    ("/numbers/accounts/0/", 403, 403, 404, 403),
    ("/numbers/0/", 404, 404, 404, 404),
]


def test_who_gets_where(number: PhoneNumber, owner, supervisor, admin, stranger, client: Client, settings):
    settings.GRAPH_BASE_URL, settings.WHATSAPP_TOKEN = "http://127.0.0.1:9", ""
    for path, *expected in PAGES:
        address = path.format(n=number.pk, w=number.waba_id)
        found = []
        for who in (owner, supervisor, admin, stranger):
            client.force_login(who)
            found.append(client.get(address).status_code)
        assert found == expected, path
        client.logout()
        assert client.get(address).status_code == 302, path


def test_who_may_change_what(number: PhoneNumber, owner, supervisor, admin, stranger, other_team, client: Client):
    member = person("Membro", Role.SUPERVISOR)
    TeamMember.objects.create(team=number.teams.get(), user=member, lead=False)
    for who, expected in ((owner, 403), (member, 403), (stranger, 404), (supervisor, 302), (admin, 302)):
        client.force_login(who)
        for verb, state in (("pause", "PAUSED"), ("resume", "ACTIVE")):
            assert client.get(f"/numbers/{number.pk}/{verb}/").status_code == 405
            assert client.post(f"/numbers/{number.pk}/{verb}/").status_code == expected, (who, verb)
            assert expected != 302 or PhoneNumber.objects.get().state == state
    for who, expected in ((owner, 403), (supervisor, 403), (stranger, 404)):
        client.force_login(who)
        posts = [f"/numbers/{number.pk}/move/", f"/numbers/{number.pk}/steps/subscription/"]
        assert [client.post(path, {"do": "subscribe"}).status_code for path in posts] == [expected] * 2
        assert client.post(f"/numbers/accounts/{number.waba_id}/steps/account/", {"do": "read"}).status_code == 403
        assert client.post("/numbers/connect/", {"waba_id": "1"}).status_code == 403
    client.force_login(admin)
    assert client.post(f"/numbers/{number.pk}/steps/token/", {"do": "register", "pin": "123456"}).status_code == 403
    assert AuditLog.objects.filter(entity_type__in=["phonenumber", "wabaaccount"]).count() == 4


def test_a_number_is_only_in_the_lists_of_those_who_see_it(number: PhoneNumber, owner, stranger, client: Client):
    for who, sees in ((owner, True), (stranger, False)):
        client.force_login(who)
        page = client.get("/numbers/").content.decode()
        assert (number.display_phone in page) is sees
        assert number.waba.waba_id not in page


def test_the_page_says_what_pausing_means(number: PhoneNumber, team: Team, client: Client):
    lead = english(Role.SUPERVISOR, team)
    client.force_login(lead)
    page = client.get(f"/numbers/{number.pk}/").content.decode()
    assert "Nothing will leave by Loja until somebody resumes it" in page
    after = client.post(f"/numbers/{number.pk}/pause/", follow=True).content.decode()
    assert "Sending is paused" in after
    assert "Resume sending" in after
    client.force_login(person("Agnes", Role.AGENT, team, language="en"))
    page = client.get(f"/numbers/{number.pk}/").content.decode()
    assert ("Sending is paused" in page, "Resume sending" in page) == (True, False)


def test_the_account_is_paused_on_its_page_and_its_numbers_say_so(number: PhoneNumber, team: Team, client: Client):
    admin = english(Role.ADMIN)
    client.force_login(admin)
    account = f"/numbers/accounts/{number.waba_id}/"
    after = client.post(f"{account}pause/", follow=True).content.decode()
    assert "Sending is paused for the whole account" in after
    assert "See the account" in client.get(f"/numbers/{number.pk}/").content.decode()
    client.force_login(person("Agnes", Role.SUPERVISOR, team, language="en"))
    page = client.get(f"/numbers/{number.pk}/").content.decode()
    assert "Sending is paused for the whole account" in page
    assert "Resume sending" not in page, "to resume the number would change nothing"
    client.force_login(admin)
    assert "paused for the whole" not in client.post(f"{account}resume/", follow=True).content.decode()


@pytest.mark.parametrize("paused", [PhoneNumber, WabaAccount])
def test_the_thread_says_that_sending_is_paused(paused, conversation: Conversation, team: Team, client: Client):
    client.force_login(english(Role.AGENT, team))
    thread = f"/inbox/all/{conversation.pk}/"
    assert "Sending is paused" not in client.get(thread).content.decode()
    paused.objects.update(state=paused.State.PAUSED)
    sent = client.post(
        f"/conversations/{conversation.pk}/messages/",
        {"text": "Já vou ver", "client_key": "0f8fad5b-d9cb-469f-a165-70867728950e"},
    )
    assert sent.status_code == 200, "whoever writes is not held up"
    assert Message.objects.get(direction="OUTBOUND").status == Message.Status.QUEUED
    assert "Waits: sending is paused" in sent.content.decode()
    page = client.get(thread).content.decode()
    assert "Sending is paused on this number: messages leave when it is resumed." in page
    assert "data-locked" not in page
    assert "Waits: sending is paused" in page
    paused.objects.update(state=paused.State.ACTIVE)
    assert "paused" not in client.get(thread).content.decode()


def test_the_thread_says_that_the_team_is_out(conversation: Conversation, team: Team, other_team: Team, time_machine):
    time_machine.move_to("2026-11-23T22:00:00-03:00", tick=False)  # a Monday evening
    with timezone.override("America/Sao_Paulo"):
        assert closed_until(conversation) == "", "a team without hours is there"
        for day in range(5):
            OpeningHours.objects.create(team=team, weekday=day, opens="08:00", closes="18:00")
        assert "08:00" in closed_until(conversation)
        with timezone.override("America/Manaus"):
            assert "07:00" in closed_until(conversation), "in the zone of who reads"
        conversation.number.teams.add(other_team)
        assert closed_until(conversation) == "", "the number's other team is always there"
        hours = OpeningHours.objects.create(team=other_team, weekday=0, opens="21:00", closes="23:00")
        assert closed_until(conversation) == "", "it is there now, although the first is not"
        hours.delete()
        conversation.team = team
        assert closed_until(conversation), "it is this team's now"
        time_machine.move_to("2026-11-24T08:00:00-03:00", tick=False)
        assert closed_until(conversation) == ""


def test_moving_through_the_page(number: PhoneNumber, client: Client):
    new = WabaAccount.objects.create(waba_id="77", name="Nova", portfolio_id="800")
    client.force_login(english(Role.ADMIN))
    address = f"/numbers/{number.pk}/move/"
    assert "Digits only" in client.post(address, {"to": new.pk, "phone_number_id": "x"}).content.decode()
    same = client.post(address, {"to": number.waba_id, "phone_number_id": number.phone_number_id})
    assert (same.status_code, "Nothing was changed" in same.content.decode()) == (409, True)
    moved = client.post(address, {"to": new.pk, "phone_number_id": "9"}, follow=True)
    assert moved.redirect_chain[-1][0] == f"/numbers/{number.pk}/connect/"
    assert "resume its sending" in moved.content.decode()
    number.refresh_from_db()
    assert (number.waba, number.state) == (new, PhoneNumber.State.PAUSED)


def test_admin_saves_and_deletes_by_the_verbs(number: PhoneNumber, team: Team, other_team: Team, client: Client):
    client.force_login(english(Role.ADMIN))
    address = f"/admin/numbers/phonenumber/{number.pk}/change/"
    values = {
        "display_phone": number.display_phone,
        "name": "Outra",
        "color": "blue",
        "teams": [team.pk, other_team.pk],
        "read_marks": "ON_REPLY",
        "when_unknown": "ASK",
        "sends_per_second": "10",
        # Not to be changed here, whoever posts it.
        "phone_number_id": "666",
        "state": "PAUSED",
    }
    assert client.post(address, values).status_code == 302
    number.refresh_from_db()
    assert (number.name, number.sends_per_second, number.teams.count()) == ("Outra", 10, 2)
    assert (number.phone_number_id, number.state) == ("105551234560001", PhoneNumber.State.ACTIVE)
    refused = client.post(f"/admin/numbers/wabaaccount/{number.waba_id}/delete/", {"post": "yes"})
    assert WabaAccount.objects.exists(), refused.status_code
    assert client.post(f"/admin/numbers/phonenumber/{number.pk}/delete/", {"post": "yes"}).status_code == 302
    assert client.post(f"/admin/numbers/wabaaccount/{number.waba_id}/delete/", {"post": "yes"}).status_code == 302
    assert not WabaAccount.objects.exists()
    actions = AuditLog.objects.exclude(entity_type="user").order_by("pk").values_list("action", flat=True)
    assert list(actions) == ["number.changed", "number.deleted", "account.deleted"]


def test_the_admins_buttons_ask_who_leads(number: PhoneNumber, team: Team, other_team: Team, client: Client):
    member = english(Role.SUPERVISOR)
    TeamMember.objects.create(team=team, user=member, lead=False)
    for lead, state in ((False, "ACTIVE"), (True, "PAUSED")):
        TeamMember.objects.filter(user=member).update(lead=lead)
        client.force_login(member)
        client.post("/admin/numbers/phonenumber/", {"action": "pause", "_selected_action": [number.pk]})
        assert PhoneNumber.objects.get().state == state
    client.post("/admin/numbers/phonenumber/", {"action": "check_now", "_selected_action": [number.pk]})
    assert not AuditLog.objects.filter(action="number.checked").exists(), "that is for administrators"

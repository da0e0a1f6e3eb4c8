"""The verbs of numbers and accounts: who may, what they refuse, what the trail says."""

from __future__ import annotations

import json

import pytest
from django.core.exceptions import PermissionDenied

from accounts.models import AuditLog, Role, User
from inbox.models import Conversation
from numbers import actions
from numbers.models import Alert, FormerId, PhoneNumber, WabaAccount
from teams.models import Team, TeamMember
from tests.conftest import person

pytestmark = pytest.mark.django_db
SECRET = "EAAG-do-not-tell-anybody"


def trail() -> list[str]:
    return list(AuditLog.objects.order_by("pk").values_list("action", flat=True))


def test_pausing_and_resuming_are_told_once(number: PhoneNumber, supervisor: User):
    for _ in range(2):
        actions.pause_number(number, by=supervisor)
    assert PhoneNumber.objects.get().state == PhoneNumber.State.PAUSED
    for _ in range(2):
        actions.resume_number(number, by=supervisor)
    assert PhoneNumber.objects.get().state == PhoneNumber.State.ACTIVE
    assert trail() == ["number.paused", "number.resumed"]
    assert set(AuditLog.objects.values_list("actor", flat=True)) == {supervisor.pk}


def test_an_account_is_paused_and_resumed_by_administrators(number: PhoneNumber, supervisor: User, admin: User):
    waba = number.waba
    for verb in (actions.pause_account, actions.resume_account):
        with pytest.raises(PermissionDenied):
            verb(waba, by=supervisor)
    actions.block_credential(waba, reason="190: expired", code=190)
    for verb, state in ((actions.pause_account, "PAUSED"), (actions.resume_account, "ACTIVE")):
        for _ in range(2):
            verb(waba, by=admin)
        assert (waba.state, WabaAccount.objects.get().state, PhoneNumber.objects.get().state) == (
            state,
            state,
            "ACTIVE",
        )
    assert WabaAccount.objects.get().blocked_until is None
    assert trail() == ["account.blocked", "account.paused", "account.resumed"]


def test_resuming_opens_the_circuits(number: PhoneNumber, admin: User):
    actions.block_credential(number.waba, reason="190: expired", code=190)
    actions.block_number(number, reason="368: blocked", code=368)
    actions.resume_number(number, by=admin)
    assert PhoneNumber.objects.get().blocked_until is None
    assert WabaAccount.objects.get().blocked_until is None
    assert trail()[-1] == "number.resumed"


def test_who_may_pause(number: PhoneNumber, team: Team, other_team: Team, owner, supervisor, admin):
    other_lead = person("Outra", Role.SUPERVISOR, other_team)
    member = person("Membro", Role.SUPERVISOR)
    TeamMember.objects.create(team=team, user=member, lead=False)
    agent_lead = person("Lider", Role.AGENT)
    TeamMember.objects.create(team=team, user=agent_lead, lead=True)
    gone = person("Saiu", Role.ADMIN, is_active=False)
    for nobody in (owner, other_lead, member, agent_lead, gone):
        with pytest.raises(PermissionDenied):
            actions.pause_number(number, by=nobody)
        with pytest.raises(PermissionDenied):
            actions.resume_number(number, by=nobody)
    assert trail() == []
    actions.pause_number(number, by=None)
    actions.resume_number(number, by=admin)
    assert len(trail()) == 2


def test_everything_else_is_for_administrators(number: PhoneNumber, supervisor: User):
    waba = number.waba
    for forbidden in (
        lambda: actions.create_account(waba_id="9", by=supervisor),
        lambda: actions.change_account(waba, name="x", by=supervisor),
        lambda: actions.delete_account(waba, by=supervisor),
        lambda: actions.create_number(waba=waba, phone_number_id="9", display_phone="9", name="9", by=supervisor),
        lambda: actions.change_number(number, name="x", by=supervisor),
        lambda: actions.delete_number(number, by=supervisor),
        lambda: actions.move_number(number, to=waba, phone_number_id="9", by=supervisor),
    ):
        with pytest.raises(PermissionDenied):
            forbidden()
    assert trail() == []


def test_an_account_is_made_changed_and_deleted(admin: User):
    account = actions.create_account(waba_id="55", name="Loja", access_token=SECRET, app_secret=SECRET, by=admin)
    with pytest.raises(actions.AccountTaken):
        actions.create_account(waba_id="55", by=admin)
    actions.block_credential(account, reason="190", code=190)
    actions.change_account(account, access_token=SECRET + "2", by=admin)
    account.refresh_from_db()
    assert (account.access_token, account.app_secret, account.blocked_until) == (SECRET + "2", SECRET, None)
    actions.change_account(account, access_token=SECRET + "2", name="Loja", by=admin)
    actions.delete_account(account, by=admin)
    assert not WabaAccount.objects.exists()
    assert trail() == ["account.created", "account.blocked", "account.changed", "account.deleted"]
    assert SECRET not in json.dumps(list(AuditLog.objects.values("particulars")))


def test_an_account_with_numbers_stays(number: PhoneNumber, admin: User):
    with pytest.raises(actions.HasNumbers):
        actions.delete_account(number.waba, by=admin)
    assert WabaAccount.objects.exists()
    assert trail() == []


def test_a_number_is_made_changed_and_deleted(waba: WabaAccount, team: Team, other_team: Team, admin: User):
    number = actions.create_number(
        waba=waba, phone_number_id="7", display_phone="+55 7", name="Sete", teams=[team], app_secret=SECRET, by=admin
    )
    with pytest.raises(actions.NumberTaken):
        actions.create_number(waba=waba, phone_number_id="7", display_phone="7", name="7", by=admin)
    actions.change_number(number, name="Oito", teams=[team, other_team], by=admin)
    actions.change_number(number, name="Oito", teams=[other_team, team], by=admin)
    assert PhoneNumber.objects.get().name == "Oito"
    with pytest.raises(TypeError):
        actions.change_number(number, state="PAUSED", by=admin)
    actions.delete_number(number, by=admin)
    assert trail() == ["number.created", "number.changed", "number.deleted"]
    told = AuditLog.objects.get(action="number.changed").particulars
    assert told == {"fields": ["name", "teams"], "teams": sorted([team.pk, other_team.pk])}
    assert SECRET not in json.dumps(list(AuditLog.objects.values("particulars")))


def test_a_number_with_conversations_stays(conversation: Conversation, admin: User):
    number = conversation.number
    with pytest.raises(actions.HasHistory):
        actions.delete_number(number, by=admin)
    assert PhoneNumber.objects.filter(pk=number.pk).exists()
    assert "number.deleted" not in trail()


def test_a_move_refuses_what_is_no_move_or_is_taken(number: PhoneNumber, admin: User):
    new = actions.create_account(waba_id="77", by=admin)
    taken = actions.create_number(waba=new, phone_number_id="8", display_phone="8", name="8", by=admin)
    with pytest.raises(actions.NothingToMove):
        actions.move_number(number, to=number.waba, phone_number_id=number.phone_number_id, by=admin)
    with pytest.raises(actions.NumberTaken):
        actions.move_number(number, to=new, phone_number_id="8", by=admin)
    was = number.phone_number_id
    actions.move_number(number, to=new, phone_number_id="9", by=admin)
    with pytest.raises(actions.NumberTaken):
        actions.move_number(taken, to=new, phone_number_id=was, by=admin)
    with pytest.raises(actions.NumberTaken):
        actions.create_number(waba=new, phone_number_id=was, display_phone="8", name="8", by=admin)


def test_a_move_that_was_a_mistake_is_taken_back(number: PhoneNumber, admin: User):
    old, was = number.waba, number.phone_number_id
    new = actions.create_account(waba_id="77", by=admin)
    actions.move_number(number, to=new, phone_number_id="9", by=admin)
    actions.move_number(number, to=old, phone_number_id=was, by=admin)
    number.refresh_from_db()
    assert (number.waba, number.phone_number_id) == (old, was)
    assert list(FormerId.objects.values_list("phone_number_id", "waba")) == [("9", new.pk)]


def test_alerts_of_the_number_end_with_its_move(number: PhoneNumber, admin: User):
    from numbers import alerts

    alerts.hold(alerts.Notice("number.quality_low"), number.waba_id, number=number.pk, holds=True)
    alerts.hold(alerts.Notice("drift.unsubscribed"), number.waba_id, holds=True)
    new = actions.create_account(waba_id="77", by=admin)
    actions.move_number(number, to=new, phone_number_id="9", by=admin)
    assert [alert.kind for alert in Alert.objects.open()] == ["drift.unsubscribed"], "the account's own stays"

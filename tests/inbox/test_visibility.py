"""Who sees which conversation: a table."""

from __future__ import annotations

import pytest

from accounts.models import Role
from inbox.models import Conversation
from numbers.models import PhoneNumber
from tests.conftest import person


@pytest.fixture
def world(number, team, other_team, customer_writes) -> dict[str, Conversation]:
    """One conversation of each kind; `number` serves `team` alone."""
    elsewhere = PhoneNumber.objects.create(waba=number.waba, phone_number_id="2", display_phone="", name="2")
    elsewhere.teams.add(other_team)
    nobodys = PhoneNumber.objects.create(waba=number.waba, phone_number_id="3", display_phone="", name="3")
    found = {
        "in no team's name, on our number": customer_writes(phone="551198765001").conversation,
        "our team's": customer_writes(phone="551198765002").conversation,
        "another team's, on our number": customer_writes(phone="551198765003").conversation,
        "in no team's name, on another's number": customer_writes(to=elsewhere).conversation,
        "our team's, on another's number": customer_writes(phone="551198765004", to=elsewhere).conversation,
        "on a number that serves nobody": customer_writes(to=nobodys).conversation,
    }
    for name, of in (("our team's", team), ("another team's, on our number", other_team)):
        Conversation.objects.filter(pk=found[name].pk).update(team=of)
    Conversation.objects.filter(pk=found["our team's, on another's number"].pk).update(team=team)
    return found


OURS = {"in no team's name, on our number", "our team's", "our team's, on another's number"}
THEIRS = {"another team's, on our number", "in no team's name, on another's number"}


def seen_by(user, world: dict[str, Conversation]) -> set[str]:
    visible = list(Conversation.objects.visible_to(user))
    assert len(visible) == len(set(visible)), "no row twice"
    return {name for name, conversation in world.items() if conversation in visible}


def test_an_agent_sees_what_is_the_teams(world, owner):
    assert seen_by(owner, world) == OURS


def test_an_agent_of_another_team_sees_theirs(world, stranger):
    assert seen_by(stranger, world) == THEIRS


def test_a_supervisor_sees_what_their_teams_see(world, supervisor):
    assert seen_by(supervisor, world) == OURS


def test_somebody_in_two_teams_sees_both(world, team, other_team):
    assert seen_by(person("Davi", Role.AGENT, team, other_team), world) == OURS | THEIRS


def test_an_administrator_sees_everything(world, admin):
    assert seen_by(admin, world) == set(world)


def test_the_assignee_keeps_sight(world, stranger):
    Conversation.objects.filter(pk=world["our team's"].pk).update(assignee=stranger)
    assert seen_by(stranger, world) == THEIRS | {"our team's"}


def test_somebody_without_a_team_sees_nothing(world):
    assert seen_by(person("Zeca"), world) == set()


@pytest.mark.parametrize("role", Role.values)
def test_the_inactive_see_nothing(world, team, role):
    assert seen_by(person("Ines", role, team, is_active=False), world) == set()

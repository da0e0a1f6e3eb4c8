"""A conversation passed on to another team or person."""

from __future__ import annotations

import itertools
from collections.abc import Iterator
from contextlib import contextmanager

import pytest

from accounts.models import AuditLog, Role, User
from inbox import actions, broadcasts
from inbox.models import Assignment, Conversation, Transfer
from lib import live
from teams.models import Team, TeamMember
from tests.conftest import person


@pytest.fixture
def pushed(monkeypatch, django_capture_on_commit_callbacks):
    """Which groups hear of what runs inside: `with pushed() as groups: ...`."""

    @contextmanager
    def listening() -> Iterator[set[str]]:
        groups: set[str] = set()
        monkeypatch.setattr(live, "push", lambda events: groups.update(event.group for event in events))
        with django_capture_on_commit_callbacks(execute=True):
            yield groups

    return listening


def place(conversation: Conversation) -> tuple[int | None, int | None]:
    conversation.refresh_from_db()
    return conversation.team_id, conversation.assignee_id


def test_it_goes_to_a_teams_queue(conversation, owner, other_team):
    actions.take_conversation(conversation, by=owner)
    transfer = actions.transfer_conversation(conversation, team=other_team, note="boleto", by=owner)
    assert place(conversation) == (other_team.pk, None)
    assert (transfer.from_team, transfer.to_team, transfer.from_user, transfer.to_user) == (
        None, other_team, owner, None,
    )  # fmt: skip
    assert (transfer.by, transfer.note) == (owner, "boleto")
    assert not Assignment.objects.filter(ended_at=None).exists()


def test_it_goes_to_a_person_who_takes_it_along_to_their_team(conversation, owner, stranger, other_team):
    actions.take_conversation(conversation, by=owner)
    actions.transfer_conversation(conversation, user=stranger, by=owner)
    assert place(conversation) == (other_team.pk, stranger.pk)
    first, second = Assignment.objects.order_by("pk")
    assert (first.user, first.ended_at is None) == (owner, False)
    assert (second.user, second.by, second.ended_at) == (stranger, owner, None)


def test_within_the_numbers_teams_it_stays_in_no_teams_name(conversation, owner, teammate):
    actions.transfer_conversation(conversation, user=teammate, by=owner)
    assert place(conversation) == (None, teammate.pk)


def test_a_person_of_its_team_keeps_it_there(conversation, owner, teammate, team, other_team):
    TeamMember.objects.create(team=Team.objects.create(name="AAA"), user=teammate)
    Conversation.objects.update(team=team)
    actions.transfer_conversation(conversation, user=teammate, by=owner)
    assert place(conversation) == (team.pk, teammate.pk)


def test_it_goes_to_a_person_in_the_team_asked_for(conversation, owner, other_team):
    both = person("Davi", Role.AGENT, Team.objects.create(name="AAA"), other_team)
    actions.transfer_conversation(conversation, team=other_team, user=both, by=owner)
    assert place(conversation) == (other_team.pk, both.pk)


def test_who_keeps_it_in_another_team_is_assigned_once(conversation, team, other_team):
    both = person("Davi", Role.AGENT, team, other_team)
    actions.take_conversation(conversation, by=both)
    actions.transfer_conversation(conversation, team=other_team, user=both, by=both)
    assert place(conversation) == (other_team.pk, both.pk)
    assert Assignment.objects.get().ended_at is None


def test_the_trail_holds_ids_and_no_words(conversation, owner, other_team):
    transfer = actions.transfer_conversation(conversation, team=other_team, note="CPF 123", by=owner)
    entry = AuditLog.objects.get(action="conversation.transferred")
    assert (entry.actor, entry.entity_id) == (owner, conversation.pk)
    assert entry.particulars == {
        "transfer": transfer.pk, "from_team": None, "to_team": other_team.pk, "from_user": None, "to_user": None,
    }  # fmt: skip


def refused(refusal: type[Exception], conversation: Conversation, **to) -> None:
    before = place(conversation)
    with pytest.raises(refusal):
        actions.transfer_conversation(conversation, **to)
    assert place(conversation) == before
    assert not Transfer.objects.exists()
    assert not AuditLog.objects.filter(action="conversation.transferred").exists()


def test_it_refuses_what_is_closed(conversation, owner, other_team):
    actions.close_conversation(conversation, by=owner)
    refused(actions.ConversationClosed, conversation, team=other_team, by=owner)


def test_it_refuses_an_inactive_team(conversation, owner, other_team, stranger):
    Team.objects.filter(pk=other_team.pk).update(is_active=False)
    refused(actions.TeamInactive, conversation, team=other_team, by=owner)
    refused(actions.NotTransferable, conversation, user=stranger, by=owner)


def test_it_refuses_people_who_cannot_look_after_it(conversation, owner, team, stranger):
    refused(actions.NotTransferable, conversation, user=person("Zeca"), by=owner)
    refused(actions.NotTransferable, conversation, user=person("Ines", Role.AGENT, team, is_active=False), by=owner)
    refused(actions.NotTransferable, conversation, team=team, user=stranger, by=owner)


def test_it_refuses_the_place_where_it_is(conversation, owner, team):
    Conversation.objects.update(team=team)
    refused(actions.AlreadyThere, conversation, team=team, by=owner)
    actions.take_conversation(conversation, by=owner)
    refused(actions.AlreadyThere, conversation, user=owner, by=owner)
    refused(actions.AlreadyThere, conversation, team=team, user=owner, by=owner)


def test_nowhere_is_no_place(conversation, owner):
    with pytest.raises(ValueError, match="team or a person"):
        actions.transfer_conversation(conversation, by=owner)


def test_wherever_it_goes_it_can_be_seen_there(conversation, owner, teammate, stranger, team, other_team):
    """Every way through the places ends where the row, the history and the rights agree."""
    destinations = [{"team": team}, {"team": other_team}, {"user": teammate}, {"user": stranger},
                    {"team": other_team, "user": stranger}]  # fmt: skip
    for way in itertools.product(destinations, repeat=2):
        for to in way:
            try:
                transfer = actions.transfer_conversation(conversation, by=owner, **to)
            except actions.AlreadyThere:
                continue
            assert place(conversation) == (transfer.to_team_id, transfer.to_user_id)
            open_now = Assignment.objects.filter(conversation=conversation, ended_at=None)
            assert list(open_now.values_list("user", flat=True)) == [u for u in [transfer.to_user_id] if u]
            if looks_after := transfer.to_user:
                without = Conversation.objects.filter(pk=conversation.pk)
                without.update(assignee=None)
                assert sees(looks_after, conversation), "released again, it stays in sight of who had it"
                without.update(assignee=looks_after)
    assert Transfer.objects.count() == AuditLog.objects.filter(action="conversation.transferred").count() > 20


def sees(user: User, conversation: Conversation) -> bool:
    return Conversation.objects.visible_to(user).filter(pk=conversation.pk).exists()


def test_old_and_new_viewers_hear_of_it(conversation, owner, team, other_team, pushed):
    Conversation.objects.update(team=team)
    conversation.refresh_from_db()
    with pushed() as groups:
        actions.transfer_conversation(conversation, team=other_team, by=owner)
    assert {broadcasts.list_group(f"team.{one.pk}", "pt-br") for one in (team, other_team)} <= groups
    assert broadcasts.conversation_group(conversation.pk, "en") in groups
    assert not sees(owner, conversation)


# --- In the pages --------------------------------------------------------------------------------------


def test_the_thread_tells_of_it(signed_in, conversation, owner, stranger, admin, other_team):
    actions.transfer_conversation(conversation, team=other_team, note="<b>boleto</b>", by=owner)
    actions.transfer_conversation(conversation, user=stranger, by=admin)
    page = signed_in(admin).get(f"/inbox/all/{conversation.pk}/").content.decode()
    assert "&lt;b&gt;boleto&lt;/b&gt;" in page and "<b>boleto" not in page
    assert page.count(str(other_team)) >= 1 and "Olivia" in page and "Sandra" in page


def test_who_passed_it_on_loses_sight_of_it(signed_in, conversation, owner, stranger, other_team):
    client = signed_in(owner)
    assert f'id="conversation-{conversation.pk}"' in client.get("/inbox/all/").content.decode()
    actions.transfer_conversation(conversation, team=other_team, by=owner)
    assert f'id="conversation-{conversation.pk}"' not in client.get("/inbox/all/rows/").content.decode()
    assert client.get(f"/conversations/{conversation.pk}/changes/").status_code == 404

"""Conversations by API: found, read, given to somebody, passed on, ended."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.utils import timezone

from accounts.models import Role
from inbox import actions
from inbox.models import Assignment, Conversation, Transfer
from tests.callers import ABSENT
from tests.conftest import person


@pytest.fixture
def many(customer_writes):
    """Conversations of so many customers, the newest last."""

    def make(count: int, start: int = 1) -> list[Conversation]:
        numbers = range(start, start + count)
        return [customer_writes(phone=f"551198{i:07}", ago=10_000 - i).conversation for i in numbers]

    return make


def test_it_reads(calls, owner, conversation, number):
    found = calls(owner).get(f"conversations/{conversation.pk}").json()
    assert found["contact"] == {"id": conversation.contact_id, "name": "Ana", "phone": "+5511987650001"}
    assert found["number"] == {"id": number.pk, "name": "Loja", "display_phone": "+55 11 4002-0001"}
    assert (found["status"], found["team"], found["assignee"], found["unread_count"]) == ("OPEN", None, None, 1)
    assert found["window_ends_at"] > found["last_inbound_at"]
    assert calls(owner).get("conversations").json()["results"] == [found]


OPERATIONS = [
    ("get", "", None, 200),
    ("get", "/messages", None, 200),
    ("post", "/assign", {"user": None}, 200),
    ("post", "/transfer", {"team": 0}, 200),
    ("post", "/close", None, 200),
]


@pytest.mark.parametrize(("method", "path", "body", "status"), OPERATIONS)
def test_outside_is_absent(method, path, body, status, calls, owner, admin, stranger, conversation, other_team):
    def ask(user, pk=conversation.pk) -> int:
        given = [] if method == "get" else [{"team": other_team.pk} if body == {"team": 0} else body]
        return getattr(calls(user), method)(f"conversations/{pk}{path}", *given).status_code

    assert [ask(user) for user in (stranger, person("Zeca"))] == [404, 404]
    assert ask(owner, ABSENT) == ask(admin, ABSENT) == 404
    conversation.refresh_from_db()
    assert (conversation.status, conversation.team) == ("OPEN", None)
    assert ask(owner) == status


def test_lists_hold_what_one_sees(calls, owner, stranger, admin, conversation):
    assert calls(owner).ids("conversations") == calls(admin).ids("conversations") == [conversation.pk]
    assert calls(stranger).ids("conversations") == calls(person("Zeca")).ids("conversations") == []


def test_nobody_reads_without_a_token(client, conversation):
    assert client.get("/api/v1/conversations").status_code == 401


def test_a_session_is_no_token(signed_in, owner, conversation):
    assert signed_in(owner).get("/api/v1/conversations").status_code == 401


# --- Filters -------------------------------------------------------------------------------------------


@pytest.fixture
def five(many, owner, team) -> list[Conversation]:
    """Closed; pending; the owner's; the team's; in no name. The newest last."""
    found = many(5)
    actions.close_conversation(found[0], by=None)
    Conversation.objects.filter(pk=found[1].pk).update(status="PENDING")
    actions.take_conversation(found[2], by=owner)
    Conversation.objects.filter(pk=found[3].pk).update(team=team)
    return found


@pytest.mark.parametrize(
    ("query", "places"),
    [
        ("", [4, 3, 2, 1, 0]),
        ("status=CLOSED", [0]),
        ("status=OPEN&status=PENDING", [4, 3, 2, 1]),
        ("assignee=me", [2]),
        ("assignee=none", [4, 3, 1, 0]),
        ("assignee={owner}", [2]),
        ("team=none", [4, 2, 1, 0]),
        ("team={team}", [3]),
        ("number={number}", [4, 3, 2, 1, 0]),
        ("contact={contact}", [4]),
        ("since={edge}", [4, 3, 2]),
        ("until={edge}", [1, 0]),
        ("until={edge}&status=PENDING", [1]),
        *((f"{name}={ABSENT}", []) for name in ("assignee", "team", "number", "contact")),
    ],
)
def test_filters(query, places, calls, owner, team, number, five):
    edge = Conversation.objects.get(pk=five[2].pk).last_message_at.isoformat().replace("+00:00", "Z")
    query = query.format(owner=owner.pk, team=team.pk, number=number.pk, contact=five[4].contact_id, edge=edge)
    assert calls(owner).ids(f"conversations?{query}") == [five[place].pk for place in places]


def test_a_filter_by_what_one_does_not_see_finds_nothing(calls, owner, stranger, other_team, five):
    Conversation.objects.filter(pk=five[4].pk).update(team=other_team, assignee=stranger)
    for name, pk in (("team", other_team.pk), ("assignee", stranger.pk), ("contact", five[4].contact_id)):
        assert calls(owner).ids(f"conversations?{name}={pk}") == []


@pytest.mark.parametrize(
    "query",
    [
        "status=OPENED", "assignee=you", "assignee=-1", "assignee=99999999999999999999", "assignee=٣", "team=me",
        "number=x", "number=0", "since=soon", "tag=x", "limit=0", "limit=101",
    ],
)  # fmt: skip
def test_a_filter_that_makes_no_sense_is_refused(query, calls, owner, conversation):
    answer = calls(owner).get(f"conversations?{query}")
    assert (answer.status_code, answer["Content-Type"]) == (400, "application/problem+json")
    assert list(answer.json()["errors"]) == [query.partition("=")[0]]


# --- Pages ---------------------------------------------------------------------------------------------


def test_pages_hold_each_row_once_while_rows_are_added(calls, owner, many):
    there = {conversation.pk for conversation in many(7)}
    pages, added = [], 100
    for page in calls(owner).pages("conversations?limit=2"):
        pages.append(page)
        many(1, start=(added := added + 1))
    rows = [pk for page in pages for pk in page]
    assert len(rows) == len(set(rows)) and set(rows) == there
    assert [len(page) for page in pages] == [2, 2, 2, 1]


def test_pages_part_rows_of_one_moment(calls, owner, many):
    many(7)
    Conversation.objects.update(last_message_at=timezone.now())
    rows = [pk for page in calls(owner).pages("conversations?limit=2") for pk in page]
    assert rows == sorted(rows, reverse=True) and len(rows) == 7


def test_a_list_takes_the_same_queries_however_long(calls, owner, many, team):
    caller = calls(owner)
    many(1)
    few = caller.queries("conversations")
    for conversation in many(8, start=50):
        actions.take_conversation(conversation, by=person(f"P{conversation.pk}", Role.AGENT, team))
    assert len(caller.ids("conversations")) == 9
    assert caller.queries("conversations") == few


# --- Verbs ---------------------------------------------------------------------------------------------


def test_it_assigns(calls, owner, teammate, conversation):
    answer = calls(owner).post(f"conversations/{conversation.pk}/assign", {"user": teammate.pk})
    assert answer.json()["assignee"] == {"id": teammate.pk, "name": "Tiago"}
    answer = calls(owner).post(f"conversations/{conversation.pk}/assign", {"user": None})
    assert answer.json()["assignee"] is None
    assert Assignment.objects.get().by == owner


def test_who_only_looked_after_it_may_let_go(calls, stranger, conversation):
    Conversation.objects.update(assignee=stranger)
    answer = calls(stranger).post(f"conversations/{conversation.pk}/assign", {"user": None})
    assert (answer.status_code, answer.json()["assignee"]) == (200, None)
    assert calls(stranger).get(f"conversations/{conversation.pk}").status_code == 404


def test_somebody_out_of_sight_is_nobody(calls, owner, stranger, conversation):
    def refusal(user: object) -> dict:
        answer = calls(owner).post(f"conversations/{conversation.pk}/assign", {"user": user})
        assert answer.status_code == 400
        return {name: text for name, text in answer.json().items() if name == "type"} | {
            "errors": [error.replace(str(user), "") for error in answer.json()["errors"]["user"]]
        }

    assert refusal(stranger.pk) == refusal(ABSENT)


def test_who_could_not_see_it_is_refused(calls, admin, stranger, conversation):
    answer = calls(admin).post(f"conversations/{conversation.pk}/assign", {"user": stranger.pk})
    assert (answer.status_code, answer.json()["type"]) == (409, "urn:prosa:refusal:not_assignable")


def test_it_transfers_out_of_sight(calls, owner, other_team, conversation):
    body = {"team": other_team.pk, "note": "boleto"}
    answer = calls(owner).post(f"conversations/{conversation.pk}/transfer", body).json()
    assert (answer["from_team"], answer["to_team"], answer["to_user"], answer["by"], answer["note"]) == (
        None, other_team.pk, None, owner.pk, "boleto",
    )  # fmt: skip
    assert calls(owner).get(f"conversations/{conversation.pk}").status_code == 404


def test_it_transfers_to_a_person(calls, owner, stranger, other_team, conversation):
    answer = calls(owner).post(f"conversations/{conversation.pk}/transfer", {"user": stranger.pk}).json()
    assert (answer["to_user"], answer["to_team"]) == (stranger.pk, other_team.pk)


def test_it_closes_once(calls, owner, conversation):
    answer = calls(owner).post(f"conversations/{conversation.pk}/close")
    assert (answer.json()["status"], answer.json()["closed_at"] is None) == ("CLOSED", False)
    answer = calls(owner).post(f"conversations/{conversation.pk}/close")
    assert (answer.status_code, answer.json()["type"]) == (409, "urn:prosa:refusal:already_closed")


BODIES = [
    ("assign", {}),
    ("assign", {"user": "1"}),
    ("assign", {"user": True}),
    ("assign", {"user": [1]}),
    ("assign", {"user": None, "team": 1}),
    ("assign", {"user": None, "status": "CLOSED"}),
    ("transfer", {}),
    ("transfer", {"team": None, "user": None}),
    ("transfer", {"team": ABSENT}),
    ("transfer", {"user": ABSENT}),
    ("transfer", {"team": 10**30}),
    ("transfer", {"team": -1}),
    ("transfer", {"note": "x"}),
    *(
        ("transfer", {"team": "ours", name: 1})
        for name in ("by", "from_team", "to_team", "at", "conversation", "status")
    ),
    ("transfer", {"team": "ours", "note": "x" * 501}),
    ("close", {"closed_at": "2020-01-01T00:00:00Z"}),
    ("close", {"status": "OPEN"}),
]


@pytest.mark.parametrize(("verb", "body"), BODIES)
def test_a_body_that_is_not_right_changes_nothing(verb, body, calls, owner, team, conversation):
    before = Conversation.objects.values().get()
    body = {name: team.pk if value == "ours" else value for name, value in body.items()}
    answer = calls(owner).post(f"conversations/{conversation.pk}/{verb}", body)
    assert (answer.status_code, answer["Content-Type"]) == (400, "application/problem+json"), answer.content
    assert Conversation.objects.values().get() == before
    assert not Transfer.objects.exists() and not Assignment.objects.exists()


def test_the_window_is_told(calls, owner, conversation):
    Conversation.objects.update(last_inbound_at=timezone.now() - timedelta(hours=25))
    ends = calls(owner).get(f"conversations/{conversation.pk}").json()["window_ends_at"]
    assert ends < timezone.now().isoformat()

"""The trail's pages: found by any of its columns, read in words, taken along as a table."""

from __future__ import annotations

import csv
import re
from datetime import timedelta
from io import StringIO

import pytest
import structlog
from django.db import connection
from django.utils import timezone

from accounts.audit import export as module
from accounts.audit import record
from accounts.models import AuditLog, AuditSeal, User
from inbox.models import Conversation
from lib.spreadsheets import disarmed

LIST = "/admin/accounts/auditlog/"


def found(client, **asked: object) -> list[int]:
    answer = client.get(LIST, asked)
    assert answer.status_code == 200
    return [entry.pk for entry in answer.context["cl"].result_list]


def exported(client, **asked: object) -> list[dict[str, str]]:
    answer = client.post(f"{LIST}export/", asked)
    assert answer.status_code == 200
    text = b"".join(answer.streaming_content).decode()
    assert text.startswith("\ufeff")
    return list(csv.DictReader(StringIO(text[1:]), delimiter=";"))


def dated(entry: AuditLog, *, days: int) -> AuditLog:
    """Let an entry be so many days old, past the triggers that forbid it."""
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL session_replication_role = replica")
        AuditLog.objects.filter(pk=entry.pk).update(at=timezone.now() - timedelta(days=days))
        cursor.execute("SET LOCAL session_replication_role = origin")
    return entry


@pytest.fixture
def entries(admin: User, owner: User, team) -> dict[str, AuditLog]:
    structlog.contextvars.bind_contextvars(ip="203.0.113.9", request_id="a-request")
    try:
        old = dated(record("user.created", owner, by=admin), days=10)
    finally:
        structlog.contextvars.clear_contextvars()
    return {
        "old": old,
        "team": record("team.changed", team, by=owner),
        "failed": record("person.sign_in_failed", User, by=None),
    }


QUESTIONS = [
    ({"action": "team.changed"}, "team"),
    ({"address": "203.0.113.9"}, "old"),
    ({"request": "a-request"}, "old"),
    ({"kind": "team"}, "team"),
    ({"kind": "user", "id": "0"}, "failed"),
    ({"until": "{week}"}, "old"),
    ({"since": "{week}", "kind": "user"}, "failed"),
    ({"person": "{admin}"}, "old"),
]


@pytest.mark.parametrize(("asked", "expected"), QUESTIONS)
def test_it_is_found_by_any_of_its_columns(entries, admin: User, signed_in, asked: dict[str, str], expected: str):
    week = timezone.localdate() - timedelta(days=5)
    asked = {name: value.format(week=week.isoformat(), admin=admin.pk) for name, value in asked.items()}
    assert found(signed_in(admin), **asked) == [entries[expected].pk]
    rows = exported(signed_in(admin), **asked)
    assert [int(list(row.values())[0]) for row in rows] == [entries[expected].pk]


def test_a_day_begins_and_ends_by_the_readers_clock(admin: User, owner: User, signed_in):
    entry = record("user.changed", owner, by=admin)
    today = timezone.localtime(entry.at, timezone.get_current_timezone()).date()
    assert found(signed_in(admin), since=today, until=today) == [entry.pk]
    assert found(signed_in(admin), since=today + timedelta(days=1)) == []


def test_the_newest_comes_first(entries, admin: User, signed_in):
    assert found(signed_in(admin)) == [entries["failed"].pk, entries["team"].pk, entries["old"].pk]


@pytest.mark.parametrize(
    "asked",
    [
        {"person": "x"}, {"person": "99999999"}, {"action": "x"}, {"id": "-1"}, {"id": str(2**70)},
        {"since": "yesterday"}, {"until": "9999-12-31"}, {"address": "nowhere"}, {"kind": "' OR 1=1"},
    ],
)  # fmt: skip
def test_a_question_that_is_none_finds_nothing_and_says_so(entries, admin: User, signed_in, asked: dict[str, str]):
    answer = signed_in(admin).get(LIST, asked)
    assert answer.status_code == 200
    assert not answer.context["cl"].result_list
    assert 'class="error"' in answer.content.decode()
    assert signed_in(admin).post(f"{LIST}export/", asked).status_code == 400
    assert not AuditLog.objects.filter(action="audit.exported").exists()


def test_an_entry_is_read_in_words_and_leads_to_what_it_is_about(
    admin: User, owner: User, conversation: Conversation, team, signed_in
):
    entry = record("conversation.transferred", conversation, by=owner, to_team=team.pk, from_user=owner.pk, lead=True)
    text = signed_in(admin).get(f"{LIST}{entry.pk}/change/").content.decode()
    for address in (
        f"/admin/inbox/conversation/{conversation.pk}/change/",
        f"/admin/teams/team/{team.pk}/change/",
        f"/admin/accounts/user/{owner.pk}/change/",
        f"{LIST}?kind=conversation&amp;id={conversation.pk}",
        f"{LIST}?person={owner.pk}",
    ):
        assert f'href="{address}"' in text, address
    assert team.name in text
    assert "conversation.transferred" in text


def test_it_says_whether_it_is_sealed(admin: User, owner: User, signed_in):
    sealed, fresh = (record("user.changed", owner, by=admin) for _ in range(2))
    AuditSeal.objects.create(position=1, entry=sealed, digest=bytes(range(32)))
    assert signed_in(admin).get(LIST).content.decode().count(">✓<") == 1
    assert bytes(range(32)).hex() in signed_in(admin).get(f"{LIST}{sealed.pk}/change/").content.decode()
    assert "000102" not in signed_in(admin).get(f"{LIST}{fresh.pk}/change/").content.decode()


def test_the_list_asks_as_often_for_many_as_for_few(admin: User, team, signed_in, django_assert_max_num_queries):
    client = signed_in(admin)
    client.get(LIST)
    for _ in range(30):
        record("team.changed", team, by=admin, user=admin.pk, team=team.pk)
    # The session, the person, alerts; then the head, the kinds, the count, the page, and the names of each kind.
    with django_assert_max_num_queries(20):
        client.get(LIST)


def test_the_export_is_told_of_with_its_filter_and_count(entries, admin: User, signed_in):
    rows = exported(signed_in(admin), kind="user")
    entry = AuditLog.objects.get(action="audit.exported")
    assert (entry.actor, entry.particulars) == (admin, {"filter": {"kind": "user"}, "count": 2})
    assert len(rows) == 2, "what came after the question, the export's own entry too, is not in it"


def test_the_export_goes_on_where_a_batch_ended(admin: User, owner: User, signed_in, monkeypatch):
    monkeypatch.setattr(module, "BATCH", 3)
    # Of one transaction: they have one time.
    made = [record("user.changed", owner, by=admin, count=count).pk for count in range(10)]
    rows = exported(signed_in(admin), action="user.changed")
    assert [int(list(row.values())[0]) for row in rows] == made[::-1]


def test_no_cell_is_a_formula(admin: User, owner: User, signed_in):
    User.objects.filter(pk=admin.pk).update(name="=1+1")
    record("user.changed", owner, by=User.objects.get(pk=admin.pk))
    (row,) = exported(signed_in(admin), action="user.changed")
    assert "'=1+1" in row.values()
    assert [disarmed(cell) for cell in ("@x", "-1", "+1", "\tx", "a=b", "", 5)] == [
        "'@x",
        "'-1",
        "'+1",
        "'\tx",
        "a=b",
        "",
        5,
    ]


def test_it_is_exported_by_post_and_by_administrators_only(
    entries, admin: User, supervisor: User, owner: User, signed_in
):
    assert signed_in(admin).get(f"{LIST}export/").status_code == 405
    assert signed_in(supervisor).post(f"{LIST}export/").status_code == 403
    assert signed_in(owner).post(f"{LIST}export/").status_code == 302
    assert signed_in(supervisor).get(f"{LIST}{entries['old'].pk}/change/").status_code == 403
    assert not AuditLog.objects.filter(action="audit.exported").exists()


def test_an_entry_has_no_history_and_cannot_be_touched(entries, admin: User, signed_in):
    client = signed_in(admin)
    assert client.get(f"{LIST}{entries['old'].pk}/history/").status_code == 404
    assert client.get(f"{LIST}{entries['old'].pk}/delete/").status_code == 403
    assert client.post(f"{LIST}{entries['old'].pk}/change/", {"action": "x"}).status_code == 403


@pytest.mark.parametrize(
    ("index", "conditions"),
    [
        ("audit_by_entity", {"entity_type": "user", "entity_id": 1}),
        ("audit_by_actor", {"actor": 1}),
        ("audit_by_time", {}),
        ("audit_by_action", {"action": "user.created"}),
        ("audit_by_address", {"address": "203.0.113.9"}),
        ("audit_by_request", {"request_id": "a-request"}),
        ("audit_by_transaction", {"written_in__gte": 5}),
    ],
)
def test_each_index_serves_its_question(db, index: str, conditions: dict[str, object]):
    order = ["written_in", "id"] if "written_in__gte" in conditions else ["-at", "-pk"]
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL enable_seqscan = off")
        cursor.execute("SET LOCAL enable_bitmapscan = off")
    assert index in AuditLog.objects.filter(**conditions).order_by(*order)[:100].explain()


def test_the_history_of_a_thing_is_found_from_its_page(admin: User, owner: User, team, signed_in):
    about, _other = record("team.changed", team, by=owner), record("user.created", owner, by=admin)
    page = signed_in(admin).get(f"/admin/teams/team/{team.pk}/change/").content.decode()
    link = re.search(r'href="([^"]+)"\s+class="historylink"', page)[1].replace("&amp;", "&")
    answer = signed_in(admin).get(link)
    assert [entry.pk for entry in answer.context["cl"].result_list] == [about.pk]


def test_how_somebody_came_in_is_said_in_words(admin: User, signed_in):
    record("person.sign_in_failed", admin, by=None, step="password")
    page = signed_in(admin).get(LIST).content.decode()
    assert "Etapa: senha" in page


def test_what_belongs_to_a_thing_and_when_a_token_ends_are_said_in_words(admin: User, team, signed_in):
    record("team.changed", team, by=admin, fields=["special_days", "opening_hours", "name"])
    record("token.created", team, by=admin, expires="2027-02-26T12:38:11.250534+00:00")
    page = signed_in(admin).get(LIST).content.decode()
    assert "dias especiais, horário de atendimento, nome" in page
    assert "26/02/2027 09:38" in page

"""The chain: seals come a little later, skip nothing, and show whatever was done to the trail behind our back."""

from __future__ import annotations

import json
import random
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from io import StringIO
from threading import Event
from typing import Any
from zlib import crc32

import pytest
import structlog
from django.core.exceptions import ImproperlyConfigured
from django.core.management import CommandError, call_command
from django.db import connection, connections, transaction

from accounts.audit import chain, record, sealing
from accounts.audit.chain import Head, last
from accounts.audit.sealing import EntryGone, seal_due
from accounts.audit.verifying import Finding, Verifier
from accounts.models import AuditLog, AuditSeal, User
from lib.locks import only_one
from tests.conftest import person

pytestmark = pytest.mark.django_db(transaction=True)
KEY, NEWER = "the-key-of-these-tests-000000000001", "the-key-of-these-tests-000000000002"
TRIALS = 60
COLUMNS = ("at", "actor_id", "action", "entity_type", "entity_id", "particulars", "address", "request_id", "written_in")


# The sealer's own question counts transactions of all databases of the server, and so of tests beside this one.
RUNNING_HERE = """
SELECT coalesce(min(backend_xid::text::bigint), following), following
FROM (SELECT pg_snapshot_xmax(pg_current_snapshot())::text::bigint AS following) AS s
LEFT JOIN pg_stat_activity ON datname = current_database() AND backend_xid IS NOT NULL AND pid <> pg_backend_pid()
GROUP BY following
"""


@pytest.fixture(autouse=True)
def audit_key(settings, monkeypatch) -> None:
    settings.AUDIT_KEY, settings.AUDIT_OLD_KEYS = KEY, []
    monkeypatch.setattr(sealing, "RUNNING", RUNNING_HERE)


@pytest.fixture
def ana(transactional_db) -> User:
    return person("Ana")


@pytest.fixture
def trail(ana: User) -> list[int]:
    """Twelve sealed entries in twelve transactions; returns their ids."""
    ids = [record("user.changed", ana, by=ana, count=count, text="é\n").pk for count in range(12)]
    assert seal_due() == 12
    return ids


@contextmanager
def as_superuser() -> Iterator[Any]:
    """Be one whom no trigger hinders, and undo it all at the end."""
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SET LOCAL session_replication_role = replica")
        yield cursor
        transaction.set_rollback(True)


def findings(*anchors: Head) -> list[Finding]:
    return list(Verifier(anchors).findings())


def kinds(*anchors: Head) -> set[str]:
    return {finding.kind for finding in findings(*anchors)}


# --- Sealing


def test_everything_is_sealed_in_the_order_of_transactions(trail):
    assert list(AuditSeal.objects.order_by("position").values_list("position", "entry")) == list(enumerate(trail, 1))
    assert findings() == []
    assert seal_due() == 0, "and once"


@pytest.mark.parametrize("before", [0, 1])
def test_a_transaction_that_commits_late_is_sealed_then(ana, before: int):
    """After the first seal and before it: these are two questions to the database."""
    sealed = [record("user.changed", ana, by=ana).pk for _ in range(before)]
    assert seal_due() == before
    other = connection.copy()
    try:
        with other.cursor() as cursor:
            cursor.execute("BEGIN")
            cursor.execute(
                "INSERT INTO accounts_auditlog (action, entity_type, entity_id, particulars, request_id) "
                "VALUES ('user.changed', 'user', 1, '{}', '')"
            )
            quick = record("user.changed", ana, by=ana)
            assert seal_due() == 0, "what is before it may still come"
            assert findings() == []
            cursor.execute("COMMIT")
    finally:
        other.close()
    assert seal_due() == 2
    late = AuditLog.objects.exclude(pk__in=[*sealed, quick.pk]).get()
    order = list(AuditSeal.objects.order_by("position").values_list("entry", flat=True))
    assert order == [*sealed, late.pk, quick.pk]
    assert findings() == []


def test_its_own_question_knows_of_transactions_that_run(ana, monkeypatch):
    monkeypatch.undo()
    other = connection.copy()
    try:
        with other.cursor() as theirs, connection.cursor() as cursor:
            theirs.execute("BEGIN")
            theirs.execute("SELECT pg_current_xact_id()::text::bigint")
            (running,) = theirs.fetchone()
            cursor.execute("SELECT pg_current_xact_id()")
            cursor.execute(sealing.RUNNING)
            oldest, following = cursor.fetchone()
            assert oldest <= running < following
            theirs.execute("ROLLBACK")
    finally:
        other.close()


def test_writers_wait_for_no_sealer(ana):
    with only_one("accounts.audit"):
        record("user.changed", ana, by=ana)


def test_one_process_seals_at_a_time(ana):
    record("user.changed", ana, by=ana)
    other = connection.copy()
    try:
        with other.cursor() as cursor:
            cursor.execute("BEGIN")
            cursor.execute("SELECT pg_advisory_xact_lock(%s)", [crc32(b"accounts.audit")])
            assert seal_due() == 0
            cursor.execute("ROLLBACK")
    finally:
        other.close()
    assert seal_due() == 1


def test_many_writers_and_sealers_at_once_make_one_chain(ana):
    def write() -> None:
        try:
            for count in range(15):
                with transaction.atomic():
                    for _ in range(1 + count % 3):
                        record("user.changed", ana, by=ana)
        finally:
            connections.close_all()

    def seal_until(done: Event) -> None:
        try:
            while not done.is_set():
                seal_due()
        finally:
            connections.close_all()

    done = Event()
    with ThreadPoolExecutor(5) as threads:
        sealers = [threads.submit(seal_until, done) for _ in range(2)]
        for writer in [threads.submit(write) for _ in range(3)]:
            writer.result()
        done.set()
        for sealer in sealers:
            sealer.result()
    seal_due()
    assert AuditSeal.objects.count() == AuditLog.objects.count() == 90
    assert findings() == []


def test_what_is_written_while_the_first_batch_is_chosen_comes_after_it(ana):
    def write() -> None:
        record("user.changed", ana, by=ana)
        connections.close_all()

    def written_before(execute, sql, *args):
        if sql == sealing.NEXT_AFTER_RESTORE:
            with ThreadPoolExecutor(1) as thread:
                thread.submit(write).result()
        return execute(sql, *args)

    record("user.changed", ana, by=ana)
    with connection.execute_wrapper(written_before):
        seal_due()
    seal_due()
    assert AuditSeal.objects.count() == AuditLog.objects.count() == 2
    assert findings() == []


def test_batches_go_on_until_nothing_is_left(ana, monkeypatch):
    monkeypatch.setattr(sealing, "BATCH", 4)
    for _ in range(9):
        record("user.changed", ana, by=ana)
    assert seal_due() == 9
    assert findings() == []


def test_many_entries_of_one_transaction_may_fall_into_two_batches(ana, monkeypatch):
    with transaction.atomic():
        for _ in range(5):
            record("user.changed", ana, by=ana)
    monkeypatch.setattr(sealing, "BATCH", 2)
    assert sealing._seal_batch() == 2
    assert findings() == [], "what is left of it was not inserted by somebody else"
    assert seal_due() == 3


def test_after_a_restore_into_a_younger_cluster_it_goes_on(ana):
    """There the ids of transactions begin anew, far below those of the entries that came from the old one."""
    with connection.cursor() as cursor:
        cursor.execute("SET session_replication_role = replica")
        for entry, transaction_id in ((901, 10**15), (902, 10**15 + 5), (903, 10**15 + 9)):
            if entry == 903:
                seal_due()
            cursor.execute(
                "INSERT INTO accounts_auditlog (id, at, action, entity_type, entity_id, particulars, request_id,"
                " written_in) VALUES (%s, now(), 'user.changed', 'user', 1, '{}', '', %s)",
                [entry, transaction_id],
            )
        cursor.execute("RESET session_replication_role")
    assert list(AuditSeal.objects.order_by("position").values_list("entry", flat=True)) == [901, 902]
    first = record("user.changed", ana, by=ana)
    assert findings() == []
    seal_due()
    second = record("user.changed", ana, by=ana)
    seal_due()
    order = list(AuditSeal.objects.order_by("position").values_list("entry", flat=True))
    assert order == [901, 902, 903, first.pk, second.pk]
    assert findings() == []


def test_without_a_key_it_says_what_to_set(ana, settings):
    record("user.changed", ana, by=ana)
    settings.AUDIT_KEY = ""
    with pytest.raises(ImproperlyConfigured, match="AUDIT_KEY"):
        seal_due()


def test_nothing_is_sealed_on_top_of_a_gap(trail, ana):
    with as_superuser() as cursor:
        cursor.execute("DELETE FROM accounts_auditlog WHERE id = %s", [trail[-1]])
        with pytest.raises(EntryGone):
            seal_due()


def test_the_head_of_each_day_is_in_the_log(trail, ana):
    with structlog.testing.capture_logs() as lines:
        sealing._tell_once_a_day(Head(1, "aa", "2026-01-31T23:59:59Z"), Head(2, "bb", "2026-02-01T00:00:01Z"))
        sealing._tell_once_a_day(Head(2, "bb", "2026-02-01T00:00:01Z"), Head(3, "cc", "2026-02-01T00:00:02Z"))
    assert [(line["event"], line["position"], line["digest"]) for line in lines] == [("audit.head", 2, "bb")]


def test_a_worker_of_maintenance_does_it():
    from accounts import tasks
    from lib import pulse

    assert (pulse._lanes["audit"].queue, tasks.seal_audit.queue) == ("maintenance", "maintenance")
    assert pulse._lanes["audit"].every <= 10, "what is not sealed yet can be changed unnoticed"


# --- Verifying


def test_what_was_sealed_with_an_old_key_is_verified(trail, ana, settings):
    settings.AUDIT_KEY, settings.AUDIT_OLD_KEYS = NEWER, [KEY]
    record("user.changed", ana, by=ana)
    seal_due()
    assert findings() == []
    settings.AUDIT_OLD_KEYS = []
    assert findings()[0].position == 1, "without it nobody can say"


def test_a_key_that_was_replaced_seals_nothing_any_more(trail, ana, settings):
    settings.AUDIT_KEY, settings.AUDIT_OLD_KEYS = NEWER, [KEY]
    record("user.changed", ana, by=ana)
    seal_due()
    settings.AUDIT_KEY, settings.AUDIT_OLD_KEYS = KEY, []
    record("user.changed", ana, by=ana)
    seal_due()
    settings.AUDIT_KEY, settings.AUDIT_OLD_KEYS = NEWER, [KEY]
    assert [(found.kind, found.position) for found in findings()] == [("changed", 14)]


def test_another_key_seals_otherwise(trail, settings):
    settings.AUDIT_KEY = NEWER
    assert {found.kind for found in findings()} == {"changed"}


Tampering = Callable[[Any, random.Random, list[int]], int | None]


def change(cursor: Any, chance: random.Random, trail: list[int]) -> int:
    """Change one column of one entry a little; returns the position that must be named first."""
    position, column = chance.randrange(len(trail)), chance.choice(COLUMNS)
    other = {
        "at": "at + interval '1 microsecond'",
        "particulars": """particulars || '{"text": "e\\n"}'""",
        "address": "'10.0.0.1'",
        "actor_id": "NULL",
        "entity_id": "entity_id + 1",
        "written_in": "written_in - 1",
    }.get(column, f"{column} || 'x'")
    cursor.execute(f"UPDATE accounts_auditlog SET {column} = {other} WHERE id = %s", [trail[position]])
    return position + 1


def delete(cursor: Any, chance: random.Random, trail: list[int]) -> int:
    position = chance.randrange(len(trail))
    cursor.execute("DELETE FROM accounts_auditlog WHERE id = %s", [trail[position]])
    return position + 1


def delete_with_its_seal(cursor: Any, chance: random.Random, trail: list[int]) -> int:
    position = chance.randrange(len(trail) - 1)
    cursor.execute("DELETE FROM accounts_auditseal WHERE entry_id = %s", [trail[position]])
    cursor.execute("DELETE FROM accounts_auditlog WHERE id = %s", [trail[position]])
    if chance.random() < 0.5:
        # Those after it move up.
        cursor.execute("UPDATE accounts_auditseal SET position = -position WHERE position > %s", [position])
        cursor.execute("UPDATE accounts_auditseal SET position = -position - 1 WHERE position < 0")
    return position + 1


def insert(cursor: Any, chance: random.Random, trail: list[int]) -> None:
    """Put an entry of somebody's making among the sealed ones."""
    number = 9_000_000 + chance.randrange(1000) if chance.random() < 0.5 else -chance.randrange(1000)
    cursor.execute(
        f"INSERT INTO accounts_auditlog (id, {', '.join(COLUMNS)}) "
        f"SELECT %s, {', '.join(COLUMNS)} FROM accounts_auditlog WHERE id = %s",
        [number, chance.choice(trail[:-1])],
    )


def insert_and_have_it_sealed(cursor: Any, chance: random.Random, trail: list[int]) -> None:
    """Put an entry with an old date at the end, where our own sealer finds it."""
    columns = ", ".join(COLUMNS[1:-1])
    cursor.execute(
        f"INSERT INTO accounts_auditlog (at, written_in, {columns}) SELECT at - interval '3 days',"
        f" written_in + 1, {columns} FROM accounts_auditlog WHERE id = %s",
        [trail[-1]],
    )
    assert seal_due() == 1


def swap_entries(cursor: Any, chance: random.Random, trail: list[int]) -> int:
    one, two = sorted(chance.sample(range(len(trail)), 2))
    for old, new in ((trail[one], -1), (trail[two], trail[one]), (-1, trail[two])):
        cursor.execute("UPDATE accounts_auditlog SET id = %s WHERE id = %s", [new, old])
    return one + 1


def swap_seals(cursor: Any, chance: random.Random, trail: list[int]) -> int:
    one, two = sorted(chance.sample(range(1, len(trail) + 1), 2))
    for old, new in ((one, -1), (two, one), (-1, two)):
        cursor.execute("UPDATE accounts_auditseal SET position = %s WHERE position = %s", [new, old])
    return one


def change_a_digest(cursor: Any, chance: random.Random, trail: list[int]) -> int:
    position = chance.randrange(len(trail)) + 1
    cursor.execute(
        "UPDATE accounts_auditseal SET digest = set_byte(digest, %s, get_byte(digest, %s) # 1) WHERE position = %s",
        [byte := chance.randrange(32), byte, position],
    )
    return position


def drop_the_tail(cursor: Any, chance: random.Random, trail: list[int]) -> int:
    """Drop the last entries and their seals: nothing but the anchor knows of them."""
    kept = chance.randrange(len(trail))
    cursor.execute("DELETE FROM accounts_auditseal WHERE position > %s", [kept])
    cursor.execute("DELETE FROM accounts_auditlog WHERE id > %s", [trail[kept - 1] if kept else 0])
    return len(trail)


def drop_the_tail_and_write_another(cursor: Any, chance: random.Random, trail: list[int]) -> int:
    kept = chance.randrange(len(trail))
    cursor.execute("DELETE FROM accounts_auditseal WHERE position > %s", [kept])
    cursor.execute("UPDATE accounts_auditlog SET action = 'user.created' WHERE id >= %s", [trail[kept]])
    seal_due()
    return len(trail)


TAMPERINGS: list[Tampering] = [
    change, delete, delete_with_its_seal, insert, insert_and_have_it_sealed, swap_entries, swap_seals,
    change_a_digest, drop_the_tail, drop_the_tail_and_write_another,
]  # fmt: skip


def test_every_tampering_is_found_and_nothing_else(trail):
    anchor, chance = last().head, random.Random(4)
    assert findings(anchor) == []
    for trial in range(TRIALS):
        tamper = TAMPERINGS[trial % len(TAMPERINGS)]
        with as_superuser() as cursor:
            named = tamper(cursor, chance, trail)
            found = findings(anchor)
            assert found, (trial, tamper.__name__)
            assert named in (None, found[0].position), (trial, tamper.__name__, found[0])
        assert findings(anchor) == [], "undone, it is whole again"


ALIKE = [
    ("at", "'infinity'"),
    ("at", "'-infinity'"),
    ("particulars", """'{"count": 0, "text": "é\\n", "more": null}'"""),
    ("particulars", """'{"count": 0.0, "text": "é\\n"}'"""),
    ("address", "'127.0.0.1/24'"),
    ("request_id", "' '"),
]


def test_what_python_would_not_tell_apart_is_found(trail):
    for column, value in ALIKE:
        with as_superuser() as cursor:
            cursor.execute(f"UPDATE accounts_auditlog SET {column} = {value} WHERE id = %s", [trail[0]])
            found = findings()
            assert found and (found[0].kind, found[0].position, found[0].entry) == ("changed", 1, trail[0]), column


def test_anchors_are_of_any_age_and_more_than_one_may_be_of_a_place(trail, ana):
    early = last().head
    record("user.changed", ana, by=ana)
    seal_due()
    late = last().head
    assert findings(early, late, Head()) == []
    assert kinds(early, Head(early.position, "00")) == {"rewritten"}
    assert kinds(Head(99, "00"), late) == {"dropped"}


# --- The command


def audit(*words: str) -> str:
    told = StringIO()
    call_command("audit", *words, stdout=told, stderr=StringIO())
    return told.getvalue()


def test_the_command_says_that_it_is_whole(trail, tmp_path):
    (kept := tmp_path / "heads").write_text(audit("head") * 2)
    assert json.loads(kept.read_text().splitlines()[0])["position"] == 12
    assert audit("verify", "--anchor", str(kept)).startswith("Whole: 12 entries, 2 anchors")


def test_the_command_names_the_first_broken_entry(trail):
    with as_superuser() as cursor:
        cursor.execute("UPDATE accounts_auditlog SET action = 'x' WHERE id IN (%s, %s)", [trail[3], trail[7]])
        told = StringIO()
        with pytest.raises(CommandError) as refused:
            call_command("audit", "verify", stdout=told)
    assert refused.value.returncode == 1
    assert told.getvalue().splitlines()[0].startswith(f"changed: seal 4, entry {trail[3]}:")
    assert len(told.getvalue().splitlines()) == 2


def test_an_anchor_that_is_none_is_not_taken_for_a_breach(tmp_path):
    for content in ("", "{}x", '{"place": 1}', "[1]"):
        (kept := tmp_path / "heads").write_text(content)
        with pytest.raises(CommandError) as refused:
            audit("verify", "--anchor", str(kept))
        assert refused.value.returncode == 2


def test_without_a_key_the_command_cannot_say(settings):
    settings.AUDIT_KEY = ""
    with pytest.raises(CommandError) as refused:
        audit("verify")
    assert refused.value.returncode == 2


def test_the_canonical_form_has_every_column():
    assert len(chain.CANONICAL.split(",")) - 1 >= len(AuditLog._meta.concrete_fields) - 1
    for field in AuditLog._meta.concrete_fields:
        assert f"entry.{field.column}" in chain.CANONICAL

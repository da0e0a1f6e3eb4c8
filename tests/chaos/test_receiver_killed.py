"""The process that takes webhooks is killed while Meta posts: what it said yes to is there, the rest comes again."""

from collections.abc import Callable

import psycopg
import pytest

from tests.chaos.load import Load, check_inbound, settle
from tests.chaos.stack import Stack, wait_for

pytestmark = pytest.mark.chaos

KILLS = 4


def test_repeated_kills_lose_nothing(stack: Stack, new_customer: Callable[[], str], capsys: pytest.CaptureFixture[str]):
    with Load(stack, [new_customer() for _ in range(20)]) as load:
        for _ in range(KILLS):
            load.gets_through()
            stack.live.kill()
            load.goes_on()
            stack.run_all()
        load.gets_through()
    settle(stack)
    with capsys.disabled():
        print(f"\n  inbound over {KILLS} kills: {check_inbound(stack)}")


def test_it_says_yes_only_to_what_is_committed(stack: Stack, new_customer: Callable[[], str]):
    customer = new_customer()
    with psycopg.connect(stack.postgres.url) as blocker:
        blocker.execute("LOCK TABLE webhooks_webhookevent IN SHARE MODE")
        wamid = stack.oracle.write(customer, "while the ledger is locked")
        wait_for(lambda: stack.query(WAITING), "the delivery waits for its commit")
        stack.live.kill()
        # PostgreSQL would end the statement of a client that is gone, were it not waiting for us.
        stack.query(f"SELECT pg_terminate_backend(pid) FROM ({WAITING}) AS waiting")
    stack.run_all()
    settle(stack)
    assert stack.query("SELECT count(*)::int FROM inbox_message WHERE wamid = %s", wamid) == [(1,)]


WAITING = """
SELECT pid FROM pg_stat_activity WHERE wait_event_type = 'Lock' AND query LIKE '%%INSERT INTO webhooks_webhookevent%%'
"""

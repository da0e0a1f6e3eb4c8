"""Stores stop and die, workers are killed, and people go on writing: nothing is lost and nothing is doubled."""

from collections.abc import Callable

import pytest

from tests.chaos.load import Load, check_nothing_lost_or_doubled, settle
from tests.chaos.stack import Stack, wait_for

pytestmark = pytest.mark.chaos

BLOWS: list[tuple[str, Callable[[Stack], None]]] = [
    ("PostgreSQL stops", lambda stack: stack.postgres.stop()),
    ("PostgreSQL is killed", lambda stack: stack.kill_postgres()),
    ("Redis stops", lambda stack: stack.valkey.stop()),
    ("Redis is killed", lambda stack: stack.valkey.kill()),
    ("the inbound worker is killed", lambda stack: stack.inbound.kill()),
    ("the replies worker is killed", lambda stack: stack.replies.kill()),
    ("the live process is killed", lambda stack: stack.live.kill()),
    ("all processes are killed", lambda stack: _kill_processes(stack)),
    ("the power is cut", lambda stack: _cut_power(stack)),
]


@pytest.mark.timeout(300)
def test_nothing_is_lost_or_doubled(stack: Stack, new_customer: Callable[[], str], capsys: pytest.CaptureFixture[str]):
    customers = [new_customer() for _ in range(20)]
    conversations = [_first_message(stack, customer) for customer in customers]
    stack.oracle.faults(duplicates=0.1, disorder=True)
    with Load(stack, customers, conversations) as load:
        load.gets_through()
        for name, strike in BLOWS:
            print(name)
            strike(stack)
            load.goes_on()
            stack.run_all()
            load.gets_through()
    stack.oracle.faults(duplicates=0, disorder=False)
    settle(stack)
    with capsys.disabled():
        check_nothing_lost_or_doubled(stack, load)


def _kill_processes(stack: Stack) -> None:
    for program in stack.programs:
        program.kill()


def _cut_power(stack: Stack) -> None:
    stack.kill_postgres()
    stack.valkey.kill()
    _kill_processes(stack)


def _first_message(stack: Stack, customer: str) -> int:
    wamid = stack.oracle.write(customer, "Oi!")
    sql = "SELECT conversation_id FROM inbox_message WHERE wamid = %s"
    return wait_for(lambda: stack.query(sql, wamid), "the first message arrives")[0][0]

"""Redis carries wake-ups and live pushes: without it everything else goes on, and nothing waits in it to be lost."""

import itertools
from collections.abc import Callable, Iterator

import pytest
import redis

from tests.chaos.load import check_outbound, settle
from tests.chaos.pages import Person, Socket
from tests.chaos.stack import Stack, wait_for

pytestmark = pytest.mark.chaos

SOON = 5
"""Seconds: the pulse looks once a second, and a publisher waits half a second for a broker that is away."""


@pytest.fixture
def conversation(stack: Stack, new_conversation: Callable[[], int]) -> Iterator[int]:
    yield new_conversation()
    stack.run_all()


def test_everything_but_live_pushes_goes_on(stack: Stack, person: Person, conversation: int):
    stack.valkey.stop()
    answer = stack.ready()
    assert (answer.status_code, answer.json()["state"]) == (200, "degraded")
    person.get("/inbox/all/")
    assert "Oi!" in person.get(f"/inbox/all/{conversation}/")
    person.reply(conversation, "sent without Redis")
    wait_for(lambda: stack.oracle.accepted("sent without Redis"), "the reply leaves by the pulse", seconds=SOON)
    assert "sent without Redis" in Person(stack).get(f"/inbox/all/{conversation}/")
    arrives(stack, "received without Redis", seconds=SOON)


def test_workers_that_start_without_redis_work(stack: Stack, person: Person, conversation: int):
    stack.valkey.kill()
    for worker in (stack.replies, stack.inbound):
        worker.kill()
        worker.start()
    person.reply(conversation, "sent by a new worker")
    wait_for(lambda: stack.oracle.accepted("sent by a new worker"), "the reply leaves", seconds=20)
    arrives(stack, "received by a new worker", seconds=20)


def test_flushed_wake_ups_lose_nothing(stack: Stack, person: Person, new_conversation: Callable[[], int]):
    conversations = [new_conversation() for _ in range(5)]
    stack.replies.kill()
    texts = [f"flushed {number}" for number in range(20)]
    with redis.Redis.from_url(stack.valkey.url) as connection:
        for number, text in enumerate(texts):
            person.reply(conversations[number % 5], text)
            if number == 10:
                connection.flushall()
                stack.replies.start()
        connection.flushall()
        wait_for(lambda: connection.flushall() and len(stack.oracle.accepted(*texts)) == 20, "all leave")
    settle(stack)
    check_outbound(stack, texts)


def test_live_pushes_come_again(stack: Stack, person: Person, conversation: int):
    with person.socket(conversation) as socket:
        hears(socket, person, conversation, "before")
        stack.valkey.kill()
        wait_for(lambda: socket.hears("nothing") or socket.closures, "the page is told that it misses pushes")
        stack.valkey.start()
        hears(socket, person, conversation, "after")


def hears(socket: Socket, person: Person, conversation: int, word: str) -> None:
    """Reply until the open page is pushed a reply: pushes may be lost while connections come back."""
    numbers = itertools.count()

    def heard() -> bool:
        person.reply(conversation, f"{word} {next(numbers)}")
        return socket.hears(f"{word} ")

    wait_for(heard, f"a push of {word}")


def arrives(stack: Stack, text: str, *, seconds: float) -> None:
    """Let a known customer write; wait until the message is in the inbox."""
    wamid = stack.oracle.write("c1", text)
    sql = "SELECT 1 FROM inbox_message WHERE wamid = %s"
    wait_for(lambda: stack.query(sql, wamid), "the delivery is accepted and drained", seconds=seconds)

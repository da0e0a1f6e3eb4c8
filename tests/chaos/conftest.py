"""One stack for all tests of this directory; each test finds all of it running."""

import itertools
from collections.abc import Callable, Iterator

import pytest

from tests.chaos.pages import Person
from tests.chaos.stack import Stack, wait_for

_names = itertools.count(1)


@pytest.fixture(scope="session")
def whole_stack(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stack]:
    stack = Stack(tmp_path_factory.mktemp("chaos"))
    try:
        stack.set_up()
        yield stack
    finally:
        stack.tear_down()


@pytest.fixture
def stack(whole_stack: Stack) -> Stack:
    whole_stack.run_all()
    return whole_stack


@pytest.fixture
def person(stack: Stack) -> Person:
    return Person(stack)


@pytest.fixture
def new_customer(stack: Stack) -> Callable[[], str]:
    """Make customers nobody wrote to yet; returns the id by which the simulator knows them."""

    def make() -> str:
        number = next(_names)
        values = {"id": f"c{number}", "name": f"Cliente {number}", "wa_id": f"55119{60000000 + number}"}
        return stack.oracle.control("POST", "/customers", values)["id"]

    return make


@pytest.fixture
def new_conversation(stack: Stack, new_customer: Callable[[], str]) -> Callable[[], int]:
    """Make conversations: a customer writes, and the product has taken it in. Returns its id."""

    def make() -> int:
        wamid = stack.oracle.write(new_customer(), "Oi!")
        sql = "SELECT conversation_id FROM inbox_message WHERE wamid = %s"
        return wait_for(lambda: stack.query(sql, wamid), "the first message arrives")[0][0]

    return make

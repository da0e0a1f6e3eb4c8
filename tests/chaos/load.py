"""Customers who write and agents who reply while parts of Prosa come and go, and what must be true afterwards."""

import threading
import uuid
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field

import requests

from tests.chaos.pages import Person
from tests.chaos.stack import Stack, wait_for

CUSTOMERS_PAUSE = 0.06
AGENTS_PAUSE = 0.15
"""Seconds before the next message of a writer: a load that two cores carry beside everything else."""
MOST = 2000
"""Messages of a writer; the load ends there, however long the test takes."""
AGENTS = 3


@dataclass
class Load:
    """Runs while its `with` block does; on leaving it, every reply begun has been confirmed by the page."""

    stack: Stack
    customers: Sequence[str]
    conversations: Sequence[int] = ()
    written: list[str] = field(default_factory=list)
    confirmed: list[str] = field(default_factory=list)
    refused: Counter[str] = field(default_factory=Counter)

    def __enter__(self) -> "Load":
        self._over = threading.Event()
        self._threads = [threading.Thread(target=self._customers)]
        if self.conversations:
            people = [Person(self.stack) for _ in range(AGENTS)]
            self._threads += [threading.Thread(target=self._agent, args=(person,)) for person in people]
        for thread in self._threads:
            thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._over.set()
        for thread in self._threads:
            thread.join(60)
            assert not thread.is_alive(), f"a reply was never confirmed: {self.refused}"

    def goes_on(self, more: int = 5) -> None:
        """Wait until customers have written some more, whatever is away."""
        goal = len(self.written) + more
        wait_for(lambda: len(self.written) >= goal, "customers write")

    def gets_through(self) -> None:
        """Wait until what both sides write from now on has reached the other."""
        inbound, outbound = len(self.written), len(self.confirmed)
        wait_for(
            lambda: len(self.written) > inbound and self._arrived(self.written[inbound]),
            "a message came in",
            seconds=30,
        )
        if self.conversations:
            wait_for(lambda: len(self.confirmed) > outbound, "a reply was taken", seconds=30)
            text = self.confirmed[outbound]
            wait_for(lambda: self._left(text), f"{text} went out or is a question", seconds=30)

    def _customers(self) -> None:
        for number in range(MOST):
            customer = self.customers[number % len(self.customers)]
            self.written.append(self.stack.oracle.write(customer, f"pergunta {number}"))
            if self._over.wait(CUSTOMERS_PAUSE):
                return

    def _agent(self, person: Person) -> None:
        for number in range(MOST):
            key = uuid.uuid4()
            conversation = self.conversations[key.int % len(self.conversations)]
            self._reply(person, conversation, f"resposta {number} {key}", key)
            if self._over.wait(AGENTS_PAUSE):
                return

    def _reply(self, person: Person, conversation: int, text: str, key: uuid.UUID) -> None:
        """Press "send" as often as it takes: it stays one message, because the key stays."""
        while True:
            try:
                person.reply(conversation, text, key)
            except requests.RequestException as error:
                answer = error.response
                self.refused[str(answer.status_code) if answer is not None else type(error).__name__] += 1
                self._over.wait(AGENTS_PAUSE)
            else:
                self.confirmed.append(text)
                return

    def _arrived(self, wamid: str) -> bool:
        self.stack.oracle.retry_webhooks()
        return bool(self.stack.query("SELECT 1 FROM inbox_message WHERE wamid = %s", wamid))

    def _left(self, text: str) -> bool:
        self.stack.let_holds_pass()
        return bool(self.stack.query("SELECT 1 FROM inbox_message WHERE text = %s AND status >= 20", text))


def settle(stack: Stack) -> None:
    """Wait until nothing is under way: deliveries answered and applied, no message queued or being sent."""

    def nothing_under_way() -> bool:
        stack.oracle.retry_webhooks()
        stack.let_holds_pass()
        stack.sweep()
        under_way = "SELECT (SELECT count(*) FROM webhooks_webhookevent WHERE state = 'PENDING') + "
        under_way += "(SELECT count(*) FROM inbox_message WHERE status IN (0, 10))"
        return stack.query(under_way) == [(0,)] and stack.oracle.undelivered() == 0

    wait_for(nothing_under_way, "everything has settled", seconds=60)


def check_nothing_lost_or_doubled(stack: Stack, load: Load) -> None:
    """Compare the product with Meta's ledger, message by message, and print the counts."""
    inbound = check_inbound(stack)
    outbound = check_outbound(stack, load.confirmed)
    print(f"\n  inbound:  {inbound}\n  outbound: {outbound}\n  the page refused meanwhile: {dict(load.refused)}")


def check_inbound(stack: Stack) -> str:
    """Every message that customers wrote exists once, and nothing else does."""
    written = Counter(stack.oracle.written())
    rows = stack.query("SELECT wamid FROM inbox_message WHERE direction = 'INBOUND'")
    known = Counter(wamid for (wamid,) in rows)
    lost, doubled = written - known, known - written
    counts = f"{written.total()} written, {len(lost)} lost, {doubled.total()} doubled"
    assert not lost and not doubled, counts
    return counts


def check_outbound(stack: Stack, confirmed: Sequence[str]) -> str:
    """Every confirmed reply exists once; it left exactly once, or is a question and never left."""
    rows = stack.query("SELECT text, status FROM inbox_message WHERE text = ANY(%s)", list(confirmed))
    known, accepted = Counter(text for text, _ in rows), Counter(stack.oracle.accepted(*confirmed))
    lost, doubled = set(confirmed) - set(known), (known - Counter(confirmed)) + (accepted - Counter(confirmed))
    unknown = {text for text, status in rows if status == 20}
    wrong = [(text, status) for text, status in rows if status != 20 and (status == 40 or not accepted[text])]
    unsettled = {text for text in unknown if accepted[text]}
    counts = (
        f"{len(confirmed)} confirmed, {accepted.total()} accepted by Meta, {len(lost)} lost, "
        f"{doubled.total()} doubled, {len(unknown)} not confirmed and never sent, "
        f"{len(wrong)} told wrong, {len(unsettled)} sent but unsettled"
    )
    assert not lost and not doubled and not wrong and not unsettled, f"{counts} {wrong[:5]}"
    return counts

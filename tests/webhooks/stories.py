"""Random stories of customers and statuses, played to the drain in any order, and what they leave behind.

A `Story` is what happened; a `Telling` is one way in which Meta may deliver it. Each is played in a world of
its own (account, numbers, phones that nobody else has), so that no rows have to be deleted in between.
"""

from __future__ import annotations

import itertools
import threading
import time
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from types import SimpleNamespace
from typing import Any

import pytest
from django.db import OperationalError, connections
from hypothesis import strategies as st

from inbox import actions
from inbox.actions import close
from inbox.models import Conversation, Message, SendAttempt
from numbers.models import PhoneNumber, WabaAccount
from tests.deliveries import Echoed, Fact, Reported, Wrote, body, change, store
from webhooks import drain, queue

BASE = int(time.time()) - 7200
"""Meta's time of each customer's first message; all other times are seconds after it."""
ANSWERED, CLOSED, SENT_LATER = 5, 20, 30
WORKERS = 4
_worlds = itertools.count(1)


@dataclass(frozen=True)
class Customer:
    """How Meta may speak of one person, and what people of ours do with their conversation."""

    spellings: tuple[tuple[str, bool], ...]
    """Pairs of a phone's pattern (or none) and whether the BSUID comes along."""
    fate: str = "stays"


MOBILE, LEGACY, LANDLINE = "551198{w:05d}{c:02d}", "55118{w:05d}{c:02d}", "55113{w:05d}{c:02d}"
CUSTOMERS = (
    Customer((("", True),), "closed"),
    Customer(((MOBILE, True), (MOBILE, False), (LEGACY, True), (LEGACY, False)), "closed and reopened"),
    Customer(((LANDLINE, True), ("", True)), "closed"),
    Customer(((LEGACY, False), (MOBILE, False))),
)
OURS = {"ours.0": 0, "ours.1": 1}
UNCONFIRMED = {"unconfirmed.2": 2, "unconfirmed.3": 3}


@dataclass(frozen=True)
class Said:
    """One fact of a story; what `who` and `what` mean becomes rows only in a world."""

    who: int
    number: int
    at: int
    wamid: str
    what: str
    spelling: int = 0
    name: str = ""
    by_attempt: bool = False

    @property
    def is_message(self) -> bool:
        return self.what in ("text", "reaction", "edit", "system", "echo", "echo reaction")


Told = tuple[PhoneNumber, Fact]


@dataclass(frozen=True)
class Telling:
    """The order of arrival (indexes of facts, some twice), where bodies are cut, and two pauses."""

    arrivals: tuple[int, ...]
    cuts: tuple[int, ...]
    pauses: tuple[int, int]
    batch: int


messages = st.builds(
    Said,
    who=st.sampled_from([0, 1, 1, 2, 3, 3]),
    number=st.integers(0, 1),
    at=st.sampled_from([1, 3, 8, 8, 15, 19, 22, 30, 30, 38]),
    wamid=st.sampled_from([f"in.{n}" for n in range(30)]),
    what=st.sampled_from(["text", "text", "text", "text", "echo", "system", "reaction", "echo reaction", "edit"]),
    spelling=st.integers(0, 3),
    name=st.sampled_from(["", "Ana", "Ana B", "Zé"]),
)
statuses = st.builds(
    Said,
    who=st.just(0),
    number=st.just(0),
    at=st.sampled_from([6, 9, 25, 25, 33]),
    wamid=st.sampled_from([*OURS, *UNCONFIRMED, *UNCONFIRMED, "foreign.1"]),
    what=st.sampled_from(["sent", "delivered", "read", "failed", "played"]),
    by_attempt=st.booleans(),
)


@st.composite
def stories(draw: st.DrawFn) -> tuple[tuple[Said, ...], Telling]:
    """Facts, each once, and a way to tell them."""
    wrote = draw(st.lists(messages, min_size=3, max_size=9, unique_by=lambda m: m.wamid))
    reported = draw(
        st.lists(statuses, min_size=2, max_size=8, unique_by=lambda s: (s.wamid, s.what, s.at, s.by_attempt))
    )
    facts = (*wrote, *reported)
    again = draw(st.lists(st.integers(0, len(facts) - 1), max_size=6))
    arrivals = draw(st.permutations([*range(len(facts)), *again]))
    cuts = draw(st.lists(st.integers(1, 4), min_size=len(arrivals), max_size=len(arrivals)))
    pauses = sorted(draw(st.tuples(st.integers(0, len(arrivals)), st.integers(0, len(arrivals)))))
    batch = draw(st.sampled_from([1, 2, 4, 200]))
    return facts, Telling(tuple(arrivals), tuple(cuts), (pauses[0], pauses[1]), batch)


class Drains:
    """Four workers, each with a connection of its own, that drain at the same time."""

    def __init__(self) -> None:
        self._pool = ThreadPoolExecutor(WORKERS)
        self.deadlocks = 0

    def run(self, meanwhile: Callable[[], None] | None = None) -> None:
        """Apply all that waits, and do `meanwhile` in this thread."""
        start = threading.Barrier(WORKERS + 1)
        running = [self._pool.submit(self._drain, start) for _ in range(WORKERS)]
        start.wait()
        try:
            if meanwhile:
                meanwhile()
        finally:
            for one in running:
                one.result()
        drain.drain_due()

    def _drain(self, start: threading.Barrier) -> None:
        start.wait()
        while True:
            try:
                if not drain.drain_batch():
                    return
            except OperationalError:
                # As in a worker: the batch comes again.
                self.deadlocks += 1

    def close(self) -> None:
        leaving = threading.Barrier(WORKERS)

        def leave() -> None:
            leaving.wait()
            connections.close_all()

        for one in [self._pool.submit(leave) for _ in range(WORKERS)]:
            one.result()
        self._pool.shutdown()


class World:
    """An account with two numbers, and customers who have written once and were answered."""

    def __init__(self) -> None:
        self.mark = next(_worlds)
        self.waba = WabaAccount.objects.create(waba_id=f"9{self.mark:08}", name="Loja", portfolio_id=f"{self.mark:08}")
        self.numbers = [self._number(index) for index in range(2)]
        self.apply([[self.fact(self._opening(who)) for who in range(len(CUSTOMERS))]])
        openings = Message.objects.filter(number__in=self.numbers).select_related("conversation")
        self.first = {int(str(one.wamid).split(".")[1]): one.conversation for one in openings}
        self._answer()

    def fact(self, said: Said) -> Told:
        """What Meta would say of it here."""
        number = self.numbers[said.number]
        if not said.is_message:
            attempt = str(self._attempts[said.wamid]) if said.by_attempt and said.wamid in self._attempts else ""
            error = 131049 + said.at if said.what == "failed" else None
            return number, Reported(f"{said.wamid}.{self.mark}", said.what, BASE + said.at, attempt, error)
        customer = CUSTOMERS[said.who]
        pattern, with_bsuid = customer.spellings[said.spelling % len(customer.spellings)]
        phone, bsuid = pattern.format(w=self.mark, c=said.who), f"BR.{said.who}" if with_bsuid else ""
        kind, wamid = said.what.removeprefix("echo").strip() or "text", f"{said.wamid}.{self.mark}"
        content = self._content(said, kind)
        if said.what.startswith("echo"):
            return number, Echoed(wamid, at=BASE + said.at, phone=phone, bsuid=bsuid, kind=kind, content=content)
        username = ("Cliente" if said.spelling % 2 else "cliente") if with_bsuid else ""
        return number, Wrote(
            wamid,
            at=BASE + said.at,
            phone=phone,
            bsuid=bsuid,
            name=said.name,
            username=username,
            kind=kind,
            content=content,
        )

    def _content(self, said: Said, kind: str) -> dict[str, Any] | None:
        """What an amendment says of the customer's first message here, or of one that may never come."""
        target = f"opening.{said.who}.{self.mark}" if said.spelling < 2 else f"in.{said.at}.{self.mark}"
        match kind:
            case "reaction":
                return {"message_id": target, "emoji": "👍" if said.spelling % 2 else ""}
            case "edit":
                after = {"type": "text", "text": {"body": f"Corrigido {said.name}"}}
                return {"original_message_id": target, "message": after}
        return None

    def apply(self, bodies: Sequence[Sequence[Told]]) -> None:
        """Let deliveries arrive and be applied one after the other."""
        for facts in bodies:
            self.store(facts)
            drain.drain_due()

    def store(self, facts: Sequence[Told]) -> None:
        """Put one delivery, with a change for each run of facts of one number, into the ledger."""
        changes = [change(number.phone_number_id, *told) for number, told in _runs(facts)]
        store(body(*changes), routing_key=facts[0][0].phone_number_id)

    def close_and(self, *fates: str) -> None:
        """Close the conversations of customers with one of these fates; the clock says CLOSED."""
        for conversation in self._first_conversations(fates):
            actions.close_conversation(conversation, by=None)

    def reopen(self) -> None:
        for conversation in self._first_conversations(("closed and reopened",)):
            actions.reopen_conversation(conversation, by=None)

    def _number(self, index: int) -> PhoneNumber:
        return PhoneNumber.objects.create(
            waba=self.waba, phone_number_id=f"8{self.mark:08}{index}", display_phone="", name=str(index)
        )

    def _opening(self, who: int) -> Said:
        return Said(who, 0, 0, f"opening.{who}", "text", name="Ana")

    def _answer(self) -> None:
        """An answer to each customer; of some Graph accepted it, of the others nobody knows."""
        at = datetime.fromtimestamp(BASE + ANSWERED, UTC)
        answers = Message.objects.bulk_create(
            Message(
                conversation=self.first[who], number=self.numbers[0], direction="OUTBOUND", kind="text", text=wamid,
                wamid=f"{wamid}.{self.mark}" if wamid in OURS else None, sent_at=at,
                status=Message.Status.SENT if wamid in OURS else Message.Status.UNKNOWN,
            )
            for wamid, who in (OURS | UNCONFIRMED).items()
        )  # fmt: skip
        attempts = SendAttempt.objects.bulk_create(SendAttempt(message=answer) for answer in answers)
        self._attempts = {one.message.text: one.pk for one in attempts}
        for conversation in self.first.values():
            (last,) = [answer for answer in answers if answer.conversation == conversation]
            Conversation.objects.filter(pk=conversation.pk).update(
                last_message=last, last_message_at=at, last_outbound_at=at, waiting_since=None, unread_count=0
            )

    def _first_conversations(self, fates: Sequence[str]) -> list[Conversation]:
        return [self.first[who] for who, customer in enumerate(CUSTOMERS) if customer.fate in fates]


def _runs(facts: Sequence[Told]) -> list[tuple[PhoneNumber, list[Fact]]]:
    """Facts as Meta puts them into changes: of one number and field, and with one profile of each person."""
    runs: list[tuple[PhoneNumber, list[Fact]]] = []
    for number, fact in facts:
        if not runs or runs[-1][0] != number or not _go_together(runs[-1][1], fact):
            runs.append((number, []))
        runs[-1][1].append(fact)
    return runs


def _go_together(run: list[Fact], fact: Fact) -> bool:
    if isinstance(run[0], Echoed) or isinstance(fact, Echoed):
        return False
    profiles = {_who(one) for one in run if isinstance(one, Wrote)}
    return not (isinstance(fact, Wrote) and _who(fact) in profiles)


def _who(fact: Wrote) -> str:
    return (fact.phone or fact.bsuid)[-1]


def tell_plainly(facts: Sequence[Said]) -> World:
    """Each fact once, in the order of time, one per delivery; people act at their moment."""
    world = World()
    in_time = sorted(facts, key=lambda said: said.at)
    world.apply([[world.fact(said)] for said in in_time if said.at <= CLOSED])
    world.close_and("closed", "closed and reopened")
    world.reopen()
    world.apply([[world.fact(said)] for said in in_time if said.at > CLOSED])
    actions.settle_parked()
    return world


def tell(facts: Sequence[Said], telling: Telling, drains: Drains, monkeypatch: pytest.MonkeyPatch) -> World:
    """Facts as `telling` has them, applied by four workers, while people close and reopen."""
    world = World()
    with monkeypatch.context() as patched:
        patched.setattr(queue, "BATCH", telling.batch)
        phases = _phases(facts, telling)
        for arrivals, meanwhile in zip(
            phases,
            (lambda: world.close_and("closed", "closed and reopened"), world.reopen, None),
            strict=True,
        ):
            for delivered in _cut(arrivals, telling.cuts):
                world.store([world.fact(facts[index]) for index in delivered])
            drains.run(meanwhile)
    actions.settle_parked()
    return world


def _phases(facts: Sequence[Said], telling: Telling) -> list[list[int]]:
    """Cut the arrivals at the pauses. What somebody wrote after the close arrives after the close."""
    phases: list[list[int]] = [[], [], []]
    first, second = telling.pauses
    for position, index in enumerate(telling.arrivals):
        phase = (position >= first) + (position >= second)
        phases[max(phase, _earliest_phase(facts[index]))].append(index)
    return phases


def _earliest_phase(said: Said) -> int:
    if not said.is_message or said.at <= CLOSED:
        return 0
    return {"stays": 0, "closed": 1, "closed and reopened": 2}[CUSTOMERS[said.who].fate]


def _cut(arrivals: list[int], cuts: Sequence[int]) -> list[list[int]]:
    left, bodies = iter(arrivals), []
    for size in cuts:
        if delivered := list(itertools.islice(left, size)):
            bodies.append(delivered)
    return bodies


def clock_says_closed(monkeypatch: pytest.MonkeyPatch) -> None:
    """Whenever somebody closes a conversation, it is CLOSED seconds after BASE, and a half."""
    moment = datetime.fromtimestamp(BASE + CLOSED, UTC) + timedelta(milliseconds=500)
    monkeypatch.setattr(close, "timezone", SimpleNamespace(now=lambda: moment))

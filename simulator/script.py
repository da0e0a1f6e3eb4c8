"""Scripted customers for the demo: they write at an easy pace and reply when they are answered."""

import asyncio
import random
from typing import TYPE_CHECKING

from simulator.conversations import CONVERSATIONS
from simulator.happenings import happen
from simulator.web import BadRequest

if TYPE_CHECKING:
    from simulator.state import Simulator

FIRST_PAUSES = (0.5, 1.5)  # seconds before the first two customers
PAUSE = (10.0, 40.0)
CALM_PAUSE = (180.0, 300.0)
CALM_AFTER = 60  # messages
REPLY_AFTER = (3.0, 9.0)
# What people send right after their own words, without waiting for an answer.
GOES_ON = {
    "image",
    "screenshot",
    "voice",
    "audio",
    "video",
    "document",
    "contacts",
    "location",
    "sticker",
    "edit",
    "revoke",
}


def goes_on(line: str | dict) -> bool:
    """Tell whether the line follows the one before by itself."""
    return isinstance(line, dict) and not GOES_ON.isdisjoint(line)


class Script:
    """Plays the conversations: every customer says the next line when it is their turn."""

    def __init__(self, simulator: "Simulator") -> None:
        self._sim = simulator
        self._next_line = dict.fromkeys(CONVERSATIONS, 0)
        self._written = 0
        self._answering: set[str] = set()
        self._tasks: set[asyncio.Task] = set()

    def start(self) -> None:
        """Begin once the webhook answers."""
        self._sim.on_answer = self._answered
        self._sim.faults.change({"read_ms": 6000.0})
        self._spawn(self._play())

    async def stop(self) -> None:
        """Let everybody fall silent."""
        tasks = list(self._tasks)
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)

    async def _play(self) -> None:
        while not await self._sim.webhooks.verify():
            await asyncio.sleep(0.5)
        await self._remember()
        turn = 0
        order = list(CONVERSATIONS)
        while True:
            await asyncio.sleep(self._pause(turn))
            await self._say(order[turn % len(order)])
            turn += 1

    async def _remember(self) -> None:
        """Go on where the customers stopped before a restart."""
        rows = await self._sim.ledger.read(
            "SELECT customer_id, count(*) AS said FROM inbound WHERE kind <> 'echo' GROUP BY 1"
        )
        for row in rows:
            if conversation := CONVERSATIONS.get(row["customer_id"]):
                self._next_line[row["customer_id"]] = row["said"] % len(conversation.lines)

    def _pause(self, turn: int) -> float:
        if turn < len(FIRST_PAUSES):
            return FIRST_PAUSES[turn]
        return random.uniform(*(CALM_PAUSE if self._written >= CALM_AFTER else PAUSE))

    def _answered(self, customer_id: str, phone_number_id: str) -> None:
        conversation = CONVERSATIONS.get(customer_id)
        if conversation and self._written < CALM_AFTER:
            self._go_on_soon(customer_id)

    def _go_on_soon(self, customer_id: str) -> None:
        if customer_id not in self._answering:
            self._answering.add(customer_id)
            self._spawn(self._reply(customer_id))

    async def _reply(self, customer_id: str) -> None:
        await asyncio.sleep(random.uniform(*REPLY_AFTER))
        self._answering.discard(customer_id)
        if self._next_line[customer_id] < len(CONVERSATIONS[customer_id].lines):
            await self._say(customer_id)

    async def _say(self, customer_id: str) -> None:
        conversation = CONVERSATIONS[customer_id]
        customer = self._sim.people.by_id[customer_id]
        number_id = list(self._sim.config.numbers)[conversation.number]
        line = conversation.lines[self._next_line[customer_id] % len(conversation.lines)]
        self._next_line[customer_id] += 1
        try:
            await happen(self._sim, customer, number_id, line if isinstance(line, dict) else {"text": line})
        except BadRequest:  # a reaction or a quote, and nobody has answered yet: it waits for another round
            return
        self._written += 1
        rest = conversation.lines[self._next_line[customer_id] :]
        if rest and goes_on(rest[0]):
            self._go_on_soon(customer_id)

    def _spawn(self, coroutine) -> None:
        task = asyncio.create_task(coroutine)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

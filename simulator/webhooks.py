"""Delivery of webhooks: signed, batched, concurrent, repeated until the answer is 200.

What is pending lives in the ledger as well, so a restart of the simulator resumes it. As with Meta, a
delivery may come twice and in any order.
"""

import asyncio
import hashlib
import heapq
import hmac
import random
import secrets
import time
from collections.abc import Callable, Iterable
from urllib.parse import urlencode

from simulator.client import UNANSWERED, HttpClient
from simulator.config import Config
from simulator.faults import Faults
from simulator.ledger import FINISH_UPDATE, INSERT_DELIVERY, INSERT_UPDATE, Ledger, Statement
from simulator.shapes import Update, envelope

BATCH_WINDOW_SECONDS = 0.05
SILENT_WINDOW_SECONDS = 1.0  # while the webhook fails: fewer, larger posts to repeat
BATCH_LIMIT = 1000
CONCURRENT_POSTS = 16
LONGEST_PAUSE_SECONDS = 60.0
GIVE_UP_AFTER_SECONDS = 7 * 24 * 3600.0
PENDING = """
SELECT id, due, kind, phone_number_id, wamid, name, contact, payload FROM updates
WHERE state = 'pending' ORDER BY due
"""


def signature(secret: str, body: bytes) -> str:
    """Return the value of X-Hub-Signature-256 for the raw body."""
    return "sha256=" + hmac.new(secret.encode(), body, hashlib.sha256).hexdigest()


def insert(update: Update) -> Statement:
    """Return the statement that makes the update pending in the ledger."""
    return INSERT_UPDATE, update


def pause_before(retry: int) -> float:
    """Return the seconds before this retry (1, 2, ...): at once, then 1, 2, 4 up to 60."""
    return 0.0 if retry <= 1 else min(LONGEST_PAUSE_SECONDS, 2.0 ** (retry - 2))


async def answers_challenge(client: HttpClient, verify_token: str) -> bool:
    """Ask an address for its challenge as Meta does; tell whether it answered right."""
    challenge = str(secrets.randbelow(10**9))
    asked = {"hub.mode": "subscribe", "hub.verify_token": verify_token}
    try:
        status, body = await client.get(urlencode(asked | {"hub.challenge": challenge}))
    except UNANSWERED:
        return False
    return status == 200 and body.strip() == challenge.encode()


class Webhooks:
    """Holds what is due and posts it."""

    def __init__(self, config: Config, ledger: Ledger, faults: Faults) -> None:
        self._config = config
        self._ledger = ledger
        self._faults = faults
        self._client = HttpClient(config.webhook_url)
        self._due: list[tuple[float, int, Update, bool]] = []
        self._order = 0
        self._news = asyncio.Event()
        self._retry_now = asyncio.Event()
        self._slots = asyncio.Semaphore(CONCURRENT_POSTS)
        self._tasks: set[asyncio.Task] = set()
        self._failed_last = False
        self.is_muted: Callable[[Update], bool] = lambda update: False  # nobody is subscribed to it
        self.repeating = 0  # posts that wait for their next try
        self.pending = 0  # updates not yet answered with 200

    def start(self) -> None:
        """Resume what is pending and begin to deliver."""
        rows = self._ledger.read_now(PENDING)
        self.schedule(Update(**row) for row in rows)
        self._spawn(self._pump())

    async def stop(self) -> None:
        """Stop delivering; what is not answered stays pending in the ledger."""
        tasks = list(self._tasks)
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
        self._client.close()

    async def forget(self) -> None:
        """Drop everything that is pending."""
        await self.stop()
        self._due.clear()
        self.pending = 0
        self._slots = asyncio.Semaphore(CONCURRENT_POSTS)
        self._spawn(self._pump())

    def schedule(self, updates: Iterable[Update]) -> None:
        """Deliver the updates when they are due; they must already be in the ledger."""
        for update in updates:
            self.pending += 1
            if self.is_muted(update):
                self._finish([update], "lost")
            else:
                self._push(update.due, update, copied=False)
        self._news.set()

    def retry_now(self) -> None:
        """Cut short the pauses of all deliveries that are being repeated."""
        self._retry_now.set()
        self._retry_now = asyncio.Event()

    async def verify(self) -> bool:
        """Ask the webhook for its challenge as Meta does; tell whether it answered right."""
        return await answers_challenge(self._client, self._config.verify_token)

    def _push(self, due: float, update: Update, *, copied: bool) -> None:
        self._order += 1
        heapq.heappush(self._due, (due, self._order, update, copied))

    def _spawn(self, coroutine) -> None:
        task = asyncio.create_task(coroutine)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def _pump(self) -> None:
        while True:
            await self._until_due()
            await asyncio.sleep(SILENT_WINDOW_SECONDS if self._failed_last else BATCH_WINDOW_SECONDS)
            await self._until_resumed()
            await self._slots.acquire()
            batch = self._take_due()
            if batch:
                self._spawn(self._deliver(batch))
            else:
                self._slots.release()

    async def _until_due(self) -> None:
        while True:
            self._news.clear()
            wait = self._due[0][0] - time.time() if self._due else None
            if wait is not None and wait <= 0:
                return
            try:
                await asyncio.wait_for(self._news.wait(), wait)
            except TimeoutError:
                return

    async def _until_resumed(self) -> None:
        while self._faults.webhook_paused:
            await asyncio.sleep(0.05)

    def _take_due(self) -> list[Update]:
        now = time.time()
        batch: list[Update] = []
        while self._due and self._due[0][0] <= now and len(batch) < BATCH_LIMIT:
            if batch and "body" in (batch[0].kind, self._due[0][2].kind):
                break
            _, _, update, copied = heapq.heappop(self._due)
            batch.append(update)
            if not copied and random.random() < self._faults.duplicates:
                self._push(now + random.uniform(0.1, 1.0), update, copied=True)
                self.pending += 1
        if self._faults.disorder:
            random.shuffle(batch)
        return batch

    async def _deliver(self, batch: list[Update]) -> None:
        """Post one batch until it is answered with 200. The caller has taken a slot for the first post."""
        body = envelope(self._config, batch)
        headers = {
            "Content-Type": "application/json",
            "X-Hub-Signature-256": signature(self._config.app_secret, body),
        }
        began, retry = time.time(), 0
        while not await self._post(batch, body, headers, retry):
            if time.time() - began > GIVE_UP_AFTER_SECONDS:
                self._finish(batch, "lost")
                return
            retry += 1
            await self._pause(pause_before(retry))
            await self._slots.acquire()
        self._finish(batch, "delivered")

    async def _post(self, batch: list[Update], body: bytes, headers: dict[str, str], retry: int) -> bool:
        began = time.time()
        status, failure = None, None
        try:
            status, _ = await self._client.post(body, headers)
        except UNANSWERED as error:
            failure = f"{type(error).__name__}: {error}"
        finally:
            self._slots.release()
        took = (time.time() - began) * 1000
        row = (
            self._ledger.next_id("deliveries"),
            began,
            batch[0].id,
            len(batch),
            retry + 1,
            status,
            failure,
            took,
        )
        self._ledger.write_soon((INSERT_DELIVERY, row))
        self._failed_last = status != 200
        return status == 200

    async def _pause(self, seconds: float) -> None:
        self.repeating += 1
        try:
            await asyncio.wait_for(self._retry_now.wait(), seconds)
        except TimeoutError:
            pass
        finally:
            self.repeating -= 1
        await self._until_resumed()

    def _finish(self, batch: list[Update], state: str) -> None:
        now = time.time()
        self.pending -= len(batch)
        self._ledger.write_soon(*((FINISH_UPDATE, (state, now, update.id)) for update in batch))

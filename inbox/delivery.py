"""Messages out, the slow half: claim many, call Graph in threads, write the outcomes down together.

A call has three ends. Accepted and rejected are facts. Unknown, when the answer was lost, is never sent
again by itself: a status with the attempt's id settles it, or a person is asked.
"""

from __future__ import annotations

import queue
import time
from concurrent.futures import ThreadPoolExecutor
from functools import lru_cache
from uuid import UUID

import structlog
from django.conf import settings
from django.db import connections

from inbox import circuits, uploads
from inbox.claims import NOTHING, Claim, ClaimedFile, Round, claim_due
from inbox.outcomes import Ended, store_outcomes
from lib import graph, pulse
from lib.encryption import CannotDecrypt
from lib.failpoints import failpoint
from messaging.outbound import message_payload, with_file

log = structlog.get_logger(__name__)

RENEW_SECONDS = 10.0
TOGETHER_SECONDS = 0.05
"""How long the first outcome waits for others to share its commit."""
PACED_SECONDS = 0.02
FEW = 24
"""The same while a number's pace lets only so few messages leave: its next slot must not pass unused."""
BUSY_SECONDS = 0.15
"""The same while half of all that fits is under way: a round costs its statements, whatever its size."""


def deliver_due(lane: str) -> None:
    """Send what is due of a lane until nothing is; called by its task and by its pulse, one at a time."""
    _sender(lane).run()


@lru_cache
def _sender(lane: str) -> Sender:
    return Sender(lane)


class Sender:
    """The sending of one lane in this process. What ended but is not stored yet outlives a lost database."""

    def __init__(self, lane: str) -> None:
        self.lane = lane
        self.room = settings.SEND_CONCURRENCY
        self._threads = ThreadPoolExecutor(self.room, thread_name_prefix=f"send-{lane}")
        self._client = graph.GraphClient(settings.GRAPH_BASE_URL, settings.GRAPH_VERSION, connections=self.room)
        self._ended: queue.SimpleQueue[Ended] = queue.SimpleQueue()
        self._unstored: list[Ended] = []
        self._in_flight = 0
        self._uploads = uploads.Uploader(self._client)
        self._uploading: set[UUID] = set()
        self._renewed = 0.0

    def run(self) -> None:
        """Claim, call and store in turn until nothing is due and nothing is in flight."""
        more = True
        while more or self._in_flight:
            claimed = self._claim()
            if self._in_flight or claimed.is_held_back:
                self._collect(self._patience(claimed))
            # What ended may have freed the next of its conversation, or be due again itself.
            more = self._store() or claimed.more
            self._renew()

    def _claim(self) -> Round:
        if pulse.stopping.is_set() or self._in_flight >= self.room:
            return NOTHING
        failpoint("send.before_claim")
        claimed = claim_due(self.lane, limit=self.room - self._in_flight)
        if claimed.claims:
            failpoint("send.claimed")
        for claim in claimed.claims:
            self._threads.submit(self._call, claim)
            self._in_flight += 1
        return claimed

    def _call(self, claim: Claim) -> None:
        started = time.monotonic()
        try:
            outcome = self._send(claim)
        except CannotDecrypt as error:
            # Nobody was called; the message waits for its secret.
            outcome = graph.NotSent(str(error))
        except Exception as error:
            # Whatever broke, the call may have been made: nobody sends it again unasked.
            log.exception("send.broke", message=claim.message)
            outcome = graph.Unknown(type(error).__name__)
        failpoint("send.called")
        log.info(
            "send.call",
            request_id=claim.request_id,
            message=claim.message,
            attempt=str(claim.attempt),
            outcome=type(outcome).__name__,
            code=getattr(outcome, "code", None),
            milliseconds=round((time.monotonic() - started) * 1000),
        )
        self._ended.put(Ended(claim, outcome))

    def _send(self, claim: Claim) -> graph.Outcome:
        content = claim.content
        if claim.file:
            brought = self._bring(claim, claim.file)
            if not isinstance(brought, str):
                return brought
            content = with_file(claim.kind, content, brought)
        payload = message_payload(
            claim.kind,
            content,
            phone=claim.phone,
            bsuid=claim.bsuid,
            callback_data=str(claim.attempt),
            quoted_wamid=claim.quoted_wamid,
        )
        return self._client.send_message(
            claim.number.phone_number_id,
            payload,
            token=claim.number.token,
            app_secret=claim.number.secret_for_proof,
            request_id=claim.request_id,
        )

    def _bring(self, claim: Claim, file: ClaimedFile) -> str | graph.Rejected | graph.NotSent:
        """Return Meta's id of a file, which is brought there first where Meta has none."""
        if file.media_id:
            return file.media_id
        self._uploading.add(claim.attempt)
        try:
            failpoint("send.uploading")
            brought = self._uploads.bring(claim, file)
            failpoint("send.uploaded")
            return brought
        except Exception as error:
            log.exception("send.upload_broke", message=claim.message)
            return graph.NotSent(type(error).__name__)
        finally:
            self._uploading.discard(claim.attempt)
            connections.close_all()

    def _renew(self) -> None:
        """Say that what is being uploaded still is: it takes as long as it takes."""
        if self._uploading and time.monotonic() - self._renewed > RENEW_SECONDS:
            uploads.renew(list(self._uploading))
            self._renewed = time.monotonic()

    def _patience(self, claimed: Round) -> float:
        """How many seconds to wait for outcomes that share a commit."""
        if claimed.is_held_back and len(claimed.claims) < FEW:
            return PACED_SECONDS
        return BUSY_SECONDS if self._in_flight > self.room // 2 else TOGETHER_SECONDS

    def _collect(self, seconds: float) -> None:
        """Wait so long at most for outcomes, or until there are as many as fit."""
        until = time.monotonic() + seconds
        while (left := until - time.monotonic()) > 0 and len(self._unstored) < self.room:
            try:
                self._unstored.append(self._ended.get(timeout=left))
                self._in_flight -= 1
            except queue.Empty:
                return

    def _store(self) -> bool:
        """Tell whether there was anything to store."""
        if not self._unstored:
            return False
        failpoint("send.before_outcome")
        store_outcomes(self._unstored)
        ended, self._unstored = self._unstored, []
        failpoint("send.stored")
        circuits.mind(ended)
        return True

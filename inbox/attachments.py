"""Files of messages, the slow half: claim what is due, fetch it from Meta, check it, keep it.

Each step may be the last one of this process. The row says what is to be done, and the name in the storage
follows from the row: whoever comes next does it again and writes over what was left.
"""

from __future__ import annotations

import os
import random
import time
from collections.abc import Iterable
from concurrent.futures import FIRST_COMPLETED, Future, ThreadPoolExecutor, wait
from dataclasses import dataclass
from datetime import timedelta
from functools import lru_cache
from pathlib import Path
from typing import Any

import structlog
from django.conf import settings
from django.db import connection, connections, transaction
from django.db.models import F
from django.db.models.functions import Now
from django.utils import timezone

from inbox import broadcasts, storing
from inbox.models import Attachment, Message
from lib import fetch, graph, pulse
from lib.failpoints import failpoint
from lib.plans import execute_planned_now
from messaging import values

log = structlog.get_logger(__name__)

AT_ONCE = 4
"""Files fetched at a time by one worker."""
LEASE = timedelta(seconds=60)
"""A claim nobody renewed for so long is free again: its worker is dead."""
RENEW_SECONDS = LEASE.total_seconds() / 4
PAUSES = (5, 30, 120, 600, 3600)
"""Seconds before the second try, the third, and so on; the last one again and again."""
CORRUPT_TRIES = 3
Problem = Attachment.Problem
FINAL = {Problem.TOO_LARGE, Problem.FORBIDDEN}


class Trouble(Exception):
    """A try came to nothing; `detail` is for the log."""

    def __init__(self, problem: Attachment.Problem, detail: str = "") -> None:
        super().__init__(detail)
        self.problem = problem


TROUBLES: dict[type[fetch.FetchError], Attachment.Problem] = {
    fetch.Forbidden: Problem.FORBIDDEN,
    fetch.TooLarge: Problem.TOO_LARGE,
    fetch.Refused: Problem.REFUSED,
    fetch.Unreachable: Problem.UNREACHABLE,
    fetch.Cut: Problem.UNREACHABLE,
}


def fetch_due() -> None:
    """Fetch what is due until nothing is; called by its task and by its pulse, one at a time."""
    _crew().run()


@lru_cache
def _crew() -> Crew:
    return Crew()


class Crew:
    """The threads of this process that fetch files."""

    def __init__(self) -> None:
        self._threads = ThreadPoolExecutor(AT_ONCE, thread_name_prefix="media")
        self._graph = graph.GraphClient(settings.GRAPH_BASE_URL, settings.GRAPH_VERSION, connections=AT_ONCE)
        self._fetcher = fetch.Fetcher(settings.GRAPH_BASE_URL, connections=AT_ONCE)
        self._flying: dict[Future[None], int] = {}
        self._renewed = 0.0

    def run(self) -> None:
        """Claim and fetch in turn until nothing is due and nothing is under way."""
        more = True
        while more or self._flying:
            more = self._claim()
            # Not until one ends: what came meanwhile is not to wait for a large file.
            done, _ = wait(self._flying, timeout=1.0, return_when=FIRST_COMPLETED)
            for future in done:
                del self._flying[future]
            self._renew()

    def _claim(self) -> bool:
        if pulse.stopping.is_set() or len(self._flying) >= AT_ONCE:
            return False
        expire_due()
        claimed = claim_due(limit=AT_ONCE - len(self._flying))
        if claimed:
            failpoint("media.claimed")
        for pk in claimed:
            self._flying[self._threads.submit(self._work, pk)] = pk
        return bool(claimed)

    def _renew(self) -> None:
        if self._flying and time.monotonic() - self._renewed > RENEW_SECONDS:
            mine = Attachment.objects.filter(pk__in=self._flying.values(), state=Attachment.State.WAITING)
            mine.update(due_at=timezone.now() + LEASE)
            self._renewed = time.monotonic()

    def _work(self, pk: int) -> None:
        started = time.monotonic()
        try:
            self.bring(pk)
            outcome, detail = "kept", ""
        except Trouble as trouble:
            outcome, detail = trouble.problem.value, str(trouble)
            set_back(pk, trouble.problem)
        except storing.StorageFailed as failed:
            outcome, detail = Problem.STORAGE.value, str(failed)
            set_back(pk, Problem.STORAGE)
        except Exception as error:
            log.exception("media.broke", attachment=pk)
            outcome, detail = "broke", type(error).__name__
            set_back(pk, Problem.STORAGE)
        finally:
            connections.close_all()
        milliseconds = round((time.monotonic() - started) * 1000)
        log.info("media.fetch", attachment=pk, outcome=outcome, detail=detail, milliseconds=milliseconds)

    def bring(self, pk: int) -> None:
        """Fetch one file and keep it; raise Trouble or StorageFailed."""
        waiting = Attachment.objects.select_related("message__number__waba").filter(state=Attachment.State.WAITING)
        if (attachment := waiting.filter(pk=pk).first()) is None:
            return
        with storing.unfinished(str(attachment.pk)) as path:
            fetched = self._download(attachment, path)
            failpoint("media.downloaded")
            keep(attachment, path, fetched)

    def _download(self, attachment: Attachment, path: Path) -> fetch.Fetched:
        limit = settings.MEDIA_MAX_MB * 1_000_000
        offer = self._ask(attachment)
        if offer.size is not None and offer.size > limit:
            raise Trouble(Problem.TOO_LARGE, f"{offer.size} bytes")
        token = attachment.message.number.token
        try:
            with path.open("wb") as into:
                fetched = self._fetcher.download(offer.url, into=into, token=token, limit=limit)
                into.flush()
                os.fsync(into.fileno())
        except fetch.FetchError as error:
            raise Trouble(TROUBLES[type(error)], str(error)) from error
        except OSError as error:
            raise Trouble(Problem.STORAGE, type(error).__name__) from error
        promised = {attachment.claimed_sha256.lower(), offer.sha256} - {""}
        if promised - {fetched.sha256} or offer.size not in (None, fetched.length):
            raise Trouble(Problem.CORRUPT, f"{fetched.length} bytes")
        return fetched

    def _ask(self, attachment: Attachment) -> Offer:
        """Ask Graph where the file is now: an address lives for minutes (Meta: section 7)."""
        if not graph.MEDIA_ID.fullmatch(attachment.media_id):
            # It becomes part of an address that the token goes to.
            raise Trouble(Problem.FORBIDDEN, "no media id")
        number = attachment.message.number
        try:
            answer = self._graph.get(
                attachment.media_id,
                token=number.token,
                app_secret=number.secret_for_proof,
                phone_number_id=number.phone_number_id,
            )
        except graph.GraphError as error:
            lost = error.__cause__ is not None
            raise Trouble(Problem.UNREACHABLE if lost else Problem.REFUSED, str(error)) from error
        return Offer.of(answer)


@dataclass(frozen=True, slots=True)
class Offer:
    """Where Graph says that a file is, and what it says of it; "" and None where it says nothing."""

    url: str
    sha256: str
    size: int | None

    @classmethod
    def of(cls, answer: dict[str, Any]) -> Offer:
        """Read Graph's answer; raise Trouble when it holds no address."""
        url, size = answer.get("url"), str(answer.get("file_size"))
        if not isinstance(url, str) or not url:
            raise Trouble(Problem.REFUSED, "no address")
        known = size.isascii() and size.isdigit() and len(size) < 16
        return cls(url, values.sha256(answer.get("sha256")), int(size) if known else None)


# Numbers take turns; a credential that Graph refuses waits until its circuit may be tried again.
CLAIM = """
WITH due AS (
  SELECT a.id, row_number() OVER (PARTITION BY m.number_id ORDER BY a.due_at, a.id) AS turn
  FROM inbox_attachment a
  JOIN inbox_message m ON m.id = a.message_id
  JOIN numbers_phonenumber n ON n.id = m.number_id
  JOIN numbers_wabaaccount w ON w.id = n.waba_id
  WHERE a.state = 'WAITING' AND a.due_at <= now() AND (w.blocked_until IS NULL OR w.blocked_until <= now())
), mine AS (
  SELECT a.id FROM inbox_attachment a JOIN due ON due.id = a.id
  WHERE a.state = 'WAITING' AND a.due_at <= now()
  ORDER BY due.turn, a.due_at, a.id LIMIT %s FOR NO KEY UPDATE OF a SKIP LOCKED
)
UPDATE inbox_attachment a SET tries = a.tries + 1, due_at = now() + %s FROM mine WHERE a.id = mine.id
RETURNING a.id
"""


def claim_due(*, limit: int) -> list[int]:
    """Take up to `limit` files that are due, for as long as the lease lasts; return their ids."""
    with connection.cursor() as cursor:
        execute_planned_now(cursor, CLAIM, [limit, LEASE])
        return [pk for (pk,) in cursor.fetchall()]


def expire_due() -> None:
    """Give up what Meta has deleted by now and we tried at least once."""
    with transaction.atomic():
        over = Attachment.objects.filter(state=Attachment.State.WAITING, due_at__lte=Now(), expires_at__lte=Now())
        found = list(_locked(over.filter(tries__gt=0))[:500])
        if found:
            pks = [attachment.pk for attachment in found]
            Attachment.objects.filter(pk__in=pks).update(state=Attachment.State.EXPIRED, due_at=None)
            tell(attachment.message for attachment in found)


def set_back(pk: int, problem: Attachment.Problem) -> None:
    """Note that a try came to nothing: another one later, or none."""
    now = timezone.now()
    with transaction.atomic():
        attachment = _locked(Attachment.objects.filter(pk=pk, state=Attachment.State.WAITING)).first()
        if attachment is None:
            return
        again = attachment.problem == problem == Problem.CORRUPT and attachment.tries >= CORRUPT_TRIES
        attachment.problem, attachment.due_at = problem, None
        if problem in FINAL or again:
            attachment.state = Attachment.State.FAILED
        elif now >= (ends := attachment.expires_at or now):
            attachment.state = Attachment.State.EXPIRED
        else:
            pause = PAUSES[min(max(attachment.tries, 1), len(PAUSES)) - 1] * random.uniform(0.8, 1.2)
            attachment.due_at = min(now + timedelta(seconds=pause), ends)
        attachment.save(update_fields=["problem", "due_at", "state"])
        if attachment.state != Attachment.State.WAITING or attachment.is_overdue:
            tell([attachment.message])


def keep(attachment: Attachment, path: Path, fetched: fetch.Fetched) -> None:
    """Move a file that is whole into the storage, then say so; raise StorageFailed."""
    storing.examine(attachment, path, claimed=attachment.claimed_type)
    storing.put(attachment, path)
    failpoint("media.stored")
    with transaction.atomic():
        kept = Attachment.objects.filter(pk=attachment.pk, state=Attachment.State.WAITING).update(
            state=Attachment.State.READY,
            content_type=attachment.content_type,
            size=fetched.length,
            sha256=fetched.sha256,
            stored_at=Now(),
            thumbnail_width=attachment.thumbnail_width,
            thumbnail_height=attachment.thumbnail_height,
            due_at=None,
            problem="",
        )
        if kept:
            tell([attachment.message])
    if not kept:
        # Deleted while it came: whoever asked for that wins.
        storing.delete_files(attachment)


def tell(messages: Iterable[Message]) -> None:
    """Show messages with their files as they are now, on open pages and on those that catch up later."""
    changed = [(message.pk, message.conversation_id) for message in messages]
    # The trigger notes which transaction wrote the message last: pages ask by it.
    Message.objects.filter(pk__in=[pk for pk, _ in changed]).update(kind=F("kind"))
    broadcasts.messages_changed(changed)


def _locked(attachments: Any) -> Any:
    return attachments.select_related("message").select_for_update(of=("self",), no_key=True)

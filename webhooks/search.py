"""Find a delivery by what is written in it: a wamid, an attempt's id, a phone, a BSUID, any text.

Bodies are not indexed, so that storing and applying cost nothing more. A row that a delivery made was
written in the transaction that began at the delivery's `processed_at`: a row that is known leads to its
deliveries at once, however old. What made no row, or came once more, is looked for in the bodies, newest
first, for as long as a person waits; the page says how far back that went.
"""

from __future__ import annotations

import json
import re
import time
from bisect import bisect_left
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from django.db import OperationalError, connection, transaction
from django.db.models import Q, QuerySet

from contacts import phones
from contacts.models import ContactIdentity
from inbox.actions.statuses import attempt_id
from inbox.models import Amendment, Message, MessageReceipt, ParkedStatus
from numbers.models import PhoneNumber, WabaAccount
from webhooks.models import WebhookEvent

SECONDS = 4
"""How long the bodies are looked through; one statement may take as long again."""
ROWS = 1_000
"""Bodies of one look."""
FOUND_AT_MOST = 1_000
ROWS_FOLLOWED = 50
"""The newest rows of a kind that are followed to their deliveries."""
REPLAYED_WITHIN = timedelta(minutes=1)
"""A delivery that was replayed has a new `processed_at`; it arrived within this time before its rows."""
TIMES_LOOKED_AROUND = 5
LATE = timedelta(seconds=10)
"""Ids and times of arrival agree but for this: an INSERT takes its time and its ids apart."""

PHONE = re.compile(r"\+?[\d\s().-]{8,24}")


@dataclass(slots=True)
class Found:
    """Which deliveries hold the text, and how far back the bodies were looked through."""

    pks: set[int] = field(default_factory=set)
    back_to: datetime | None = None
    is_complete: bool = True
    """Whether all of the time asked for was looked through."""


def search(text: str, *, since: datetime, until: datetime, anywhere: bool) -> Found:
    """Return the deliveries between the two times that hold `text`; `anywhere`: also older ones that rows lead to."""
    needles = _needles(text)
    led_to = _led_to(text, needles) if anywhere else set()
    looked = _look(needles, since, until, SECONDS)
    return Found(led_to | looked.pks, looked.back_to, looked.is_complete)


def _led_to(text: str, needles: list[bytes]) -> set[int]:
    """The deliveries that rows lead to, of whatever age."""
    times = sorted(_times_of_rows(text))
    pks = _processed_before(times, needles)
    for at in [] if pks else times[-TIMES_LOOKED_AROUND:]:
        pks |= _look(needles, at - REPLAYED_WITHIN, at, SECONDS / TIMES_LOOKED_AROUND).pks
    return pks


def first_id_from(moment: datetime) -> int:
    """Return the id from which on deliveries may have arrived at `moment` or later; ids go with arrival."""

    def arrived(pk: int) -> datetime:
        return WebhookEvent.objects.filter(pk__gte=pk).order_by("pk").values_list("received_at", flat=True)[0]

    newest = WebhookEvent.objects.order_by("-pk").values_list("pk", flat=True).first()
    return 0 if newest is None else bisect_left(range(newest + 1), moment - LATE, key=arrived)


def _needles(text: str) -> list[bytes]:
    """How `text` may stand in a body: JSON may escape what is not ASCII, and Meta escapes slashes."""
    if spellings := _spellings(text):
        return [spelling.encode() for spelling in spellings]
    if phones.BSUID.match(text):
        # Quoted, so that a BSUID does not find those it is the beginning of.
        return [f'"{text}"'.encode()]
    escaped = json.dumps(text)[1:-1]
    return [form.encode() for form in sorted({text, escaped, escaped.replace("/", "\\/")})]


def _spellings(text: str) -> list[str]:
    """The digits of a phone with and without the Brazilian ninth digit, then as they were typed."""
    if not PHONE.fullmatch(text):
        return []
    typed = phones.NOT_DIGITS.sub("", text)
    national = len(typed) in (10, 11)
    forms = [phones.canonical(digits) for digits in ([f"55{typed}"] if national else []) + [typed]]
    short = [form[:4] + form[5:] for form in forms if phones.canonical(form[:4] + form[5:]) == form]
    return list(dict.fromkeys([*forms, *short, typed]))


def _times_of_rows(text: str) -> set[datetime]:
    """When the rows were written that the text names."""
    numbers = list(PhoneNumber.objects.values_list("pk", flat=True))
    messages = _messages(text, numbers).values_list("pk", "created_at")[:ROWS_FOLLOWED]
    by_pk = dict(messages)
    times = set(by_pk.values())
    for rows in (
        MessageReceipt.objects.filter(message__in=by_pk),
        Amendment.objects.filter(Q(wamid=text) | Q(target_wamid=text), number__in=numbers),
        ParkedStatus.objects.filter(number__in=numbers, wamid=text),
    ):
        times.update(rows.values_list("created_at", flat=True)[:ROWS_FOLLOWED])
    return times


def _messages(text: str, numbers: list[int]) -> QuerySet[Message]:
    """The messages of the person, attempt or wamid that the text names."""
    if people := _people(text):
        return Message.objects.filter(conversation__contact__in=people).order_by("-sent_at")
    if attempt := attempt_id(text):
        return Message.objects.filter(attempts=attempt)
    return Message.objects.filter(number__in=numbers, wamid=text)


def _people(text: str) -> list[int]:
    if phones.BSUID.match(text):
        keys = [f"{account.portfolio}/{text}" for account in WabaAccount.objects.only("portfolio_id", "waba_id")]
        identities = ContactIdentity.objects.filter(kind=ContactIdentity.Kind.BSUID, key__in=keys)
    else:
        identities = ContactIdentity.objects.filter(
            kind=ContactIdentity.Kind.PHONE, is_current=True, key__in=_spellings(text)
        )
    return list(identities.values_list("contact_id", flat=True))


# Of the batches that began before a row was written, the last ones: it is of one of them.
PROCESSED_BEFORE = """
SELECT DISTINCT id FROM unnest(%(times)s::timestamptz[]) AS written (at) CROSS JOIN LATERAL (
  SELECT id, body FROM webhooks_webhookevent
  WHERE processed_at <= written.at AND processed_at > written.at - interval '1 minute'
  ORDER BY processed_at DESC LIMIT %(rows)s
) AS part
WHERE EXISTS (SELECT FROM unnest(%(needles)s::bytea[]) AS needle WHERE position(needle IN body) > 0)
"""

LOOK = """
SELECT array_agg(id) FILTER (
         WHERE received_at >= %(since)s AND received_at < %(until)s
           AND EXISTS (SELECT FROM unnest(%(needles)s::bytea[]) AS needle WHERE position(needle IN body) > 0)),
       min(id), min(received_at)
FROM (SELECT id, received_at, body FROM webhooks_webhookevent
      WHERE id >= %(first)s AND id < %(before)s ORDER BY id DESC LIMIT %(rows)s) AS part
"""


def _processed_before(times: list[datetime], needles: list[bytes]) -> set[int]:
    try:
        return {pk for (pk,) in _ask(PROCESSED_BEFORE, times=times, needles=needles)} if times else set()
    except OperationalError:
        return set()


def _look(needles: list[bytes], since: datetime, until: datetime, seconds: float) -> Found:
    """Look through the bodies that arrived between the two times, newest first, for so many seconds."""
    ends_at = time.monotonic() + seconds
    found, first, before = (
        Found(back_to=until, is_complete=False),
        first_id_from(since),
        first_id_from(until + 2 * LATE),
    )
    given = {"needles": needles, "since": since, "until": until, "first": first}
    while time.monotonic() < ends_at and len(found.pks) < FOUND_AT_MOST:
        try:
            [(pks, lowest, earliest)] = _ask(LOOK, before=before, **given)
        except OperationalError:
            # One look took longer than a person waits: what was found before it stands.
            return found
        if lowest is None:
            return Found(found.pks, since)
        before, found.back_to = lowest, min(earliest, until)
        found.pks.update(pks or ())
    return found


def _ask(statement: str, **values: Any) -> list[Any]:
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SELECT set_config('statement_timeout', %s, true)", [f"{SECONDS * 1000:.0f}"])
        cursor.execute(statement, values | {"rows": ROWS})
        return cursor.fetchall()

"""Whatever stands in a delivery: it is answered 200, costs nobody else anything, and says why it waits."""

from __future__ import annotations

import itertools
import re
from typing import Any

import pytest
from django.db.models import Max, Model
from django.template.loader import render_to_string
from django.utils import translation
from hypothesis import HealthCheck, Phase, example, given, settings
from hypothesis import strategies as st

from inbox import selectors
from inbox.models import Message
from numbers.models import Alert
from tests.deliveries import Wrote, change, delivery, store
from tests.webhooks import samples
from tests.webhooks.conftest import Endpoint
from tests.webhooks.expected.entry import NUMBER, WABA
from tests.webhooks.hostile import DEEP, Change, Hostile, hostiles, sweep, written
from webhooks import drain
from webhooks.models import WebhookEvent
from webhooks.receiver import MAX_BODY

pytestmark = pytest.mark.django_db(transaction=True)

EXAMPLES = 50
OURS_TO_MEND = re.compile(r"our parser failed|(?!UnknownNumber|UnknownTemplate)[A-Z]\w*(Error|Exception|Found)\b")
"""Reasons that speak of our code and not of the delivery."""
NO_JSON = "DataError: invalid input syntax for type json"
"""A number that is none, or larger than any: PostgreSQL has no place for it."""


class Town:
    """Hostile deliveries and their healthy neighbours, all through the receiver."""

    def __init__(self, endpoint: Endpoint) -> None:
        self.endpoint = endpoint
        self.marks = itertools.count(1)
        samples.make_world()

    def live(self, among: list[Hostile]) -> None:
        """Let neighbours and hostile deliveries arrive by turns, apply all, and look at what is there."""
        shown_before, told_before, seen_before = (newest(model) for model in (Message, Alert, WebhookEvent))
        healthy = [self.post_neighbour()]
        for hostile in among:
            healthy += self.post_among_neighbours(hostile.document(f"h{next(self.marks)}"))
            healthy.append(self.post_neighbour())
        drain.drain_due()
        expect_all_there(healthy)
        for event in WebhookEvent.objects.filter(pk__gt=seen_before):
            expect_reasons(event)
        render_all(shown_before, told_before)

    def post_neighbour(self) -> str:
        wrote = self.neighbour()
        self.post(delivery(wrote, number_id=NUMBER))
        return wrote.wamid

    def post_among_neighbours(self, document: Any) -> list[str]:
        """Post a document with a healthy entry before it and one after, where it still has a list of entries."""
        if not isinstance(document, dict) or not isinstance(document.get("entry"), list):
            self.post(written(document))
            return []
        around = [self.neighbour(), self.neighbour()]
        first, last = ({"id": WABA, "changes": [change(NUMBER, wrote)]} for wrote in around)
        raw = written({**document, "entry": [first, *document["entry"], last]})
        self.post(raw)
        # Too large is refused as a whole, and so deep a body is no JSON to anybody.
        is_whole = document.get("object") == "whatsapp_business_account" and DEEP not in repr(document)
        return [wrote.wamid for wrote in around] if is_whole and len(raw) <= MAX_BODY else []

    def neighbour(self) -> Wrote:
        """A healthy message of somebody who writes only once."""
        mark = next(self.marks)
        return Wrote(f"wamid.healthy.{mark}", text=f"Oi {mark}", phone=f"55119{mark:08}")

    def post(self, raw: bytes) -> None:
        assert self.endpoint.post(raw).status_code == (200 if len(raw) <= MAX_BODY else 413)


def newest(model: type[Model]) -> int:
    return model.objects.aggregate(pk=Max("pk"))["pk"] or 0


def expect_all_there(wamids: list[str]) -> None:
    found = set(Message.objects.filter(wamid__in=wamids, conversation__unread_count=1).values_list("wamid", flat=True))
    assert set(wamids) - found == set(), "neighbours are missing"


def expect_reasons(event: WebhookEvent) -> None:
    reasons = [part.reason for part in event.quarantined.all()]
    assert event.state == ("QUARANTINED" if reasons else "DONE")
    assert all(reasons), "poison without a reason"
    assert not [reason for reason in reasons if OURS_TO_MEND.match(reason) and reason != NO_JSON]


def render_all(after: int, after_alert: int) -> None:
    """Draw what the new messages look like in the thread and in the list, and what new alerts say."""
    messages = list(selectors.messages_for_display().filter(pk__gt=after))
    rows = selectors.rows_for_display().filter(pk__in={message.conversation_id for message in messages})
    for language in ("en", "pt-br"):
        with translation.override(language):
            html = [render_to_string("inbox/_message.html", {"message": message}) for message in messages]
            html += [render_to_string("inbox/_row.html", {"conversation": row}) for row in rows]
            said = [f"{alert.text} {alert.advice}" for alert in Alert.objects.filter(pk__gt=after_alert)]
    assert all(html) and all(said)
    assert not [page for page in html if re.search(r"<script|href=.javascript:|\x00", page)]


def test_it_costs_nobody_anything(endpoint: Endpoint):
    town = Town(endpoint)

    @settings(
        max_examples=EXAMPLES,
        deadline=None,
        database=None,
        derandomize=True,
        phases=[Phase.explicit, Phase.generate],
        suppress_health_check=list(HealthCheck),
        print_blob=False,
        report_multiple_bugs=False,
    )
    @given(st.lists(hostiles, min_size=1, max_size=8))
    @example([Hostile("text", (Change("swap", 0, "''"),))])
    def property_holds(among: list[Hostile]) -> None:
        town.live(among)

    property_holds()


def test_every_part_may_be_anything():
    samples.make_world()
    store(*sweep(), routing_key=NUMBER)
    drain.drain_due()
    assert WebhookEvent.objects.count() > 2000
    for event in WebhookEvent.objects.prefetch_related("quarantined"):
        expect_reasons(event)
    render_all(0, 0)


@pytest.mark.parametrize("name", samples.NAMES[::12])
def test_bytes_that_are_cut_or_changed(endpoint: Endpoint, name: str):
    town, raw = Town(endpoint), samples.body(name)
    for broken in (
        raw[: len(raw) // 2],
        raw[:-1],
        raw.replace(b'"', b"'"),
        raw.replace(b":", b"\xff"),
        b"\xef\xbb\xbf" + raw,
        raw.decode().encode("utf-16"),
        raw + raw,
        b"[" * 100_000,
        b"",
    ):
        town.post(broken)
    healthy = [town.post_neighbour()]
    drain.drain_due()
    expect_all_there(healthy)
    for event in WebhookEvent.objects.all():
        expect_reasons(event)

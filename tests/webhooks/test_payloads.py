"""Each sample delivery, and all that it must leave behind: rows, their looks, and nothing the second time."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence

import pytest
from django.utils import translation

from inbox.actions import settle_parked
from numbers.models import Alert, PhoneNumber
from tests.webhooks import samples
from tests.webhooks.expected.entry import Expect
from tests.webhooks.expected.kept import KEPT
from tests.webhooks.expected.table import TABLE
from tests.webhooks.lines import cells, lines
from webhooks import actions, drain
from webhooks.models import WebhookEvent

COUNTED = {
    "account_news", "address book", "call_ends", "echoes", "edits", "history", "marketing choices", "messages",
    "number_news", "problems", "reactions", "revokes", "statuses", "template_news",
}  # fmt: skip
"""What the ledger counts as applied; any other name of an outcome must be in KEPT."""
NEVER_READ = ("None", "null", "{'", "[{", "wamid.", "wacid.", "lookaside", "messaging_product", "Traceback")
"""What no person should ever read in a thread."""
METAS_OWN = {"INCREASED_CAPABILITIES_ELIGIBILITY_DEFERRED Limite ainda não pode subir."}
"""Sentences of ours that hold nothing but Meta's words."""
SPEAKS_OF_ANOTHER = sorted(name for name in TABLE if TABLE[name].earlier)


@pytest.fixture
def world(db) -> PhoneNumber:
    return samples.make_world()


def test_every_file_has_an_entry_and_every_entry_a_file():
    assert sorted(TABLE) == samples.NAMES


def test_what_is_only_kept_has_a_reason_and_no_other_name_has_one():
    named = {name for expected in TABLE.values() for name in expected.outcome}
    assert named - COUNTED == set(KEPT)


def test_the_sample_of_exact_bytes_is_exact():
    digest = hashlib.sha256(samples.body("text_escaped_unicode_raw")).hexdigest()
    assert digest == "a936980400eb28f8f1aebaaf49037d21dea80e188073e1b022902fa7d0784053"


@pytest.mark.parametrize("name", samples.NAMES)
def test_it_leaves_its_rows(world: PhoneNumber, name: str):
    expected = TABLE[name]
    if expected.earlier:
        samples.come_before(expected.earlier, name)
    before = lines()
    event = samples.apply(samples.body(name))
    assert samples.new_lines(before) == stripped(expected.rows)
    assert (event.outcome, reasons(event)) == (expected.outcome, sorted(expected.reasons))
    assert event.state == ("QUARANTINED" if expected.reasons else "DONE")
    look(name, expected)
    alerts = told("en")
    for said in expected.alert:
        assert any(said in sentence for sentence in alerts), alerts
    again_changes_nothing(name)


@pytest.mark.parametrize("name", SPEAKS_OF_ANOTHER)
def test_it_comes_before_what_it_speaks_of(world: PhoneNumber, name: str):
    expected = TABLE[name]
    samples.apply(samples.body(name))
    assert lines_of_deliveries() == stripped(expected.rows if expected.alone is None else expected.alone)
    again_changes_nothing(name)
    samples.come_before(expected.earlier, name)
    settle_parked()
    in_the_end = expected.rows if expected.late is None else expected.late
    assert not set(stripped(in_the_end)) - set(lines()), "in the end it is as if it had come after"
    look(name, expected)


def test_words_of_ours_are_in_portuguese_too(world: PhoneNumber):
    still_english: set[str] = set()
    for name, expected in TABLE.items():
        if expected.alert:
            samples.apply(samples.body(name))
        if expected.labels:
            if expected.earlier:
                samples.come_before(expected.earlier, name)
            samples.apply(samples.body(name))
            html = samples.partial(samples.messages_of(name), "pt-br")
            text = samples.visible(html)
            still_english |= {word for word in expected.labels if word in text or word[:4] == "aria" and word in html}
    still_english |= {said for said in told("en") if said in told("pt-br")} - METAS_OWN
    assert still_english == set()


def told(language: str) -> list[str]:
    """What alerts say, in a language."""
    with translation.override(language):
        return [alert.text for alert in Alert.objects.all()]


def look(name: str, expected: Expect) -> None:
    """Assert what a person reads of it in the thread."""
    messages = samples.messages_of(name)
    english, portuguese = (samples.partial(messages, language) for language in ("en", "pt-br"))
    for said in expected.shows:
        assert said in english and said in portuguese
    for label in expected.labels:
        assert label in english
    for hidden in (*expected.hides, *NEVER_READ):
        assert hidden not in samples.visible(english) and hidden not in samples.visible(portuguese)
    in_the_list = samples.visible(samples.rows("pt-br"))
    assert not [hidden for hidden in NEVER_READ if hidden in in_the_list]
    if messages:
        assert len(samples.visible(english).split()) > 1, "only a time stands in it"


def again_changes_nothing(name: str) -> None:
    """Deliver it once more, then replay all: no cell of any table changes."""
    before = cells()
    samples.apply(samples.body(name))
    assert cells() == before, "delivered twice"
    actions.replay(WebhookEvent.objects.all(), by=None)
    drain.drain_due()
    assert cells() == before, "replayed"


def stripped(rows: Sequence[str]) -> list[str]:
    return sorted(row.strip() for row in rows)


def reasons(event: WebhookEvent) -> list[str]:
    return sorted(part.reason for part in event.quarantined.all())


def lines_of_deliveries() -> list[str]:
    """All lines but those of the number and account that are there from the beginning."""
    return [line for line in lines() if line not in ("number", "account")]

"""The whole table: one entry for each file of payloads/, by its name."""

from __future__ import annotations

from tests.webhooks.expected.accounts import ACCOUNTS, CUSTOMERS, NUMBERS
from tests.webhooks.expected.amendments import AMENDMENTS
from tests.webhooks.expected.answers import ANSWERS
from tests.webhooks.expected.catalogue import CATALOGUE
from tests.webhooks.expected.elsewhere import ELSEWHERE
from tests.webhooks.expected.entry import Table
from tests.webhooks.expected.files import FILES
from tests.webhooks.expected.kept import ONLY_KEPT
from tests.webhooks.expected.notices import NOTICES
from tests.webhooks.expected.statuses import STATUSES
from tests.webhooks.expected.texts import TEXTS

PARTS = (
    TEXTS, FILES, ANSWERS, NOTICES, AMENDMENTS, STATUSES, ELSEWHERE, CATALOGUE, NUMBERS, ACCOUNTS, CUSTOMERS, ONLY_KEPT
)  # fmt: skip

TABLE: Table = {name: expected for part in PARTS for name, expected in part.items()}
assert len(TABLE) == sum(map(len, PARTS)), "a file stands in two parts"

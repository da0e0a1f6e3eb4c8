"""docs/webhooks.md has one line for each field that is read, and none for another."""

from __future__ import annotations

import re
from pathlib import Path

from messaging.fields import READERS

PAGE = Path(__file__).parents[2] / "docs" / "webhooks.md"
LINE = re.compile(r"^\| `([a-z_]+)` \| (\S.*) \|$", re.MULTILINE)


def test_each_field_has_its_line():
    found = [field for field, _ in LINE.findall(PAGE.read_text())]
    assert sorted(found) == sorted(set(found))
    assert set(found) == set(READERS)

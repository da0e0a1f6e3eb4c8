"""What WhatsApp does not hand over, and what is newer than this product."""

from __future__ import annotations

import pytest

from messaging import kinds
from messaging.kinds.unsupported import Unsupported

GONE = {"code": 131060, "title": "Unavailable", "message": "Unavailable", "error_data": {"details": "Ask again."}}


@pytest.mark.parametrize(
    ("raw", "expected"),
    [
        ({"type": "unsupported", "unsupported": {"type": "poll_update"}, "errors": [GONE]},
         Unsupported("poll_update", 131060, "Ask again.")),
        ({"type": "unsupported", "errors": [GONE]}, Unsupported("", 131060, "Ask again.")),
        ({"type": "unsupported"}, Unsupported("", None, "")),
        ({"type": "unknown", "errors": [{"code": 501, "title": "Unknown", "details": "Not known"}]},
         Unsupported("", 501, "Not known")),
        ({"type": "ephemeral"}, Unsupported("ephemeral", None, "")),
        ({"type": "hologram", "hologram": {"depth": 3}}, Unsupported("hologram", None, "")),
        ({"type": "unsupported", "unsupported": {"type": 3.5}, "errors": [None, "x", {"code": True, "title": "T"}]},
         Unsupported("", None, "T")),
        ({"type": "unsupported", "errors": {"code": 1}}, Unsupported("", None, "")),
    ],
)  # fmt: skip
def test_it_says_what_is_known(raw, expected):
    content = kinds.read(raw["type"], raw)
    assert content == expected
    assert kinds.words(raw["type"], raw) == ""

"""A text."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext_noop

from messaging import values
from messaging.limits import MAX_TEXT, check_text
from messaging.values import mapping

NAME = "text"
LABEL = gettext_noop("Text")
ICON = "chat"

MAX_BODY = 65_536
"""The longest a person can write in WhatsApp; it is longer than what we may send."""


@dataclass(frozen=True, slots=True)
class Text:
    """What somebody wrote."""

    body: str


def parse(raw: Mapping[str, Any]) -> Text:
    """Read a text as Meta gave it."""
    return Text(body=values.text(mapping(mapping(raw).get(NAME)).get("body"), MAX_BODY))


def words(content: Text) -> str:
    """Return all of the text: it is shown whole."""
    return content.body


def payload(body: str) -> dict[str, Any]:
    """Return a text to send, its first address shown with a preview; raise Invalid when blank or too long."""
    check_text("body", body, MAX_TEXT)
    return {"body": body, "preview_url": "://" in body}

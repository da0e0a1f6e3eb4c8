"""The deletion of a message by who wrote it (Meta: section 2.7). It is shown at the message it is about."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext_noop

from messaging.limits import MAX_ID
from messaging.values import mapping, text

NAME = "revoke"
LABEL = gettext_noop("Deletion")
ICON = "trash"


@dataclass(frozen=True, slots=True)
class Revoke:
    """Which message is gone."""

    target_wamid: str


def parse(raw: Mapping[str, Any]) -> Revoke:
    """Read a deletion as Meta gave it."""
    return Revoke(target_wamid=text(mapping(mapping(raw).get(NAME)).get("original_message_id"), MAX_ID))


def words(content: Revoke) -> str:
    """Return nothing."""
    return ""

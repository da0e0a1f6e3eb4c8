"""The lane of scheduled messages."""

from __future__ import annotations

from inbox.actions.schedule import send_next_scheduled
from lib import pulse


def send_due() -> None:
    """Turn what is due into messages, one after the other, until nothing is."""
    while not pulse.stopping.is_set() and send_next_scheduled():
        pass

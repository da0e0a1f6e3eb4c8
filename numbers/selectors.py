"""What pages show of numbers and their alerts."""

from __future__ import annotations

from accounts.models import User
from numbers.models import Alert


def open_alerts(user: User) -> int:
    """Count what asks for the attention of somebody, as the bell shows it."""
    return Alert.objects.visible_to(user).open().pressing().count()

"""Meta's limits, checked before anything is sent (Meta: section 6.3)."""

MAX_TEXT = 4096
"""Characters of a text message."""

"""The base of every verb's "no": each refusal says what is true, and what to do, in the person's language."""

from __future__ import annotations

from django.utils.functional import Promise


class Refusal(Exception):
    """A verb was asked for what cannot be done now; nothing was changed."""

    text: str | Promise = ""
    status = 409
    """What the API answers; 403 where the role stands against it, however things are."""

    def __str__(self) -> str:
        return str(self.text)

"""What Meta's error codes mean for a message: what to do next, and what to tell the agent.

Decided by the numeric code alone, never by HTTP status or text (Meta: section 10, Error codes).
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _


class Next(Enum):
    """What the sender does after a refusal."""

    RETRY = "the same message again, later"
    SLOW_NUMBER = "the same message again; the number pauses a little"
    SLOW_RECIPIENT = "the same message again; only this recipient waits"
    STOP_NUMBER = "everything of this number waits until somebody looks"
    STOP_CREDENTIAL = "everything of this account waits until somebody looks"
    FAIL = "this message is over"


@dataclass(frozen=True, slots=True)
class Meaning:
    """One code: what follows, what to say, and how often it is tried."""

    next: Next
    text: str | Promise
    tries: int = 5


_TRANSIENT = _("WhatsApp is unavailable for the moment.")
_BUSY = _("The number is sending too fast. It goes on by itself.")
_ACCOUNT = _("Meta has restricted this number. A supervisor has to look at the account.")
_CREDENTIAL = _("WhatsApp refused this account's access. A supervisor has to renew the token.")
_UNREACHABLE = _("This person cannot be reached on WhatsApp. Check the number or use another channel.")

_WINDOW = _("Outside the 24 h window. Send a template to resume the conversation.")
_OPTED_OUT = _("This person asked for no more marketing.")

WINDOW_CLOSED, NO_ADDRESS, OPTED_OUT, FILE_GONE, EXPIRED = -1, -2, -3, -4, -5
TEMPLATE_STOPPED = frozenset({132015, 132016})
"""Meta paused or disabled the template: it will refuse all that are made of it."""

MEANINGS: dict[int | None, Meaning] = {
    **dict.fromkeys((0, 3, 10, 190, 131005, *range(200, 300)), Meaning(Next.STOP_CREDENTIAL, _CREDENTIAL, tries=1000)),
    **dict.fromkeys(
        (368, 131031, 131045, 131037, 131048, 131064, 133010, 134011),
        Meaning(Next.STOP_NUMBER, _ACCOUNT, tries=1000),
    ),
    131042: Meaning(
        Next.STOP_NUMBER,
        _("This account's payment method has a problem. A supervisor has to mend it in Meta's Business Manager."),
        tries=1000,
    ),
    **dict.fromkeys((4, 613, 17, 32, 80007, 130429), Meaning(Next.SLOW_NUMBER, _BUSY, tries=1000)),
    131056: Meaning(Next.SLOW_RECIPIENT, _("Many messages to this person in a short time. It goes on by itself."), 20),
    **dict.fromkeys((2, 131016, 131057, 133004, 2494100), Meaning(Next.RETRY, _TRANSIENT)),
    **dict.fromkeys((1, 131000, 135000), Meaning(Next.RETRY, _TRANSIENT, tries=3)),
    **dict.fromkeys(
        (131052, 131053),
        Meaning(Next.RETRY, _("WhatsApp could not process the file. Send it again in another format."), tries=3),
    ),
    131047: Meaning(Next.FAIL, _WINDOW),
    **dict.fromkeys((131026, 1026, 130497), Meaning(Next.FAIL, _UNREACHABLE)),
    131049: Meaning(Next.FAIL, _("Meta limits marketing to this person. Try again tomorrow.")),
    131050: Meaning(Next.FAIL, _OPTED_OUT),
    130472: Meaning(Next.FAIL, _("Meta did not deliver it: this person is in one of its experiments.")),
    130403: Meaning(Next.FAIL, _("This person is blocked on this number. Unblock to write.")),
    131021: Meaning(Next.FAIL, _("A number cannot write to itself.")),
    131030: Meaning(Next.FAIL, _("A test number only reaches the phones on its list.")),
    131062: Meaning(Next.FAIL, _("This message needs the person's phone, which WhatsApp withholds.")),
    132015: Meaning(
        Next.FAIL, _("Meta paused this template because of its low quality. Use another, or wait until it is released.")
    ),
    132016: Meaning(Next.FAIL, _("Meta disabled this template because of its low quality. Use another.")),
    137000: Meaning(Next.FAIL, _("This person's identity changed. Confirm who it is before writing.")),
    # Ours, below all of Meta's: why the sender refused at dispatch.
    WINDOW_CLOSED: Meaning(Next.FAIL, _WINDOW),
    OPTED_OUT: Meaning(Next.FAIL, _OPTED_OUT),
    EXPIRED: Meaning(Next.FAIL, _("It waited too long to leave and was not sent. Send it again if it still matters.")),
    FILE_GONE: Meaning(Next.FAIL, _("The file is not in the storage any more. Choose it again.")),
    NO_ADDRESS: Meaning(Next.FAIL, _("Neither phone nor WhatsApp id of this person is known.")),
}

_REFUSED = Meaning(Next.FAIL, _("WhatsApp refused the message."))
_BROKEN = Meaning(Next.RETRY, _TRANSIENT)


def meaning(code: int | None, http_status: int = 0) -> Meaning:
    """Return what `code` means; a code nobody knows is transient with a 5xx and final otherwise."""
    if code in MEANINGS:
        return MEANINGS[code]
    return _BROKEN if http_status >= 500 else _REFUSED

"""What calls to Graph mean for the numbers they were made for: go slower, rest, or go on."""

from __future__ import annotations

from collections.abc import Sequence

from inbox import broadcasts
from inbox.outcomes import Ended
from lib import graph
from messaging.errors import Next, meaning
from numbers.actions import block_credential, block_number, note_answered, note_unanswered, slow_number, unblock
from numbers.models import PhoneNumber


def mind(ended: Sequence[Ended]) -> None:
    """Open the circuits that calls ran into, close those that a call got through, slow what went too fast.

    Call it once the outcomes are stored, outside of their transaction: numbers are locked in another order.
    """
    numbers = {one.claim.number.pk: one.claim.number for one in ended}
    for pk, number in sorted(numbers.items()):
        if _mind(number, [one.outcome for one in ended if one.claim.number.pk == pk]):
            broadcasts.number_changed(pk)


def _mind(number: PhoneNumber, outcomes: Sequence[graph.Outcome]) -> bool:
    """Tell whether it stopped, or goes again."""
    refused = [outcome for outcome in outcomes if isinstance(outcome, graph.Rejected)]
    nexts = {meaning(outcome.code, outcome.http_status).next: outcome for outcome in refused}
    if stop := nexts.get(Next.STOP_CREDENTIAL):
        return block_credential(number.waba, reason=_reason(stop), code=stop.code)
    if stop := nexts.get(Next.STOP_NUMBER):
        return block_number(number, reason=_reason(stop), code=stop.code)
    if Next.SLOW_NUMBER in nexts:
        slow_number(number)
    unanswered = [outcome for outcome in outcomes if not _answers(outcome)]
    if len(unanswered) == len(outcomes):
        return note_unanswered(number, len(unanswered), reason=_reason(unanswered[-1]))
    if number.held_by:
        return unblock(number)
    if number.unanswered_calls:
        note_answered(number)
    return False


def _answers(outcome: graph.Outcome) -> bool:
    """Whether Graph is there and deals with our messages, whatever it says of this one."""
    match outcome:
        case graph.Accepted():
            return True
        case graph.Rejected(http_status=http_status):
            # Our own refusals have none.
            return 0 < http_status < 500
    return False


def _reason(outcome: graph.Outcome) -> str:
    match outcome:
        case graph.Rejected(code, detail):
            return f"{code}: {detail}"[:200]
        case graph.NotSent(detail) | graph.Unknown(detail):
            return detail
    return ""

"""What one sample delivery must leave behind, written down by hand; and the people the samples speak of.

Rows are lines of text, as `tests.webhooks.lines` says them. Times are Meta's, in seconds, after an @.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

WABA, NUMBER, DISPLAY_PHONE, PORTFOLIO = "102938475610293", "105551234567890", "551140028922", "504433221100998"

EARLIER = 1793610000
"""When the message that a sample speaks of was said; before all samples but the imported past."""
EARLIER_WORDS = "Podemos confirmar?"


@dataclass(frozen=True)
class Who:
    """A customer of the samples, as a message of theirs names them."""

    row: str
    phone: str = ""
    bsuid: str = ""
    name: str = ""
    username: str = ""


ANA = Who(
    "contact Ana Beatriz: BSUID BR.4820193746501928375, PHONE 5511987650001",
    phone="5511987650001",
    bsuid="BR.4820193746501928375",
    name="Ana Beatriz",
)
ANA_WITHOUT_BSUID = Who("contact Ana Beatriz: PHONE 5511987650001", phone="5511987650001", name="Ana Beatriz")
CAIO = Who(
    "contact Caio Mendes: BSUID BR.1102938475665748392, PHONE 5521976540003, USERNAME caiomendes",
    phone="5521976540003",
    bsuid="BR.1102938475665748392",
    name="Caio Mendes",
    username="caiomendes",
)
LIVIA = Who(
    "contact Lívia Andrade: BSUID BR.9038471265540192837, USERNAME livia.andrade",
    bsuid="BR.9038471265540192837",
    name="Lívia Andrade",
    username="livia.andrade",
)
LIVIA_WITH_PHONE = Who(
    "contact Lívia Andrade: BSUID BR.9038471265540192837, PHONE 5585987650006, USERNAME livia.andrade",
    bsuid=LIVIA.bsuid,
    name=LIVIA.name,
    username=LIVIA.username,
)
RUTE = Who(
    "contact Rute Sampaio: BSUID BR.6657483920110293847, PHONE 5581996540004",
    phone="5581996540004",
    bsuid="BR.6657483920110293847",
    name="Rute Sampaio",
)
JOAO = Who(
    # Without the ninth digit, as WhatsApp writes it; found with it all the same.
    "contact João Vítor: BSUID BR.7719302846551029384, PHONE 553187650002 as 5531987650002",
    phone="553187650002",
    bsuid="BR.7719302846551029384",
    name="João Vítor",
)


@dataclass(frozen=True)
class Earlier:
    """What was there before: a message of a customer, or of ours to one, with the wamid that the sample names."""

    by: str
    who: Who = ANA
    wamid: str = ""
    """Only where the sample names none."""


@dataclass(frozen=True)
class Expect:
    """All that must come of one delivery, and nothing else."""

    outcome: dict[str, int]
    rows: Sequence[str] = ()
    """Lines that are there afterwards and were not before."""
    shows: Sequence[str] = ()
    """What stands in the thread, whatever the language: in the message, or the one that it is about."""
    labels: Sequence[str] = ()
    """Words of ours in it, in English."""
    hides: Sequence[str] = ()
    earlier: Earlier | None = None
    alone: Sequence[str] | None = None
    """The rows where `earlier` had not come; None where they are the same."""
    late: Sequence[str] | None = None
    """Rows that are there when `earlier` came afterwards; None where they are the same in the end."""
    reasons: Sequence[str] = ()
    """Why parts of it wait in quarantine."""
    alert: Sequence[str] = ()
    """What the sentence of the alert says, in English."""
    why: str = field(default="", compare=False)


Table = dict[str, Expect]


def written(at: int, said: str, *more: str, kind: str = "text", who: Who = ANA, quotes: str = "", **fields) -> Expect:
    """A customer wrote: it is unread, waits for an answer and opens the window; `more` are further rows."""
    quoting = f" quoting {quotes}" if quotes else ""
    rows = [
        who.row,
        f"conversation OPEN, 1 unread, window @{at}, waits since @{at}, last {kind}",
        f"message INBOUND {kind} @{at}: {said}{quoting}",
        *more,
    ]
    if quotes:
        fields = {"earlier": Earlier("ours", who)} | fields
    return Expect({"messages": 1} | fields.pop("outcome", {}), rows, **fields)


def ours(at: int, said: str, *more: str, contact: str, kind: str = "text", **fields) -> Expect:
    """Somebody of ours wrote by another way: nothing is unread, and no window opens."""
    rows = [
        f"contact {contact}",
        f"conversation PENDING, 0 unread, window -, waits since -, last {kind}",
        f"message OUTBOUND {kind} @{at}: {said} SENT",
        *more,
    ]
    return Expect({"echoes": 1}, rows, **fields)


TICKS = {"SENT": "Sent", "DELIVERED": "Delivered", "READ": "Read", "PLAYED": "Played", "FAILED": "Failed"}


def reported(status: str, at: int, tail: str, said: str = "", *, who: Who = ANA, labels: Sequence[str] = ()) -> Expect:
    """Meta reported on a message of ours: its tick moves, or the report waits for the message."""
    moved = [] if status == "SENT" else [f"message OUTBOUND text @{EARLIER}: {EARLIER_WORDS} {status}"]
    end = f": {said}" if said else ""
    return Expect(
        {"statuses": 1},
        [*moved, f"receipt {status} @{at} of {tail}{end}"],
        earlier=Earlier("ours", who),
        alone=[f"parked {status} @{at} of {tail}{end}"],
        shows=[EARLIER_WORDS],
        labels=[f'aria-label="{TICKS[status]}"', *labels],
    )


def amended(kind: str, at: int, tail: str, text: str, by: str, *, side: str = "INBOUND", **fields) -> Expect:
    """Something was said about a message of `by`, known or not: it opens no conversation and moves nothing."""
    said = f": {text}" if text else ""
    return Expect({f"{kind}s": 1}, [f"{kind} {side} @{at} of {tail}{said}"], earlier=Earlier(by), **fields)


def kept(name: str, count: int = 1, **more: int) -> Expect:
    """It makes no rows and stays in the ledger (KEPT says why)."""
    return Expect({name: count} | more)

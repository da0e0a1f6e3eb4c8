"""Notices of Meta's about customers, and what WhatsApp does not hand over (Meta: sections 2.6 and 2.8)."""

from __future__ import annotations

from tests.webhooks.expected.entry import ANA, LIVIA, Earlier, Expect, Table, kept, written

ASK = "Ask them to send it again as text or as a picture."
NOBODY_WAITS = "conversation PENDING, 0 unread, window -, waits since -, last -"
"""A thread in which only Meta has said something."""


def noticed(at: int, said: str, contact: str, alone: str, *, earlier: Earlier, **fields) -> Expect:
    """Meta says something of a customer: it opens no window and is not unread; `alone`: who it is if unknown."""
    message = f"message INBOUND system @{at}: {said}"
    rows = [f"contact {contact}", message] if contact else [message]
    return Expect({"messages": 1}, rows, earlier=earlier, alone=[f"contact {alone}", NOBODY_WAITS, message], **fields)


ANA_WROTE = Earlier("theirs", ANA, "wamid.ana.wrote")
LIVIA_WROTE = Earlier("theirs", LIVIA, "wamid.livia.wrote")

# A sighting older than the move, but of a BSUID that the notice did not name: nothing tells that it is over.
LATE = ["contact Ana Beatriz: BSUID BR.4820193746501928375, PHONE 5511976540011, was PHONE 5511987650001"]

NOTICES: Table = {
    "system_user_changed_number": noticed(
        1793622428,
        "O usuário mudou de 5511987650001 para 5511976540011",
        "Ana Beatriz: BSUID BR.5540192837465501928, PHONE 5511976540011,"
        " was BSUID BR.4820193746501928375, was PHONE 5511987650001",
        "+5511976540011: BSUID BR.5540192837465501928, PHONE 5511976540011,"
        " was BSUID BR.4820193746501928375, was PHONE 5511987650001",
        earlier=ANA_WROTE,
        shows=["+55 11 98765-0001", "+55 11 97654-0011"],
        labels=["The customer changed their number from"],
    ),
    "system_user_changed_user_id": noticed(
        1793622465,
        "User changed user id",
        "Lívia Andrade: BSUID BR.2837465501928374655, USERNAME livia.andrade, was BSUID BR.9038471265540192837",
        "…374655: BSUID BR.2837465501928374655, was BSUID BR.9038471265540192837",
        earlier=LIVIA_WROTE,
        labels=["WhatsApp gave the customer a new identification"],
        why="Neither phone: who it is stands in previous_user_id.",
    ),
    "system_user_changed_number_without_bsuid": noticed(
        1793622502,
        "O usuário mudou de número",
        "Ana Beatriz: PHONE 5511976540011, was BSUID BR.4820193746501928375, was PHONE 5511987650001",
        "+5511976540011: PHONE 5511976540011, was PHONE 5511987650001",
        earlier=ANA_WROTE,
        late=LATE,
        shows=["+55 11 97654-0011"],
        labels=["The customer changed their number from"],
        why="A new number means a new BSUID, whether or not Meta names it here (Meta: 3.1).",
    ),
    "system_customer_changed_number_legacy": noticed(
        1793622539,
        "Cliente mudou de número",
        "Ana Beatriz: PHONE 5511976540011, was BSUID BR.4820193746501928375, was PHONE 5511987650001",
        "+5511976540011: PHONE 5511976540011, was PHONE 5511987650001",
        earlier=ANA_WROTE,
        late=LATE,
        shows=["+55 11 97654-0011"],
        labels=["The customer changed their number from"],
    ),
    "system_customer_identity_changed_legacy": noticed(
        1793622576,
        "A identidade do cliente mudou",
        "",
        "+5511987650001: PHONE 5511987650001",
        earlier=ANA_WROTE,
        labels=["The customer's security code changed: perhaps a new phone"],
        hides=["Q2hhdmVEZVRlc3Rl"],
    ),
    "request_welcome_retired": kept("request_welcome"),
    # It counts as contact: it is unread, waits and opens the window (Meta: 2.8).
    "unsupported": written(1793622650, "", kind="unsupported", labels=["A poll", ASK]),
    "unsupported_without_detail": written(
        1793622687, "", kind="unsupported", labels=["A message of a kind that WhatsApp does not hand over.", ASK]
    ),
    "unsupported_131060": written(
        1793622724,
        "",
        kind="unsupported",
        labels=["WhatsApp could not deliver this message.", ASK],
        hides=["media_placeholder"],
    ),
    "unknown_type_legacy": written(1793622761, "", kind="unknown", labels=[ASK], hides=["501"]),
    "future_unseen_type": written(1793622798, "", kind="hologram", labels=[ASK]),
    "ephemeral_legacy": written(1793622835, "", kind="ephemeral", labels=[ASK]),
}

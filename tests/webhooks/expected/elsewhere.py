"""Echoes, standby, history, calls, groups, and deliveries of several parts (Meta: sections 1.3, 2.10 to 2.12, 5.5)."""

from __future__ import annotations

from tests.webhooks.expected.entry import ANA, JOAO, LIVIA, Earlier, Expect, Table, kept, ours, written

ANA_UNNAMED = "+5511987650001: BSUID BR.4820193746501928375, PHONE 5511987650001"
CALL = "g5OUFBAA"

ELSEWHERE: Table = {
    "smb_message_echoes_text": ours(
        1793624426,
        "Resposta enviada pelo aplicativo do celular",
        contact=ANA_UNNAMED,
        shows=["Resposta enviada pelo aplicativo do celular"],
        labels=["Sent from the phone"],
    ),
    "smb_message_echoes_image": ours(
        1793624463,
        "",
        "file WAITING image/jpeg 4427763811518073 ed304385",
        contact=LIVIA.row.removeprefix("contact "),
        kind="image",
        labels=["Sent from the phone"],
    ),
    "message_echoes_field": kept("echo of another app"),
    "standby_messages": written(1793624648, "Qual o horário de hoje?", shows=["Qual o horário de hoje?"]),
    "standby_message_echoes": ours(
        1793624685,
        "Abrimos até as 18h.",
        contact="+5511987650001: PHONE 5511987650001",
        shows=["Abrimos até as 18h."],
        hides=["Sent from the phone", "Enviada pelo celular"],
        why="Meta's own agent wrote it, nobody on a phone.",
    ),
    "messaging_handovers": kept("handover"),
    "history_chunk": Expect(
        {"history": 2},
        [
            f"contact {ANA_UNNAMED}",
            "conversation CLOSED history, 0 unread, window -, waits since -, last media_placeholder",
            "message OUTBOUND text @1790164800: Seu pedido saiu para entrega READ",
            "message INBOUND media_placeholder @1790164860:",
        ],
        shows=["Seu pedido saiu para entrega"],
        labels=["A file from before this number came here. It was not imported."],
    ),
    "history_media": Expect(
        {"history": 1},
        [
            f"contact {ANA_UNNAMED}",
            "conversation CLOSED history, 0 unread, window -, waits since -, last image",
            "message INBOUND image @1793361600: Foto do pedido",
            "file WAITING image/jpeg 8206242640567650 776d226d",
        ],
        shows=["Foto do pedido"],
        hides=["It was not imported"],
    ),
    "history_declined": kept("history refused"),
    "calls_connect_user_initiated": written(
        1793627127,
        "",
        kind="call",
        labels=["Call from the customer"],
        hides=["v=0", "127.0.0.1"],
        why="A call opens the window, though nobody here can take it.",
    ),
    "calls_terminate": Expect(
        {"call_ends": 1},
        [f"call_end INBOUND @1793627164 of {CALL}"],
        earlier=Earlier("call", ANA),
        labels=["Call, 2 min"],
        hides=["Missed"],
    ),
    "calls_terminate_failed": kept("call of ours", **{"error of a call": 1}),
    "group_message": kept("group message"),
    "batch_duplicate_same_post": written(
        1793624352,
        "repetida no mesmo POST",
        outcome={"messages": 2},
        shows=["repetida no mesmo POST"],
        why="Two facts, one message, unread once.",
    ),
    "batch_mixed": Expect(
        {"messages": 3, "statuses": 2},
        [
            ANA.row,
            "conversation OPEN, 2 unread, window @1793624204, waits since @1793624130, last image",
            "message INBOUND text @1793624130: primeira",
            "message INBOUND image @1793624204:",
            "file WAITING image/png 7854227056310965 1717302b",
            JOAO.row,
            "conversation OPEN, 1 unread, window @1793624167, waits since @1793624167, last text",
            "message INBOUND text @1793624167: segunda",
            "parked DELIVERED @1793624241 of FQURFRAA",
            "parked READ @1793624278 of xM0U5NgA",
        ],
        shows=["primeira", "segunda"],
        hides=["outra conta, outro número"],
        reasons=["unknown account 109876543210987", "unknown number 105559876543210"],
    ),
    "unknown_phone_number_id": Expect({}, reasons=["unknown number 999000111222333"]),
    "value_errors": Expect(
        {"problems": 1},
        ["alert WARNING number.error of the number: 130429"],
        alert=["130429", "Too many messages from this number in a short time."],
    ),
}

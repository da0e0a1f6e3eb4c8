"""Answers, places, cards, orders: messages with a content of their own (Meta: sections 2.2, 2.4 and 2.5)."""

from __future__ import annotations

from tests.webhooks.expected.entry import EARLIER_WORDS, LIVIA_WITH_PHONE, Table, written

ANSWERS: Table = {
    "location_place": written(
        1793621651,
        "MASP · Av. Paulista, 1578, São Paulo - SP",
        kind="location",
        shows=["MASP", "Av. Paulista, 1578, São Paulo - SP", "https://masp.example", "mlat=-23.561414&mlon=-46.655881"],
        labels=["Open in the map"],
    ),
    "location_current": written(
        1793621688,
        "",
        kind="location",
        quotes="2NzY4NgA",
        shows=["mlat=-23.550500&mlon=-46.633300", EARLIER_WORDS],
        labels=["Location", "Open in the map"],
    ),
    "contacts": written(
        1793621725,
        "Dr. Paulo Nogueira · Clínica Exemplo, Cardiologia, Médico · +55 11 97654-0010 · +55 11 3003-0000"
        " · paulo@exemplo.com.br",
        kind="contacts",
        shows=[
            "Dr. Paulo Nogueira",
            "Clínica Exemplo",
            "+55 11 97654-0010",
            "+55 11 3003-0000",
            "paulo@exemplo.com.br",
            "Rua Augusta, 100, São Paulo, SP, 01304-000, Brasil",
            "https://clinica.example",
            "1980-05-17",
        ],
        why="A card of somebody else's: its phone is not the sender's.",
    ),
    "contacts_shared_phone_number": written(
        1793621762,
        "Lívia Andrade · +5585987650006",
        kind="contacts",
        who=LIVIA_WITH_PHONE,
        quotes="I0NTI5AA",
        shows=["Lívia Andrade", "+55 85 98765-0006"],
        labels=["The customer shared their own number"],
        hides=["BEGIN:VCARD"],
    ),
    "contacts_shared_phone_number_origin_on_message": written(
        1793621799,
        "Lívia Andrade · +5585987650006",
        kind="contacts",
        who=LIVIA_WITH_PHONE,
        shows=["Lívia Andrade", "+55 85 98765-0006"],
        labels=["The customer shared their own number"],
        hides=["BEGIN:VCARD"],
    ),
    "button_template_quick_reply": written(
        1793621947,
        "Confirmar",
        kind="button",
        quotes="xQzM1NQA",
        shows=["Confirmar", "CONFIRMAR_CONSULTA:8812", EARLIER_WORDS],
    ),
    "button_did_not_request_code": written(
        1793621984,
        "Não solicitei um código",
        kind="button",
        quotes="yRENDQgA",
        shows=["Não solicitei um código", "DID_NOT_REQUEST_CODE"],
        hides=["131063108133020"],
    ),
    "button_without_context": written(1793622021, "Parar promoções", kind="button", shows=["Parar promoções", "PARAR"]),
    "interactive_button_reply": written(
        1793622058,
        "Manhã",
        kind="interactive",
        quotes="EMUYzNwA",
        shows=["Manhã", "turno:manha", EARLIER_WORDS],
    ),
    "interactive_list_reply": written(
        1793622095,
        "Financeiro · Boletos e notas fiscais",
        kind="interactive",
        quotes="4QTM4NAA",
        shows=["Financeiro", "Boletos e notas fiscais", "depto:financeiro"],
    ),
    "interactive_nfm_reply_flow": written(
        1793622132,
        "Data: 2026-11-12 · Periodo: tarde",
        kind="interactive",
        quotes="FNjkwOQA",
        shows=["Data", "2026-11-12", "Periodo", "tarde", "tok-8812-agenda"],
        labels=["Filled in a form"],
        hides=['{"', "flow_token", "Sent"],
    ),
    "interactive_nfm_reply_address": written(
        1793622169,
        "Rua das Flores, 10 · In pin code: 400063 · House number: 10 · Name: Ana",
        kind="interactive",
        quotes="wMjc5NgA",
        shows=["400063", "House number", "Ana"],
        hides=['{"', "saved_address_id"],
    ),
    "interactive_call_permission_reply": written(
        1793622206,
        "",
        kind="interactive",
        quotes="0RTlCRgA",
        labels=["Allows calls until"],
        why="The permission ends by itself: 1794225600 is the 9th of November.",
    ),
    "interactive_call_permission_reply_reject": written(
        1793622243, "", kind="interactive", quotes="2NDNCOAA", labels=["Does not allow calls"]
    ),
    "interactive_payment_method": written(
        1793622280,
        "pedido-2026-0042 · 5235",
        kind="interactive",
        quotes="FRDVFMwA",
        shows=["pedido-2026-0042", "5235"],
        labels=["Chose how to pay"],
        hides=["cred-77120"],
    ),
    "interactive_product": written(
        1793622317, "SKU-CAM-0042", kind="interactive", quotes="yMTQ0QgA", shows=["SKU-CAM-0042"]
    ),
    "interactive_empty_with_value_error": written(
        1793622354,
        "",
        kind="interactive",
        outcome={"error beside a message": 1},
        labels=["Ask them to send it again as text or as a picture."],
        hides=["{}"],
        why="Nothing usable came: it is kept, and shown as what is not supported (Meta: 2.5).",
    ),
    "order": written(
        1793622391,
        "Entregar depois das 18h · SKU-CAM-0042 · SKU-CAL-0007",
        kind="order",
        quotes="EQTE3NQA",
        shows=["SKU-CAM-0042", "SKU-CAL-0007", "Entregar depois das 18h"],
        labels=["R$ 79.90", "R$ 159.80", "R$ 149.00", "R$ 308.80"],
    ),
}

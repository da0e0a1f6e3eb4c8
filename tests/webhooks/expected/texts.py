"""Texts, and what comes along with them: quotes, forwarding, ads, products (Meta: sections 2.1, 2.9 and 3)."""

from __future__ import annotations

from tests.webhooks.expected.entry import ANA_WITHOUT_BSUID, CAIO, EARLIER_WORDS, JOAO, LIVIA, RUTE, Table, written

TEXTS: Table = {
    "text": written(
        1793620837,
        "Oi, bom dia! Vocês entregam em Pinheiros?",
        shows=["Oi, bom dia! Vocês entregam em Pinheiros?"],
    ),
    "text_legacy_without_bsuid": written(
        1793620874,
        "Mensagem no formato anterior a abril de 2026",
        who=ANA_WITHOUT_BSUID,
        shows=["Mensagem no formato anterior a abril de 2026"],
    ),
    "text_reply_context": written(
        1793620911,
        "Sim, pode ser nesse horário",
        quotes="zQjQ1QQA",
        shows=["Sim, pode ser nesse horário", EARLIER_WORDS],
        labels=["Us"],
    ),
    "text_forwarded": written(
        1793620948,
        "Olha essa promoção",
        shows=["Olha essa promoção"],
        labels=["Forwarded"],
        hides=["many times"],
    ),
    "text_frequently_forwarded": written(
        1793620985, "Repassem para todos", shows=["Repassem para todos"], labels=["Forwarded many times"]
    ),
    "text_referred_product": written(
        1793621022,
        "Esse tem em azul?",
        quotes="xOTI3RQA",
        shows=["Esse tem em azul?", "SKU-CAM-0042"],
        labels=["About the product"],
    ),
    "text_ctwa_referral": written(
        1793621059,
        "Quero saber mais sobre o anúncio",
        shows=[
            "Quero saber mais sobre o anúncio",
            "Converse com a loja",
            "Frete grátis para São Paulo",
            "https://fb.me/3cR5tQxY1",
        ],
        labels=["Came from an ad"],
        # A picture of the ad's would tell its host who looks at the thread.
        hides=["scontent.example"],
    ),
    "text_bsuid_only": written(
        1793621133,
        "Oi! Peguei o contato de vocês no Instagram",
        who=LIVIA,
        shows=["Oi! Peguei o contato de vocês no Instagram"],
        why="No phone at all: it must not be dropped.",
    ),
    "text_username_with_phone": written(1793621170, "Boa tarde", who=CAIO, shows=["Boa tarde"]),
    "text_parent_bsuid": written(
        1793621207,
        "Quero remarcar",
        who=RUTE,
        shows=["Quero remarcar"],
        why="The parent BSUID spans portfolios and identifies nobody here.",
    ),
    "text_br_without_ninth_digit": written(1793621244, "Bom dia, é da loja?", who=JOAO, shows=["Bom dia, é da loja?"]),
    "text_identity_key_hash": written(1793621281, "ok", shows=["ok"], hides=["DF2lS5v2W6x"]),
    "text_timestamp_milliseconds": written(1793621700, "relógio em milissegundos", shows=["relógio em milissegundos"]),
    "text_escaped_unicode_raw": written(
        1793621318,
        "Promoção de verão ☀️ até 50% — https://loja.example/verão",
        shows=["Promoção de verão ☀️ até 50% —", "https://loja.example/verão"],
        hides=["\\u00e7", "\\/"],
    ),
}

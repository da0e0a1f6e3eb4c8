"""Messages of every kind as Meta gives them, and words that must be seen: name -> (kind, raw, words)."""

from typing import Any

PAULO = {
    "name": {"formatted_name": "Dr. Paulo"},
    "org": {"company": "Clínica Exemplo"},
    "phones": [{"phone": "+55 11 97654-0010", "wa_id": "5511976540010", "type": "CELL"}],
    "emails": [{"email": "paulo@exemplo.com.br"}],
    "addresses": [{"street": "Rua Augusta, 100", "city": "São Paulo"}],
    "urls": [{"url": "https://clinica.example"}],
    "birthday": "1980-05-17",
}
ITEMS = [
    {"product_retailer_id": "SKU-CAM-0042", "quantity": 2, "item_price": 79.9, "currency": "BRL"},
    {"product_retailer_id": "SKU-CAL-0007", "quantity": 1, "item_price": 149, "currency": "BRL"},
]
REFERRAL = {
    "source_url": "https://fb.me/3cR5",
    "source_id": "120211000987650",
    "source_type": "ad",
    "headline": "Converse com a loja",
    "body": "Frete grátis para São Paulo",
    "media_type": "image",
}
PERMISSION = {"response": "accept", "is_permanent": False, "expiration_timestamp": 1794225600}
PAYMENT = {"payment_method": "offsite_card_pay", "reference_id": "pedido-0042", "last_four_digits": "5235"}
FLOW = '{"flow_token": "tok-8812", "data": "2026-11-12", "periodo": "tarde"}'


def interactive(kind: str, **content: Any) -> dict[str, Any]:
    """The raw message of an interactive answer."""
    return {"interactive": {"type": kind, kind: content}}


SAMPLES: dict[str, tuple[str, dict[str, Any], list[str]]] = {
    "text": ("text", {"text": {"body": "Bom dia"}}, ["Bom dia"]),
    "forwarded": ("text", {"text": {"body": "Olha"}, "context": {"forwarded": True}}, ["Forwarded", "Olha"]),
    "forwarded often": (
        "text",
        {"text": {"body": "Olha"}, "context": {"frequently_forwarded": True}},
        ["Forwarded many times"],
    ),
    "from an ad": (
        "text",
        {"text": {"body": "Quero saber mais"}, "referral": REFERRAL},
        ["Came from an ad", "Converse com a loja", "Frete grátis", "Quero saber mais"],
    ),
    "about a product": (
        "text",
        {
            "text": {"body": "Tem azul?"},
            "context": {"referred_product": {"catalog_id": "88", "product_retailer_id": "SKU-CAM-0042"}},
        },
        ["About the product", "SKU-CAM-0042", "Tem azul?"],
    ),
    "image": ("image", {"image": {"id": "1", "caption": "A foto"}}, ["A foto"]),
    "video": ("video", {"video": {"id": "1", "caption": "O vídeo"}}, ["O vídeo"]),
    "voice message": ("audio", {"audio": {"id": "1", "voice": True}}, []),
    "audio file": ("audio", {"audio": {"id": "1", "voice": False}}, []),
    "document": ("document", {"document": {"id": "1", "filename": "orçamento.pdf", "caption": "Segue"}}, ["Segue"]),
    "sticker": ("sticker", {"sticker": {"id": "1", "animated": False}}, []),
    "location": (
        "location",
        {"location": {"latitude": -23.55, "longitude": -46.63, "name": "Loja", "address": "Rua Augusta, 100"}},
        ["Loja", "Rua Augusta, 100", "-23.55000, -46.63000", "Open in the map"],
    ),
    "current location": ("location", {"location": {"latitude": -23.5, "longitude": -46.6}}, ["Location"]),
    "contact": (
        "contacts",
        {"contacts": [PAULO]},
        ["Dr. Paulo", "Clínica Exemplo", "+55 11 97654-0010", "paulo@exemplo.com.br", "https://clinica.example"],
    ),
    "reaction": ("reaction", {"reaction": {"message_id": "wamid.x", "emoji": "👍"}}, ["Reacted with 👍"]),
    "button": ("button", {"button": {"text": "Confirmar", "payload": "confirm-1"}}, ["Confirmar", "confirm-1"]),
    "button reply": ("interactive", interactive("button_reply", id="yes-1", title="Sim"), ["Sim", "yes-1"]),
    "list reply": (
        "interactive",
        interactive("list_reply", id="sku-42", title="Camisa", description="Azul, G"),
        ["Camisa", "Azul, G", "sku-42"],
    ),
    "form": (
        "interactive",
        interactive("nfm_reply", name="flow", body="Sent", response_json=FLOW),
        ["Filled in a form", "2026-11-12", "tarde", "tok-8812"],
    ),
    "call permission": ("interactive", interactive("call_permission_reply", **PERMISSION), ["Allows calls until"]),
    "call refused": (
        "interactive",
        interactive("call_permission_reply", response="reject"),
        ["Does not allow calls"],
    ),
    "way to pay": (
        "interactive",
        interactive("payment_method", **PAYMENT),
        ["Chose how to pay", "pedido-0042", "5235"],
    ),
    "product": (
        "interactive",
        interactive("product", catalog_id="88", product_retailer_id="SKU-CAM-0042"),
        ["Asks about the product", "SKU-CAM-0042"],
    ),
    "empty answer": ("interactive", {"interactive": {}}, ["cannot show"]),
    "order": (
        "order",
        {"order": {"catalog_id": "88", "text": "Depois das 18h", "product_items": ITEMS}},
        ["SKU-CAM-0042", "R$ 79.90", "R$ 159.80", "R$ 308.80", "Depois das 18h"],
    ),
    "number changed": (
        "system",
        {
            "from": "5511987650001",
            "system": {
                "body": "O usuário mudou de número",
                "wa_id": "5511976540011",
                "user_id": "BR.55",
                "type": "user_changed_number",
            },
        },
        ["The customer changed their number"],
    ),
    "identification changed": (
        "system",
        {"system": {"body": "User changed user id", "user_id": "BR.28", "type": "user_changed_user_id"}},
        ["new identification"],
    ),
    "call": ("call", {"event": "connect", "direction": "USER_INITIATED"}, ["Call from the customer"]),
    "template": (
        "template",
        {
            "template": {
                "name": "pedido_enviado",
                "language": {"code": "pt_BR"},
                "components": [{"type": "body", "parameters": [{"type": "text", "text": "Ana"}]}],
            }
        },
        ["pedido_enviado", "Ana"],
    ),
    "template as read": (
        "template",
        {
            "template": {"name": "pedido_enviado", "language": {"code": "pt_BR"}},
            "shown": {
                "header": "TEXT",
                "title": "Pedido",
                "body": "Olá, Ana!",
                "footer": "Loja Aurora",
                "buttons": [{"type": "QUICK_REPLY", "text": "Rastrear"}],
            },
        },
        ["Pedido", "Olá, Ana!", "Loja Aurora", "Rastrear"],
    ),
    "question with buttons": (
        "interactive",
        {
            "interactive": {
                "type": "button",
                "header": {"type": "text", "text": "Agenda"},
                "body": {"text": "Qual turno?"},
                "footer": {"text": "Até 18h"},
                "action": {"buttons": [{"type": "reply", "reply": {"id": "m", "title": "Manhã"}}]},
            }
        },
        ["Agenda", "Qual turno?", "Até 18h", "Manhã"],
    ),
    "question with a list": (
        "interactive",
        {
            "interactive": {
                "type": "list",
                "body": {"text": "Com quem?"},
                "action": {
                    "button": "Ver áreas",
                    "sections": [{"rows": [{"id": "v", "title": "Vendas", "description": "Novos pedidos"}]}],
                },
            }
        },
        ["Com quem?", "Ver áreas", "Vendas", "Novos pedidos"],
    ),
    "question with a link": (
        "interactive",
        {
            "interactive": {
                "type": "cta_url",
                "body": {"text": "Acompanhe"},
                "action": {"name": "cta_url", "parameters": {"display_text": "Ver", "url": "https://loja.example/7"}},
            }
        },
        ["Acompanhe", "Ver"],
    ),
    "request for a place": (
        "interactive",
        {"interactive": {"type": "location_request_message", "body": {"text": "Onde?"}, "action": {}}},
        ["Onde?", "Send location"],
    ),
    "file of before": ("media_placeholder", {}, ["It was not imported"]),
    "poll": (
        "unsupported",
        {"unsupported": {"type": "poll_creation"}, "errors": [{"code": 131051, "title": "Message type unknown"}]},
        ["A poll, which WhatsApp does not hand over", "Ask them to send it again"],
    ),
    "unavailable": (
        "unsupported",
        {"errors": [{"code": 131060, "title": "This message is unavailable"}]},
        ["could not deliver this message"],
    ),
}

"""Fictional contents for what is sent without saying more: a place, a card, an order, an ad, a receipt."""

PLACE = {
    "latitude": -23.561414,
    "longitude": -46.655881,
    "name": "Museu da Avenida",
    "address": "Av. Paulista, 1500, São Paulo - SP",
}
CARDS = [
    {
        "name": {"formatted_name": "Rosa Costureira", "first_name": "Rosa", "last_name": "Costureira"},
        "phones": [{"phone": "+55 11 98765-0077", "wa_id": "5511987650077", "type": "CELL"}],
        "emails": [{"email": "rosa@exemplo.com.br", "type": "WORK"}],
        "org": {"company": "Ateliê Linha Fina"},
    }
]
SHARED_PHONE = "5511987650004"
CATALOG = "880011223344556"
PRODUCT = {"catalog_id": CATALOG, "product_retailer_id": "SKU-VES-0042"}
ORDER = {
    "catalog_id": CATALOG,
    "text": "Podem entregar depois das 18h?",
    "product_items": [
        {"product_retailer_id": "SKU-VES-0042", "quantity": 1, "item_price": 189.9, "currency": "BRL"},
        {"product_retailer_id": "SKU-SAN-0037", "quantity": 2, "item_price": 79, "currency": "BRL"},
    ],
}
FLOW_ANSWERS = {"flow_token": "prova-0042", "data": "2026-12-03", "periodo": "tarde", "pessoas": "4"}
REFERRAL = {
    "source_url": "https://fb.me/aurora0001",
    "source_id": "120211000987650",
    "source_type": "ad",
    "headline": "Vestidos de festa com frete grátis",
    "body": "Converse com a loja e receba em casa para provar",
    "media_type": "image",
    "image_url": "https://anuncio.example/vestidos.jpg",
    "ctwa_clid": "ARBx7-inventado-KpQ2v",
    "welcome_message": {"text": "Olá! Como podemos ajudar?"},
}
RECEIPT_NAME = "Comprovante do Pix.pdf"
RECEIPT_TITLE = "Comprovante de pagamento"
RECEIPT_LINES = (
    "Forma: Pix",
    "Valor: R$ 189,90",
    "Para: Loja Aurora",
    "Referência: pedido 8812",
    "Documento fictício, feito pelo simulador.",
)

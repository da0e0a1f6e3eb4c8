"""The templates that the business has when the simulation begins: of every shape, and some that Meta stopped."""

GREEN, RED, UNKNOWN = ({"score": score, "date": 1793620800} for score in ("GREEN", "RED", "UNKNOWN"))


def _template(id: str, name: str, category: str, *components: dict, named: bool = False, **others: object) -> dict:
    return {
        "id": id,
        "name": name,
        "language": "pt_BR",
        "status": "APPROVED",
        "category": category,
        "parameter_format": "NAMED" if named else "POSITIONAL",
        "quality_score": GREEN,
        "rejected_reason": "NONE",
        "components": list(components),
    } | others


def _body(text: str, *examples: str) -> dict:
    example = {"example": {"body_text": [list(examples)]}} if examples else {}
    return {"type": "BODY", "text": text} | example


def _named_body(text: str, **examples: str) -> dict:
    named = [{"param_name": name, "example": example} for name, example in examples.items()]
    return {"type": "BODY", "text": text, "example": {"body_text_named_params": named}}


def _header(kind: str) -> dict:
    return {"type": "HEADER", "format": kind, "example": {"header_handle": [f"4::example-{kind.lower()}"]}}


def _footer(text: str) -> dict:
    return {"type": "FOOTER", "text": text}


def _buttons(*buttons: dict) -> dict:
    return {"type": "BUTTONS", "buttons": list(buttons)}


def _reply(text: str) -> dict:
    return {"type": "QUICK_REPLY", "text": text}


def _link(text: str, url: str, *example: str) -> dict:
    return {"type": "URL", "text": text, "url": url} | ({"example": list(example)} if example else {})


def _card(text: str, slug: str) -> dict:
    link = _link("Ver peça", "https://aurora.example/pecas/{{1}}", f"https://aurora.example/pecas/{slug}")
    return {"components": [_header("IMAGE"), _body(text, "199,90"), _buttons(link, _reply("Quero essa"))]}


FIRST_TEMPLATES = (
    _template(
        "1790000000000001",
        "pedido_enviado",
        "UTILITY",
        _body(
            "Olá, {{1}}! Seu pedido {{2}} saiu para entrega e chega até {{3}}. Qualquer dúvida, "
            "é só responder por aqui.",
            "Ana",
            "8812",
            "quinta-feira",
        ),
        _footer("Loja Aurora"),
    ),
    _template(
        "1790000000000002",
        "retomar_atendimento",
        "UTILITY",
        _named_body(
            "Oi, {{cliente}}! Temos novidades do seu atendimento {{assunto}}. Podemos continuar?",
            cliente="Bruno",
            assunto="sobre a troca",
        ),
        _buttons(_reply("Podemos, sim"), _reply("Agora não")),
        named=True,
    ),
    _template(
        "1790000000000003",
        "novidades_da_semana",
        "MARKETING",
        _body("Oi, {{1}}! A coleção nova chegou, e clientes como você têm 10% de desconto até domingo. 🌸", "Carla"),
        _footer("Responda SAIR para não receber mais"),
        _buttons(_reply("Quero ver")),
    ),
    _template(
        "1790000000000004",
        "codigo_de_acesso",
        "AUTHENTICATION",
        _body("Seu código de verificação é {{1}}. Para sua segurança, não o compartilhe.", "123456")
        | {"add_security_recommendation": True},
        _footer("Este código expira em 10 minutos.") | {"code_expiration_minutes": 10},
        _buttons(
            _link(
                "Copiar código",
                "https://www.whatsapp.com/otp/code/?otp_type=COPY_CODE&code=otp{{1}}",
                "https://www.whatsapp.com/otp/code/?otp_type=COPY_CODE&code=otp123456",
            )
        ),
    ),
    # Every new account has it at Meta.
    _template(
        "1790000000000005",
        "hello_world",
        "UTILITY",
        _body(
            "Welcome and congratulations!! This message demonstrates your ability to send a WhatsApp message "
            "notification from the Cloud API. Thank you for taking the time to test with us."
        ),
        _footer("WhatsApp Business Platform sample message"),
        language="en_US",
    ),
    _template(
        "1790000000000006",
        "promocao_de_inverno",
        "MARKETING",
        _header("IMAGE"),
        _named_body(
            "Oi, {{nome}}! Até {{prazo}}, o cupom abaixo dá {{desconto}} em todas as malhas. É só até acabar!",
            nome="Carla",
            prazo="domingo",
            desconto="20%",
        ),
        _footer("Loja Aurora"),
        _buttons(
            _link("Ver a coleção", "https://aurora.example/inverno/{{1}}", "https://aurora.example/inverno/malhas"),
            {"type": "COPY_CODE", "text": "Copiar código", "example": ["INVERNO20"]},
            _reply("Parar promoções"),
        ),
        named=True,
    ),
    _template(
        "1790000000000007",
        "nota_fiscal",
        "UTILITY",
        _header("DOCUMENT"),
        _body("Olá, {{1}}! Segue a nota fiscal do pedido {{2}}. Guarde este documento.", "Ana", "8812"),
        _buttons(_link("Central de ajuda", "https://aurora.example/ajuda")),
    ),
    _template(
        "1790000000000008",
        "retirada_na_loja",
        "UTILITY",
        {"type": "HEADER", "format": "LOCATION"},
        _body("Oi, {{1}}! Seu pedido já está na loja. Retire até {{2}} com um documento com foto.", "Ana", "sábado"),
        _buttons({"type": "PHONE_NUMBER", "text": "Ligar para a loja", "phone_number": "+551140020001"}),
    ),
    _template(
        "1790000000000009",
        "confirmacao_de_consulta",
        "UTILITY",
        {
            "type": "HEADER",
            "format": "TEXT",
            "text": "Consulta de {{especialidade}} marcada",
            "example": {
                "header_text_named_params": [{"param_name": "especialidade", "example": "estilo"}],
            },
        },
        _named_body(
            "Olá, {{cliente}}! Sua consulta com {{consultora}} é em {{data}}.\n\n*Endereço:* Rua das Flores, 120\n\n"
            "Podemos contar com você?",
            cliente="Ana",
            consultora="Beatriz",
            data="12/11 às 15h",
        ),
        _footer("Para remarcar, avise com 24 h de antecedência"),
        _buttons(_reply("Confirmo"), _reply("Remarcar")),
        named=True,
    ),
    _template(
        "1790000000000010",
        "vitrine_da_estacao",
        "MARKETING",
        _body("Separamos três peças para você, {{1}}. Deslize e escolha a sua:", "Carla"),
        {
            "type": "CAROUSEL",
            "cards": [
                _card("Vestido de linho por R$ {{1}}", "vestido"),
                _card("Blazer alfaiataria por R$ {{1}}", "blazer"),
                _card("Saia midi por R$ {{1}}", "saia"),
            ],
        },
    ),
    _template(
        "1790000000000011",
        "cobranca_amigavel",
        "UTILITY",
        _body("Oi, {{1}}! Pague hoje e ganhe um brinde na próxima compra. É só responder aqui.", "Ana"),
        status="REJECTED",
        rejected_reason="TAG_CONTENT_MISMATCH",
        quality_score=UNKNOWN,
    ),
    _template(
        "1790000000000012",
        "pesquisa_de_satisfacao",
        "MARKETING",
        _body("Oi, {{1}}! De 0 a 10, quanto você indicaria a Aurora a uma amiga? Responda por aqui.", "Ana"),
        status="PAUSED",
        quality_score=RED,
    ),
    _template(
        "1790000000000013",
        "pedido_enviado",
        "UTILITY",
        _body(
            "Hello, {{1}}! Your order {{2}} is on its way and arrives by {{3}}. Just reply here if you need us.",
            "Ana",
            "8812",
            "Thursday",
        ),
        _footer("Loja Aurora"),
        language="en_US",
    ),
)

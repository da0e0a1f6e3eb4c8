"""The message templates of the business: the first four, the catalogue and its Graph calls."""

import json
import re
import secrets
import time
from typing import TYPE_CHECKING

from simulator.errors import GraphError
from simulator.ledger import Statement
from simulator.shapes import Update, transmitted

if TYPE_CHECKING:
    from simulator.calls import Call
    from simulator.state import Simulator

INSERT_TEMPLATE = "INSERT OR REPLACE INTO templates VALUES (?,?,?)"
DELETE_TEMPLATE = "DELETE FROM templates WHERE id = ?"
REVIEW_SECONDS = 5.0
VARIABLE = re.compile(r"{{\s*(\w+)\s*}}")
NAME = re.compile(r"[a-z0-9_]{1,512}")


def _template(id: str, name: str, category: str, body: dict, *others: dict, named: bool = False) -> dict:
    return {
        "id": id,
        "name": name,
        "language": "pt_BR",
        "status": "APPROVED",
        "category": category,
        "parameter_format": "NAMED" if named else "POSITIONAL",
        "quality_score": {"score": "GREEN", "date": 1793620800},
        "rejected_reason": "NONE",
        "components": [body, *others],
    }


FIRST_TEMPLATES = (
    _template(
        "1790000000000001",
        "pedido_enviado",
        "UTILITY",
        {
            "type": "BODY",
            "text": "Olá, {{1}}! Seu pedido {{2}} saiu para entrega e chega até {{3}}. Qualquer dúvida, "
            "é só responder por aqui.",
            "example": {"body_text": [["Ana", "8812", "quinta-feira"]]},
        },
        {"type": "FOOTER", "text": "Loja Aurora"},
    ),
    _template(
        "1790000000000002",
        "retomar_atendimento",
        "UTILITY",
        {
            "type": "BODY",
            "text": "Oi, {{cliente}}! Temos novidades do seu atendimento {{assunto}}. Podemos continuar?",
            "example": {
                "body_text_named_params": [
                    {"param_name": "cliente", "example": "Bruno"},
                    {"param_name": "assunto", "example": "sobre a troca"},
                ]
            },
        },
        {
            "type": "BUTTONS",
            "buttons": [
                {"type": "QUICK_REPLY", "text": "Podemos, sim"},
                {"type": "QUICK_REPLY", "text": "Agora não"},
            ],
        },
        named=True,
    ),
    _template(
        "1790000000000003",
        "novidades_da_semana",
        "MARKETING",
        {
            "type": "BODY",
            "text": "Oi, {{1}}! A coleção nova chegou, e clientes como você têm 10% de desconto até domingo. 🌸",
            "example": {"body_text": [["Carla"]]},
        },
        {"type": "FOOTER", "text": "Responda SAIR para não receber mais"},
        {"type": "BUTTONS", "buttons": [{"type": "QUICK_REPLY", "text": "Quero ver"}]},
    ),
    _template(
        "1790000000000004",
        "codigo_de_acesso",
        "AUTHENTICATION",
        {
            "type": "BODY",
            "text": "Seu código de verificação é {{1}}. Para sua segurança, não o compartilhe.",
            "add_security_recommendation": True,
            "example": {"body_text": [["123456"]]},
        },
        {"type": "FOOTER", "text": "Este código expira em 10 minutos.", "code_expiration_minutes": 10},
        {
            "type": "BUTTONS",
            "buttons": [
                {
                    "type": "URL",
                    "text": "Copiar código",
                    "url": "https://www.whatsapp.com/otp/code/?otp_type=COPY_CODE&code=otp{{1}}",
                    "example": ["https://www.whatsapp.com/otp/code/?otp_type=COPY_CODE&code=otp123456"],
                }
            ],
        },
    ),
    # Every new account has it at Meta.
    _template(
        "1790000000000005",
        "hello_world",
        "UTILITY",
        {
            "type": "BODY",
            "text": "Welcome and congratulations!! This message demonstrates your ability to send a WhatsApp message "
            "notification from the Cloud API. Thank you for taking the time to test with us.",
        },
        {"type": "FOOTER", "text": "WhatsApp Business Platform sample message"},
    )
    | {"language": "en_US"},
)


class Catalogue:
    """The templates of the account in memory."""

    def __init__(self, rows: list[dict]) -> None:
        self.all: dict[str, dict] = {}
        for row in rows:
            template = json.loads(row["body"])
            self.all[template["id"]] = template

    def find(self, name: str, language: str) -> dict | None:
        """Return the template with this name and language."""
        matching = (one for one in self.all.values() if (one["name"], one["language"]) == (name, language))
        return next(matching, None)


def first_rows() -> list[Statement]:
    """Return the statements that put the first templates into an empty ledger."""
    sql = "INSERT OR IGNORE INTO templates VALUES (?,?,?)"
    return [(sql, (one["id"], one["name"], json.dumps(one))) for one in FIRST_TEMPLATES]


def rendered(template: dict, sent: dict) -> str:
    """Return the body text with the sent parameters; raise GraphError when they do not fit."""
    body = next(part for part in template["components"] if part["type"].upper() == "BODY")
    given: list[dict] = []
    for component in sent.get("components") or []:
        if str(component.get("type")).lower() == "body":
            given = component.get("parameters") or []
    text = body.get("text", "")
    wanted = list(dict.fromkeys(VARIABLE.findall(text)))
    if len(given) != len(wanted):
        details = f"body: number of localizable_params ({len(given)}) does not match the expected number of params"
        raise GraphError(132000, f"{details} ({len(wanted)})")
    values = {}
    for position, parameter in enumerate(given, start=1):
        value = str(parameter.get("text", ""))
        if "\n" in value or "\t" in value or "     " in value:
            raise GraphError(132018, "Param text cannot have new-line/tab characters or more than 4 spaces")
        values[parameter.get("parameter_name") or str(position)] = value
    return VARIABLE.sub(lambda found: values.get(found[1], found[0]), text)


def check_sendable(sim: "Simulator", sent: dict) -> dict:
    """Return the approved template a send names; raise GraphError otherwise."""
    name, language = sent.get("name", ""), (sent.get("language") or {}).get("code", "")
    template = sim.templates.find(name, language)
    if not template or template["status"] == "PENDING":
        raise GraphError(132001, f"template name ({name}) does not exist in {language}")
    if template["status"] == "PAUSED":
        raise GraphError(132015)
    if template["status"] != "APPROVED":
        raise GraphError(132016)
    return template


def quick_replies(sim: "Simulator", sent: dict) -> list[dict]:
    """Return the quick replies of a sent template with the payload each answers with."""
    template = sim.templates.find(sent.get("name", ""), (sent.get("language") or {}).get("code", ""))
    payloads = {}
    for component in sent.get("components") or []:
        if component.get("sub_type") == "quick_reply" and component.get("parameters"):
            payloads[str(component.get("index"))] = component["parameters"][0].get("payload")
    parts = template["components"] if template else []
    buttons = [button for part in parts for button in part.get("buttons", [])]
    return [
        {"id": payloads.get(str(index)) or button["text"], "title": button["text"], "template": True}
        for index, button in enumerate(buttons)
        if button["type"] == "QUICK_REPLY"
    ]


def listing(sim: "Simulator", query: dict[str, str], page_url: str) -> dict:
    """Return one page of the templates, filtered as the query says."""
    filters = {key: query[key] for key in ("name", "status", "category", "language") if key in query}
    chosen = [one for one in sim.templates.all.values() if all(one[key] == filters[key] for key in filters)]
    limit = max(1, min(int(query.get("limit", "25")), 250))
    start = int(query.get("after") or 0)
    page = chosen[start : start + limit]
    fields = [name for name in query.get("fields", "").split(",") if name]
    if fields:
        page = [{key: one[key] for key in one if key in fields or key == "id"} for one in page]
    end = start + len(page)
    paging: dict = {"cursors": {"before": str(start), "after": str(end)}}
    if end < len(chosen):
        rest = "".join(f"&{key}={query[key]}" for key in (*filters, "fields") if key in query)
        paging["next"] = f"{page_url}?limit={limit}&after={end}{rest}"
    return {"data": page, "paging": paging}


def create(sim: "Simulator", call: "Call", values: dict) -> dict:
    """Create a template: pending now, approved by webhook a few seconds later."""
    name, language, category = (str(values.get(key, "")) for key in ("name", "language", "category"))
    if not NAME.fullmatch(name) or not language or category not in ("UTILITY", "MARKETING", "AUTHENTICATION"):
        raise GraphError(100, "name, language or category is invalid", subcode=2388072)
    if sim.templates.find(name, language):
        raise GraphError(100, "There is already content in this language", subcode=2388024)
    template = {
        "id": str(1_790_000_000_000_000 + secrets.randbelow(10**12)),
        "name": name,
        "language": language,
        "status": "PENDING",
        "category": category,
        "parameter_format": values.get("parameter_format", "POSITIONAL"),
        "quality_score": {"score": "UNKNOWN"},
        "rejected_reason": "NONE",
        "components": values.get("components") or [],
    }
    sim.templates.all[template["id"]] = template
    call.kind, call.text = "template.create", name
    call.updates.append(_approval(sim, template))
    # The file says approved at once: after a restart nobody would be left to approve it.
    call.statements.append(_row(template | {"status": "APPROVED"}))
    sim.later(REVIEW_SECONDS, lambda: template.update(status="APPROVED"))
    return {key: template[key] for key in ("id", "status", "category")}


def delete(sim: "Simulator", call: "Call", query: dict[str, str]) -> dict:
    """Delete all languages of a name, or one template by hsm_id."""
    name, one_id = query.get("name"), query.get("hsm_id")
    doomed = [
        template["id"]
        for template in sim.templates.all.values()
        if template["name"] == name and one_id in (None, template["id"])
    ]
    if not doomed:
        raise GraphError(100, "message template not found", subcode=2593002)
    for template_id in doomed:
        del sim.templates.all[template_id]
    call.kind, call.text = "template.delete", name
    call.statements += [(DELETE_TEMPLATE, (template_id,)) for template_id in doomed]
    return {"success": True}


def _row(template: dict) -> Statement:
    return INSERT_TEMPLATE, (template["id"], template["name"], json.dumps(template))


def _approval(sim: "Simulator", template: dict) -> Update:
    change = {
        "value": {
            "event": "APPROVED",
            "message_template_id": int(template["id"]),
            "message_template_name": template["name"],
            "message_template_language": template["language"],
            "message_template_category": template["category"],
            "reason": "NONE",
        },
        "field": "message_template_status_update",
    }
    due = time.time() + REVIEW_SECONDS
    name = "message_template_status_update"
    return Update(sim.ledger.next_id("updates"), due, "change", "", None, name, "", transmitted(change))

"""Graph calls about the account and its numbers."""

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from simulator.config import Number
from simulator.errors import GraphError
from simulator.web import BadRequest

if TYPE_CHECKING:
    from simulator.state import Simulator

APP_ID = "670000000000001"


@dataclass
class Changed:
    """What was changed about the account and its numbers since the start, by Graph calls or the control API."""

    subscribed: bool = True
    override: str = ""
    numbers: dict[str, dict] = field(default_factory=dict)
    overrides: dict[str, str] = field(default_factory=dict)


def account(sim: "Simulator", query: dict[str, str]) -> dict:
    """Return the WhatsApp Business Account with the fields the query names."""
    whole = {
        "id": sim.config.waba_id,
        "name": "Loja Aurora",
        "currency": "BRL",
        "timezone_id": "25",
        "account_review_status": "APPROVED",
        "message_template_namespace": "aurora_0001",
        "business_verification_status": "verified",
        "status": "ACTIVE",
        "owner_business_info": {"id": "190000000000001", "name": "Loja Aurora"},
        "health_status": _health("WABA", sim.config.waba_id),
    }
    return _chosen(whole, query, ("id", "name", "currency", "timezone_id", "message_template_namespace"))


def number(sim: "Simulator", one: Number, query: dict[str, str]) -> dict:
    """Return one phone number with the fields the query names."""
    whole = {
        "id": one.id,
        "display_phone_number": one.display,
        "verified_name": one.name,
        "quality_rating": "GREEN",
        "code_verification_status": "VERIFIED",
        "name_status": "APPROVED",
        "new_name_status": "NONE",
        "status": "CONNECTED",
        "throughput": {"level": "HIGH"},
        "whatsapp_business_manager_messaging_limit": "TIER_100K",
        "health_status": _health("PHONE_NUMBER", one.id),
        "is_official_business_account": False,
        "is_on_biz_app": False,
        "platform_type": "CLOUD_API",
        "account_mode": "LIVE",
        "webhook_configuration": _addresses(sim, one.id),
    } | sim.changed.numbers.get(one.id, {})
    usual = ("id", "display_phone_number", "verified_name", "quality_rating", "code_verification_status")
    return _chosen(whole, query, (*usual, "status", "platform_type", "throughput"))


def numbers(sim: "Simulator", query: dict[str, str]) -> dict:
    """Return the phone numbers of the account."""
    return {"data": [number(sim, one, query) for one in sim.config.numbers.values()]}


def subscribed_apps(sim: "Simulator") -> dict:
    """Return the apps that receive the account's webhooks, and where to when the account overrides it."""
    if not sim.changed.subscribed:
        return {"data": []}
    app = {"id": APP_ID, "name": "Prosa", "link": "https://www.facebook.com/games/?app_id=1"}
    override = {"override_callback_uri": sim.changed.override} if sim.changed.override else {}
    return {"data": [{"whatsapp_business_api_data": app} | override]}


def subscribe(sim: "Simulator", method: str, body: dict) -> dict:
    """Attach the app to the account, with or without an address of the account's own, or detach it."""
    sim.changed.subscribed = method == "POST"
    sim.changed.override = str(body.get("override_callback_uri") or "")
    return {"success": True}


def change_number(sim: "Simulator", one: Number, body: dict) -> dict:
    """Set or, when empty, remove the number's own webhook address."""
    wanted = body.get("webhook_configuration")
    if not isinstance(wanted, dict):
        raise GraphError(100, "Unsupported request")
    sim.changed.overrides[one.id] = str(wanted.get("override_callback_uri") or "")
    return {"success": True}


def pretend(sim: "Simulator", number_id: str, values: dict) -> dict:
    """Let Graph tell other values of a number from now on: quality, status, limit; return them all."""
    one = sim.config.number(number_id)
    if not one or not isinstance(values, dict):
        raise BadRequest("There is no such phone number.")
    sim.changed.numbers[one.id] = sim.changed.numbers.get(one.id, {}) | values
    return number(sim, one, {"fields": ",".join(["quality_rating", "name_status", "status", *values])})


def profile() -> dict:
    """Return the business profile of a number."""
    return {"data": [{"about": "Moda feita com calma", "vertical": "RETAIL", "messaging_product": "whatsapp"}]}


def check_account(sim: "Simulator", waba_id: str) -> None:
    """Raise GraphError unless this is our account."""
    if waba_id != sim.config.waba_id:
        raise GraphError(100, f"Object with ID '{waba_id}' does not exist", subcode=33)


def _addresses(sim: "Simulator", number_id: str) -> dict:
    """Where webhooks of a number go: Meta takes the first of number, account, app."""
    named = {
        "phone_number": sim.changed.overrides.get(number_id),
        "whatsapp_business_account": sim.changed.override,
        "application": sim.config.webhook_url,
    }
    return {owner: address for owner, address in named.items() if address}


def _chosen(whole: dict, query: dict[str, str], usual: tuple[str, ...]) -> dict:
    names = [name for name in query.get("fields", "").split(",") if name] or usual
    return {name: value for name, value in whole.items() if name in names or name == "id"}


def _health(entity: str, id: str) -> dict:
    entities = [{"entity_type": entity, "id": id, "can_send_message": "AVAILABLE"}]
    return {"can_send_message": "AVAILABLE", "entities": entities}

"""Graph calls about the account and its numbers."""

from typing import TYPE_CHECKING

from simulator.config import Number
from simulator.errors import GraphError

if TYPE_CHECKING:
    from simulator.state import Simulator


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


def number(one: Number, query: dict[str, str]) -> dict:
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
    }
    usual = ("id", "display_phone_number", "verified_name", "quality_rating", "code_verification_status")
    return _chosen(whole, query, (*usual, "status", "platform_type", "throughput"))


def numbers(sim: "Simulator", query: dict[str, str]) -> dict:
    """Return the phone numbers of the account."""
    return {"data": [number(one, query) for one in sim.config.numbers.values()]}


def subscribed_apps() -> dict:
    """Return the apps that receive the account's webhooks."""
    app = {"id": "670000000000001", "name": "Prosa", "link": "https://www.facebook.com/games/?app_id=1"}
    return {"data": [{"whatsapp_business_api_data": app}]}


def profile() -> dict:
    """Return the business profile of a number."""
    return {"data": [{"about": "Moda feita com calma", "vertical": "RETAIL", "messaging_product": "whatsapp"}]}


def check_account(sim: "Simulator", waba_id: str) -> None:
    """Raise GraphError unless this is our account."""
    if waba_id != sim.config.waba_id:
        raise GraphError(100, f"Object with ID '{waba_id}' does not exist", subcode=33)


def _chosen(whole: dict, query: dict[str, str], usual: tuple[str, ...]) -> dict:
    names = [name for name in query.get("fields", "").split(",") if name] or usual
    return {name: value for name, value in whole.items() if name in names or name == "id"}


def _health(entity: str, id: str) -> dict:
    entities = [{"entity_type": entity, "id": id, "can_send_message": "AVAILABLE"}]
    return {"can_send_message": "AVAILABLE", "entities": entities}

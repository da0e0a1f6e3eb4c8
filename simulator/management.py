"""Graph calls that read about accounts and their numbers, and what was changed about them."""

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from simulator.config import SPARE, SPARE_WABA, Number
from simulator.errors import GraphError
from simulator.web import BadRequest

if TYPE_CHECKING:
    from simulator.state import Simulator

APP_ID = "670000000000001"
NAMES = {SPARE_WABA: "Loja Aurora Filiais"}
NOT_CONNECTED = {"status": "PENDING", "code_verification_status": "NOT_VERIFIED", "quality_rating": "UNKNOWN"}
"""What Graph tells of a number that was added and is not registered yet."""


@dataclass
class Account:
    """What is true of one account now."""

    subscribed: bool
    override: str = ""
    told: dict = field(default_factory=dict)


class Changed:
    """What was changed about accounts and numbers since the start, by Graph calls or the control API."""

    def __init__(self, waba_id: str) -> None:
        self.accounts = {SPARE_WABA: Account(subscribed=False), waba_id: Account(subscribed=True)}
        self.numbers: dict[str, dict] = {SPARE.id: dict(NOT_CONNECTED)}
        self.overrides: dict[str, str] = {}
        self.pins: dict[str, str] = {}
        self.codes: set[str] = set()
        self.registrations: dict[str, int] = {}
        self.refusals: dict[str, dict] = {}
        self.token: dict = {}
        self.verify_callbacks = True


def refuse_if_told(sim: "Simulator", operation: str) -> None:
    """Raise the error that the control API ordered for an operation."""
    if order := sim.changed.refusals.get(operation):
        raise GraphError(order["code"], str(order.get("details") or ""), subcode=order.get("subcode"))


def account(sim: "Simulator", waba_id: str, query: dict[str, str]) -> dict:
    """Return a WhatsApp Business Account with the fields the query names."""
    name = NAMES.get(waba_id, "Loja Aurora")
    whole = {
        "id": waba_id,
        "name": name,
        "currency": "BRL",
        "timezone_id": "25",
        "account_review_status": "APPROVED",
        "message_template_namespace": "aurora_0001",
        "business_verification_status": "verified",
        "status": "ACTIVE",
        "owner_business_info": {"id": "190000000000001", "name": "Loja Aurora"},
        "health_status": _health("WABA", waba_id),
    } | sim.changed.accounts[waba_id].told
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


def numbers(sim: "Simulator", waba_id: str, query: dict[str, str]) -> dict:
    """Return the phone numbers of an account."""
    return {"data": [number(sim, one, query) for one in sim.config.numbers_of(waba_id)]}


def is_registered(sim: "Simulator", number_id: str) -> bool:
    """Tell whether a number may send and receive."""
    return sim.changed.numbers.get(number_id, {}).get("status") not in ("PENDING", "DISCONNECTED")


def is_muted(sim: "Simulator", number_id: str) -> bool:
    """Tell whether nobody is told of what happens on a number: no app is subscribed to its account."""
    return bool(number_id) and not sim.changed.accounts[sim.config.waba_of(number_id)].subscribed


def subscribed_apps(sim: "Simulator", waba_id: str) -> dict:
    """Return the apps that receive the account's webhooks, and where to when the account overrides it."""
    now = sim.changed.accounts[waba_id]
    if not now.subscribed:
        return {"data": []}
    app = {"id": APP_ID, "name": "Prosa", "link": "https://www.facebook.com/games/?app_id=1"}
    override = {"override_callback_uri": now.override} if now.override else {}
    return {"data": [{"whatsapp_business_api_data": app} | override]}


def pretend(sim: "Simulator", number_id: str, values: dict) -> dict:
    """Let Graph tell other values of a number from now on: quality, status, limit; return them all."""
    one = sim.config.number(number_id)
    if not one or not isinstance(values, dict):
        raise BadRequest("There is no such phone number.")
    sim.changed.numbers[one.id] = sim.changed.numbers.get(one.id, {}) | values
    return number(sim, one, {"fields": ",".join(["quality_rating", "name_status", "status", *values])})


def pretend_of_account(sim: "Simulator", waba_id: str, values: dict) -> dict:
    """Let Graph tell other values of an account from now on: review, health; return them all."""
    if waba_id not in sim.changed.accounts:
        raise BadRequest("There is no such account.")
    sim.changed.accounts[waba_id].told |= values
    return account(sim, waba_id, {"fields": ",".join(values)})


def profile() -> dict:
    """Return the business profile of a number."""
    return {"data": [{"about": "Moda feita com calma", "vertical": "RETAIL", "messaging_product": "whatsapp"}]}


def check_account(sim: "Simulator", waba_id: str) -> None:
    """Raise GraphError unless this is an account of ours."""
    if waba_id not in sim.changed.accounts:
        raise GraphError(100, f"Object with ID '{waba_id}' does not exist", subcode=33)


def _addresses(sim: "Simulator", number_id: str) -> dict:
    """Where webhooks of a number go: Meta takes the first of number, account, app."""
    named = {
        "phone_number": sim.changed.overrides.get(number_id),
        "whatsapp_business_account": sim.changed.accounts[sim.config.waba_of(number_id)].override,
        "application": sim.config.webhook_url,
    }
    return {owner: address for owner, address in named.items() if address}


def _chosen(whole: dict, query: dict[str, str], usual: tuple[str, ...]) -> dict:
    names = [name for name in query.get("fields", "").split(",") if name] or usual
    return {name: value for name, value in whole.items() if name in names or name == "id"}


def _health(entity: str, id: str) -> dict:
    entities = [{"entity_type": entity, "id": id, "can_send_message": "AVAILABLE"}]
    return {"can_send_message": "AVAILABLE", "entities": entities}

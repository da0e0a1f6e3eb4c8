"""Graph calls that connect a number: the token's debugger, subscription, callback, code, registration."""

import hmac
from typing import TYPE_CHECKING

from simulator.client import HttpClient
from simulator.config import Number
from simulator.errors import GraphError
from simulator.management import APP_ID, refuse_if_told
from simulator.webhooks import answers_challenge

if TYPE_CHECKING:
    from simulator.state import Simulator

CODE = "123456"
"""The code of every text message and call that verifies a number."""
SCOPES = ["whatsapp_business_management", "whatsapp_business_messaging"]
MOST_REGISTRATIONS = 10


def debug_token(sim: "Simulator", authorization: str, query: dict[str, str]) -> dict:
    """Tell about a token, to whom names the app and its secret; the control API may change what is told."""
    if not hmac.compare_digest(authorization.encode(), f"Bearer {APP_ID}|{sim.config.app_secret}".encode()):
        raise GraphError(190, "Invalid OAuth access token - Cannot get application info due to a system error.")
    refuse_if_told(sim, "debug_token")
    token = query.get("input_token", "")
    if not token or (sim.config.tokens and token not in sim.config.tokens):
        error = {"code": 190, "message": "Malformed access token", "subcode": 467}
        return {"data": {"is_valid": False, "scopes": [], "error": error}}
    targets = list(sim.changed.accounts)
    whole = {
        "app_id": APP_ID,
        "type": "SYSTEM_USER",
        "application": "Prosa",
        "data_access_expires_at": 0,
        "expires_at": 0,
        "is_valid": True,
        "scopes": SCOPES,
        "granular_scopes": [{"scope": scope, "target_ids": targets} for scope in SCOPES],
    }
    return {"data": whole | sim.changed.token}


async def subscribe(sim: "Simulator", waba_id: str, method: str, body: dict) -> dict:
    """Attach the app to the account, with or without an address of the account's own, or detach it."""
    refuse_if_told(sim, "subscribe")
    override = str(body.get("override_callback_uri") or "")
    await _check_callback(sim, override, body)
    sim.changed.accounts[waba_id].subscribed = method == "POST"
    sim.changed.accounts[waba_id].override = override
    return {"success": True}


async def change_number(sim: "Simulator", one: Number, body: dict) -> dict:
    """Set or, when empty, remove the number's own webhook address."""
    refuse_if_told(sim, "callback")
    wanted = body.get("webhook_configuration")
    if not isinstance(wanted, dict):
        raise GraphError(100, "Unsupported request")
    override = str(wanted.get("override_callback_uri") or "")
    await _check_callback(sim, override, wanted)
    sim.changed.overrides[one.id] = override
    return {"success": True}


def request_code(sim: "Simulator", one: Number, body: dict) -> dict:
    """Send the code of verification by text message or call; it is always CODE."""
    refuse_if_told(sim, "request_code")
    if body.get("code_method") not in ("SMS", "VOICE") or not body.get("language"):
        raise GraphError(100, "Param code_method must be one of {SMS, VOICE}")
    if _told(sim, one).get("code_verification_status", "VERIFIED") == "VERIFIED":
        raise GraphError(136024, "The phone number is verified already.")
    sim.changed.codes.add(one.id)
    return {"success": True}


def verify_code(sim: "Simulator", one: Number, body: dict) -> dict:
    """Take the code of a verification."""
    refuse_if_told(sim, "verify_code")
    if one.id not in sim.changed.codes or body.get("code") != CODE:
        raise GraphError(136024, "The code you entered is wrong or expired.")
    sim.changed.codes.discard(one.id)
    _told(sim, one)["code_verification_status"] = "VERIFIED"
    return {"success": True}


def register(sim: "Simulator", one: Number, body: dict) -> dict:
    """Register a verified number with a PIN, which the first registration sets."""
    refuse_if_told(sim, "register")
    pin = str(body.get("pin") or "")
    if body.get("messaging_product") != "whatsapp" or not (len(pin) == 6 and pin.isdigit()):
        raise GraphError(100, "Param pin must be 6 digits")
    _count(sim, one)
    if _told(sim, one).get("code_verification_status", "VERIFIED") != "VERIFIED":
        raise GraphError(133006, "The phone number needs to be verified before it is registered.")
    if sim.changed.pins.setdefault(one.id, pin) != pin:
        raise GraphError(133005, "The two-step verification PIN is wrong.")
    _told(sim, one)["status"] = "CONNECTED"
    return {"success": True}


def deregister(sim: "Simulator", one: Number) -> dict:
    """Take a number out of service; it must be registered again."""
    refuse_if_told(sim, "deregister")
    _count(sim, one)
    _told(sim, one)["status"] = "DISCONNECTED"
    return {"success": True}


def _told(sim: "Simulator", one: Number) -> dict:
    return sim.changed.numbers.setdefault(one.id, {})


def _count(sim: "Simulator", one: Number) -> None:
    """Count a registration; the real limit holds for 72 hours, this one until the reset."""
    count = sim.changed.registrations[one.id] = sim.changed.registrations.get(one.id, 0) + 1
    if count > MOST_REGISTRATIONS:
        raise GraphError(133016, "Too many registrations of this number in 72 hours.")


async def _check_callback(sim: "Simulator", address: str, body: dict) -> None:
    """Ask an address for the challenge, as Meta does while the request is still open."""
    if not address or not sim.changed.verify_callbacks:
        return
    client = HttpClient(address)
    fits = await answers_challenge(client, str(body.get("verify_token") or ""))
    client.close()
    if not fits:
        raise GraphError(2200, "Callback verification failed: the address did not return the challenge.")

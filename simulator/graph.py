"""The Graph API: finds the handler, writes the ledger, then answers, late or never if a fault says so."""

import asyncio
import json
import sqlite3
import time
from typing import TYPE_CHECKING

from simulator import management, media, onboarding, sending, template_calls, uploads
from simulator.calls import Call
from simulator.errors import GraphError
from simulator.web import Answer, BadRequest, Request
from simulator.webhooks import insert

if TYPE_CHECKING:
    from simulator.state import Simulator

HTML_ERROR = b"<!DOCTYPE html><html><head><title>Error</title></head><body>Sorry, something went wrong.</body></html>"


async def handle(sim: "Simulator", request: Request, parts: list[str]) -> Answer | None:
    """Answer one Graph call; None when the caller shall get no answer."""
    began = time.monotonic()
    call = Call(request.method, "/" + "/".join(parts), latency=sim.faults.latency())
    try:
        call.answer = await _route(sim, call, request, parts[1:])
    except (GraphError, BadRequest) as error:
        _refuse(call, error if isinstance(error, GraphError) else GraphError(100, str(error)))
    except (AttributeError, TypeError, ValueError) as error:
        # A body of the wrong shape, for example text where an object belongs.
        _refuse(call, GraphError(100, f"Invalid parameter: {error}"))
    try:
        await sim.ledger.write(call.insert(sim.ledger), *call.statements, *map(insert, call.updates))
    except sqlite3.Error:
        # Nothing is written, so nothing was accepted.
        return _answer(sim, Call(request.method, request.path), GraphError(131000).body(), 500)
    sim.webhooks.schedule(call.updates)
    if call.outcome == "accepted" and call.customer_id and sim.on_answer:
        sim.on_answer(call.customer_id, call.phone_number_id or "")
    if call.lost:
        await (request.gone() if call.lost == "timeout" else request.hang_up())
        return None
    remaining = call.latency - (time.monotonic() - began)
    if remaining > 0:
        await asyncio.sleep(remaining)
    return _answer(sim, call, call.answer, call.status)


async def _route(sim: "Simulator", call: Call, request: Request, parts: list[str]) -> dict:
    authorization = request.headers.get(b"authorization", b"").decode("latin-1")
    if (request.method, parts) == ("GET", ["debug_token"]):
        call.kind = "debug_token"
        return onboarding.debug_token(sim, authorization, request.query)
    if not media.authorized(sim, authorization):
        raise GraphError(190, "Invalid OAuth access token - Cannot parse access token")
    match request.method, parts:
        case "POST", [number_id, "messages"]:
            return await _message(sim, call, request, number_id)
        case "POST", [number_id, "media"]:
            _check_number(sim, call, number_id)
            return media.upload(sim, call, request, number_id)
        case "GET", [number_id, "whatsapp_business_profile"]:
            _check_number(sim, call, number_id)
            return management.profile()
        case "POST", [number_id, ("request_code" | "verify_code" | "register" | "deregister") as edge]:
            return _onboarding_edge(sim, call, request, number_id, edge)
        case method, [waba_id, ("phone_numbers" | "message_templates" | "subscribed_apps") as edge]:
            management.check_account(sim, waba_id)
            return await _account_edge(sim, call, request, method, waba_id, edge)
        case "POST", [_, "uploads"]:
            return uploads.begin(sim, call, request.query)
        case "POST", [session] if session.startswith("upload:"):
            return uploads.take(sim, call, request, session)
        case method, [object_id]:
            return await _object(sim, call, request, method, object_id)
    raise GraphError(100, "Unsupported request", subcode=33)


def _onboarding_edge(sim: "Simulator", call: Call, request: Request, number_id: str, edge: str) -> dict:
    """The ledger keeps neither PIN nor code."""
    _check_number(sim, call, number_id)
    call.kind, one = edge, sim.config.number(number_id)
    assert one  # _check_number has found it
    if edge == "deregister":
        return onboarding.deregister(sim, one)
    act = {
        "request_code": onboarding.request_code,
        "verify_code": onboarding.verify_code,
        "register": onboarding.register,
    }[edge]
    return act(sim, one, request.json())


async def _account_edge(sim: "Simulator", call: Call, request: Request, method: str, waba_id: str, edge: str) -> dict:
    call.kind = edge
    if method == "GET":
        management.refuse_if_told(sim, edge)
    match method, edge:
        case "GET", "phone_numbers":
            return management.numbers(sim, waba_id, request.query)
        case "GET", "message_templates":
            return template_calls.listing(sim, request.query, request.origin + request.path)
        case "POST", "message_templates":
            call.request = request.json()
            return template_calls.create(sim, call, call.request)
        case "DELETE", "message_templates":
            return template_calls.delete(sim, call, request.query)
        case "GET", "subscribed_apps":
            return management.subscribed_apps(sim, waba_id)
        case (("POST" | "DELETE"), "subscribed_apps"):
            return await onboarding.subscribe(sim, waba_id, method, request.json() if request.body else {})
    raise GraphError(100, "Unsupported request")


async def _object(sim: "Simulator", call: Call, request: Request, method: str, object_id: str) -> dict:
    if object_id in sim.media_kinds:
        if method == "DELETE":
            return await media.delete(sim, call, request, object_id)
        return await media.address(sim, call, request, object_id)
    if method == "POST" and (known := sim.config.number(object_id)):
        call.kind, call.phone_number_id = "number", object_id
        return await onboarding.change_number(sim, known, request.json())
    if method == "POST" and object_id in sim.templates.all:
        call.request = request.json()
        return template_calls.edit(sim, call, object_id, call.request)
    if method == "GET":
        if object_id in sim.changed.accounts:
            call.kind = "account"
            management.refuse_if_told(sim, "account")
            return management.account(sim, object_id, request.query)
        if object_id in sim.templates.all:
            call.kind = "template"
            return sim.templates.all[object_id]
        number = sim.config.number(object_id)
        if number:
            call.kind, call.phone_number_id = "number", object_id
            management.refuse_if_told(sim, "number")
            return management.number(sim, number, request.query)
    raise GraphError(100, f"Object with ID '{object_id}' does not exist", subcode=33)


async def _message(sim: "Simulator", call: Call, request: Request, number_id: str) -> dict:
    call.kind = "message"
    _check_number(sim, call, number_id)
    call.request = payload = request.json()
    if payload.get("status") == "read":
        return await sending.mark_read(sim, call, number_id, payload)
    recipient = sending.describe(sim, call, payload)
    if not management.is_registered(sim, number_id):
        raise GraphError(133010, "The phone number is not registered.")
    _strike_before(sim, call, number_id)
    faults = sim.faults
    if faults.disorder:
        call.latency = max(call.latency, 0.15)  # so that a status can come before the answer
    answer = sending.accept(sim, call, number_id, payload, recipient)
    if faults.strikes("timeout_after_accepting", number_id):
        call.lost = "timeout"
    elif faults.strikes("drop_response", number_id):
        call.lost = "drop"
    return answer


def _strike_before(sim: "Simulator", call: Call, number_id: str) -> None:
    """Apply the faults that refuse a send."""
    faults = sim.faults
    if faults.strikes("http_5xx_html", number_id):
        call.raw, call.status = HTML_ERROR, 502
        raise GraphError(2)
    code = faults.error_code
    if code and faults.strikes("error_probability", number_id):
        raise GraphError(code)


def _check_number(sim: "Simulator", call: Call, number_id: str) -> None:
    call.phone_number_id = number_id
    if not sim.config.number(number_id):
        raise GraphError(
            100,
            f"Object with ID '{number_id}' does not exist or cannot be loaded due to missing permissions",
            subcode=33,
        )


def _refuse(call: Call, error: GraphError) -> None:
    call.outcome, call.code = "rejected", error.code
    call.updates.clear()
    call.statements.clear()
    if call.raw:
        call.code = None
    else:
        call.status, call.answer = error.http, error.body()


def _answer(sim: "Simulator", call: Call, body: dict | None, status: int) -> Answer:
    headers = [
        (b"facebook-api-version", b"v25.0"),
        (b"x-app-usage", b'{"call_count":1,"total_cputime":0,"total_time":1}'),
        (b"x-business-use-case-usage", sim.usage_header),
    ]
    if call.raw:
        return Answer(call.raw, status, call.content_type, headers)
    return Answer(json.dumps(body, separators=(",", ":")).encode(), status, headers=headers)

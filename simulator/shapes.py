"""Ids and JSON shapes of Meta's webhooks."""

import base64
import json
import random
import time
from collections.abc import Iterable
from typing import Any, NamedTuple

from simulator.config import Config
from simulator.errors import status_error

_encode = json.JSONEncoder(separators=(",", ":")).encode


class Update(NamedTuple):
    """One thing to tell the webhook: a message, a status or a change of the account."""

    id: int
    due: float
    kind: str  # message, status, change, or body: a whole post of its own
    phone_number_id: str
    wamid: str | None
    name: str  # text, image, ...; sent, delivered, read, failed; the field of a change
    contact: str  # JSON, empty when there is none
    payload: str  # JSON


def transmitted(value: Any) -> str:
    """Return JSON as Meta transmits it: non-ASCII as \\uXXXX in lowercase, slashes escaped."""
    return _encode(value).replace("/", "\\/")


def new_wamid(digits: str, *, inbound: bool = False) -> str:
    """Return a message id like Meta's: base64 that holds the other person's digits."""
    person = digits.encode()
    direction = b"\x12" if inbound else b"\x11"
    raw = b"\x1c\x18" + bytes([len(person) % 256]) + person + b"\x15\x02\x00" + direction + b"\x18\x12"
    return "wamid." + base64.b64encode(raw + b"%018X" % random.getrandbits(72) + b"\x00").decode()


def status(
    name: str,
    wamid: str,
    *,
    at: float,
    wa_id: str | None,
    user_id: str | None,
    callback_data: str | None,
    pricing: dict | None = None,
    error_code: int | None = None,
) -> str:
    """Return one element of statuses[] as transmitted JSON."""
    value: dict = {"id": wamid, "status": name, "timestamp": str(int(at))}
    if wa_id:
        value["recipient_id"] = wa_id
    if user_id and name != "failed":
        value["recipient_user_id"] = user_id
    if callback_data:
        value["biz_opaque_callback_data"] = callback_data
    if pricing and name in ("sent", "delivered"):
        value["pricing"] = pricing
    if error_code:
        value["errors"] = [status_error(error_code)]
    return transmitted(value)


def new_wacid(digits: str) -> str:
    """Return the id of a call."""
    return "wacid." + new_wamid(digits, inbound=True).removeprefix("wamid.")


def number_value(config: Config, phone_number_id: str, contact: dict, key: str, item: dict) -> dict:
    """Return the value of a change about a number and one person, with one element under the key."""
    number = config.number(phone_number_id)
    metadata = {"display_phone_number": number.digits if number else "", "phone_number_id": phone_number_id}
    return {"messaging_product": "whatsapp", "metadata": metadata, "contacts": [contact], key: [item]}


def change_update(update_id: int, due: float, field: str, value: Any, *, wamid: str | None = None) -> Update:
    """Return the update that tells the webhook one change of any field."""
    return Update(update_id, due, "change", "", wamid, field, "", transmitted({"value": value, "field": field}))


def envelope(config: Config, updates: Iterable[Update]) -> bytes:
    """Return the body of one webhook: one change for each number and kind; a given body stays as it is."""
    groups: dict[tuple[str, str], list[Update]] = {}
    for update in updates:
        if update.kind == "body":
            return update.payload.encode()
        groups.setdefault((update.phone_number_id, update.kind), []).append(update)
    changes: dict[str, list[str]] = {}
    for (phone_number_id, kind), members in groups.items():
        of_account = changes.setdefault(config.waba_of(phone_number_id), [])
        if kind == "change":
            of_account += [member.payload for member in members]
        else:
            of_account.append(_messages_change(config, phone_number_id, kind, members))
    entries = (
        f'{{"id":"{waba_id}","time":{int(time.time())},"changes":[{",".join(told)}]}}'
        for waba_id, told in changes.items()
    )
    return f'{{"object":"whatsapp_business_account","entry":[{",".join(entries)}]}}'.encode("ascii")


def _messages_change(config: Config, phone_number_id: str, kind: str, members: list[Update]) -> str:
    # Put together as text: the parts are JSON already, and thousands of them go out each second.
    number = config.number(phone_number_id)
    metadata = transmitted(
        {"display_phone_number": number.digits if number else "", "phone_number_id": phone_number_id}
    )
    contacts = dict.fromkeys(member.contact for member in members if member.contact)
    contacts_part = f'"contacts":[{",".join(contacts)}],' if contacts else ""
    key = "messages" if kind == "message" else "statuses"
    items = ",".join(member.payload for member in members)
    return (
        f'{{"value":{{"messaging_product":"whatsapp","metadata":{metadata},{contacts_part}"{key}":[{items}]}},'
        f'"field":"messages"}}'
    )

"""What comes back: a choice, a form, a permission, a card, a product (Meta: section 2.5)."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, ClassVar

from messaging import values
from messaging.kinds.interactive import asked, flows
from messaging.kinds.interactive.asked import Asked
from messaging.kinds.interactive.flows import FlowAnswer
from messaging.values import line, mapping, moment, text, truth


@dataclass(frozen=True, slots=True)
class Choice:
    """The button or row that was chosen, and the id we gave it."""

    form: ClassVar[str] = "choice"

    title: str
    description: str
    id: str


@dataclass(frozen=True, slots=True)
class CallPermission:
    """Whether we may call, and until when."""

    form: ClassVar[str] = "call_permission"

    is_accepted: bool
    is_permanent: bool
    until: datetime | None


@dataclass(frozen=True, slots=True)
class PaymentMethod:
    """The card that pays for what we charge under `reference`."""

    form: ClassVar[str] = "payment_method"

    reference: str
    last_four: str
    at: datetime | None


@dataclass(frozen=True, slots=True)
class Product:
    """A product of our catalogue."""

    form: ClassVar[str] = "product"

    catalog_id: str
    product_id: str


@dataclass(frozen=True, slots=True)
class Unread:
    """What nobody here can read: its name at Meta, the words in it, and the error Meta gives for it."""

    form: ClassVar[str] = "unread"

    what: str = ""
    body: str = ""
    code: int | None = None
    detail: str = ""


Answer = Choice | FlowAnswer | CallPermission | PaymentMethod | Product | Asked | Unread


def parse(raw: Mapping[str, Any]) -> Answer:
    """Read an answer as Meta gave it, or a question of ours."""
    message = mapping(raw)
    content = mapping(message.get("interactive"))
    what = line(content.get("type"), 40)
    read = READERS.get(what)
    answer = read(mapping(content.get(what))) if read else asked.read(content)
    return answer or _unread(message, content, what)


def words(content: Answer) -> str:
    """Return what the customer chose or filled in."""
    match content:
        case Choice():
            return values.words((content.title, content.description))
        case FlowAnswer():
            return flows.words(content)
        case PaymentMethod():
            return values.words((content.reference, content.last_four))
        case Product():
            return content.product_id
        case Asked() | Unread():
            return content.body
    return ""


def _choice(given: dict[str, Any]) -> Choice | None:
    title, description, chosen = line(given.get("title")), line(given.get("description")), line(given.get("id"), 256)
    return Choice(title=title or chosen, description=description, id=chosen) if title or chosen else None


def _call_permission(given: dict[str, Any]) -> CallPermission | None:
    response = given.get("response")
    if response not in ("accept", "reject"):
        return None
    return CallPermission(
        is_accepted=response == "accept",
        is_permanent=truth(given.get("is_permanent")),
        until=moment(given.get("expiration_timestamp")),
    )


def _payment_method(given: dict[str, Any]) -> PaymentMethod | None:
    method = PaymentMethod(
        reference=line(given.get("reference_id"), 100),
        last_four=line(given.get("last_four_digits"), 4),
        at=moment(given.get("payment_timestamp")),
    )
    return method if method.reference or method.last_four else None


def _product(given: dict[str, Any]) -> Product | None:
    product_id = line(given.get("product_retailer_id"), 100)
    return Product(catalog_id=line(given.get("catalog_id"), 100), product_id=product_id) if product_id else None


def _unread(message: dict[str, Any], content: dict[str, Any], what: str) -> Unread:
    code, detail = values.error(message)
    # A question that another app of ours sent, of a type unknown here: its words can be shown at least.
    body = text(mapping(content.get("body")).get("text"))
    return Unread(what=what, body=body, code=code, detail=detail)


READERS: dict[str, Callable[[dict[str, Any]], Answer | None]] = {
    "button_reply": _choice,
    "list_reply": _choice,
    "nfm_reply": flows.read,
    "call_permission_reply": _call_permission,
    "payment_method": _payment_method,
    "product": _product,
}

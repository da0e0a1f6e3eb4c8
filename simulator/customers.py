"""The fictional customers and what they write."""

import time
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from simulator.ledger import INSERT_INBOUND, Statement
from simulator.shapes import Update, new_wamid, transmitted
from simulator.webhooks import insert

if TYPE_CHECKING:
    from simulator.state import Simulator

SILENT = ("system", "preference", "echo")  # kinds of lines that open no window
STOPPED = "Parou de receber ofertas"  # the line of a chat that says so
INSERT_CUSTOMER = "INSERT OR IGNORE INTO customers VALUES (?,?,?,?,?,?)"


@dataclass(frozen=True, slots=True)
class Customer:
    """One person with WhatsApp."""

    id: str
    name: str
    wa_id: str | None
    user_id: str
    username: str | None = None
    phone_shared: bool = True

    @property
    def shown_wa_id(self) -> str | None:
        return self.wa_id if self.phone_shared else None

    @property
    def digits(self) -> str:
        return self.wa_id or self.user_id[3:]

    def sender(self) -> dict:
        """Return who a message is from: the phone is absent when it is not shared."""
        phone = {"from": self.shown_wa_id} if self.shown_wa_id else {}
        return phone | {"from_user_id": self.user_id}

    def contact(self) -> str:
        """Return the element of contacts[] as transmitted JSON."""
        profile = {"name": self.name}
        if self.username:
            profile["username"] = self.username
        contact: dict = {"profile": profile, "user_id": self.user_id}
        if self.shown_wa_id:
            contact["wa_id"] = self.shown_wa_id
        return transmitted(contact)


CUSTOMERS = (
    Customer("ana", "Ana 🌻", "5511987650001", "BR.4820193746501928375"),
    # Registered before the ninth digit: people dial 31 98765-0002, WhatsApp knows it without the 9.
    Customer("bruno", "Bruno", "553187650002", "BR.5937201846572910384"),
    Customer("carla", "Carla M.", "5511987650003", "BR.1029384756102938475", "carla.m"),
    Customer("duda", "Duda", None, "BR.9038471265540192837", "duda.costura", phone_shared=False),
    Customer("eduardo", "Eduardo", "5521987650005", "BR.7719203846501927364"),
    Customer("fernanda", "Fê 💜", "5571987650006", "BR.3366192840571928304"),
    Customer("gustavo", "Gustavo Pai do Léo", "5541987650007", "BR.6482019375610293847"),
    Customer("helena", "Helena", "5585987650008", "BR.2150938471029384756"),
)


def phone_key(digits: str) -> str:
    """Return what two spellings of one Brazilian mobile share; other numbers stay as they are."""
    if digits.startswith("55") and len(digits) in (12, 13) and digits[-8] in "6789":
        return digits[:4] + digits[-8:]
    return digits


class People:
    """The customers, found by id, by phone in any spelling or by business-scoped user id."""

    def __init__(self, customers: list[Customer]) -> None:
        self.by_id: dict[str, Customer] = {}
        self.by_user_id: dict[str, Customer] = {}
        self._by_phone: dict[str, Customer] = {}
        for customer in customers:
            self.add(customer)

    def add(self, customer: Customer) -> None:
        """Make the customer findable."""
        self.by_id[customer.id] = customer
        self.by_user_id[customer.user_id] = customer
        if customer.wa_id:
            self._by_phone[phone_key(customer.wa_id)] = customer

    def replace(self, customer: Customer) -> None:
        """Find the customer under the new identity, and no longer under the old one."""
        old = self.by_id[customer.id]
        self.by_user_id.pop(old.user_id, None)
        if old.wa_id:
            self._by_phone.pop(phone_key(old.wa_id), None)
        self.add(customer)

    def by_phone(self, digits: str) -> Customer | None:
        """Return the customer with this phone, with or without the ninth digit."""
        return self._by_phone.get(phone_key(digits))


async def write_message(
    sim: "Simulator",
    customer: Customer,
    phone_number_id: str,
    content: dict,
    *,
    preview: str,
    statements: Sequence[Statement] = (),
) -> str:
    """Make the customer send content ({"type": ..., ...}) to the number; return its wamid."""
    now = time.time()
    message = {"id": new_wamid(customer.digits, inbound=True), "timestamp": str(int(now))}
    message |= customer.sender() | content
    if content.get("type") == "system":  # told by WhatsApp itself, which names no user id outside of it
        message.pop("from_user_id", None)
    wamid, kind = str(message["id"]), str(content.get("type", "raw"))
    payload, update_id = transmitted(message), sim.ledger.next_id("updates")
    # Nobody is described next to what WhatsApp itself says.
    contact = "" if kind == "system" else customer.contact()
    update = Update(update_id, now, "message", phone_number_id, wamid, kind, contact, payload)
    row = inbound_row(sim, customer, phone_number_id, wamid, kind, preview)
    await sim.ledger.write(*statements, row, insert(update))
    if kind not in SILENT:
        sim.windows[phone_number_id, customer.id] = now
    sim.webhooks.schedule([update])
    return wamid


def inbound_row(
    sim: "Simulator", customer: Customer, phone_number_id: str, wamid: str, kind: str, preview: str
) -> Statement:
    """Return the statement that puts one line of the customer's chat into the ledger."""
    row = (sim.ledger.next_id("inbound"), time.time(), customer.id, phone_number_id, wamid, kind, preview)
    return INSERT_INBOUND, row

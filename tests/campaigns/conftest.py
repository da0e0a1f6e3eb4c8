"""A template, a list, and a campaign at each point of its way."""

from __future__ import annotations

import io
from collections.abc import Callable

import pytest

from accounts.models import User
from campaigns import actions
from campaigns.models import Campaign, Recipient
from messaging.models import Template
from numbers.models import PhoneNumber, WabaAccount

BODY = {"type": "BODY", "text": "Olá {{1}}, seu pedido {{2}} chegou."}
MAPPING = {"address": "telefone", "values": {"body.1": {"column": "nome"}, "body.2": {"column": "pedido"}}}
PHONES = [f"+55 11 9{8000_0000 + n}" for n in range(1000)]


@pytest.fixture
def template(waba: WabaAccount) -> Template:
    return Template.objects.create(
        waba=waba, name="pedido_chegou", language="pt_BR", category="MARKETING", status="APPROVED", components=[BODY]
    )


def sheet(*rows: str, header: str = "telefone;nome;pedido") -> io.BytesIO:
    """A CSV of these lines."""
    file = io.BytesIO("\n".join([header, *rows]).encode())
    file.name = "clientes.csv"
    return file


def people(count: int, *, since: int = 0) -> list[str]:
    """Lines of so many people who can be sent to."""
    return [f"{PHONES[since + n]};Pessoa {n};{1000 + n}" for n in range(count)]


Campaigns = Callable[..., Campaign]


@pytest.fixture
def draft(number: PhoneNumber, template: Template, supervisor: User) -> Campaigns:
    """Make a checked draft of these lines: `draft(*people(3))`."""

    def make(*rows: str, **fields) -> Campaign:
        campaign = actions.create_campaign(
            **{"name": "Pedidos", "number": number, "template": template, "by": supervisor} | fields
        )
        actions.list_sheet(campaign, sheet(*rows), name="clientes.csv")
        return actions.map_columns(campaign, MAPPING, by=supervisor)

    return make


@pytest.fixture
def running(draft: Campaigns, supervisor: User) -> Campaigns:
    """Make a campaign that has begun: `running(*people(3))`."""
    return lambda *rows, **fields: actions.start_campaign(draft(*rows, **fields), by=supervisor)


def states(campaign: Campaign) -> list[str]:
    """What became of each line: the state, or the reason where it was left out."""
    rows = Recipient.objects.filter(campaign=campaign).order_by("line").values_list("state", "reason")
    return [reason or state for state, reason in rows]

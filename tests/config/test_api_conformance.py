"""The API answers whatever it is sent as its OpenAPI document says: Schemathesis makes the requests up.

As an administrator, on rows that exist and on ids that do not; always the same requests, in bounded time.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

import pytest
import schemathesis
from django.contrib.contenttypes.models import ContentType
from django.core.signals import request_finished, request_started
from django.db import close_old_connections, transaction
from hypothesis import HealthCheck, Phase, settings
from schemathesis.specs.openapi import checks

from config.api import openapi
from config.wsgi import application
from tests.authz.bodies import kind_of
from tests.authz.world import World

NOT_ASKED = {
    checks.positive_data_acceptance: "what keeps to the schema may still be refused: an id nobody has, a time zone",
    checks.unsupported_method: "the table of rights knocks at every address with every method",
}
"""Checks of Schemathesis that do not apply, each with the reason."""

IN_BODIES = {"user": "user", "team": "team", "waba": "wabaaccount"}
"""Members of bodies that name a thing, and its kind (of `tests/authz/world.py`)."""

schema = schemathesis.openapi.from_dict(openapi())
schema.app = application


class Rows:
    """A world, and one thing of each kind that was asked for in it."""

    def __init__(self) -> None:
        self.world = World()
        self._made: dict[str, int] = {}

    def pk(self, kind: str) -> int:
        if kind not in self._made:
            self._made[kind] = self.world.make(kind, "own", "admin").pk
        return self._made[kind]


@pytest.fixture
def rows(db: None, settings: Any) -> Iterator[Rows]:
    settings.API_RATE = 0
    ContentType.objects.clear_cache()
    # As Django's own test client does: a request's end must not close the connection that holds the rows.
    for signal in (request_started, request_finished):
        signal.disconnect(close_old_connections)
    yield Rows()
    for signal in (request_started, request_finished):
        signal.connect(close_old_connections)


@schema.parametrize()
@settings(
    max_examples=10,
    derandomize=True,
    deadline=None,
    phases=[Phase.explicit, Phase.generate],
    suppress_health_check=list(HealthCheck),
)
def test_it_answers_as_documented(case: schemathesis.Case, rows: Rows) -> None:
    path = re.sub(r"\{(\w+)\}", r"<\1>", case.operation.path).replace("<id>", "<pk>")
    make_real(case.path_parameters, rows, dict.fromkeys(case.path_parameters, kind_of(path)))
    if isinstance(case.body, dict):
        make_real(case.body, rows, IN_BODIES)
    with transaction.atomic():
        case.call_and_validate(
            headers={"Authorization": f"Bearer {rows.world.bearers['admin']}"}, excluded_checks=list(NOT_ASKED)
        )
        transaction.set_rollback(True)


def make_real(values: dict[str, Any], rows: Rows, kinds: dict[str, str]) -> None:
    """Put the id of something that exists where an even one was made up: in half of the requests."""
    for name in kinds.keys() & values.keys():
        if type(values[name]) is int and values[name] % 2 == 0:
            values[name] = rows.pk(kinds[name])

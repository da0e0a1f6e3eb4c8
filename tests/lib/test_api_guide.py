"""docs/api.md says what is so: its commands run, its tables are whole."""

import json
import re
import shlex
from pathlib import Path
from string import Template

import pytest

from accounts.models import Role
from accounts.permissions import SCOPES
from accounts.tokens import machine, problems, refresh
from lib.api.problems import Problem
from tests.api import Api
from tests.conftest import person

GUIDE = (Path(__file__).resolve().parents[2] / "docs" / "api.md").read_text()
PASSWORD = "a long password"


def blocks(language: str) -> list[str]:
    return re.findall(rf"```{language}\n(.*?)```", GUIDE, re.S)


def run(command: str, names: dict[str, str]):
    """Do what a curl command of the guide would do."""
    words = shlex.split(command.replace("\\\n", " "))
    assert words[:2] == ["curl", "-s"]
    headers, body, address = {}, None, ""
    rest = iter(Template(word).safe_substitute(names) for word in words[2:])
    for word in rest:
        if word == "-H":
            name, _, value = next(rest).partition(": ")
            headers[name.lower()] = value
        elif word == "-d":
            body = json.loads(next(rest))
        else:
            address = word
    client = Api(headers.pop("authorization", "Bearer ").removeprefix("Bearer "))
    return client.get(address) if body is None else client.post(address, body)


@pytest.mark.django_db
@pytest.mark.parametrize("command", blocks("sh"))
def test_its_commands_run(command):
    ana = person("Ana", Role.ADMIN)
    ana.email = "ana@example.com"
    ana.set_password(PASSWORD)
    ana.save()
    pair = refresh.begin(ana)
    _, token = machine.create_token(name="CRM", scopes=["conversations:read"], expires_at=None, by=ana)
    answer = run(command, {"PROSA": "", "ACCESS": pair.access, "REFRESH": pair.refresh, "TOKEN": token})
    assert answer.status_code in (200, 201), answer.text


def test_its_examples_are_json():
    assert [json.loads(block) for block in blocks("json")]


def test_it_names_each_scope_and_no_other():
    assert set(re.findall(r"`(\w+:(?:read|write))`", GUIDE)) == SCOPES


def test_it_names_each_problem_and_no_other():
    ours = {kind.kind for kind in vars(problems).values() if isinstance(kind, type) and issubclass(kind, Problem)}
    assert set(re.findall(r"urn:prosa:problem:([\w-]+)", GUIDE)) == ours - {""}

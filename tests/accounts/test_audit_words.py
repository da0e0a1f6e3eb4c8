"""Every action that the program records has words for people, and a line in docs/audit.md."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from accounts.audit.words import ACTIONS, NOUNS, PARTICULARS, POINTERS, grouped_actions

ROOT = Path(__file__).resolve().parents[2]
APPS = (
    "accounts",
    "teams",
    "numbers",
    "contacts",
    "messaging",
    "inbox",
    "campaigns",
    "webhooks",
    "dashboards",
    "compliance",
    "lib",
)
Function = ast.FunctionDef | ast.AsyncFunctionDef


def modules() -> Iterator[Path]:
    for app in APPS:
        yield from (path for path in (ROOT / app).rglob("*.py") if "migrations" not in path.parts)


def calls(tree: ast.AST, name: str) -> Iterator[ast.Call]:
    for node in ast.walk(tree):
        if isinstance(node, ast.Call) and getattr(node.func, "id", getattr(node.func, "attr", "")) == name:
            yield node


def constants(node: ast.AST) -> set[str]:
    return {
        found.value
        for found in ast.walk(node)
        if isinstance(found, ast.Constant)
        and isinstance(found.value, str)
        and re.fullmatch(r"[a-z_]+\.[a-z_]+", found.value)
    }


def recorded_by(path: Path) -> set[str]:
    """The actions that a module records; fails where they cannot be read off the code."""
    tree, found = ast.parse(path.read_text()), set()
    for function in [node for node in ast.walk(tree) if isinstance(node, Function)]:
        for call in calls(function, "record"):
            if not any(keyword.arg == "by" for keyword in call.keywords):
                continue
            said = constants(call.args[0]) or _said_elsewhere(tree, function, call.args[0])
            assert said, f"{path.relative_to(ROOT)}:{call.lineno} does not say which action it records"
            found |= said
    return found


def _said_elsewhere(tree: ast.Module, function: Function, name: ast.expr) -> set[str]:
    """What a variable is given in the function, or what the function is called with."""
    assert isinstance(name, ast.Name)
    assigned = [
        node.value
        for node in ast.walk(function)
        if isinstance(node, ast.Assign) and any(getattr(target, "id", "") == name.id for target in node.targets)
    ]
    arguments = [constants(call) for call in calls(tree, function.name)]
    return set().union(*map(constants, assigned), *arguments)


def recorded() -> set[str]:
    return set().union(*map(recorded_by, modules()))


def test_the_search_finds_what_is_recorded_in_any_way():
    assert {"user.created", "conversation.assigned", "conversation.released", "number.blocked"} <= recorded()


def test_every_action_has_words():
    assert recorded() - ACTIONS.keys() == set()


@pytest.mark.parametrize("action", ACTIONS)
def test_every_action_is_a_noun_and_what_happened(action: str):
    noun, _, verb = action.partition(".")
    assert noun in NOUNS and verb and len(action) <= 60


def test_no_two_actions_read_the_same():
    words = [word for _group, actions in grouped_actions() for _name, word in actions]
    assert len(words) == len(set(words)) == len(ACTIONS)


def test_every_particular_has_a_word():
    said = {
        keyword.arg
        for path in modules()
        for call in calls(ast.parse(path.read_text()), "record")
        for keyword in call.keywords
        if keyword.arg
    }
    assert "fields" in said
    assert said - {"by"} - PARTICULARS.keys() == set()
    assert POINTERS.keys() <= PARTICULARS.keys()


def test_the_documentation_lists_them():
    listed = re.findall(r"^\| `([a-z_]+\.[a-z_]+)` \| (.+) \|$", (ROOT / "docs" / "audit.md").read_text(), re.M)
    assert dict(listed).keys() == ACTIONS.keys()

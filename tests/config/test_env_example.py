"""`.env.example` is the one list of settings: all that is read is there, all that is there is read."""

import ast
import re
from collections.abc import Mapping
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
EXAMPLE = ROOT / ".env.example"
LINE = re.compile(r"^(?P<default># )?(?P<name>[A-Z][A-Z0-9_]+)=(?P<value>.*)$")
READ = re.compile(r"""\benv(?:\.\w+)?\(\s*["']([A-Z][A-Z0-9_]+)["']""")
PLAIN_DEFAULT = re.compile(r'"([A-Z_]+)",\s*default=(True|False|[0-9.]+|"[^"]+")')
BY_COMPOSE = re.compile(r"\$\{([A-Z][A-Z0-9_]+)")
BY_LAUNCHER = re.compile(r'given\.get\("([A-Z][A-Z0-9_]+)"')


def documented() -> list[re.Match[str]]:
    """The lines of the example that name a setting, commented out or not."""
    return [match for line in EXAMPLE.read_text().splitlines() if (match := LINE.match(line))]


def names(pattern: re.Pattern[str], *files: Path) -> set[str]:
    return {name for file in files for name in pattern.findall(file.read_text())}


def read_by_settings() -> set[str]:
    return names(READ, *sorted((ROOT / "config").glob("*.py")))


def values() -> Mapping[str, str]:
    return {match["name"]: match["value"] for match in documented()}


def test_the_settings_are_found():
    assert {"SECRET_KEY", "DATABASE_URL", "DEBUG", "FIELD_KEYS", "SEND_CONCURRENCY"} <= read_by_settings()


def test_each_setting_that_is_read_is_documented():
    assert read_by_settings() - values().keys() == set()


def test_each_documented_setting_is_read():
    elsewhere = names(BY_COMPOSE, ROOT / "docker-compose.yml") | names(BY_LAUNCHER, ROOT / "local/demo.py")
    assert values().keys() - read_by_settings() - elsewhere == set()


def test_each_is_documented_once():
    found = [match["name"] for match in documented()]
    assert sorted(found) == sorted(set(found))


def test_no_setting_without_a_comment_is_left_empty_unless_it_must_be_filled_in():
    empty = {match["name"] for match in documented() if not match["default"] and not match["value"]}
    # Whatever is empty here and has a default that is not text would stop the settings from loading.
    secrets = {"SECRET_KEY", "FIELD_KEYS", "AUDIT_KEY", "TOKEN_KEY", "POSTGRES_PASSWORD"}
    assert empty == secrets | {name for name in values() if name.startswith("WHATSAPP_")}


def test_the_default_shown_is_the_default_taken():
    """Where settings state a plain default, a line that is commented out shows the same."""
    stated = dict(PLAIN_DEFAULT.findall((ROOT / "config" / "settings.py").read_text()))
    shown = {match["name"]: match["value"] for match in documented() if match["default"]}
    both = stated.keys() & shown.keys()
    assert {"GRAPH_VERSION", "DEBUG", "DATABASE_POOL_SIZE"} <= both
    assert {name: shown[name] for name in both} == {name: plain(stated[name]) for name in both}


def plain(literal: str) -> str:
    """How a Python literal is written in an env file."""
    value = ast.literal_eval(literal)
    return str(value).lower() if isinstance(value, bool) else f"{value:g}" if isinstance(value, float) else str(value)

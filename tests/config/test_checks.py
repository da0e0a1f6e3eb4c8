"""A production installation starts only when its settings are safe, whichever of its programs is started."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from django.core.exceptions import ImproperlyConfigured

from config.checks import problems, refuse_unsafe
from local.check import ENVIRONMENT
from local.home import made_up_secrets

ROOT = Path(__file__).resolve().parents[2]
SAFE: dict[str, Any] = {
    "SECRET_KEY": "kF8w1Zq0nV5yT3rB7xC9mL2pS4dG6hJ8uA0eQ1iO3zXcVbNmKl",
    "DEBUG": False,
    "HTTPS": True,
    "ALLOWED_HOSTS": ["inbox.example.com"],
    "CSRF_TRUSTED_ORIGINS": ["https://inbox.example.com"],
    "METRICS_TOKEN": "",
    "WHATSAPP_APP_SECRETS": ["0123456789abcdef0123456789abcdef"],
    "WHATSAPP_VERIFY_TOKEN": "a-word-of-ours",
    "GRAPH_BASE_URL": "https://graph.facebook.com",
    "FIELD_KEYS": ["k1:" + "A" * 43 + "="],
    "TOKEN_KEY": "t" * 32,
    "AUDIT_KEY": "a" * 32,
}
UNSAFE: list[tuple[str, Any]] = [
    ("SECRET_KEY", ""),
    ("SECRET_KEY", "short"),
    ("SECRET_KEY", "a" * 64),
    ("SECRET_KEY", "django-insecure-" + SAFE["SECRET_KEY"]),
    ("SECRET_KEY", "Change-me-" + SAFE["SECRET_KEY"]),
    ("SECRET_KEY", "unused-while-building-" + SAFE["SECRET_KEY"]),
    ("SECRET_KEY", "textbook"),
    ("DEBUG", True),
    ("HTTPS", False),
    ("ALLOWED_HOSTS", []),
    ("ALLOWED_HOSTS", [""]),
    ("ALLOWED_HOSTS", ["*"]),
    ("ALLOWED_HOSTS", ["inbox.example.com", "*"]),
    ("ALLOWED_HOSTS", ["*.example.com"]),
    ("CSRF_TRUSTED_ORIGINS", ["http://inbox.example.com"]),
    ("CSRF_TRUSTED_ORIGINS", ["https://*.example.com"]),
    ("METRICS_TOKEN", "x"),
    ("WHATSAPP_APP_SECRETS", []),
    ("WHATSAPP_APP_SECRETS", [""]),
    ("WHATSAPP_APP_SECRETS", ["0123456789abcdef", "x"]),
    ("WHATSAPP_VERIFY_TOKEN", ""),
    ("WHATSAPP_VERIFY_TOKEN", "prosa"),
    ("GRAPH_BASE_URL", "http://graph.facebook.com"),
    ("GRAPH_BASE_URL", ""),
    ("FIELD_KEYS", []),
    ("FIELD_KEYS", ["k1:AAAA"]),
    ("FIELD_KEYS", ["A" * 43 + "="]),
    ("FIELD_KEYS", ["k1:not base64"]),
    ("TOKEN_KEY", ""),
    ("TOKEN_KEY", "short"),
    ("TOKEN_KEY", SAFE["SECRET_KEY"]),
    ("AUDIT_KEY", ""),
    ("AUDIT_KEY", "short"),
    ("AUDIT_KEY", SAFE["TOKEN_KEY"]),
]


def test_safe_settings_are_safe():
    assert problems(SAFE) == []
    refuse_unsafe(SAFE)


@pytest.mark.parametrize(("name", "value"), UNSAFE, ids=lambda value: str(value)[:30] or "empty")
def test_each_unsafe_setting_is_refused_by_its_name(name: str, value: Any):
    [problem] = problems(SAFE | {name: value})
    said = "WHATSAPP_APP_SECRET" if name == "WHATSAPP_APP_SECRETS" else name
    assert said in problem
    assert problem.count(". ") == 0 and problem.endswith(".") and ":" in problem


def test_a_setting_that_is_missing_is_refused():
    assert (
        len(problems({name: value for name, value in SAFE.items() if not name.endswith("_KEY")} | {"SECRET_KEY": ""}))
        == 3
    )


def test_all_is_said_at_once():
    worst = SAFE | {name: value for name, value in UNSAFE if not value} | {"DEBUG": True, "HTTPS": False}
    with pytest.raises(ImproperlyConfigured) as refused:
        refuse_unsafe(worst)
    assert str(refused.value).count("\n  - ") == len(problems(worst)) == 10


# --- Real processes -------------------------------------------------------------------------------------

CLEAN = {name: os.environ[name] for name in ("PATH", "HOME", "LANG") if name in os.environ} | {"NO_COLOR": "1"}
PRODUCTION = CLEAN | made_up_secrets() | {name: v for name, v in ENVIRONMENT.items() if name != "PRODUCTION"}
PROGRAMS = {
    "pages": ["-c", "import config.wsgi"],
    "sockets": ["-c", "import config.asgi"],
    "workers": ["-m", "celery", "-A", "config", "report"],
    "migrate": ["manage.py", "migrate", "--plan"],
    "any command": ["manage.py", "check"],
    "pages and sockets": ["-c", "import config.wsgi, config.asgi"],
}


def start(program: str, **settings: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, *PROGRAMS[program]]
    return subprocess.run(
        command, cwd=ROOT, env=PRODUCTION | settings, capture_output=True, text=True, timeout=60, check=False
    )


@pytest.mark.parametrize("program", list(PROGRAMS)[:-1])
def test_no_program_starts_unsafe(program: str):
    """Nobody says PRODUCTION: it is what is meant."""
    ended = start(program, ALLOWED_HOSTS="*", HTTPS="false", WHATSAPP_APP_SECRET="")
    assert ended.returncode != 0
    for name in ("ALLOWED_HOSTS", "HTTPS", "WHATSAPP_APP_SECRET"):
        assert f"  - {name} " in ended.stderr


def test_what_is_safe_starts():
    ended = start("pages and sockets")
    assert ended.returncode == 0, ended.stderr


def test_what_is_on_trial_starts_as_well():
    assert start("pages and sockets", PRODUCTION="false", HTTPS="false", ALLOWED_HOSTS="*").returncode == 0

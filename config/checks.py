"""What a production installation may not be run with: all of it is said at once, before anything starts."""

from __future__ import annotations

import base64
import binascii
from collections.abc import Iterator, Mapping
from typing import Any

from django.core.exceptions import ImproperlyConfigured

LEAST_SECRET = 50
"""Characters of SECRET_KEY: what Django's own check asks for."""
LEAST_WORD = 12
"""Characters of a word that only two parties know."""
EXAMPLES = ("django-insecure", "change", "example", "secret", "unused", "textbook")
LEAST_KEY = 32
"""Characters of a key for one purpose."""
ADVICE = "Correct this in .env (.env.example explains each line). To try Prosa on one machine: `make demo`."


def refuse_unsafe(settings: Mapping[str, Any]) -> None:
    """Raise ImproperlyConfigured with everything that makes `settings` unsafe; do nothing when they are safe."""
    if found := problems(settings):
        lines = "\n".join(f"  - {problem}" for problem in found)
        raise ImproperlyConfigured(f"Prosa does not start, because its settings are not safe:\n{lines}\n{ADVICE}")


def problems(settings: Mapping[str, Any]) -> list[str]:
    """Return one sentence, which says what to do, for each thing that is wrong with production settings."""
    return [*_secret_key(settings), *_web(settings), *_meta(settings), *_keys(settings)]


def _secret_key(settings: Mapping[str, Any]) -> Iterator[str]:
    key = settings["SECRET_KEY"]
    if len(key) < LEAST_SECRET or len(set(key)) < 5:
        yield f"SECRET_KEY is empty or too short: give it at least {LEAST_SECRET} random characters."
    elif key.lower().startswith(EXAMPLES):
        yield "SECRET_KEY is an example that others know: give it random characters of your own."


def _web(settings: Mapping[str, Any]) -> Iterator[str]:
    if settings["DEBUG"]:
        yield "DEBUG shows settings and customers' data to whoever causes an error: set it to false."
    if not settings["HTTPS"]:
        yield "HTTPS is off, so passwords would travel in the clear: set it to true."
    hosts = settings["ALLOWED_HOSTS"]
    if not any(hosts):
        yield "ALLOWED_HOSTS is empty: name the hosts that people open the inbox under."
    if any("*" in host for host in hosts):
        yield "ALLOWED_HOSTS holds a wildcard: name each host in full."
    if any(not origin.startswith("https://") or "*" in origin for origin in settings["CSRF_TRUSTED_ORIGINS"]):
        yield "CSRF_TRUSTED_ORIGINS holds an address that is not https:// and one host: name each in full."
    if 0 < len(settings["METRICS_TOKEN"]) < LEAST_WORD:
        yield f"METRICS_TOKEN is too short: give it at least {LEAST_WORD} characters, or none to have no /metrics."


def _meta(settings: Mapping[str, Any]) -> Iterator[str]:
    secrets = settings["WHATSAPP_APP_SECRETS"]
    if not any(secrets) or any(len(secret) < LEAST_WORD for secret in secrets):
        yield "WHATSAPP_APP_SECRET is empty or too short, so nobody could tell Meta's deliveries from forged ones: copy it from the app's settings at Meta."  # noqa: E501
    if len(settings["WHATSAPP_VERIFY_TOKEN"]) < LEAST_WORD:
        yield f"WHATSAPP_VERIFY_TOKEN is empty or too short: choose at least {LEAST_WORD} characters and enter the same at Meta."  # noqa: E501
    if not settings["GRAPH_BASE_URL"].startswith("https://"):
        yield "GRAPH_BASE_URL is not https://, so access tokens would travel in the clear: leave it unset."


def _keys(settings: Mapping[str, Any]) -> Iterator[str]:
    if not settings["FIELD_KEYS"] or not all(map(_is_field_key, settings["FIELD_KEYS"])):
        yield "FIELD_KEYS holds no key, or one that is not <id>:<base64 of 32 bytes>: make one as .env.example says."
    for name in ("TOKEN_KEY", "AUDIT_KEY"):
        if len(settings.get(name, "")) < LEAST_KEY:
            yield f"{name} is empty or too short: give it at least {LEAST_KEY} random characters."
    given = [key for name in ("SECRET_KEY", "TOKEN_KEY", "AUDIT_KEY") if (key := settings.get(name))]
    if len(set(given)) < len(given):
        yield "SECRET_KEY, TOKEN_KEY and AUDIT_KEY are not all different: make one for each."


def _is_field_key(entry: str) -> bool:
    name, _, encoded = entry.partition(":")
    try:
        return bool(name) and len(base64.b64decode(encoded, validate=True)) == 32
    except binascii.Error:
        return False

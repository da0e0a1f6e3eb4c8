"""What `make check` looks at; every check runs, also after one has failed."""

import os
import subprocess
import sys
import time
from collections.abc import Sequence
from pathlib import Path

from local.home import ROOT, made_up_secrets
from local.terminal import say
from local.translations import stale_catalogues

# Settings must be importable without servers: the port answers nobody.
ENVIRONMENT = {
    "DATABASE_URL": "postgres://prosa:none@127.0.0.1:9/prosa",
    "PRODUCTION": "true",
    "DEBUG": "false",
    "HTTPS": "true",
    "GRAPH_BASE_URL": "https://graph.facebook.com",
    "PYTHONPATH": str(ROOT),
}
MANAGE = [sys.executable, "-W", "ignore", "manage.py"]


def run() -> int:
    """Run all checks; print the output of those that fail; return 1 when one did."""
    environment = {**os.environ, **made_up_secrets(), **ENVIRONMENT}
    failed = [name for name, command in _commands().items() if not _passes(name, command, environment)]
    for complaint in stale_catalogues(ROOT / "locale"):
        failed.append("translations")
        say(complaint)
    say(f"\nFailed: {', '.join(dict.fromkeys(failed))}." if failed else "\nAll checks passed.")
    return 1 if failed else 0


def _commands() -> dict[str, Sequence[str]]:
    python = [sys.executable, "-m"]
    checks: dict[str, Sequence[str]] = {
        "format": [*python, "ruff", "format", "--check", "."],
        "lint": [*python, "ruff", "check", "."],
        "types": [*python, "mypy", *_packages()],
        "imports": [str(Path(sys.executable).parent / "lint-imports"), "--no-logo"],
        "migrations": [*MANAGE, "makemigrations", "--check", "--dry-run"],
        "deploy": [*MANAGE, "check", "--deploy", "--fail-level", "WARNING"],
    }
    if (ROOT / "templates").is_dir():
        checks["template format"] = [*python, "djlint", "--check", "--quiet", "templates"]
        checks["template lint"] = [*python, "djlint", "--lint", "--quiet", "templates"]
    return checks


def _packages() -> list[str]:
    """The directories at the top that are packages, tests apart: those are checked by running."""
    return sorted(init.parent.name for init in ROOT.glob("*/__init__.py") if init.parent.name != "tests")


def _passes(name: str, command: Sequence[str], environment: dict[str, str]) -> bool:
    started = time.monotonic()
    done = subprocess.run(
        command, cwd=ROOT, env=environment, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, check=False
    )
    verdict = "failed" if done.returncode else "ok"
    say(f"{name:<16} {verdict:<7} {time.monotonic() - started:4.1f} s")
    if done.returncode:
        say(done.stdout.decode(errors="replace").rstrip())
    return done.returncode == 0

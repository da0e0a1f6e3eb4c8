"""As root, servers run as `nobody` from a directory it reaches; no parent directory changes permissions."""

import hashlib
import os
import pwd
import shutil
import subprocess
import tempfile
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from local.terminal import Trouble

USER = "nobody"


@dataclass(frozen=True)
class Programs:
    """The folder of a server's programs, and the trees that must travel together if they are copied."""

    folder: Path
    trees: tuple[Path, ...] = ()


def identity() -> dict[str, Any]:
    """Return the keyword arguments of `subprocess` that drop root; none when we are not root."""
    if os.geteuid() != 0:
        return {}
    return {"user": _account().pw_uid, "group": _account().pw_gid, "extra_groups": []}


def private_directory(wish: Path) -> Path:
    """Make and return a directory only the servers' user may enter: `wish`, or one that user can reach."""
    if os.geteuid() != 0:
        wish.mkdir(mode=0o700, parents=True, exist_ok=True)
        return wish
    directory = wish if _may_enter(_existing_parent(wish)) else _elsewhere(wish)
    directory.mkdir(mode=0o700, parents=True, exist_ok=True)
    os.chown(directory, _account().pw_uid, _account().pw_gid)
    return directory


def reachable(programs: Programs, program: str, directory: Path) -> Path:
    """Return the folder from which the servers' user can run `program`, copied into `directory` if needed."""
    original = programs.folder / program
    if os.geteuid() != 0 or _as_user("test", "-x", str(original)):
        return programs.folder
    if not programs.trees:
        raise Trouble(f"{original} cannot be run by the user {USER!r}: install it where everybody can reach it.")
    stamp = hashlib.sha256(f"{original} {original.stat().st_mtime_ns}".encode()).hexdigest()[:12]
    copy = directory / f"programs-{stamp}"
    base = programs.trees[0].parent
    if not copy.exists():
        _copy(programs.trees, copy)
    return copy / programs.folder.relative_to(base)


def _copy(trees: tuple[Path, ...], target: Path) -> None:
    partial = Path(tempfile.mkdtemp(dir=target.parent))
    partial.chmod(0o755)
    for tree in trees:
        shutil.copytree(tree, partial / tree.name, ignore=shutil.ignore_patterns("include", "__pycache__"))
    for path in partial.rglob("*"):
        if not path.is_symlink():
            path.chmod(path.stat().st_mode | (0o555 if path.is_dir() or os.access(path, os.X_OK) else 0o444))
    partial.rename(target)


def _elsewhere(wish: Path) -> Path:
    """Make a directory with an unguessable name, so that nobody else can have put one there before us."""
    name = hashlib.sha256(str(wish).encode()).hexdigest()[:8]
    for parent in ("/var/tmp", tempfile.gettempdir()):  # noqa: S108 - mkdtemp below
        if os.access(parent, os.W_OK) and _may_enter(Path(parent)):
            return Path(tempfile.mkdtemp(prefix=f"prosa-{name}-", dir=parent))
    raise Trouble(f"Neither /var/tmp nor {tempfile.gettempdir()} can be used by {USER!r}: run as an ordinary user.")


def _existing_parent(path: Path) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    return path.parent


def _may_enter(directory: Path) -> bool:
    return _as_user("test", "-x", str(directory))


def _as_user(*command: str) -> bool:
    """Ask as the user itself: permission bits alone say nothing about ACLs and mounts."""
    try:
        return subprocess.run(command, cwd="/", check=False, **identity()).returncode == 0
    except (OSError, subprocess.SubprocessError) as error:
        raise Trouble(
            "PostgreSQL refuses to run as root, and this environment does not let root become another user: "
            "run as an ordinary user, or set DATABASE_URL and REDIS_URL."
        ) from error


@cache
def _account() -> pwd.struct_passwd:
    try:
        return pwd.getpwnam(USER)
    except KeyError as error:
        raise Trouble(
            f"PostgreSQL refuses to run as root and there is no user {USER!r}: "
            "run as an ordinary user, or set DATABASE_URL and REDIS_URL."
        ) from error

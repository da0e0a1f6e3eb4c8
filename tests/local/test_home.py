"""One launcher at a time in a directory."""

import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from local.home import Home, read_env, write_private
from local.servers import Servers

HOLDS = """
import sys, threading
from pathlib import Path
from local.home import Home
home = Home(Path(sys.argv[1]))
assert home.take()
home.publish({"REDIS_URL": "redis://there"}, "http://127.0.0.1:8000")
print("taken", flush=True)
threading.Event().wait()
"""


@contextmanager
def held(directory: Path) -> Iterator[subprocess.Popen[bytes]]:
    """Another process that works in the directory, killed in the end."""
    with subprocess.Popen([sys.executable, "-c", HOLDS, str(directory)], stdout=subprocess.PIPE) as other:
        assert other.stdout and other.stdout.readline() == b"taken\n"
        yield other
        other.kill()


def test_a_second_launcher_sees_where_the_first_one_is(tmp_path: Path):
    with held(tmp_path) as other:
        home = Home(tmp_path)
        assert not home.take()
        assert home.running()["address"] == "http://127.0.0.1:8000"
        assert home.running()["pid"] == other.pid
        second = Home.first_free(tmp_path)
        assert second.directory == tmp_path.with_name(f"{tmp_path.name}-2")
        second.leave()


def test_a_killed_launcher_leaves_the_directory_free(tmp_path: Path):
    with held(tmp_path):
        pass
    home = Home(tmp_path)
    assert home.running() == {}
    assert home.take()
    home.leave()


def test_what_the_environment_names_is_used_and_never_started(tmp_path: Path):
    given = {"DATABASE_URL": "postgres://there/prosa", "REDIS_URL": "redis://there/0"}
    with Servers(Home(tmp_path), given) as servers:
        assert servers.environment == given
    assert list(tmp_path.iterdir()) == []


def test_an_env_file_is_private_and_reads_back(tmp_path: Path):
    file = tmp_path / "demo.env"
    write_private(file, "# made up\nSECRET_KEY=a=b\nexport TIME_ZONE='America/Bahia'\n\n")
    assert file.stat().st_mode & 0o777 == 0o600
    assert read_env(file) == {"SECRET_KEY": "a=b", "TIME_ZONE": "America/Bahia"}

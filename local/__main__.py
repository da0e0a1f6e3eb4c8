"""`python -m local`: the launcher's command line. Make's targets call it; `--help` lists what it does."""

import argparse
import os
import shlex
import shutil
import signal
import subprocess
import sys
from types import FrameType

from local import check as checks
from local import demo as demonstration
from local import leftovers, pids
from local.home import DATA, ROOT, Home, made_up_secrets
from local.servers import Servers
from local.terminal import Trouble, complain, say

# Plain HTTP on loopback; and a test that forgets its simulator must not reach Meta.
FOR_TESTS = {"PRODUCTION": "false", "DEBUG": "false", "HTTPS": "false", "GRAPH_BASE_URL": "http://127.0.0.1:9"}

# Each has a database of its own in Valkey, which keeps sixteen.
MOST_PROCESSES = 8


def main() -> int:
    """Run one command and return its exit code."""
    arguments = _parser().parse_args()
    for number in (signal.SIGTERM, signal.SIGHUP):
        if signal.getsignal(number) is not signal.SIG_IGN:  # nohup
            signal.signal(number, _interrupt)
    try:
        return int(arguments.run(arguments))
    except Trouble as trouble:
        return complain(trouble)
    except KeyboardInterrupt:
        return 130


def demo(_: argparse.Namespace) -> int:
    """Run Prosa with demo data and a simulated WhatsApp until Ctrl-C."""
    return demonstration.run()


def test(arguments: argparse.Namespace) -> int:
    """Run pytest on a PostgreSQL and a Valkey of its own, in as many processes as there are cores (-n 0: in one)."""
    processes = min(os.cpu_count() or 1, MOST_PROCESSES)
    command = [sys.executable, "-m", "pytest", "-n", str(processes), "--dist", "loadfile", "--no-loadscope-reorder"]
    return _with_servers("test", [*command, *_rest(arguments)])


def bench(arguments: argparse.Namespace) -> int:
    """Run the benchmarks on a PostgreSQL and a Valkey of their own."""
    return _with_servers("bench", [sys.executable, "-m", "bench", *_rest(arguments)])


def check(_: argparse.Namespace) -> int:
    """Look at format, lint, types, migrations, imports, templates and translations."""
    return checks.run()


def servers(_: argparse.Namespace) -> int:
    """Run only PostgreSQL and Valkey until Ctrl-C, and print their addresses."""
    home = Home.first_free(DATA / "servers")
    with Servers(home, os.environ) as running:
        home.publish(running.environment)
        _export(running.environment)
        say("# Ctrl-C stops both.")
        try:
            signal.pause()
        except KeyboardInterrupt:
            say()
    home.leave()
    return 0


def env(_: argparse.Namespace) -> int:
    """Print the running demo's environment as export lines, for `eval "$(python -m local env)"`."""
    running = Home(DATA).running()
    if not running.get("environment"):
        raise Trouble("No demo runs here: start one with `make demo`.")
    _export(running["environment"])
    return 0


def stop(arguments: argparse.Namespace) -> int:
    """Stop the running demo, and end what killed launchers left; other live launchers stay."""
    leftovers.stop_demo(DATA, delete=arguments.delete)
    return 0


def _with_servers(name: str, command: list[str]) -> int:
    home = Home.first_free(DATA / name)
    with Servers(home, os.environ, forgetful=name == "test") as running:
        media = home.directory / "media"
        environment = {**os.environ, **made_up_secrets(), **FOR_TESTS, **running.environment}
        home.publish(running.environment)
        child = subprocess.Popen(
            command,
            cwd=ROOT,
            env=environment | {"MEDIA_ROOT": str(media)},
            preexec_fn=pids.dies_with_us(signal.SIGTERM),
        )
        code = _wait(child)
        shutil.rmtree(media, ignore_errors=True)
    home.leave()
    return code


def _wait(child: subprocess.Popen[bytes]) -> int:
    """Wait for a child that shares our terminal: Ctrl-C reaches it by itself, other signals we pass on."""
    while True:
        try:
            return child.wait()
        except KeyboardInterrupt:
            if _asked_to_stop:
                child.terminate()


def _export(environment: dict[str, str]) -> None:
    for name, value in environment.items():
        say(f"export {name}={shlex.quote(value)}")


def _rest(arguments: argparse.Namespace) -> list[str]:
    return list(arguments.rest[1:] if arguments.rest[:1] == ["--"] else arguments.rest)


_asked_to_stop = False


def _interrupt(number: int, frame: FrameType | None) -> None:
    """Leave as Ctrl-C does, by the same roads."""
    global _asked_to_stop
    _asked_to_stop = True
    raise KeyboardInterrupt


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m local", description="Run Prosa on this machine.")
    commands = parser.add_subparsers(required=True, metavar="command")
    for run in (demo, test, check, bench, servers, env, stop):
        command = commands.add_parser(run.__name__, help=run.__doc__, description=run.__doc__)
        command.set_defaults(run=run)
        if run in (test, bench):
            command.add_argument("rest", nargs=argparse.REMAINDER, metavar="-- arguments", help="passed on")
        if run is stop:
            command.add_argument("--delete", action="store_true", help="also delete the servers' files")
    return parser


if __name__ == "__main__":
    sys.exit(main())

"""Stop the demo from outside and end what killed launchers left; other live launchers are left alone."""

import os
import signal
from pathlib import Path

from local import pids
from local.home import Home
from local.servers import KINDS
from local.terminal import Trouble, say, step

SECONDS_TO_STOP = 60.0


def stop_demo(data: Path, *, delete: bool = False) -> None:
    """Stop the demo of `data`, then the servers no launcher looks after any more.

    Whoever else works below `data` (tests, `servers`) is left alone; with `delete` that is Trouble, before
    anything has happened, because their files would go too.
    """
    others = [home for home in _homes(data) if home.directory != data and home.running()]
    if delete and others:
        where = ", ".join(f"{home.directory} (process {home.running().get('pid')})" for home in others)
        raise Trouble(f"Still running: {where}. End it first.")
    for home in others:
        say(f"Left running: {home.directory} (process {home.running().get('pid')}).")
    _stop_launcher(Home(data))
    for home in _homes(data):
        if home.take():
            _end_servers(home, delete=delete)
            home.leave()


def _homes(data: Path) -> list[Home]:
    return [Home(lock.parent) for lock in sorted([*data.glob("lock"), *data.glob("*/lock")])]


def _stop_launcher(home: Home) -> None:
    running = home.running() if home.directory.exists() else {}
    if not running:
        return
    if not running["pid"]:  # signalling 0 would hit ourselves
        raise Trouble("The demo is just starting: try again in a moment.")
    with step(f"Stopping {running['address']}"):
        os.kill(running["pid"], signal.SIGTERM)
        if not pids.wait_until(lambda: not home.running(), SECONDS_TO_STOP):
            raise Trouble(f"Process {running['pid']} did not stop in {SECONDS_TO_STOP:.0f} s.")


def _end_servers(home: Home, *, delete: bool) -> None:
    for kind in KINDS.values():
        directory = home.directory / kind.label.lower()
        if not directory.exists():
            continue
        server = kind(directory)
        if server.pid:
            say(f"Ending {server.label} (pid {server.pid}), which a killed launcher left.")
        server.remove() if delete else server.stop()

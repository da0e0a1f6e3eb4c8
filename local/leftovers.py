"""Stop a launcher from outside, and end what a killed one left behind."""

import os
import signal
from pathlib import Path

from local import pids
from local.home import Home
from local.servers import KINDS
from local.terminal import Trouble, say, step

SECONDS_TO_STOP = 60.0


def stop_all(data: Path, *, delete: bool = False) -> None:
    """Stop every launcher below `data`, then what is left of killed ones; `delete` their files too."""
    for lock in sorted(data.glob("**/lock")) if data.exists() else []:
        home = Home(lock.parent)
        _stop_launcher(home)
        if home.take():
            _end_servers(home, delete=delete)
            home.leave()


def _stop_launcher(home: Home) -> None:
    running = home.running()
    if not running:
        return
    with step(f"Stopping {running['address'] or home.directory}"):
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

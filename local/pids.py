"""Processes that this launcher may not be the parent of: who they are, and how to end them."""

import ctypes
import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable
from pathlib import Path

PR_SET_PDEATHSIG = 1


def command_line(pid: int) -> str:
    """Return the command line of a running process; empty when it is gone, a zombie, or not readable."""
    if sys.platform == "linux":
        try:
            return Path(f"/proc/{pid}/cmdline").read_bytes().replace(b"\0", b" ").decode(errors="replace").strip()
        except OSError:
            return ""
    shown = subprocess.run(["ps", "-o", "command=", "-p", str(pid)], capture_output=True, text=True, check=False)
    return shown.stdout.strip()


def runs(pid: int, mark: str) -> bool:
    """Tell whether the process runs and its command line holds `mark`: pids are reused, marks are not."""
    return pid > 0 and mark in command_line(pid)


def end(pid: int, mark: str, *, by: signal.Signals = signal.SIGTERM, seconds: float = 10) -> None:
    """End the process that `mark` identifies: the signal, a wait of `seconds`, then SIGKILL."""
    for number, patience in ((by, seconds), (signal.SIGKILL, 10.0)):
        if not runs(pid, mark):
            return
        os.kill(pid, number)
        if wait_until(lambda: not runs(pid, mark), patience):
            return


def wait_until(condition: Callable[[], bool], seconds: float, every: float = 0.05) -> bool:
    """Wait for the condition for at most `seconds`; return whether it came true."""
    deadline = time.monotonic() + seconds
    while not condition():
        if time.monotonic() > deadline:
            return False
        time.sleep(every)
    return True


def dies_with_us(by: signal.Signals) -> Callable[[], None] | None:
    """Return what a child runs before exec so that it is signalled when the launcher dies, even by kill -9.

    Linux only; elsewhere the next start finds the survivor by its pid file. The kernel ties the child to the
    thread that forked it, so only the main thread may ask for this.
    """
    if sys.platform != "linux" or threading.current_thread() is not threading.main_thread():
        return None
    prctl, parent = ctypes.CDLL(None).prctl, os.getpid()

    def ask_kernel() -> None:
        prctl(PR_SET_PDEATHSIG, by, 0, 0, 0)
        if os.getppid() != parent:  # it died between fork and prctl
            os._exit(1)

    return ask_kernel

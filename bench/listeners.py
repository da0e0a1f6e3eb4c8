"""People with the inbox open: real sign-ins, real sockets, each watching a thread and the lists it may see."""

import asyncio
import http.cookiejar
import urllib.parse
import urllib.request
from multiprocessing.sharedctypes import Synchronized

import websockets

from bench import seed, traffic
from bench.load import SPAWN

SOCKETS = 200
SIGN_IN = "/login/"


class Listeners:
    """200 sockets of 40 people, in a process of their own; counts what is pushed to them."""

    def __init__(self, port: int) -> None:
        self._pushed: Synchronized[int] = SPAWN.Value("q", 0)
        self._open: Synchronized[int] = SPAWN.Value("i", 0)
        self._process = SPAWN.Process(target=_run, args=(port, self._pushed, self._open), daemon=True)

    def __enter__(self) -> "Listeners":
        self._process.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._process.terminate()
        self._process.join()

    @property
    def pid(self) -> int:
        """The process, for the accounts of CPU time."""
        return self._process.pid or 0

    @property
    def pushed(self) -> int:
        """Frames received by all sockets so far."""
        return self._pushed.value

    @property
    def open(self) -> int:
        """Sockets open now."""
        return self._open.value


def _run(port: int, pushed: Synchronized, opened: Synchronized) -> None:
    asyncio.run(_listen(port, pushed, opened))


async def _listen(port: int, pushed: Synchronized, opened: Synchronized) -> None:
    cookies = [_signed_in(port, agent) for agent in range(seed.AGENTS)]
    async with asyncio.TaskGroup() as group:
        for number in range(SOCKETS):
            agent = number % seed.AGENTS
            group.create_task(_socket(port, cookies[agent], _thread_of(agent, number), pushed, opened))


async def _socket(port: int, cookie: str, thread: int, pushed: Synchronized, opened: Synchronized) -> None:
    """Keep one page's socket open, as the page does: connect again when the server closes it."""
    address, origin = f"ws://127.0.0.1:{port}/ws/inbox/", websockets.Origin(f"http://127.0.0.1:{port}")
    connecting = websockets.connect(
        address, origin=origin, additional_headers={"Cookie": cookie}, compression=None, max_queue=None
    )
    async for socket in connecting:
        opened.value += 1
        try:
            await socket.send(f'{{"watch": {thread}}}')
            async for _ in socket:
                pushed.value += 1
        except websockets.ConnectionClosed:
            pass
        opened.value -= 1


def _thread_of(agent: int, number: int) -> int:
    """Return the id of a conversation of the agent's team, another one for each socket."""
    return (number * seed.TEAMS * 5 + agent % seed.TEAMS) % traffic.PEOPLE + 1


def _signed_in(port: int, agent: int) -> str:
    """Sign in by the page's form and return the Cookie header."""
    jar = http.cookiejar.CookieJar()
    browser = urllib.request.build_opener(urllib.request.HTTPCookieProcessor(jar))
    address = f"http://127.0.0.1:{port}{SIGN_IN}"
    browser.open(address, timeout=30).close()
    tokens = {cookie.name: cookie.value for cookie in jar}
    form = {
        "username": f"agent{agent}@example.com",
        "password": seed.PASSWORD,
        "csrfmiddlewaretoken": tokens["csrftoken"],
    }
    browser.open(address, urllib.parse.urlencode(form).encode(), timeout=30).close()
    cookies = {cookie.name: cookie.value for cookie in jar}
    if "sessionid" not in cookies:
        raise RuntimeError(f"agent{agent} could not sign in")
    return "; ".join(f"{name}={value}" for name, value in cookies.items())

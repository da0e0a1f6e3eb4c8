"""The ASGI application: one door for Graph, the control API, the page and its files."""

import asyncio
import re
from typing import Any

from simulator import control, graph, media, pages
from simulator.config import Config
from simulator.script import Script
from simulator.state import Simulator
from simulator.web import SECURITY_HEADERS, Answer, BadRequest, Request, json_answer, read_request

VERSION = re.compile(r"v\d+\.\d+")


class App:
    """ASGI application of one simulator."""

    def __init__(self, config: Config) -> None:
        self._config = config

    async def __call__(self, scope: dict, receive: Any, send: Any) -> None:
        if scope["type"] == "lifespan":
            await self._live(receive, send)
        elif scope["type"] == "http":
            request = await read_request(scope, receive, send)
            try:
                answer = await self._answer(request)
            except asyncio.CancelledError:  # the server ends while the caller still waits
                await request.hang_up()
                return
            if answer:
                await request.answer(answer)

    async def _live(self, receive: Any, send: Any) -> None:
        await receive()
        self._simulator = Simulator(self._config)
        await self._simulator.start()
        script = Script(self._simulator)
        if self._config.scripted:
            script.start()
        await send({"type": "lifespan.startup.complete"})
        await receive()
        await script.stop()
        await self._simulator.stop()
        await send({"type": "lifespan.shutdown.complete"})

    async def _answer(self, request: Request) -> Answer | None:
        parts = request.parts
        first = parts[0] if parts else ""
        if VERSION.fullmatch(first):
            return await graph.handle(self._simulator, request, parts)
        try:
            if first == "control":
                answer = await control.handle(self._simulator, request, parts[1:])
            elif first == "media" and len(parts) == 2 and request.method == "GET":
                answer = await media.download(self._simulator, request, parts[1])
            else:
                answer = pages.handle(request)
        except BadRequest as error:
            answer = json_answer({"error": str(error)}, 400)
        answer.headers += SECURITY_HEADERS
        return answer

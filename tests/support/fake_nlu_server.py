"""An NLU process that answers, or misbehaves as told: over real HTTP."""

import asyncio
import contextlib
from collections.abc import AsyncIterator
from typing import Any

from aiohttp import web


class FakeNluServer:
    """`behaviour`: ok, hang, busy (503), refuse (422), garbage, cut (closes the connection)."""

    def __init__(self, model: str = "first") -> None:
        self.behaviour = "ok"
        self.model = model
        self.asked = 0
        self.url = ""
        self.entities: list[dict[str, Any]] = []
        self._hanging = asyncio.Event()

    @contextlib.asynccontextmanager
    async def running(self, port: int = 0) -> AsyncIterator["FakeNluServer"]:
        app = web.Application()
        app.router.add_post("/model/parse", self._parse)
        app.router.add_get("/health", self._health)
        runner = web.AppRunner(app, access_log=None, shutdown_timeout=1)
        await runner.setup()
        await web.TCPSite(runner, "127.0.0.1", port).start()
        host, taken = runner.addresses[0][:2]
        self.url = f"http://{host}:{taken}"
        try:
            yield self
        finally:
            self._hanging.set()
            await runner.cleanup()

    async def _health(self, _request: web.Request) -> web.Response:
        if self.behaviour != "ok":
            return web.Response(status=503)
        return web.json_response({"status": "ok", "model": self.model})

    async def _parse(self, request: web.Request) -> web.Response:
        self.asked += 1
        text = (await request.json())["text"]
        if self.behaviour == "hang":
            await self._hanging.wait()
        if self.behaviour == "cut":
            assert request.transport is not None
            request.transport.close()
        if self.behaviour in ("busy", "refuse"):
            return web.Response(status={"busy": 503, "refuse": 422}[self.behaviour])
        if self.behaviour == "garbage":
            return web.Response(body=b"<html>")
        answer = {
            "text": text,
            "intent": {"name": "greet", "confidence": 0.9},
            "entities": self.entities,
            "intent_ranking": [{"name": "greet", "confidence": 0.9}],
        }
        return web.json_response(answer, headers={"X-Model": self.model})

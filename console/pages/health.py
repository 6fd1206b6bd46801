"""`/healthz` and `/readyz`, for whoever watches the process."""

import asyncio

from aiohttp import web
from sqlalchemy import text
from sqlalchemy.exc import SQLAlchemyError

from console.site import SITE

PROBE_SECONDS = 2.0


async def healthz(_request: web.Request) -> web.Response:
    """The process answers."""
    return web.json_response({"status": "ok"})


async def readyz(request: web.Request) -> web.Response:
    """503 without the database."""
    up = await _database_answers(request)
    body = {"status": "ready" if up else "unavailable", "database": "up" if up else "down"}
    return web.json_response(body, status=200 if up else 503)


async def _database_answers(request: web.Request) -> bool:
    try:
        async with (
            asyncio.timeout(PROBE_SECONDS),
            request.app[SITE].engine.connect() as connection,
        ):
            await connection.execute(text("SELECT 1"))
    except (SQLAlchemyError, OSError, TimeoutError):
        return False
    return True

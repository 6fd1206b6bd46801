"""`/healthz`, `/readyz`, `/metrics`: for operators, on an internal port."""

import asyncio
import time

from aiohttp import web
from prometheus_client import CONTENT_TYPE_LATEST, generate_latest
from sqlalchemy import text

from bot import metrics
from bot.product import Product

PROBE_SECONDS = 2.0
FRESH_SECONDS = 1.0


async def database_answers(product: Product) -> bool:
    """Whether a query comes back in time; a hung one is left behind, not waited for."""
    done, _ = await asyncio.wait({product.spawn(_ask(product))}, timeout=PROBE_SECONDS)
    return bool(done) and done.pop().exception() is None


async def _ask(product: Product) -> None:
    async with product.engine.connect() as connection:
        await connection.execute(text("SELECT 1"))


async def cached_readiness(product: Product) -> tuple[int, dict[str, str]]:
    """What `readiness` said within the last second: anybody may ask, the work is done once."""
    known = product.readiness
    async with known.lock:
        now = time.monotonic()
        if known.answer is None or now - known.at > FRESH_SECONDS:
            known.answer, known.at = await readiness(product), now
        return known.answer


async def readiness(product: Product) -> tuple[int, dict[str, str]]:
    """503 without the database; 200 `degraded` without the model, since rules still answer."""
    database, nlu = await asyncio.gather(database_answers(product), product.nlu.healthy())
    metrics.DATABASE_UP.set(database)
    status = "ready" if database and nlu else "degraded" if database else "unavailable"
    parts = {"database": "up" if database else "down", "nlu": "up" if nlu else "down"}
    return (200 if database else 503), {"status": status, **parts}


def health_routes(product: Product, with_metrics: bool) -> list[web.RouteDef]:
    async def healthz(_request: web.Request) -> web.Response:
        return web.json_response({"status": "ok"})

    async def readyz(_request: web.Request) -> web.Response:
        status, body = await cached_readiness(product)
        return web.json_response(body, status=status)

    async def show_metrics(_request: web.Request) -> web.Response:
        await cached_readiness(product)
        return web.Response(body=generate_latest(), headers={"Content-Type": CONTENT_TYPE_LATEST})

    routes = [web.get("/healthz", healthz), web.get("/readyz", readyz)]
    return [*routes, web.get("/metrics", show_metrics)] if with_metrics else routes

"""The chat process: web channel, workers, housekeeping, and the operators' port."""

import asyncio
import contextlib
import gc
import signal
from collections.abc import AsyncIterator

import aiohttp
import structlog
from aiohttp import web

from bot import housekeeping
from bot.channels import web as web_channel
from bot.channels import web_page
from bot.health import health_routes
from bot.product import Product, build, http_nlu
from store import logs
from store.settings import Settings

log = structlog.get_logger(__name__)
MAX_BODY = 12 * 1024 * 1024


def chat_app(product: Product) -> web.Application:
    """The citizens' site; its background work lives as long as the application."""
    app = web.Application(
        middlewares=[web_page.security_headers, web_channel.refusals], client_max_size=MAX_BODY
    )
    web_channel.set_up(app, product)
    web_page.add_routes(app, product.content)
    app.add_routes(health_routes(product, with_metrics=False))
    app.cleanup_ctx.append(_background)
    return app


def ops_app(product: Product) -> web.Application:
    app = web.Application()
    app.add_routes(health_routes(product, with_metrics=True))
    return app


async def _background(app: web.Application) -> AsyncIterator[None]:
    product, outbox = app[web_channel.PRODUCT], app[web_channel.OUTBOX]
    tasks = [
        asyncio.create_task(product.worker.run()),
        asyncio.create_task(outbox.run()),
        asyncio.create_task(housekeeping.run(product.sessions, product.settings, product.clock)),
    ]
    yield
    for task in tasks:
        task.cancel()
    await asyncio.gather(*tasks, return_exceptions=True)
    await product.worker.drain()
    with contextlib.suppress(Exception):
        await outbox.flush()
    await product.engine.dispose()


async def serve(settings: Settings, database_url: str) -> None:
    """Serve until SIGTERM or SIGINT."""
    logs.configure(settings.log_level)
    stop = asyncio.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        asyncio.get_running_loop().add_signal_handler(number, stop.set)
    connector = aiohttp.TCPConnector(limit=64)
    async with aiohttp.ClientSession(connector=connector) as session:
        product = build(settings, database_url, http_nlu(settings, session))
        # What was loaded stays: a collection that walks it again would hold a reply for 50 ms.
        gc.collect()
        gc.freeze()
        runners = [
            web.AppRunner(chat_app(product), access_log=None, shutdown_timeout=5),
            web.AppRunner(ops_app(product), access_log=None),
        ]
        places = [(settings.bind, settings.port), (settings.ops_bind, settings.ops_port)]
        try:
            for runner, (host, port) in zip(runners, places, strict=True):
                await runner.setup()
                await web.TCPSite(runner, host, port, reuse_port=False).start()
            log.info("chat_started", port=settings.port)
            await stop.wait()
        finally:
            for runner in runners:
                await runner.cleanup()
    log.info("chat_stopped")

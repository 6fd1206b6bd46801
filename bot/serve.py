"""One process of the product, in any mixture of its three roles.

web: the citizens' page, its API and the platforms' webhooks. worker: answers what was stored.
sender: delivers replies to the platforms. Housekeeping goes with the worker.
"""

import asyncio
import contextlib
import gc
import signal
from collections.abc import AsyncIterator, Callable, Coroutine
from typing import Any

import aiohttp
import structlog
from aiohttp import web

from bot import housekeeping
from bot.channels import web as web_channel
from bot.channels import web_page
from bot.health import health_routes
from bot.platforms import Platforms
from bot.product import ALL_ROLES, Product, build, http_nlu
from store import logs
from store.settings import Settings

log = structlog.get_logger(__name__)
MAX_BODY = 12 * 1024 * 1024


def chat_app(product: Product, platforms: Platforms | None = None) -> web.Application:
    """The citizens' site and the webhooks; its background work lives as long as it does."""
    app = web.Application(
        middlewares=[web_page.security_headers, web_channel.refusals], client_max_size=MAX_BODY
    )
    web_channel.set_up(app, product)
    web_page.add_routes(app, product.content)
    app.add_routes(health_routes(product, with_metrics=False))
    known = platforms or Platforms(product)
    app.add_routes(known.routes())
    outbox = app[web_channel.OUTBOX]

    async def background(_app: web.Application) -> AsyncIterator[None]:
        async with at_work(product, known, outbox.run):
            yield
            with contextlib.suppress(Exception):
                await outbox.flush()

    app.cleanup_ctx.append(background)
    return app


def ops_app(product: Product) -> web.Application:
    app = web.Application()
    app.add_routes(health_routes(product, with_metrics=True))
    return app


@contextlib.asynccontextmanager
async def at_work(
    product: Product, platforms: Platforms, *more: Callable[[], Coroutine[Any, Any, None]]
) -> AsyncIterator[None]:
    """The tasks of this process's roles, from the start to the end of the block."""
    stop = asyncio.Event()
    work: list[Coroutine[Any, Any, None]] = [one() for one in more]
    if "worker" in product.roles:
        work.append(product.worker.run())
        work.append(housekeeping.run(product.sessions, product.settings, product.clock))
    work += platforms.tasks(stop)
    tasks = [asyncio.create_task(one) for one in work]
    try:
        yield
    finally:
        stop.set()
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
        await product.worker.drain()
        await product.door.close()
        await platforms.close()
        await product.engine.dispose()


async def serve(settings: Settings, database_url: str, roles: frozenset[str] = ALL_ROLES) -> None:
    """Serve until SIGTERM or SIGINT."""
    logs.configure(settings.log_level)
    stop = asyncio.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        asyncio.get_running_loop().add_signal_handler(number, stop.set)
    connector = aiohttp.TCPConnector(limit=64)
    async with (
        aiohttp.ClientSession(connector=connector) as session,
        contextlib.AsyncExitStack() as open_things,
    ):
        product = build(settings, database_url, http_nlu(settings, session), roles=roles)
        # What was loaded stays: a collection that walks it again would hold a reply for 50 ms.
        gc.collect()
        gc.freeze()
        apps = [(ops_app(product), settings.ops_bind, settings.ops_port)]
        if "web" in roles:
            apps.insert(0, (chat_app(product), settings.bind, settings.port))
        else:
            await open_things.enter_async_context(at_work(product, Platforms(product)))
        for app, host, port in apps:
            runner = web.AppRunner(app, access_log=None, shutdown_timeout=5)
            open_things.push_async_callback(runner.cleanup)
            await runner.setup()
            await web.TCPSite(runner, host, port, reuse_port=False).start()
        log.info("process_started", roles=" ".join(sorted(roles)))
        await stop.wait()
    log.info("process_stopped")

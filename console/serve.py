"""The console process, until SIGTERM or SIGINT."""

import asyncio
import signal

import structlog
from aiohttp import web

from console.app import make_app
from console.site import Site
from store import logs

log = structlog.get_logger(__name__)
SHUTDOWN_SECONDS = 5


async def serve(site: Site) -> None:
    """Raises OSError when the port cannot be opened."""
    logs.configure(site.settings.log_level)
    stop = asyncio.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        asyncio.get_running_loop().add_signal_handler(number, stop.set)
    runner = web.AppRunner(make_app(site), access_log=None, shutdown_timeout=SHUTDOWN_SECONDS)
    await runner.setup()
    try:
        host, port = site.settings.console_bind, site.settings.console_port
        await web.TCPSite(runner, host, port).start()
        log.info("console_started", port=port)
        await stop.wait()
    finally:
        await runner.cleanup()
    log.info("console_stopped")

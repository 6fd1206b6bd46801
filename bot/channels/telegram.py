"""Telegram's webhook, and the channel's names for the rest of the bot."""

import asyncio
import hmac
import json
from typing import Any

import structlog
from aiohttp import web

from bot import metrics
from bot.channels.telegram_bot import Telegram
from bot.door import Takes
from bot.product import Product

__all__ = ["Telegram", "Webhook", "routes"]

log = structlog.get_logger(__name__)
SECRET_HEADER = "X-Telegram-Bot-Api-Secret-Token"  # noqa: S105 - the header's name
# Telegram's own updates stay far below.
MAX_BODY = 1024 * 1024
READ_SECONDS = 10.0


def routes(product: Product, door: Takes, telegram: Telegram | None = None) -> list[web.RouteDef]:
    """The webhook. `telegram`: the client to share; whoever made it closes it."""
    own = telegram or Telegram(product.settings, product.ring, product.clock)
    return [web.post("/telegram/{secret}", Webhook(own, door).take)]


class Webhook:
    """Answers 200 only for what is stored, or what is known to be of no use."""

    def __init__(self, telegram: Telegram, door: Takes) -> None:
        self._telegram = telegram
        self._door = door

    async def take(self, request: web.Request) -> web.Response:
        secrets = self._telegram.secrets
        if not _same(request.match_info["secret"], secrets.path):
            return _refuse(404, "telegram_path")
        if not _same(request.headers.get(SECRET_HEADER, ""), secrets.header):
            return _refuse(401, "telegram_secret")
        try:
            update = json.loads(await _body(request))
        except TimeoutError:
            return _refuse(408, "telegram_slow")
        except (ValueError, RecursionError) as error:
            large = isinstance(error, _TooLarge)
            return _refuse(413 if large else 400, "telegram_body")
        return await self._stored(update)

    async def _stored(self, update: Any) -> web.Response:
        try:
            await self._telegram.receive(update, self._door)
        except Exception as error:
            # Telegram delivers it again, and the same delivery is stored once.
            log.warning("telegram_not_stored", error=type(error).__name__)
            return web.Response(status=503, headers={"Retry-After": "1"})
        return web.Response()


class _TooLarge(ValueError):
    pass


async def _body(request: web.Request) -> bytes:
    """The raw body; raises ValueError, TimeoutError."""
    if (request.content_length or 0) > MAX_BODY:
        raise _TooLarge
    raw = bytearray()
    async with asyncio.timeout(READ_SECONDS):
        while more := await request.content.readany():
            raw += more
            if len(raw) > MAX_BODY:
                raise _TooLarge
    return bytes(raw)


def _same(given: str, expected: str) -> bool:
    """Compared in the same time wherever they differ."""
    return hmac.compare_digest(given.encode("utf-8", "replace"), expected.encode())


def _refuse(status: int, reason: str) -> web.Response:
    metrics.REFUSED.labels(reason).inc()
    return web.Response(status=status)

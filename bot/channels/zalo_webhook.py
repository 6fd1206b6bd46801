"""`POST /zalo/webhook`: every event with a true signature is answered 200 within two seconds.

What is answered was stored, or, when the database does not answer within 1.4 s, is kept in memory
and stored later (`zalo_late`): Zalo does not bring an answered event again, and a 5xx is not said
to be repeated either, so holding it here loses less. Danger is answered at once with the numbers,
past the database. A wrong signature gets 403 and has no effect; the unsigned `{}` that the
console sends when the address is registered gets 200 and has none either.
"""

import asyncio
from collections.abc import Sequence
from typing import Protocol

import structlog
from aiohttp import web

from bot import metrics as product_metrics
from bot.channels import zalo_metrics as metrics
from bot.channels import zalo_updates
from bot.channels.base import Address, Delivery, Neutral, Part
from bot.channels.direct import Direct
from bot.channels.zalo_late import Late
from bot.channels.zalo_signature import SIGNATURE, event_of, fitting
from bot.door import Takes
from bot.inbox import Incoming
from bot.product import Product

log = structlog.get_logger(__name__)
PATH = "/zalo/webhook"
MAX_BYTES = 256 * 1024
READ_SECONDS = 5.0
STORE_SECONDS = 1.4


class Speaks(Protocol):
    """The part of the channel that sends past the database."""

    def parts(self, reply: Neutral) -> Sequence[Part]: ...

    async def deliver(self, address: Address, part: Part) -> Delivery: ...

    async def warm(self) -> None: ...


def routes(product: Product, door: Takes, channel: Speaks) -> list[web.RouteDef]:
    """The webhook, or nothing while the app id or the OA secret key are not set."""
    return Webhook(product, door, channel).routes()


class Webhook:
    """Call `close` at stop, after the server no longer takes requests."""

    def __init__(
        self,
        product: Product,
        door: Takes,
        channel: Speaks,
        store_seconds: float = STORE_SECONDS,
    ) -> None:
        self._product, self._door, self._channel = product, door, channel
        self._app_id = product.settings.zalo_app_id or ""
        secret = product.settings.zalo_oa_secret
        self._secret = secret.get_secret_value() if secret else ""
        self._store_seconds = store_seconds
        self._direct = Direct(product, channel.deliver, channel.parts)
        self.late = Late(door)

    def routes(self) -> list[web.RouteDef]:
        if not self._app_id or not self._secret:
            log.warning("zalo_webhook_off", setting="ZALO_APP_ID, ZALO_OA_SECRET_KEY")
            return []
        return [web.post(PATH, self.receive)]

    async def close(self) -> None:
        await self.late.close()

    async def receive(self, request: web.Request) -> web.Response:
        """200 `{}`; 403 forged, 413 over 256 KB, 408 too slow: none of the three has an effect."""
        try:
            async with asyncio.timeout(READ_SECONDS):
                raw = await _read(request)
        except TimeoutError:
            return _refuse(408, "too_slow")
        if raw is None:
            return _refuse(413, "too_large")
        if raw.strip() == b"{}" and SIGNATURE not in request.headers:
            return web.json_response({})
        if fitting(raw, request.headers, self._app_id, self._secret) is None:
            metrics.FORGED.inc()
            return _refuse(403, "bad_signature")
        await self._take(raw)
        return web.json_response({})

    async def _take(self, raw: bytes) -> None:
        event, product = event_of(raw), self._product
        metrics.EVENTS.labels(zalo_updates.kind(event or {})).inc()
        message = zalo_updates.read(event or {}, raw, product.ring, product.clock())
        if message is None:
            return
        product.spawn(self._channel.warm())
        if not await self._stored(message):
            self.late.keep(message)
            self._direct.answer(message)

    async def _stored(self, message: Incoming) -> bool:
        """Whether the door took it in time; a hung one is left behind (stored twice is once)."""
        if self.late.holds(message.conversation):
            return False
        task = self._product.spawn(self._door.take(message))
        done, _ = await asyncio.wait({task}, timeout=self._store_seconds)
        if not done:
            log.warning("zalo_event_waits", error="TimeoutError")
            return False
        fault = task.exception()
        if fault is not None:
            log.warning("zalo_event_waits", error=type(fault).__name__)
        return fault is None


async def _read(request: web.Request) -> bytes | None:
    """The raw bytes, None when there are too many."""
    if (request.content_length or 0) > MAX_BYTES:
        return None
    raw = bytearray()
    async for chunk in request.content.iter_any():
        raw += chunk
        if len(raw) > MAX_BYTES:
            return None
    return bytes(raw)


def _refuse(status: int, error: str) -> web.Response:
    product_metrics.REFUSED.labels(f"zalo_{error}").inc()
    return web.json_response({"error": error}, status=status)

"""The platforms that are set up, and the tasks that keep them going in this process."""

import asyncio
import contextlib
from collections.abc import Coroutine
from datetime import timedelta
from typing import Any

import structlog
from aiohttp import web
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

from bot.channels import telegram as telegram_channel
from bot.channels import zalo_webhook
from bot.channels.base import Channel
from bot.channels.direct import Direct, DirectDoor
from bot.channels.telegram import Telegram
from bot.channels.telegram_poll import poll
from bot.channels.telegram_render import parts as draw_telegram
from bot.channels.zalo import Zalo
from bot.product import Product
from bot.sender import Sender

log = structlog.get_logger(__name__)
# Any number that nobody else locks by (migrations lock 0x1AC4A7); one process polls, others wait.
POLL_LOCK = 0x1AC4A8
STAND_BY = 5.0


class Platforms:
    """Telegram and Zalo as far as they have settings; `close` gives back their connections."""

    def __init__(self, product: Product) -> None:
        self._product = product
        settings = product.settings
        self.telegram = (
            Telegram(settings, product.ring, product.clock) if settings.telegram_token else None
        )
        self.zalo = (
            Zalo(settings, product.sessions, product.content, product.clock)
            if settings.zalo_app_id
            else None
        )
        self._zalo_webhook = (
            zalo_webhook.Webhook(product, product.door, self.zalo) if self.zalo else None
        )

    @property
    def channels(self) -> list[Channel]:
        return [channel for channel in (self.telegram, self.zalo) if channel is not None]

    def routes(self) -> list[web.RouteDef]:
        """Webhooks."""
        found: list[web.RouteDef] = []
        if self.telegram is not None:
            found += telegram_channel.routes(self._product, self._telegram_door(), self.telegram)
        if self._zalo_webhook is not None:
            found += self._zalo_webhook.routes()
        return found

    def _telegram_door(self) -> DirectDoor:
        assert self.telegram is not None
        direct = Direct(self._product, self.telegram.deliver, draw_telegram)
        return DirectDoor(self._product.door, direct)

    def tasks(self, stop: asyncio.Event) -> list[Coroutine[Any, Any, None]]:
        """What runs beside the requests, by the roles of this process."""
        product, work = self._product, []
        if "sender" in product.roles:
            for channel in self.channels:
                kept = timedelta(minutes=product.settings.reply_minutes)
                sender = Sender(product.sessions, channel, product.clock, kept)
                product.senders[channel.name] = sender
                work.append(sender.run())
            if self.zalo is not None:
                work.append(self.zalo.look_after_token())
        if "web" in product.roles and self.telegram and product.settings.telegram_polling:
            work.append(poll_alone(product, self.telegram, self._telegram_door(), stop))
        return work

    async def close(self) -> None:
        for sender in self._product.senders.values():
            await sender.drain()
        if self._zalo_webhook is not None:
            await self._zalo_webhook.close()
        for channel in self.channels:
            await channel.close()


async def poll_alone(
    product: Product, telegram: Telegram, door: DirectDoor, stop: asyncio.Event
) -> None:
    """Poll while this process holds the database's lock for it; else stand by.

    While the database does not answer nobody can take the lock over: the polling goes on, so
    that danger is answered past the database.
    """
    lock, polling = PollLock(product.engine), None
    try:
        while not stop.is_set():
            held = await lock.held()
            if held and (polling is None or polling.done()):
                polling = asyncio.create_task(poll(telegram, door, stop))
            if held is False and polling is not None:
                polling.cancel()
                polling = None
            await asyncio.sleep(STAND_BY)
    finally:
        if polling is not None:
            polling.cancel()
            await asyncio.gather(polling, return_exceptions=True)
        await lock.close()


class PollLock:
    """An advisory lock that lives as long as its connection."""

    def __init__(self, engine: AsyncEngine) -> None:
        self._engine = engine
        self._connection: AsyncConnection | None = None

    async def held(self) -> bool | None:
        """Whether it is ours; None while the database does not answer."""
        try:
            if self._connection is not None:
                await self._connection.execute(text("SELECT 1"))
                return True
            connection = await self._engine.connect()
            await connection.execution_options(isolation_level="AUTOCOMMIT")
            if await connection.scalar(text(f"SELECT pg_try_advisory_lock({POLL_LOCK})")):
                self._connection = connection
                return True
            await connection.close()
            return False
        except Exception as error:
            log.warning("poll_lock_failed", error=type(error).__name__)
            await self.close()
            return None

    async def close(self) -> None:
        if self._connection is not None:
            with contextlib.suppress(Exception):
                await self._connection.invalidate()
                await self._connection.close()
            self._connection = None

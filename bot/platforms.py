"""The platforms that are set up, and the tasks that keep them going in this process."""

import asyncio
from collections.abc import Coroutine
from datetime import timedelta
from typing import Any

import structlog
from aiohttp import web
from sqlalchemy import text

from bot.channels import telegram as telegram_channel
from bot.channels import zalo_webhook
from bot.channels.base import Channel
from bot.channels.telegram import Telegram
from bot.channels.telegram_poll import poll
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
            found += telegram_channel.routes(self._product, self._product.door, self.telegram)
        if self._zalo_webhook is not None:
            found += self._zalo_webhook.routes()
        return found

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
            work.append(poll_alone(product, self.telegram, stop))
        return work

    async def close(self) -> None:
        for sender in self._product.senders.values():
            await sender.drain()
        if self._zalo_webhook is not None:
            await self._zalo_webhook.close()
        for channel in self.channels:
            await channel.close()


async def poll_alone(product: Product, telegram: Telegram, stop: asyncio.Event) -> None:
    """Poll while this process holds the database's lock for it; else stand by."""
    while not stop.is_set():
        try:
            async with product.engine.connect() as connection:
                mine = await connection.scalar(
                    text("SELECT pg_try_advisory_lock(:lock)"), {"lock": POLL_LOCK}
                )
                if mine:
                    await _poll_until_lost(product, telegram, stop, connection)
        except Exception as error:
            log.warning("poll_lock_failed", error=type(error).__name__)
        await asyncio.sleep(STAND_BY)


async def _poll_until_lost(
    product: Product, telegram: Telegram, stop: asyncio.Event, connection: Any
) -> None:
    """Poll until told to stop or the connection that holds the lock is gone."""
    ended = asyncio.Event()
    polling = asyncio.create_task(poll(telegram, product.door, ended))
    try:
        while not stop.is_set() and not polling.done():
            await connection.execute(text("SELECT 1"))
            await connection.rollback()
            await asyncio.sleep(STAND_BY)
    finally:
        ended.set()
        polling.cancel()
        await asyncio.gather(polling, return_exceptions=True)

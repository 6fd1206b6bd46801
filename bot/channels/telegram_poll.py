"""Asking Telegram for updates, for a machine without a public address."""

import asyncio
import random
from collections.abc import Sequence

import structlog
from telegram import Update
from telegram.error import Conflict, InvalidToken, TelegramError

from bot.channels.telegram_bot import Telegram
from bot.channels.telegram_transport import Flooded
from bot.channels.telegram_updates import ALLOWED_UPDATES
from bot.door import Takes

log = structlog.get_logger(__name__)
WAIT_SECONDS = 25
BATCH = 100
FIRST_PAUSE = 0.5
LONGEST_PAUSE = 30.0


async def poll(bot: Telegram, door: Takes, stop: asyncio.Event, wait: int = WAIT_SECONDS) -> None:
    """Take updates until `stop`; one process only may do so for a bot.

    The offset, which tells Telegram to forget what lies before it, moves only over updates that
    the door has stored. `wait`: seconds that Telegram holds an empty answer back.
    """
    offset, pause = 0, FIRST_PAUSE
    while not stop.is_set():
        try:
            updates = await _until_stopped(bot, offset, wait, stop)
            await _store(bot, door, updates)
        except Exception as error:
            _tell(error)
            await _rest(stop, _pause(error, pause))
            pause = min(pause * 2, LONGEST_PAUSE)
            continue
        pause = FIRST_PAUSE
        offset = max([offset, *(update.update_id + 1 for update in updates)])


async def _until_stopped(
    bot: Telegram, offset: int, wait: int, stop: asyncio.Event
) -> Sequence[Update]:
    asking = asyncio.create_task(
        bot.client.bot.get_updates(
            offset=offset, limit=BATCH, timeout=wait, allowed_updates=ALLOWED_UPDATES
        )
    )
    stopping = asyncio.create_task(stop.wait())
    try:
        await asyncio.wait({asking, stopping}, return_when=asyncio.FIRST_COMPLETED)
        return asking.result() if asking.done() else ()
    finally:
        for task in (asking, stopping):
            task.cancel()
        await asyncio.gather(asking, stopping, return_exceptions=True)


async def _store(bot: Telegram, door: Takes, updates: Sequence[Update]) -> None:
    """All of them, or an error; those that were stored are known when they come again."""
    taken = (bot.receive(update.to_dict(), door) for update in updates)
    for result in await asyncio.gather(*taken, return_exceptions=True):
        if isinstance(result, BaseException):
            raise result


def _tell(error: Exception) -> None:
    """One line that says what to do; the cures stand in docs/van-hanh.md."""
    if isinstance(error, Conflict):
        webhook = "webhook" in error.message.lower()
        reason = "webhook_is_set" if webhook else "another_process_polls"
        log.error("telegram_poll_conflict", reason=reason)
    elif isinstance(error, InvalidToken):
        log.error("telegram_poll_failed", reason="token_refused")
    else:
        log.warning("telegram_poll_failed", error=type(error).__name__)


def _pause(error: Exception, pause: float) -> float:
    if isinstance(error, Flooded):
        return error.seconds
    if isinstance(error, Conflict | InvalidToken):
        return LONGEST_PAUSE / 3
    # Many machines that lost the same network do not come back at the same moment.
    spread = random.uniform(0.5, 1.0) if isinstance(error, TelegramError) else 1.0  # noqa: S311
    return pause * spread


async def _rest(stop: asyncio.Event, seconds: float) -> None:
    stopping = asyncio.create_task(stop.wait())
    await asyncio.wait({stopping}, timeout=seconds)
    stopping.cancel()

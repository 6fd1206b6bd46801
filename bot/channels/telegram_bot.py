"""The Telegram channel: stores what updates tell of, and delivers replies."""

import asyncio
import contextlib
import time
from collections.abc import Callable
from datetime import datetime
from typing import Any

from telegram import InlineKeyboardButton, InlineKeyboardMarkup, LinkPreviewOptions
from telegram.error import TelegramError

from bot.channels.base import Address, Delivery, Outcome, Part
from bot.channels.telegram_client import (
    Client,
    Secrets,
    identity_of,
    make_client,
    secrets_of,
)
from bot.channels.telegram_groups import Identity
from bot.channels.telegram_outcome import outcome_of
from bot.channels.telegram_transport import Flooded
from bot.channels.telegram_updates import NAME, from_group, press_of, read
from bot.door import Takes
from bot.worker import utc_now
from store.crypto import Keyring
from store.settings import Settings

MOST_PRESSES = 500
MOST_QUIET = 1000
ASK_NAME_EVERY = 30.0
NO_PREVIEW = LinkPreviewOptions(is_disabled=True)


class Telegram:
    """One bot. What it remembers (username, groups to be quiet in) may be lost at any time.

    Raises ValueError without `telegram_token`. `seconds`: how long an answer is waited for.
    """

    name = NAME

    def __init__(
        self,
        settings: Settings,
        ring: Keyring,
        clock: Callable[[], datetime] = utc_now,
        seconds: float = 10.0,
    ) -> None:
        self.rate = settings.telegram_rate
        self.client: Client = make_client(settings, seconds)
        self.secrets: Secrets = secrets_of(settings, ring)
        self._ring = ring
        self._clock = clock
        self._identity = identity_of(settings)
        self._asking = asyncio.Lock()
        self._asked_at = float("-inf")
        self._presses: set[asyncio.Task[None]] = set()
        self._quiet: dict[int, float] = {}

    async def close(self) -> None:
        for task in self._presses:
            task.cancel()
        await asyncio.gather(*self._presses, return_exceptions=True)
        await self.client.close()

    async def receive(self, update: Any, door: Takes) -> None:
        """Store what `update` (parsed JSON) tells of; raises what the door raises."""
        identity = await self._named() if from_group(update) else self._identity
        message = read(update, self._ring, identity, self._clock())
        if message is not None:
            await door.take(message)
        press = press_of(update)
        if press is not None:
            self._acknowledge(press)

    async def deliver(self, address: Address, part: Part) -> Delivery:
        """Send one part of `telegram_render.parts`."""
        chat = address.get("chat_id")
        if not isinstance(chat, int):
            return Delivery(Outcome.failed, "bad_address")
        if self._quiet.get(chat, 0.0) > time.monotonic():
            return Delivery(Outcome.again, "group_rate")
        try:
            await self._send(chat, address.get("thread_id"), part)
        except TelegramError as error:
            if isinstance(error, Flooded) and chat < 0:
                self._be_quiet(chat, error.seconds)
            return outcome_of(error, address)
        except (KeyError, TypeError, ValueError, AttributeError):
            return Delivery(Outcome.unknown, "odd_answer")
        return Delivery(Outcome.sent)

    async def _send(self, chat: int, thread: int | None, part: Part) -> None:
        bot = self.client.bot
        if part["method"] == "sendPhoto":
            await bot.send_photo(
                chat, part["photo"], caption=part["caption"] or None, message_thread_id=thread
            )
            return
        await bot.send_message(
            chat,
            part["text"],
            reply_markup=_keyboard(part),
            link_preview_options=NO_PREVIEW,
            message_thread_id=thread,
        )

    def _be_quiet(self, chat: int, seconds: float) -> None:
        if len(self._quiet) >= MOST_QUIET:
            self._quiet.clear()
        self._quiet[chat] = time.monotonic() + seconds

    def _acknowledge(self, press: str) -> None:
        """Stop the button's waiting sign; the keyboard stays. Nobody waits for this."""
        if len(self._presses) < MOST_PRESSES:
            task = asyncio.create_task(self._answer(press))
            self._presses.add(task)
            task.add_done_callback(self._presses.discard)

    async def _answer(self, press: str) -> None:
        # A late, repeated or failed acknowledgement changes nothing for the person.
        with contextlib.suppress(TelegramError):
            await self.client.bot.answer_callback_query(press)

    async def _named(self) -> Identity:
        """With the username, by which groups address the bot; asked for once, and not too often."""
        async with self._asking:
            late = time.monotonic() - self._asked_at > ASK_NAME_EVERY
            if not self._identity.username and late:
                self._asked_at = time.monotonic()
                with contextlib.suppress(TelegramError):
                    me = await self.client.bot.get_me(read_timeout=2, connect_timeout=2)
                    self._identity = Identity(self._identity.id, (me.username or "").lower())
        return self._identity


def _keyboard(part: Part) -> InlineKeyboardMarkup | None:
    rows = part.get("rows")
    if not rows:
        return None
    return InlineKeyboardMarkup([[InlineKeyboardButton(**key) for key in row] for row in rows])

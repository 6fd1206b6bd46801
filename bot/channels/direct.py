"""Danger on a platform while the database does not answer: the numbers, from memory, at once."""

import asyncio
import contextlib
import time
from collections import OrderedDict
from collections.abc import Awaitable, Callable, Sequence

from bot import metrics
from bot.channels.base import Address, Delivery, Draw, Outcome, Part
from bot.door import Takes
from bot.inbox import Incoming
from bot.product import Product
from handlers.danger import emergency_replies
from handlers.turn import Reply

TRIES = 2
AT_ONCE = 16
# The platform brings the message again and again meanwhile: one answer a minute is enough.
QUIET_SECONDS = 60.0
MOST_REMEMBERED = 5_000
Deliver = Callable[[Address, Part], Awaitable[Delivery]]


class Direct:
    """Sends the numbers past the database, with `deliver`, drawn by `draw`."""

    def __init__(self, product: Product, deliver: Deliver, draw: Draw) -> None:
        self._product, self._deliver, self._draw = product, deliver, draw
        self._slots = asyncio.Semaphore(AT_ONCE)
        self._told: OrderedDict[bytes, float] = OrderedDict()

    def answer(self, message: Incoming) -> bool:
        """Whether the message is of danger, and is answered (soon, by a task of its own)."""
        replies = self._numbers(message)
        if not replies or message.address is None or self._told_lately(message.conversation):
            return False
        metrics.EMERGENCY.inc()
        self._product.spawn(self._say(message.address, replies))
        return True

    def _numbers(self, message: Incoming) -> list[Reply]:
        """The first replies to danger; empty for any other message."""
        product, text = self._product, str(message.payload.get("text", ""))
        if message.payload.get("group"):
            return []
        if message.payload.get("action") == ["danger.start", ""]:
            return emergency_replies(product.content, "", None)
        verdict = product.safety.read(text) if text else None
        urgent = bool(text) and product.understander.by_rules(text).priority.urgent
        if verdict is None or not (urgent or verdict.category == "third_party"):
            return []
        return emergency_replies(product.content, text, verdict)

    def _told_lately(self, conversation: bytes) -> bool:
        now = time.monotonic()
        if now - self._told.get(conversation, float("-inf")) < QUIET_SECONDS:
            return True
        self._told[conversation] = now
        self._told.move_to_end(conversation)
        if len(self._told) > MOST_REMEMBERED:
            self._told.popitem(last=False)
        return False

    async def _say(self, address: Address, replies: Sequence[Reply]) -> None:
        """Without buttons: what they would press is not in the database."""
        async with self._slots:
            for reply in replies:
                links = [{"title": link.title, "url": link.url} for link in reply.links]
                for part in self._draw({"text": reply.text, "buttons": [], "links": links}):
                    await self._say_part(address, part)

    async def _say_part(self, address: Address, part: Part) -> None:
        outcome = Outcome.failed
        for _ in range(TRIES):
            with contextlib.suppress(Exception):
                outcome = (await self._deliver(address, part)).outcome
            if outcome is not Outcome.again:
                break
            await asyncio.sleep(0.5)
        metrics.DIRECT.labels(str(outcome)).inc()


class DirectDoor:
    """A door that answers danger itself when the one behind it does not open."""

    def __init__(self, door: Takes, direct: Direct) -> None:
        self._door, self._direct = door, direct

    async def take(self, message: Incoming) -> bool:
        try:
            return await self._door.take(message)
        except Exception:
            self._direct.answer(message)
            raise

"""From a checked web message to its replies: stored, woken, waited for, never hung upon."""

import asyncio
import time
from collections import Counter
from dataclasses import dataclass
from typing import Any

from sqlalchemy.exc import SQLAlchemyError

from bot.channels.web_session import WebSession
from bot.inbox import Incoming, accept
from bot.outbox import WebOutbox
from bot.product import ALONE_LOOK, Product

DATABASE_FAULTS = (SQLAlchemyError, OSError, TimeoutError)
URGENT_SECONDS = 2.5
STORE_SECONDS = 1.0
LOOK_EVERY = 0.5
MOST_WAITING = 20


class Unreachable(Exception):
    """The database does not answer, or not in time: the message may not have been stored."""


class Crowded(Exception):
    """One session has too many messages that are not answered yet."""


@dataclass(frozen=True)
class ChatRequest:
    """A checked request; `delivery` names the message so that a repeat is not doubled."""

    session: WebSession
    payload: dict[str, Any]
    text: str
    delivery: str
    urgent: bool


class WebTurns:
    """Takes messages of the web channel and waits for their turns."""

    def __init__(self, product: Product, outbox: WebOutbox) -> None:
        self._product = product
        self._outbox = outbox
        self._waiting: Counter[bytes] = Counter()

    async def take(self, asked: ChatRequest) -> dict[str, Any] | None:
        """The finished turn (`messages`, `understood`, `ids`), None while it is still in work.

        Raises Unreachable, Crowded. A hung database is left behind, since cancelling a call to
        it would wait for it too.
        """
        lane = asked.session.conversation
        if self._waiting[lane] >= MOST_WAITING:
            raise Crowded
        self._waiting[lane] += 1
        wait = URGENT_SECONDS if asked.urgent else self._product.settings.web_wait
        task = self._product.spawn(self._stored_and_answered(asked, wait))
        task.add_done_callback(lambda _: self._left(lane))
        done, _ = await asyncio.wait({task}, timeout=wait + STORE_SECONDS)
        if not done:
            task.cancel()
            raise Unreachable("TimeoutError")
        try:
            return task.result()
        except DATABASE_FAULTS as error:
            raise Unreachable(type(error).__name__) from error

    def _left(self, lane: bytes) -> None:
        self._waiting[lane] -= 1
        if self._waiting[lane] <= 0:
            del self._waiting[lane]

    async def _stored_and_answered(self, asked: ChatRequest, wait: float) -> dict[str, Any] | None:
        product, lane = self._product, asked.session.conversation
        key = product.ring.digest("delivery", lane.hex(), asked.delivery)
        message = Incoming("web", key, lane, asked.payload, product.clock())
        inbox_id, new = await accept(product.engine, message)
        future = product.waiting.expect(inbox_id)
        product.wake(lane, asked.urgent)
        try:
            earlier = None if new else await self._outbox.finished(inbox_id)
            return earlier or await self._finished(inbox_id, future, time.monotonic() + wait)
        finally:
            product.waiting.forget(inbox_id, future)

    async def _finished(
        self, inbox_id: int, future: asyncio.Future[dict[str, Any]], deadline: float
    ) -> dict[str, Any] | None:
        """Told by our own worker, else read from the database (another process was faster)."""
        look = LOOK_EVERY if "worker" in self._product.roles else ALONE_LOOK
        while (left := deadline - time.monotonic()) > 0:
            done, _ = await asyncio.wait([future], timeout=min(left, look))
            if done:
                return future.result()
            finished = await self._outbox.finished(inbox_id)
            if finished is not None:
                return finished
        return None

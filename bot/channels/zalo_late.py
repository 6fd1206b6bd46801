"""Events that the database did not take in time: kept in memory, stored in the background.

Zalo wants its 200 within two seconds and does not bring an event again once it was answered, so
this is the one place where a crash can lose a message. It is small, counted
(`lachan_zalo_late_*`, `lachan_zalo_lost_total`), and empty while the database answers.
"""

import asyncio
import contextlib
from collections.abc import Awaitable, Callable

import structlog

from bot.channels import zalo_metrics as metrics
from bot.door import Takes
from bot.inbox import Incoming

log = structlog.get_logger(__name__)
MOST = 5_000
AT_ONCE = 50
FIRST_PAUSE, LONGEST_PAUSE = 0.2, 5.0


class Late:
    """A bounded queue; one person's events leave it in the order in which they came."""

    def __init__(
        self,
        door: Takes,
        most: int = MOST,
        sleep: Callable[[float], Awaitable[None]] = asyncio.sleep,
    ) -> None:
        self._door, self._most, self._sleep = door, most, sleep
        self._kept: dict[bytes, Incoming] = {}
        self._people: dict[bytes, int] = {}
        self._task: asyncio.Task[None] | None = None

    def __len__(self) -> int:
        return len(self._kept)

    def holds(self, conversation: bytes) -> bool:
        """Whether earlier events of this person wait: a later one must not pass them."""
        return conversation in self._people

    def keep(self, message: Incoming) -> bool:
        """Take an event over; False when it had to be given up because the queue is full."""
        if message.dedupe_key in self._kept:
            return True
        if len(self._kept) >= self._most:
            metrics.LOST.inc()
            log.error("zalo_event_lost", count=len(self._kept))
            return False
        metrics.LATE.inc()
        self._kept[message.dedupe_key] = message
        self._people[message.conversation] = self._people.get(message.conversation, 0) + 1
        self._changed()
        if self._task is None or self._task.done():
            self._task = asyncio.create_task(self._store_all())
        return True

    async def close(self, seconds: float = 10.0) -> None:
        """Give what waits a last chance (at stop); what stays is lost and counted."""
        if self._task is not None:
            await asyncio.wait({self._task}, timeout=seconds)
            self._task.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await self._task
        if self._kept:
            metrics.LOST.inc(len(self._kept))
            log.error("zalo_events_lost_at_stop", count=len(self._kept))

    async def _store_all(self) -> None:
        pause = FIRST_PAUSE
        while self._kept:
            if await self._round():
                pause = FIRST_PAUSE
            else:
                await self._sleep(pause)
                pause = min(LONGEST_PAUSE, 2 * pause)

    async def _round(self) -> bool:
        """One event of each of the longest waiting people, at once; whether any was stored."""
        batch: dict[bytes, Incoming] = {}
        for message in self._kept.values():
            if len(batch) == AT_ONCE:
                break
            batch.setdefault(message.conversation, message)
        stored = await asyncio.gather(*map(self._stored, batch.values()))
        return any(stored)

    async def _stored(self, message: Incoming) -> bool:
        try:
            await self._door.take(message)
        except Exception as error:
            log.warning("zalo_event_still_waits", error=type(error).__name__)
            return False
        del self._kept[message.dedupe_key]
        self._people[message.conversation] -= 1
        if not self._people[message.conversation]:
            del self._people[message.conversation]
        self._changed()
        return True

    def _changed(self) -> None:
        metrics.LATE_WAITING.set(len(self._kept))

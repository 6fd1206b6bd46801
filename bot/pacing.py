"""When a sender's requests may go out: slots reserved in the database, given up when missed.

All senders of a channel share one row of slots, so that together they keep to the platform's
rate. A process that was held up and sent at its old slots' pace would run into the slots of the
next one; it reserves new ones instead and leaves the old ones empty.
"""

import asyncio
import time
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field

import structlog

from bot import metrics

log = structlog.get_logger(__name__)
# A little under what is allowed: the platform's clock is not ours.
SHARE_OF_RATE = 0.985
# Below this a pause is not worth a trip through the event loop's timer.
SHORTEST_SLEEP = 0.001
# The part of the margin that a late process may use up before it takes new slots.
LATE = 0.5
# Seconds that a late reply waits for a new slot; it may be one of danger.
PATIENCE = 0.3
# Reserves slots for so many requests; seconds until the first. May raise anything.
Reserve = Callable[[int], Awaitable[float]]


@dataclass
class Pace:
    """One process's requests on a channel: never two closer than the interval (in seconds)."""

    rate: float
    sleep: Callable[[float], Awaitable[None]] = asyncio.sleep
    clock: Callable[[], float] = time.monotonic
    _last: float = 0.0

    @property
    def allowed(self) -> float:
        """Requests a second that all senders together make."""
        return self.rate * SHARE_OF_RATE

    @property
    def interval(self) -> float:
        return 1.0 / self.allowed

    async def spaced(self) -> None:
        """Wait out the interval; what came late does not catch up, or a second would hold too
        much."""
        now = self.clock()
        self._last = max(self._last + self.interval, now)
        if self._last - now > SHORTEST_SLEEP:
            await self.sleep(self._last - now)


@dataclass
class Slots:
    """The slots of one round's requests, the first of them at `at` (on the pace's clock)."""

    pace: Pace
    at: float
    reserve: Reserve
    _fixed: bool = False
    _moved: dict[int, float] = field(default_factory=dict)
    _waiting: set[int] = field(default_factory=set)
    _moving: asyncio.Lock = field(default_factory=asyncio.Lock)

    async def turn(self, number: int) -> None:
        """Return when the round's request `number` (from 0) may go out."""
        self._waiting.add(number)
        try:
            while not await self._came(number):
                pass
        finally:
            self._waiting.discard(number)
        await self.pace.spaced()

    async def _came(self, number: int) -> bool:
        """Wait for the slot; False when it has to be looked at again."""
        ahead = self._slot(number) - self.pace.clock()
        if ahead > SHORTEST_SLEEP:
            await self.pace.sleep(ahead)
            return False
        if not self._missed(number):
            return True
        async with self._moving:
            return not self._missed(number) or await self._move()

    def _slot(self, number: int) -> float:
        return self._moved.get(number, self.at + number * self.pace.interval)

    def _overdue(self) -> list[int]:
        now = self.pace.clock()
        return sorted(number for number in self._waiting if self._slot(number) <= now)

    def _missed(self, number: int) -> bool:
        """Whether so many requests are overdue that another process's would be too close."""
        late = (self.pace.clock() - self._slot(number)) * self.pace.allowed
        overdue = min(late, len(self._overdue()))
        return not self._fixed and overdue > LATE * (self.pace.rate - self.pace.allowed)

    async def _move(self) -> bool:
        """New slots for what is overdue; whether it may go out at once, for want of any."""
        overdue = self._overdue()
        try:
            async with asyncio.timeout(PATIENCE):
                wait = await self.reserve(len(overdue))
        except Exception as error:
            # Without the database nobody reserves anything: the old slots are as good, for the
            # whole round, or each of its replies would wait in turn.
            log.warning("slots_not_moved", error=type(error).__name__)
            self._fixed = True
            return True
        metrics.MOVED_SLOTS.inc(len(overdue))
        first = self.pace.clock() + wait
        for place, number in enumerate(overdue):
            self._moved[number] = first + place * self.pace.interval
        return False

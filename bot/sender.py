"""Senders: the outbox goes out in order, within the platform's rate, from any process."""

import asyncio
import math
import time
from collections.abc import Callable, Sequence
from datetime import datetime, timedelta

import structlog
from sqlalchemy.ext.asyncio import AsyncSession

from bot import metrics, sending
from bot.channels.base import Channel, Delivery, Outcome
from bot.models import OutboxKind, OutboxState
from bot.pacing import Pace, Slots
from bot.sending import Ended, Later, Outgoing
from store.engine import Sessions

log = structlog.get_logger(__name__)
# Seconds of the rate that one round may take, so that a live reply never waits long behind others.
ROUND = 0.25
MOST_LANES = 256
# Who sent nothing for so many seconds leaves so many seconds' worth of slots unused.
RESTED, COLD = 1.0, 0.1
# A lane that took longer gives its remaining rows back, well before its lease ends.
LONGEST_LANE = 12.0
# Once the database is back, whoever has sent meanwhile gets so long to write it down before its
# expired rows are believed to be a dead sender's.
RECOVERY = 10.0
LONG = timedelta(days=1)


class Sender:
    """Delivers one channel's outbox until cancelled; any number of processes may do the same.

    `kept`: how long a live reply is worth sending.
    """

    def __init__(
        self,
        sessions: Sessions,
        channel: Channel,
        clock: Callable[[], datetime],
        kept: timedelta = timedelta(hours=1),
        look_every: float = 0.2,
    ) -> None:
        self._sessions = sessions
        self._channel = channel
        self._clock = clock
        self._kept = kept
        self._look_every = look_every
        self._awake = asyncio.Event()
        self._lanes: set[asyncio.Task[None]] = set()
        self._ended: list[Ended] = []
        self._later: list[Later] = []
        self._writing: asyncio.Task[None] | None = None
        self._pace = Pace(channel.rate)
        self._next_slot = 0.0
        self._trouble_at = float("-inf")

    def wake(self) -> None:
        """There is something new to send."""
        self._awake.set()

    async def run(self) -> None:
        while True:
            try:
                took = await self._round()
            except Exception as error:
                log.warning(
                    "sender_round_failed", channel=self._channel.name, error=type(error).__name__
                )
                self._trouble_at = time.monotonic()
                took = 0
            if not took:
                await self._until_woken()

    async def _until_woken(self) -> None:
        waiter = asyncio.create_task(self._awake.wait())
        await asyncio.wait([waiter], timeout=self._look_every)
        waiter.cancel()
        self._awake.clear()

    async def drain(self, seconds: float = 5.0) -> None:
        """Let requests on their way finish and be written down (at stop)."""
        if self._lanes:
            await asyncio.wait(set(self._lanes), timeout=seconds)
        if self._writing is not None:
            await asyncio.wait({self._writing}, timeout=seconds)

    async def _round(self) -> int:
        """Take what fits and start it; the number of requests."""
        ahead = self._next_slot - time.monotonic()
        if ahead > ROUND:
            await asyncio.sleep(ahead - ROUND)
        fits = max(1, int(ROUND * self._pace.allowed))
        free = min(MOST_LANES - len(self._lanes), fits)
        if free < min(fits, MOST_LANES) // 4:
            # A round for one or two rows costs as much as one for many.
            await asyncio.wait(self._lanes, return_when=asyncio.FIRST_COMPLETED)
            return 1
        async with self._sessions() as session:
            lanes = await sending.take(
                session, self._channel.name, self._clock(), free, self._grace()
            )
            count = sum(len(rows) for rows in lanes.values())
            at = 0.0
            if count:
                wait = await self._slots_in(session, count + self._spare())
                # Before the commit: what it takes would push our slots into the next process's.
                at = time.monotonic() + wait
            await session.commit()
        if count:
            self._start(list(lanes.values()), at)
        return count

    def _grace(self) -> timedelta:
        recovering = time.monotonic() - self._trouble_at < RECOVERY
        return LONG if recovering else timedelta(0)

    async def _slots_in(self, session: AsyncSession, count: int) -> float:
        return await sending.slots(session, self._channel.name, count, self._pace.allowed)

    def _spare(self) -> int:
        """Slots left empty after a rest: the first requests open connections and arrive bunched."""
        rested = time.monotonic() - self._next_slot > RESTED
        return math.ceil(COLD * self._pace.allowed) if rested else 0

    async def _reserve(self, count: int) -> float:
        async with self._sessions() as session:
            at = await self._slots_in(session, count) + time.monotonic()
            await session.commit()
        return max(0.0, at - time.monotonic())

    def _start(self, lanes: Sequence[list[Outgoing]], at: float) -> None:
        slots = Slots(self._pace, at, self._reserve)
        number = 0
        for rows in lanes:
            task = asyncio.create_task(self._lane(rows, slots, number))
            self._lanes.add(task)
            task.add_done_callback(self._lanes.discard)
            number += len(rows)
        self._next_slot = at + number * self._pace.interval

    async def _lane(self, rows: list[Outgoing], slots: Slots, number: int) -> None:
        """One conversation's rows in order; a row that must wait keeps those behind it waiting."""
        begun = time.monotonic()
        for place, row in enumerate(rows):
            if place and time.monotonic() - begun > LONGEST_LANE:
                now = self._clock()
                self._write(
                    later=[Later(r.row_id, now, "slow", counted=False) for r in rows[place:]]
                )
                return
            await slots.turn(number + place)
            begun = begun if place else time.monotonic()
            delivery = await self._delivered(row)
            metrics.SENT.labels(self._channel.name, str(delivery.outcome)).inc()
            verdict = sending.judged(row, delivery, self._clock(), self._kept)
            await self._heed(row, delivery)
            if isinstance(verdict, Later):
                behind = [
                    Later(after.row_id, verdict.due_at, "behind", counted=False)
                    for after in rows[place + 1 :]
                ]
                self._write(later=[verdict, *behind])
                return
            self._write(ended=[verdict])
            if delivery.gone:
                left_over = [
                    Ended(after.row_id, OutboxState.failed, "gone") for after in rows[place + 1 :]
                ]
                self._write(ended=left_over)
                return

    async def _delivered(self, row: Outgoing) -> Delivery:
        if row.part is None or row.address is None:
            return Delivery(Outcome.failed, "unreadable")
        if row.kind == OutboxKind.live and self._clock() - row.created_at > self._kept:
            # A restored backup, or a channel that was off: nobody waits for this any more.
            return Delivery(Outcome.failed, "too_late")
        try:
            return await self._channel.deliver(row.address, row.part)
        except Exception as error:
            log.error("deliver_failed", channel=self._channel.name, error=type(error).__name__)
            return Delivery(Outcome.unknown, "fault")

    async def _heed(self, row: Outgoing, delivery: Delivery) -> None:
        """What the answer says about more than this one row."""
        if not (delivery.pause or delivery.moved_to or delivery.gone):
            return
        name = self._channel.name
        try:
            async with self._sessions() as session:
                if delivery.pause:
                    await sending.pause(session, name, delivery.pause)
                    self._next_slot = max(self._next_slot, time.monotonic() + delivery.pause)
                if delivery.moved_to is not None:
                    address = dict(delivery.moved_to)
                    await sending.moved(session, name, row.conversation, address)
                if delivery.gone:
                    await sending.gone(session, name, row.conversation, self._clock())
                await session.commit()
        except Exception as error:
            log.warning("not_heeded", channel=name, error=type(error).__name__)

    def _write(self, ended: Sequence[Ended] = (), later: Sequence[Later] = ()) -> None:
        """Write down soon, with whatever else has ended meanwhile."""
        self._ended.extend(ended)
        self._later.extend(later)
        if self._writing is None or self._writing.done():
            self._writing = asyncio.create_task(self._write_all())

    async def _write_all(self) -> None:
        pause = 0.05
        while self._ended or self._later:
            ended, later = self._ended, self._later
            self._ended, self._later = [], []
            try:
                async with self._sessions() as session:
                    await sending.write_down(session, ended, later, self._clock())
                    await session.commit()
                pause = 0.05
            except Exception as error:
                # What was sent must be written down, or it would be sent again.
                log.warning("outcome_not_written", error=type(error).__name__)
                self._ended[:0], self._later[:0] = ended, later
                await asyncio.sleep(pause)
                pause = min(pause * 2, 2.0)
        self._awake.set()

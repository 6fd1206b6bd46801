"""Slots: kept on time, given up when missed, never caught up."""

import asyncio
import heapq
import itertools
from collections.abc import Awaitable, Callable

import pytest

from bot import pacing
from bot.pacing import Pace, Slots


class Moments:
    """A clock that moves only when everybody sleeps; `stall` holds the whole process up."""

    def __init__(self) -> None:
        self.now = 100.0
        self._sleepers: list[tuple[float, int, asyncio.Future[None]]] = []
        self._count = 0
        self._held = 0.0

    def clock(self) -> float:
        return self.now

    async def sleep(self, seconds: float) -> None:
        future: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self._count += 1
        heapq.heappush(self._sleepers, (self.now + seconds, self._count, future))
        await future

    def stall(self, until: float) -> None:
        self._held = until

    async def run(self) -> None:
        for _ in range(200):
            await asyncio.sleep(0)
        while self._sleepers:
            due, _, future = heapq.heappop(self._sleepers)
            self.now = max(self.now, due, self._held)
            future.set_result(None)
            if not (self._sleepers and self._sleepers[0][0] <= self.now):
                for _ in range(50):
                    await asyncio.sleep(0)


@pytest.fixture
def moments() -> Moments:
    return Moments()


def round_of(
    moments: Moments, rate: float, at: float, reserve: Callable[[int], Awaitable[float]]
) -> Slots:
    return Slots(Pace(rate, moments.sleep, moments.clock), at, reserve)


async def sent(moments: Moments, slots: Slots, count: int) -> list[float]:
    """When each of `count` requests went out, counted from the first slot."""
    times: dict[int, float] = {}

    async def request(number: int) -> None:
        await slots.turn(number)
        times[number] = moments.now - slots.at

    async with asyncio.TaskGroup() as group:
        for number in range(count):
            group.create_task(request(number))
        group.create_task(moments.run())
    return [times[number] for number in range(count)]


async def never(count: int) -> float:
    raise AssertionError("nothing was missed")


async def test_on_time_each_goes_out_at_its_slot(moments: Moments) -> None:
    slots = round_of(moments, 30, 100.1, never)
    assert await sent(moments, slots, 7) == pytest.approx([n / 29.55 for n in range(7)])


async def test_what_a_stall_made_late_goes_out_in_new_slots(moments: Moments) -> None:
    asked: list[int] = []

    async def reserve(count: int) -> float:
        asked.append(count)
        return 0.5

    slots = round_of(moments, 250, 100.1, reserve)
    moments.stall(100.12)
    times = await sent(moments, slots, 20)
    interval = 1 / 246.25
    late = sum(n * interval <= 0.02 for n in range(20))
    assert asked == [late]
    assert times[:late] == pytest.approx([0.52 + n * interval for n in range(late)])
    assert times[late:] == pytest.approx([n * interval for n in range(late, 20)])


async def test_a_short_delay_keeps_the_slots_and_the_distance(moments: Moments) -> None:
    slots = round_of(moments, 250, 100.1, never)
    moments.stall(100.105)
    times = await sent(moments, slots, 20)
    assert times[0] == pytest.approx(0.005)
    assert min(b - a for a, b in itertools.pairwise(times)) > 0.99 / 246.25


async def test_a_high_rate_reserves_nothing_again(moments: Moments) -> None:
    slots = round_of(moments, 100_000, 99.0, never)
    assert len(await sent(moments, slots, 200)) == 200


async def test_without_the_database_the_old_slots_are_used(moments: Moments) -> None:
    async def reserve(count: int) -> float:
        raise OSError("down")

    slots = round_of(moments, 250, 100.0, reserve)
    moments.now = 100.3
    times = await sent(moments, slots, 10)
    assert times == pytest.approx([0.3 + n / 246.25 for n in range(10)], abs=0.002)


async def test_a_hung_database_holds_up_a_round_once_and_not_each_reply(
    moments: Moments, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(pacing, "PATIENCE", 0.01)
    asked: list[int] = []

    async def reserve(count: int) -> float:
        asked.append(count)
        await asyncio.Event().wait()
        return 0.0

    slots = round_of(moments, 30, 100.0, reserve)
    moments.now = 100.5
    async with asyncio.timeout(2), asyncio.TaskGroup() as group:
        tasks = [group.create_task(slots.turn(number)) for number in range(5)]
        await asyncio.sleep(0.05)
        await moments.run()
    assert len(asked) == 1
    assert all(task.done() for task in tasks)


async def test_a_second_reply_late_by_the_first_ones_delivery_takes_its_own_slot(
    moments: Moments,
) -> None:
    asked: list[int] = []

    async def reserve(count: int) -> float:
        asked.append(count)
        return 0.0

    slots = round_of(moments, 30, 100.0, reserve)
    await sent(moments, slots, 1)
    moments.now = 100.2
    task = asyncio.create_task(slots.turn(1))
    await moments.run()
    await task
    assert asked == [1]

"""Several NLU processes as one: who is asked, and what happens when one is not well."""

import asyncio
import contextlib
import time
from collections.abc import AsyncIterator, Callable

import aiohttp
import pytest
from prometheus_client import REGISTRY

from bot.nlu import NluDown
from bot.nlu_pool import NluPool, nlu_pool
from tests.support.fake_nlu_server import FakeNluServer

TIMEOUT = 0.5
Servers = list[FakeNluServer]


@pytest.fixture
async def two() -> AsyncIterator[Servers]:
    async with contextlib.AsyncExitStack() as stack:
        yield [await stack.enter_async_context(FakeNluServer().running()) for _ in range(2)]


@pytest.fixture
async def pool_of() -> AsyncIterator[Callable[..., NluPool]]:
    async with aiohttp.ClientSession() as session:

        def make(servers: Servers, cache: float = 0.0, timeout: float = TIMEOUT) -> NluPool:
            return nlu_pool(session, [one.url for one in servers], None, timeout, cache)

        yield make


def figure(name: str, **labels: str) -> float:
    return REGISTRY.get_sample_value(name, labels) or 0.0


async def test_equally_busy_processes_take_turns(
    two: Servers, pool_of: Callable[..., NluPool]
) -> None:
    pool = pool_of(two)
    for number in range(10):
        assert (await pool.parse(f"chào {number}")).ranking[0][0] == "greet"
    assert [one.asked for one in two] == [5, 5]


async def test_the_less_busy_process_is_asked(
    two: Servers, pool_of: Callable[..., NluPool]
) -> None:
    pool = pool_of(two)
    pool.processes[0].in_flight = 3
    for number in range(4):
        await pool.parse(str(number))
    assert [one.asked for one in two] == [0, 4]


@pytest.mark.parametrize("behaviour", ["busy", "garbage", "cut", "hang"])
async def test_another_process_answers_when_one_cannot(
    two: Servers, pool_of: Callable[..., NluPool], behaviour: str
) -> None:
    pool = pool_of(two)
    two[0].behaviour = behaviour
    began = time.monotonic()
    for number in range(8):
        assert (await pool.parse(f"cứu {number}")).ranking
    assert time.monotonic() - began < 8 * TIMEOUT
    assert two[1].asked == 8


async def test_a_slow_process_is_helped_within_the_total_time(
    two: Servers, pool_of: Callable[..., NluPool]
) -> None:
    pool = pool_of(two)
    for one in two:
        one.behaviour = "hang"
    before = figure("lachan_nlu_retries_total", reason="slow")
    began = time.monotonic()
    with pytest.raises(NluDown):
        await pool.parse("cứu")
    assert TIMEOUT <= time.monotonic() - began < TIMEOUT * 1.6
    assert [one.asked for one in two] == [1, 1]
    assert figure("lachan_nlu_retries_total", reason="slow") == before + 1
    await asyncio.sleep(0)
    assert [one.in_flight for one in pool.processes] == [0, 0]


async def test_where_all_are_slow_nobody_is_asked_twice(
    two: Servers, pool_of: Callable[..., NluPool]
) -> None:
    pool = pool_of(two)
    for one in two:
        one.behaviour = "hang"
    texts = [f"cứu {number}" for number in range(12)]
    await asyncio.gather(*map(pool.parse, texts), return_exceptions=True)
    assert sum(one.asked for one in two) == 12


async def test_a_process_that_keeps_failing_is_left_alone_for_a_while(
    two: Servers, pool_of: Callable[..., NluPool]
) -> None:
    pool = pool_of(two)
    two[0].behaviour = "busy"
    for number in range(30):
        await pool.parse(str(number))
    assert two[0].asked <= 4
    two[0].behaviour = "ok"
    asked = two[0].asked
    async with asyncio.timeout(5):
        while two[0].asked < asked + 2:
            await pool.parse("x")
            await asyncio.sleep(0.02)


async def test_without_any_process_the_answer_is_down_and_at_once(
    pool_of: Callable[..., NluPool],
) -> None:
    async with FakeNluServer().running() as gone:
        pass
    pool = pool_of([gone])
    began = time.monotonic()
    for _ in range(10):
        with pytest.raises(NluDown):
            await pool.parse("cứu")
    assert time.monotonic() - began < TIMEOUT
    assert not await pool.healthy()


async def test_a_text_that_is_refused_blames_no_process(
    two: Servers, pool_of: Callable[..., NluPool]
) -> None:
    pool = pool_of(two)
    for one in two:
        one.behaviour = "refuse"
    for _ in range(8):
        with pytest.raises(NluDown):
            await pool.parse("khó")
    with pytest.raises(NluDown):
        await pool.parse("\ud800")
    for one in two:
        one.behaviour = "ok"
    assert (await pool.parse("chào")).ranking
    assert sum(one.asked for one in two) == 9


async def test_a_connection_closed_while_idle_is_no_failure(
    pool_of: Callable[..., NluPool],
) -> None:
    first = FakeNluServer()
    async with first.running():
        pool = pool_of([first])
        await asyncio.gather(*(pool.parse(f"chào {number}") for number in range(5)))
    port = int(first.url.rpartition(":")[2])
    async with FakeNluServer("second").running(port) as second:
        answers = await asyncio.gather(*(pool.parse(f"chào {number}") for number in range(5)))
        assert len(answers) == 5
        assert second.asked == 5


async def test_health_is_told_for_each_process(
    two: Servers, pool_of: Callable[..., NluPool]
) -> None:
    pool = pool_of(two)
    two[1].behaviour = "busy"
    assert await pool.healthy()
    names = [one.url.removeprefix("http://") for one in two]
    assert [figure("lachan_nlu_up", process=name) for name in names] == [1, 0]


async def test_the_same_text_is_asked_once_and_again_after_a_new_model(
    two: Servers, pool_of: Callable[..., NluPool]
) -> None:
    one = two[0]
    pool = pool_of([one], cache=60.0)
    for _ in range(5):
        await pool.parse("chào")
    assert one.asked == 1
    one.model = "second"
    assert await pool.healthy()
    await pool.parse("chào")
    assert one.asked == 2


async def test_two_models_at_once_keep_nothing_for_long(
    two: Servers, pool_of: Callable[..., NluPool]
) -> None:
    pool = pool_of(two, cache=60.0)
    two[1].model = "second"
    await pool.parse("chào")
    await pool.parse("chào bạn")
    asked = sum(one.asked for one in two)
    await pool.parse("chào")
    assert sum(one.asked for one in two) == asked + 1


async def test_cancelled_callers_leave_nothing_behind(
    two: Servers, pool_of: Callable[..., NluPool]
) -> None:
    pool = pool_of(two)
    two[0].behaviour = two[1].behaviour = "hang"
    with pytest.raises(TimeoutError):
        async with asyncio.timeout(0.05):
            await pool.parse("cứu")
    await asyncio.sleep(0)
    assert [one.in_flight for one in pool.processes] == [0, 0]

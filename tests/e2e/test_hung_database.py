"""A database that neither answers nor refuses: the worst kind of silence."""

import signal
import time
from collections.abc import Iterator

import aiohttp
import psutil
import pytest

from tests.support.house import House, fetch, wait_until
from tests.support.people import Citizen

DANGER = "cứu em với, họ đang đánh em"
SOON = 6.0


@pytest.fixture
def frozen(house: House) -> Iterator[House]:
    """The house with every PostgreSQL process stopped in the middle of whatever it did."""
    processes = [
        process
        for pid in house.pids("postgres")
        for process in [psutil.Process(pid), *psutil.Process(pid).children(recursive=True)]
    ]
    assert processes
    for process in processes:
        process.send_signal(signal.SIGSTOP)
    yield house
    for process in processes:
        process.send_signal(signal.SIGCONT)
    ready = f"http://127.0.0.1:{house.ops_port}/readyz"
    wait_until(lambda: '"ready"' in fetch(ready)[1], 60)


async def test_danger_gets_the_numbers_all_the_same(frozen: House) -> None:
    async with aiohttp.ClientSession() as client:
        for _ in range(3):
            started = time.monotonic()
            citizen = Citizen(client, frozen.chat)
            assert "113" in await citizen.say(DANGER)
            assert time.monotonic() - started < SOON
            assert citizen.last["understood"]["priority"] in ("P0", "P1")


def test_readyz_says_so_and_never_hangs(frozen: House) -> None:
    def asked() -> tuple[int, str]:
        started = time.monotonic()
        answer = fetch(f"http://127.0.0.1:{frozen.ops_port}/readyz", SOON)
        assert time.monotonic() - started < SOON
        return answer

    wait_until(lambda: asked()[0] == 503, 20)
    assert "unavailable" in asked()[1]


async def test_afterwards_everything_is_as_before(house: House) -> None:
    async with aiohttp.ClientSession() as client:
        citizen = Citizen(client, house.chat)
        assert await citizen.say("menu")
        assert citizen.last["messages"][0]["buttons"]

"""Two NLU processes of the real product: one dies, both are replaced, people notice nothing."""

from collections.abc import Iterator
from pathlib import Path

import aiohttp
import pytest

from tests.support.house import House, fetch, free_ports, wait_until
from tests.support.people import Citizen

LAW = "tội mua bán người bị phạt bao nhiêu năm tù"


@pytest.fixture(scope="module")
def pair(tmp_path_factory: pytest.TempPathFactory) -> Iterator[House]:
    addresses = ",".join(f"http://127.0.0.1:{port}" for port in free_ports(2))
    house = House(
        tmp_path_factory.mktemp("pair") / "data",
        LACHAN_NLU_URL=addresses,
        LACHAN_NLU_CACHE_SECONDS="0",
    ).start()
    yield house
    assert house.stop() == 0


def health(house: House) -> list[str]:
    """What each NLU process tells of itself: model and process id."""
    addresses = house.environment["LACHAN_NLU_URL"].split(",")
    return [fetch(f"{address}/health")[1] for address in addresses]


async def test_one_dead_process_of_two_is_not_noticed(pair: House) -> None:
    async with aiohttp.ClientSession() as client:
        citizen = Citizen(client, pair.chat)
        wait_until(lambda: all(health(pair)))
        port = pair.environment["LACHAN_NLU_URL"].rpartition(":")[2]
        pair.kill(f"--port {port}")
        for _ in range(6):
            assert "Luật" in await citizen.say(LAW)
        assert '"ready"' in fetch(f"http://127.0.0.1:{pair.ops_port}/readyz")[1]
        wait_until(lambda: all(health(pair)), 60)


async def test_a_reload_replaces_both_and_says_so(pair: House) -> None:
    wait_until(lambda: all(health(pair)), 60)
    before = health(pair)
    said = pair.run("nlu", "reload")
    assert said.returncode == 0, said.stdout + said.stderr
    assert "đã thay 2" in said.stdout
    assert not set(before) & set(health(pair))
    async with aiohttp.ClientSession() as client:
        assert "Luật" in await Citizen(client, pair.chat).say(LAW)
    metrics = fetch(f"http://127.0.0.1:{pair.ops_port}/metrics")[1]
    assert metrics.count("lachan_nlu_up{process=") == 2


def test_a_reload_without_a_running_house_is_a_sentence(pair: House, tmp_path: Path) -> None:
    said = pair.run("nlu", "reload", LACHAN_DATA_DIR=str(tmp_path))
    assert said.returncode == 1
    assert "LACHAN_DATA_DIR" in said.stdout
    assert "Traceback" not in said.stdout + said.stderr

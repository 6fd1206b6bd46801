"""Eight processes find the token dead at once; one of them may even be killed while it spends."""

import asyncio
import os
import signal
import sys
from collections.abc import AsyncIterator
from datetime import UTC, datetime

import pytest

from bot.channels.zalo_client import ZaloClient
from bot.channels.zalo_tokens import ZaloTokens
from store.crypto import Keyring
from store.engine import Sessions
from store.settings import Settings
from tests.bot.test_zalo_tokens import wait_for
from tests.support.fake_zalo import FakeZalo, Fault
from tests.support.house import ROOT
from tests.support.zalo_events import APP_ID, APP_SECRET
from tests.support.zalo_house import logged_in, token_row, zalo_settings

RACERS = 8
Racer = asyncio.subprocess.Process


@pytest.fixture
async def zalo() -> AsyncIterator[FakeZalo]:
    async with FakeZalo() as zalo:
        yield zalo


@pytest.fixture
async def client(zalo: FakeZalo, settings: Settings) -> AsyncIterator[ZaloClient]:
    client = ZaloClient(zalo_settings(settings, zalo.url))
    yield client
    await client.close()


@pytest.fixture
async def stale(sessions: Sessions, zalo: FakeZalo, client: ZaloClient) -> str:
    pair = await logged_in(sessions, zalo, client, datetime.now(UTC))
    zalo.expire()
    return pair.access


async def start(count: int, stale: str, zalo: FakeZalo, url: str, ring: Keyring) -> list[Racer]:
    """Processes that stand at the line."""
    environment = {
        **os.environ,
        "DATABASE_URL": url,
        "LACHAN_KEYRING": ring.dumps(),
        "ZALO_APP_ID": APP_ID,
        "ZALO_APP_SECRET": APP_SECRET,
        "ZALO_API_BASE": zalo.url,
        "ZALO_OAUTH_BASE": zalo.url,
    }
    pipe = asyncio.subprocess.PIPE
    racers = [
        await asyncio.create_subprocess_exec(
            sys.executable,
            *("-m", "tests.support.zalo_racer", stale),
            cwd=ROOT,
            env=environment,
            stdin=pipe,
            stdout=pipe,
        )
        for _ in range(count)
    ]
    for racer in racers:
        assert racer.stdout is not None
        assert await racer.stdout.readline() == b"ready\n"
    return racers


def go(racers: list[Racer]) -> None:
    for racer in racers:
        assert racer.stdin is not None
        racer.stdin.write(b"go\n")


async def results(racers: list[Racer]) -> list[str]:
    told = [await racer.communicate() for racer in racers]
    return [out.decode().strip() for out, _ in told]


async def test_eight_processes_spend_one_token(
    stale: str,
    zalo: FakeZalo,
    sessions: Sessions,
    client: ZaloClient,
    database_url: str,
    keyring: Keyring,
) -> None:
    racers = await start(RACERS, stale, zalo, database_url, keyring)
    go(racers)
    told = await results(racers)
    assert len(set(told)) == 1, told
    assert told[0].startswith("token ")
    assert len(zalo.spent) == 1
    kept = await ZaloTokens(sessions, client, lambda: datetime.now(UTC)).kept()
    assert kept is not None
    assert await client.works(kept.access)


@pytest.mark.parametrize("way", ["hang", "hang_after"])
async def test_a_winner_that_is_killed_while_it_spends_is_not_repeated(
    stale: str,
    zalo: FakeZalo,
    sessions: Sessions,
    client: ZaloClient,
    database_url: str,
    keyring: Keyring,
    way: str,
) -> None:
    zalo.oauth_faults.append(Fault(way=way))
    first = await start(1, stale, zalo, database_url, keyring)
    go(first)

    async def asked() -> bool:
        return not zalo.oauth_faults

    await wait_for(asked)
    first[0].send_signal(signal.SIGKILL)
    await first[0].wait()
    spent = list(zalo.spent)
    others = await start(RACERS - 1, stale, zalo, database_url, keyring)
    go(others)
    assert set(await results(others)) == {"none spending"}
    assert zalo.spent == spent
    row = await token_row(sessions)
    assert row.spending_since is not None

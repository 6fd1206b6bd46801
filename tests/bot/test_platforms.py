"""What keeps the platforms going: one process polls; danger is answered past the database."""

import asyncio

import pytest
from aiohttp.test_utils import TestClient, TestServer
from sqlalchemy.exc import OperationalError

from bot.channels.direct import Direct, DirectDoor
from bot.channels.telegram_render import parts as draw_telegram
from bot.door import Unreachable
from bot.inbox import Incoming
from bot.platforms import PollLock
from bot.product import Product
from bot.serve import chat_app
from tests.support.clock import Clock
from tests.support.fake_channel import FakeChannel

LANE = b"p" * 32


class ShutDoor:
    async def take(self, message: Incoming) -> object:
        raise Unreachable("OperationalError")


def message(clock: Clock, number: int = 1, lane: bytes = LANE, **payload: object) -> Incoming:
    return Incoming(
        "telegram", bytes([number]), lane, dict(payload), clock(), {"chat_id": 7}, number
    )


@pytest.fixture
def telegram() -> FakeChannel:
    return FakeChannel()


@pytest.fixture
def door(product: Product, telegram: FakeChannel) -> DirectDoor:
    return DirectDoor(ShutDoor(), Direct(product, telegram.deliver, draw_telegram))


async def knocked(product: Product, door: DirectDoor, *messages: Incoming) -> None:
    for one in messages:
        with pytest.raises(Unreachable):
            await door.take(one)
    await asyncio.gather(*product.tasks)


async def test_danger_gets_the_numbers_while_the_database_is_away(
    product: Product, telegram: FakeChannel, door: DirectDoor, clock: Clock
) -> None:
    await knocked(product, door, message(clock, text="cứu em với em bị nhốt"))
    assert "113" in telegram.texts()[0]
    assert telegram.got[0][0] == {"chat_id": 7}


async def test_a_message_that_is_brought_again_is_answered_once_a_minute(
    product: Product, telegram: FakeChannel, door: DirectDoor, clock: Clock
) -> None:
    again = [message(clock, text="cứu em với em bị nhốt")] * 5
    await knocked(product, door, again[0])
    once = len(telegram.got)
    await knocked(product, door, *again)
    assert len(telegram.got) == once
    await knocked(product, door, message(clock, lane=b"q" * 32, text="cứu em, sắp chết"))
    assert len(telegram.got) == 2 * once


async def test_what_is_no_danger_or_in_a_group_waits_for_the_database(
    product: Product, telegram: FakeChannel, door: DirectDoor, clock: Clock
) -> None:
    await knocked(
        product,
        door,
        message(clock, text="cho hỏi đi nhật phí bao nhiêu"),
        message(clock, 2, text="cứu em với", group=True),
        message(clock, 3, gone=True),
    )
    assert telegram.got == []


async def test_the_danger_button_counts_as_danger(
    product: Product, telegram: FakeChannel, door: DirectDoor, clock: Clock
) -> None:
    await knocked(product, door, message(clock, action=["danger.start", ""]))
    assert "113" in telegram.texts()[0]


async def test_one_process_holds_the_lock_until_it_lets_go(product: Product) -> None:
    first, second = PollLock(product.engine), PollLock(product.engine)
    assert await first.held() is True
    assert await second.held() is False
    assert await first.held() is True
    await first.close()
    assert await second.held() is True
    await second.close()


async def test_a_database_that_is_away_neither_gives_nor_takes_the_lock(
    product: Product, monkeypatch: pytest.MonkeyPatch
) -> None:
    lock = PollLock(product.engine)

    async def away() -> None:
        raise OperationalError("", {}, Exception())

    monkeypatch.setattr(type(product.engine), "connect", lambda _self: away())
    assert await lock.held() is None


async def test_without_settings_there_are_no_webhooks(product: Product) -> None:
    async with TestClient(TestServer(chat_app(product))) as client:
        assert (await client.post("/telegram/x", json={})).status == 404
        assert (await client.post("/zalo/webhook", json={})).status == 404

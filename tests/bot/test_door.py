"""What a platform delivers is stored before it is told "taken", once however often it comes."""

import asyncio
from typing import Any

import pytest
from sqlalchemy import func, select, text
from sqlalchemy.exc import OperationalError
from sqlalchemy.ext.asyncio import AsyncSession

from bot.door import Door, Unreachable
from bot.inbox import Incoming
from bot.models import Inbox, Outbox
from bot.product import Product
from tests.support.clock import Clock

LANE = b"d" * 32


def message(clock: Clock, text: str, number: int, lane: bytes = LANE, **more: Any) -> Incoming:
    return Incoming(
        "telegram",
        f"{lane.hex()}{number}".encode(),
        lane,
        {"text": text, **more},
        clock(),
        {"chat_id": 5},
        number,
    )


def door_of(product: Product, woken: list[tuple[bytes, bool]]) -> Door:
    return Door(
        product.engine,
        lambda lane, urgent: woken.append((lane, urgent)),
        lambda text: product.understander.by_rules(text).priority.urgent,
    )


async def test_five_hundred_at_once_are_all_stored_once(
    product: Product, session: AsyncSession, clock: Clock
) -> None:
    woken: list[tuple[bytes, bool]] = []
    door = door_of(product, woken)
    given = [message(clock, "xin chào", n % 250, bytes([n % 50]) * 32) for n in range(500)]
    fresh = await asyncio.gather(*(door.take(m, seconds=20) for m in given))
    assert await session.scalar(select(func.count()).select_from(Inbox)) == 250
    assert sum(fresh) >= 250
    assert len({lane for lane, _ in woken}) == 50


async def test_two_processes_storing_the_same_people_do_not_lock_each_other(
    product: Product, session: AsyncSession, clock: Clock
) -> None:
    doors = [door_of(product, []) for _ in range(4)]
    given = [message(clock, "a", n, bytes([n % 40]) * 32) for n in range(200)]
    takes = [
        door.take(m, seconds=20)
        for place, door in enumerate(doors)
        for m in (given if place % 2 else reversed(given))
    ]
    await asyncio.gather(*takes)
    assert await session.scalar(select(func.count()).select_from(Inbox)) == 200


async def test_address_and_text_are_not_readable_in_the_database(
    product: Product, session: AsyncSession, clock: Clock
) -> None:
    door = door_of(product, [])
    secret = Incoming(
        "telegram", b"1", LANE, {"text": "bí mật của tôi"}, clock(), {"chat_id": 777888999}, 1
    )
    await door.take(secret)
    row = (await session.execute(text("SELECT payload, address FROM inbox"))).one()
    assert b"777888999" not in bytes(row.address)
    assert "bí mật".encode() not in bytes(row.payload)


async def test_danger_wakes_its_lane_as_urgent(product: Product, clock: Clock) -> None:
    woken: list[tuple[bytes, bool]] = []
    door = door_of(product, woken)
    await door.take(message(clock, "cứu em với em bị nhốt", 1))
    await door.take(message(clock, "cho hỏi giá vàng hôm nay", 2, b"e" * 32))
    assert woken == [(LANE, True), (b"e" * 32, False)]


async def test_a_database_that_is_away_is_said_and_nothing_is_called_taken(
    product: Product, clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    door = door_of(product, [])

    async def away(_messages: object) -> set[bytes]:
        raise OperationalError("", {}, Exception())

    monkeypatch.setattr(door, "_execute", away)
    with pytest.raises(Unreachable):
        await door.take(message(clock, "a", 1))


async def test_a_hung_database_is_not_waited_for(
    product: Product, clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    door = door_of(product, [])
    released = asyncio.Event()

    async def hung(_messages: object) -> set[bytes]:
        await released.wait()
        return set()

    monkeypatch.setattr(door, "_execute", hung)
    with pytest.raises(Unreachable):
        await door.take(message(clock, "a", 1), seconds=0.05)
    released.set()
    await door.close()


async def test_pieces_of_a_story_get_one_turn_in_the_platforms_order(
    product: Product, session: AsyncSession, clock: Clock
) -> None:
    door = door_of(product, [])
    for number, words in ((3, "phí 200 triệu có lừa không"), (1, "chị ơi"), (2, "em muốn hỏi là")):
        await door.take(message(clock, words, number))
    worker = product.worker
    assert await worker.answer_one(LANE) is False
    assert not (await session.scalars(select(Outbox))).all()
    clock.forward(seconds=2)
    seen: list[str] = []
    read = product.understander.read

    async def listening(words: str) -> Any:
        seen.append(words)
        return await read(words)

    product.understander.read = listening  # type: ignore[method-assign]
    await worker.answer_one(LANE)
    assert seen == ["chị ơi\nem muốn hỏi là\nphí 200 triệu có lừa không"]
    inbox = (await session.scalars(select(Inbox))).all()
    assert {row.state for row in inbox} == {1}
    assert {row.payload for row in inbox} == {None}
    assert {row.address for row in inbox} == {None}
    replies = (await session.scalars(select(Outbox))).all()
    assert replies
    assert all(row.address == {"chat_id": 5} for row in replies)

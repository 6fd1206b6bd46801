"""Replies go out in order, once where the platform answers, and never faster than allowed."""

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from bot import sending
from bot.channels.base import Delivery, Outcome
from bot.models import Conversation, Outbox, OutboxKind, OutboxState
from bot.product import Product
from bot.sender import Sender
from tests.support.clock import Clock
from tests.support.fake_channel import FakeChannel

LANE = b"a" * 32
OTHER = b"b" * 32
AGAIN = Delivery(Outcome.again, "HTTP 500")
UNKNOWN = Delivery(Outcome.unknown, "timeout")


async def put(
    session: AsyncSession,
    clock: Clock,
    *texts: str,
    lane: bytes = LANE,
    kind: OutboxKind = OutboxKind.live,
) -> None:
    if await session.get(Conversation, lane) is None:
        session.add(Conversation(key=lane, channel="telegram", updated_at=clock()))
        await session.flush()
    for text in texts:
        row = Outbox(
            channel="telegram",
            conversation=lane,
            kind=kind,
            payload={"text": text},
            address={"chat_id": lane[0]},
            created_at=clock(),
            due_at=clock(),
        )
        session.add(row)
        await session.flush()
    await session.commit()


async def rows(session: AsyncSession) -> list[Outbox]:
    await session.rollback()
    found = select(Outbox).order_by(Outbox.id).execution_options(populate_existing=True)
    return list(await session.scalars(found))


@asynccontextmanager
async def sending_by(product: Product, channel: FakeChannel, **more: Any) -> AsyncIterator[Sender]:
    sender = Sender(product.sessions, channel, product.clock, look_every=0.02, **more)
    task = asyncio.create_task(sender.run())
    try:
        yield sender
    finally:
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)
        await sender.drain()


async def until(condition: Callable[[], bool], seconds: float = 5.0) -> None:
    async with asyncio.timeout(seconds):
        while not condition():
            await asyncio.sleep(0.01)


async def until_closed(session: AsyncSession, clock: Clock | None = None) -> list[Outbox]:
    for _ in range(400):
        found = await rows(session)
        if all(row.state >= OutboxState.sent for row in found):
            return found
        if clock is not None:
            clock.forward(seconds=1)
        await asyncio.sleep(0.02)
    raise AssertionError([row.state for row in found])


async def test_replies_of_a_conversation_go_out_in_order_and_lose_their_address(
    product: Product, session: AsyncSession, clock: Clock
) -> None:
    await put(session, clock, *(str(n) for n in range(12)))
    channel = FakeChannel(seconds=0.003)
    async with sending_by(product, channel):
        found = await until_closed(session)
    assert channel.texts() == [str(n) for n in range(12)]
    assert {row.state for row in found} == {OutboxState.sent}
    assert [row.payload for row in found] == [None] * 12
    assert [row.address for row in found] == [None] * 12


async def test_many_senders_send_each_reply_once_and_in_order(
    product: Product, session: AsyncSession, clock: Clock
) -> None:
    for number in range(20):
        await put(session, clock, *(str(n) for n in range(4)), lane=bytes([number]) * 32)
    channels = [FakeChannel(seconds=0.002) for _ in range(4)]
    async with (
        sending_by(product, channels[0]),
        sending_by(product, channels[1]),
        sending_by(product, channels[2]),
        sending_by(product, channels[3]),
    ):
        await until_closed(session)
    got = [pair for channel in channels for pair in channel.got]
    assert len(got) == 80
    assert len({(address["chat_id"], part["text"]) for address, part in got}) == 80


async def test_a_refusal_for_now_is_tried_again_and_keeps_what_is_behind_waiting(
    product: Product, session: AsyncSession, clock: Clock
) -> None:
    await put(session, clock, "một", "hai")
    channel = FakeChannel()
    channel.answers.extend([AGAIN, AGAIN])
    async with sending_by(product, channel):
        found = await until_closed(session, clock)
    assert channel.texts() == ["một", "một", "một", "hai"]
    assert [row.state for row in found] == [OutboxState.sent] * 2


async def test_a_platform_in_trouble_does_not_use_up_the_tries_for_lost_answers(
    product: Product, session: AsyncSession, clock: Clock
) -> None:
    await put(session, clock, "một")
    channel = FakeChannel()
    channel.answers.extend([AGAIN] * (sending.MOST_UNKNOWN + 2))
    channel.answers.append(UNKNOWN)
    async with sending_by(product, channel):
        found = await until_closed(session, clock)
    assert len(channel.got) == sending.MOST_UNKNOWN + 4
    assert found[0].state == OutboxState.sent


async def test_asked_to_be_silent_every_sender_is_silent(
    product: Product, session: AsyncSession, clock: Clock
) -> None:
    await put(session, clock, "một")
    first, second = FakeChannel(), FakeChannel()
    first.answers.append(Delivery(Outcome.again, "429", pause=0.6))
    async with sending_by(product, first):
        await until(lambda: len(first.got) == 1)
        started = asyncio.get_running_loop().time()
        await put(session, clock, "khác", lane=OTHER)
        async with sending_by(product, second):
            clock.forward(seconds=2)
            await until_closed(session)
    assert min(first.times[1:] + second.times) - started > 0.45
    assert sorted(first.texts()[1:] + second.texts()) == ["khác", "một"]
    assert {row.attempts for row in await rows(session)} == {1}


async def test_a_lost_answer_is_sent_again_a_few_times_and_then_left_as_unknown(
    product: Product, session: AsyncSession, clock: Clock
) -> None:
    await put(session, clock, "một", "hai")
    channel = FakeChannel()
    channel.answers.extend([UNKNOWN] * sending.MOST_UNKNOWN)
    async with sending_by(product, channel):
        found = await until_closed(session, clock)
    assert channel.texts() == ["một"] * sending.MOST_UNKNOWN + ["hai"]
    assert [row.state for row in found] == [OutboxState.unknown, OutboxState.sent]


async def test_a_broadcast_whose_answer_was_lost_is_never_sent_twice(
    product: Product, session: AsyncSession, clock: Clock
) -> None:
    await put(session, clock, "tin", kind=OutboxKind.broadcast)
    channel = FakeChannel()
    channel.answers.append(UNKNOWN)
    async with sending_by(product, channel):
        found = await until_closed(session, clock)
    assert channel.texts() == ["tin"]
    assert found[0].state == OutboxState.unknown
    assert found[0].reason == "timeout"


async def test_what_a_dead_sender_held_is_sent_by_another_but_a_broadcast_is_not(
    product: Product, session: AsyncSession, clock: Clock
) -> None:
    await put(session, clock, "trả lời")
    await put(session, clock, "tin", lane=OTHER, kind=OutboxKind.broadcast)
    held = await sending.take(session, "telegram", clock(), 10)
    await session.commit()
    assert len(held) == 2
    channel = FakeChannel()
    async with sending_by(product, channel):
        await asyncio.sleep(0.1)
        assert channel.texts() == []
        clock.forward(seconds=sending.LEASE.total_seconds() + 1)
        found = await until_closed(session)
    assert channel.texts() == ["trả lời"]
    assert [row.state for row in found] == [OutboxState.sent, OutboxState.unknown]


async def test_after_an_outage_longer_than_a_lease_nothing_is_sent_twice(
    product: Product, session: AsyncSession, clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    await put(session, clock, "một")
    first, second, asked = FakeChannel(), FakeChannel(), asyncio.Event()

    async def away(*_: Any) -> Any:
        asked.set()
        raise OSError

    monkeypatch.setattr(sending, "write_down", away)
    async with sending_by(product, first):
        await asyncio.wait_for(asked.wait(), 5)
        monkeypatch.setattr(sending, "take", away)
        asked.clear()
        async with sending_by(product, second):
            await asyncio.wait_for(asked.wait(), 5)
            clock.forward(seconds=sending.LEASE.total_seconds() + 1)
            await asyncio.sleep(0.5)
            monkeypatch.undo()
            await until_closed(session)
    assert first.texts() + second.texts() == ["một"]


async def test_who_left_is_sent_nothing_more(
    product: Product, session: AsyncSession, clock: Clock
) -> None:
    await put(session, clock, "một", "hai", "ba")
    channel = FakeChannel()
    channel.answers.append(Delivery(Outcome.failed, "blocked", gone=True))
    async with sending_by(product, channel):
        found = await until_closed(session)
    assert channel.texts() == ["một"]
    assert {row.state for row in found} == {OutboxState.failed}
    assert {row.address for row in found} == {None}


async def test_who_moved_is_reached_at_the_new_address(
    product: Product, session: AsyncSession, clock: Clock
) -> None:
    await put(session, clock, "một", "hai")
    channel = FakeChannel()
    channel.answers.append(Delivery(Outcome.again, "migrated", moved_to={"chat_id": -7}))
    async with sending_by(product, channel):
        await until_closed(session, clock)
    assert [address["chat_id"] for address, _ in channel.got] == [97, -7, -7]


async def test_a_reply_is_given_up_when_it_is_too_late(
    product: Product, session: AsyncSession, clock: Clock
) -> None:
    await put(session, clock, "một")
    clock.forward(hours=2)
    channel = FakeChannel()
    async with sending_by(product, channel, kept=timedelta(hours=1)):
        found = await until_closed(session, clock)
    assert channel.texts() == []
    assert (found[0].state, found[0].reason) == (OutboxState.failed, "too_late")


async def test_live_replies_overtake_a_broadcast(
    product: Product, session: AsyncSession, clock: Clock
) -> None:
    for number in range(120):
        await put(session, clock, "tin", lane=bytes([number]) * 32, kind=OutboxKind.broadcast)
    channel = FakeChannel(rate=60.0)
    async with sending_by(product, channel):
        await until(lambda: len(channel.got) > 5)
        await put(session, clock, "trả lời", lane=b"z" * 32)
        await until(lambda: "trả lời" in channel.texts())
        assert len(channel.got) < 60


@pytest.mark.parametrize("processes", [1, 3])
async def test_all_senders_together_keep_to_the_rate(
    product: Product, session: AsyncSession, clock: Clock, processes: int
) -> None:
    for number in range(60):
        await put(session, clock, "tin", lane=bytes([number]) * 32)
    channels = [FakeChannel(rate=50.0) for _ in range(processes)]
    tasks = [
        asyncio.create_task(Sender(product.sessions, c, clock, look_every=0.02).run())
        for c in channels
    ]
    await until_closed(session)
    for task in tasks:
        task.cancel()
    await asyncio.gather(*tasks, return_exceptions=True)
    times = sorted(moment for channel in channels for moment in channel.times)
    assert len(times) == 60
    busiest = max(sum(1 for t in times if start <= t < start + 0.5) for start in times)
    assert busiest <= 29
    assert times[-1] - times[0] < 2.5

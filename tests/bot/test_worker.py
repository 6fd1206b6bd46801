"""Nothing lost, nothing doubled: what a crash or a broken handler leaves behind."""

import asyncio
from collections.abc import AsyncIterator
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import select, text
from sqlalchemy.ext.asyncio import AsyncSession

from bot import inbox
from bot.inbox import MAX_ATTEMPTS, Incoming, accept, claim
from bot.models import Conversation, Inbox, InboxState, Outbox
from bot.product import Product
from handlers import services
from handlers.turn import Reply, Turn
from tests.support.clock import Clock
from tests.support.tidy import tidy

LANE = b"k" * 32


@pytest.fixture
async def sweeping(product: Product) -> AsyncIterator[Product]:
    task = asyncio.create_task(product.worker.run())
    yield product
    task.cancel()
    await asyncio.gather(task, return_exceptions=True)
    await product.worker.drain()


def incoming(product: Product, words: str, number: int = 0, lane: bytes = LANE) -> Incoming:
    return Incoming("web", f"{number}".encode(), lane, {"text": words}, product.clock())


async def until_done(session: AsyncSession, count: int) -> list[Inbox]:
    for _ in range(300):
        rows = (
            await session.scalars(select(Inbox).execution_options(populate_existing=True))
        ).all()
        if len([r for r in rows if r.state != InboxState.due]) == count:
            return list(rows)
        await session.rollback()
        await asyncio.sleep(0.02)
    raise AssertionError("still waiting")


async def test_what_a_crash_left_in_the_inbox_is_answered_later(
    sweeping: Product, session: AsyncSession
) -> None:
    await accept(sweeping.engine, incoming(sweeping, "menu"))
    await until_done(session, 1)
    assert (await session.scalars(select(Outbox))).all()


async def test_the_same_delivery_is_stored_once(product: Product) -> None:
    first = await accept(product.engine, incoming(product, "menu"))
    again = await asyncio.gather(
        *(accept(product.engine, incoming(product, "menu")) for _ in range(5))
    )
    assert first[1]
    assert all(answer == (first[0], False) for answer in again)


async def test_a_lane_that_is_taken_is_left_alone(product: Product) -> None:
    await accept(product.engine, incoming(product, "menu"))
    async with product.sessions() as one, product.sessions() as two:
        assert await claim(one, LANE, product.clock()) is not None
        assert await claim(two, LANE, product.clock()) is None
        await one.rollback()
        assert await claim(two, LANE, product.clock()) is not None


async def test_what_another_worker_finished_during_the_claim_is_not_taken_again(
    product: Product, monkeypatch: pytest.MonkeyPatch
) -> None:
    await accept(product.engine, incoming(product, "menu"))
    # The claim reads the messages, then takes its time before it locks the lane.
    slow = text(str(inbox._CLAIM).replace("SELECT * FROM", "SELECT *, pg_sleep(0.5) FROM"))
    columns = {column.name: column.type for column in inbox._CLAIM.column_args}
    async with product.sessions() as other:
        monkeypatch.setattr(inbox, "_CLAIM", slow.columns(**columns))
        claiming = asyncio.create_task(claim(other, LANE, product.clock()))
        await asyncio.sleep(0.2)
        monkeypatch.undo()
        await product.worker.answer_one(LANE)
        assert await claiming is None


async def test_a_turn_that_fails_changes_nothing_and_is_set_aside_with_a_kind_word(
    sweeping: Product, session: AsyncSession, clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    calls: list[int] = []

    async def broken(turn: Turn) -> list[Reply]:
        calls.append(1)
        turn.state.open("quiz", "q")
        raise RuntimeError("boom")

    monkeypatch.setitem(services.SERVICES, "menu", broken)  # type: ignore[arg-type]
    await accept(sweeping.engine, incoming(sweeping, "menu"))
    for _ in range(200):
        clock.forward(seconds=1)
        rows = (
            await session.scalars(select(Inbox).execution_options(populate_existing=True))
        ).all()
        if rows[0].state == InboxState.poison:
            break
        await session.rollback()
        sweeping.worker.wake(LANE)
        await asyncio.sleep(0.02)
    assert rows[0].state == InboxState.poison
    assert len(calls) == MAX_ATTEMPTS
    replies = (await session.scalars(select(Outbox))).all()
    assert len(replies) == 1
    assert "111" in replies[0].payload["text"]
    assert (await session.scalar(select(Conversation.state))) is None


async def test_danger_with_a_broken_handler_still_gets_the_numbers_at_once(
    sweeping: Product, session: AsyncSession, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def broken(turn: Turn) -> list[Reply]:
        raise RuntimeError("boom")

    monkeypatch.setitem(services.SERVICES, "danger", broken)  # type: ignore[arg-type]
    await accept(sweeping.engine, incoming(sweeping, "cứu em với, họ đánh em sắp chết rồi"))
    await until_done(session, 1)
    reply = (await session.scalars(select(Outbox).order_by(Outbox.id))).first()
    assert reply is not None
    assert "113" in reply.payload["text"]


async def test_forty_conversations_each_keep_their_order(
    sweeping: Product, session: AsyncSession
) -> None:
    for number in range(5):
        for lane in range(40):
            message = incoming(sweeping, "menu", number * 100 + lane, bytes([lane]) * 32)
            await accept(sweeping.engine, message)
    rows = await until_done(session, 200)
    replies = (await session.scalars(select(Outbox).order_by(Outbox.id))).all()
    assert len({r.inbox_id for r in replies}) == 200
    for lane in range(40):
        order = [r.inbox_id for r in replies if r.conversation == bytes([lane]) * 32]
        assert order == sorted(order)
    assert all(row.payload is None for row in rows)


async def test_housekeeping_forgets_forms_replies_and_idle_conversations(
    sweeping: Product, session: AsyncSession, clock: Clock
) -> None:
    await accept(sweeping.engine, incoming(sweeping, "menu"))
    await until_done(session, 1)
    row: Any = await session.scalar(select(Conversation))
    row.state, row.form_open = (
        {"flow": "report", "step": "what", "data": {"x": 1}, "memory": {}},
        True,
    )
    await session.commit()
    clock.forward(minutes=20)
    await tidy(session, sweeping.settings, clock())
    await session.commit()
    await session.refresh(row)
    assert row.state == {"memory": {"timed_out": True}}
    clock.forward(hours=2)
    await tidy(session, sweeping.settings, clock())
    await session.commit()
    kept = (await session.scalars(select(Outbox).execution_options(populate_existing=True))).all()
    assert all(reply.payload is None for reply in kept)
    clock.now += timedelta(days=sweeping.settings.conversation_days + 1)
    await tidy(session, sweeping.settings, clock())
    await session.commit()
    assert await session.scalar(select(Conversation)) is None
    assert await session.scalar(select(Inbox)) is None


async def test_a_message_whose_key_is_lost_is_set_aside_and_the_lane_goes_on(
    product: Product, session: AsyncSession
) -> None:
    first, _ = await accept(product.engine, incoming(product, "menu", 1))
    await accept(product.engine, incoming(product, "menu", 2))
    await session.execute(
        text("UPDATE inbox SET payload = decode('0900', 'hex') WHERE id = :id"), {"id": first}
    )
    await session.execute(text("UPDATE conversations SET state = decode('0900', 'hex')"))
    await session.commit()
    while await product.worker.answer_one(LANE):
        pass
    states = (await session.scalars(select(Inbox.state).order_by(Inbox.id))).all()
    assert states == [InboxState.poison, InboxState.done]
    replies = (await session.scalars(select(Outbox).order_by(Outbox.id))).all()
    assert "111" in replies[0].payload["text"]
    assert len({reply.inbox_id for reply in replies}) == 2


async def test_erasing_keeps_what_was_written_afterwards(
    product: Product, session: AsyncSession
) -> None:
    for number, words in enumerate(["xóa", "có", "cứu em với họ đánh em"]):
        await accept(product.engine, incoming(product, words, number))
    while await product.worker.answer_one(LANE):
        pass
    last = (await session.scalars(select(Outbox).order_by(Outbox.id.desc()))).all()
    assert any("113" in reply.payload["text"] for reply in last)


async def test_danger_does_not_queue_behind_a_crowd(
    product: Product, session: AsyncSession, monkeypatch: pytest.MonkeyPatch
) -> None:
    release = asyncio.Event()

    async def slow(turn: Turn) -> list[Reply]:
        await release.wait()
        return [Reply("xong")]

    monkeypatch.setitem(services.SERVICES, "menu", slow)  # type: ignore[arg-type]
    for number in range(12):
        lane = bytes([number]) * 32
        await accept(product.engine, incoming(product, "menu", number, lane))
        product.worker.wake(lane)
    number, _ = await accept(product.engine, incoming(product, "cứu em với họ đánh em", 99))
    answered = product.waiting.expect(number)
    product.worker.wake(LANE, urgent=True)
    result = await asyncio.wait_for(answered, 5)
    assert "113" in result["messages"][0]["text"]
    release.set()
    await product.worker.drain()


async def test_a_turn_that_breaks_the_database_is_counted_and_set_aside(
    sweeping: Product, session: AsyncSession, clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def broken(turn: Turn) -> list[Reply]:
        assert turn.reports is not None
        await turn.reports._session.execute(text("SELECT 1 / 0"))
        return []

    monkeypatch.setitem(services.SERVICES, "menu", broken)  # type: ignore[arg-type]
    await accept(sweeping.engine, incoming(sweeping, "menu"))
    for _ in range(200):
        clock.forward(seconds=1)
        state = await session.scalar(select(Inbox.state))
        if state == InboxState.poison:
            break
        await session.rollback()
        sweeping.worker.wake(LANE)
        await asyncio.sleep(0.02)
    assert state == InboxState.poison

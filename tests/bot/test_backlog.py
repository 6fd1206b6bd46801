"""Operators see how long the oldest message and reply have waited."""

from datetime import timedelta

from sqlalchemy.ext.asyncio import AsyncSession

from bot import metrics
from bot.housekeeping import measure_backlog
from bot.inbox import Incoming, accept
from bot.product import Product
from store.settings import Settings
from tests.bot.test_sender import put
from tests.support.clock import Clock


def shown(queue: str) -> float:
    return float(metrics.WAITING.labels(queue)._value.get())


async def test_the_age_of_the_oldest_waiting_rows(
    product: Product, session: AsyncSession, settings: Settings, clock: Clock
) -> None:
    await measure_backlog(session, settings, clock())
    assert (shown("inbox"), shown("outbox")) == (0, 0)
    await accept(product.engine, Incoming("web", b"1", b"w" * 32, {"text": "chào"}, clock()))
    await put(session, clock, "trả lời")
    await measure_backlog(session, settings, clock() + timedelta(minutes=3))
    assert (shown("inbox"), shown("outbox")) == (180, 180)

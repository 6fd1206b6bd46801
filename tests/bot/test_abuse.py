"""Floods, albums, endless forms and blocked senders are held back; danger never is."""

from dataclasses import dataclass
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncSession

from bot.abuse import DANGER_ROOM, Gate, Limits
from bot.blocklist import Blocklist
from bot.inbox import Incoming, accept
from bot.limits import Limiter
from bot.models import Inbox, InboxState, Outbox
from bot.product import Product
from bot.worker import Worker
from reports.allowance import Allowance
from reports.marks import mark_of
from reports.models import Block, Report
from reports.terms import BlockReason
from tests.reports import make
from tests.support.clock import Clock

LANE = b"k" * 32
DANGER = "cứu em với, họ đánh em sắp chết rồi"


@dataclass
class Line:
    """One person on Telegram, before a worker with small limits."""

    product: Product
    session: AsyncSession
    worker: Worker
    sent: int = 0

    async def send(self, text: str = "", lane: bytes = LANE, **payload: Any) -> None:
        self.sent += 1
        said = {"text": text} if text else {}
        message = Incoming(
            "telegram",
            str(self.sent).encode(),
            lane,
            {**said, **payload},
            self.product.clock(),
            {"chat_id": 5},
            self.sent,
        )
        await accept(self.product.engine, message)

    async def work(self, lane: bytes = LANE) -> list[str]:
        """Answer all that is due; the replies' texts."""
        before = await self.session.scalar(select(func.count(Outbox.id))) or 0
        await self.session.rollback()
        while await self.worker.answer_one(lane):
            pass
        rows = await self.session.scalars(select(Outbox).order_by(Outbox.id).offset(before))
        texts = [str(row.payload["text"]) for row in rows]
        await self.session.rollback()
        return texts

    async def say(self, text: str = "", **payload: Any) -> str:
        await self.send(text, **payload)
        return "\n".join(await self.work())


def worker_of(product: Product, **more: Any) -> Worker:
    talk = product.worker._conversations
    gate = Gate(talk, Blocklist(product.ring, seconds=0), Limits(5, 3.0))
    options = {"clock": product.clock, "gate": gate, "allowance": Allowance(5, 3, 2), **more}
    return Worker(product.sessions, talk, product.ring, **options)


@pytest.fixture
def line(product: Product, session: AsyncSession) -> Line:
    return Line(product, session, worker_of(product))


async def block(session: AsyncSession, product: Product, days: int = 7) -> None:
    officer = await make.officer(session)
    report = await make.report(session, product.ring)
    row = Block(
        mark=mark_of(product.ring, LANE),
        report_id=report.id,
        officer_id=officer.id,
        reason=BlockReason.spam,
        created_at=product.clock(),
        until=product.clock() + timedelta(days=days),
    )
    session.add(row)
    await session.commit()


async def test_a_flood_is_read_to_the_limit_then_told_once_and_finished(line: Line) -> None:
    for number in range(30):
        await line.send(f"menu {number}")
    texts = await line.work()
    flood = [text for text in texts if "nhắn nhanh quá" in text]
    assert len(flood) == 1
    assert "113" in flood[0]
    states = list(await line.session.scalars(select(Inbox.state)))
    assert states == [InboxState.done] * 30
    answered = await line.session.scalar(select(func.count(func.distinct(Outbox.inbox_id))))
    assert answered == 6
    assert len(line.product.nlu.asked) == 5  # type: ignore[attr-defined]


async def test_danger_in_a_flood_is_answered(line: Line) -> None:
    for _ in range(20):
        await line.send("alo alo")
    await line.send(DANGER)
    await line.send(action=["danger.start", ""])
    texts = await line.work()
    assert sum("nhắn nhanh quá" in text for text in texts) == 1
    assert sum("113" in text for text in texts) >= 3


async def test_the_next_minute_is_read_again(line: Line, clock: Clock) -> None:
    for _ in range(8):
        await line.send("alo alo")
    await line.work()
    clock.forward(seconds=61)
    assert "nhắn nhanh quá" not in await line.say("menu")


async def test_what_waited_for_us_is_no_flood(line: Line, clock: Clock) -> None:
    for _ in range(12):
        await line.send("menu")
        clock.forward(seconds=20)
    assert not any("nhắn nhanh quá" in text for text in await line.work())


async def test_leaving_does_not_reset_the_count(line: Line) -> None:
    for _ in range(4):
        await line.send("thoát")
    assert not any("nhắn nhanh quá" in text for text in await line.work())
    for _ in range(4):
        await line.send("thoát")
    assert any("nhắn nhanh quá" in text for text in await line.work())


async def test_who_told_of_danger_may_write_more(line: Line) -> None:
    await line.say(DANGER)
    for number in range(5 * DANGER_ROOM - 1):
        await line.send(f"họ đang ở tầng {number}")
    assert not any("nhắn nhanh quá" in text for text in await line.work())


async def test_an_album_is_answered_once(line: Line, clock: Clock) -> None:
    for _ in range(4):
        await line.send(media="photo")
    texts = await line.work()
    assert len(texts) == 1
    assert "chưa xem được ảnh" in texts[0]
    clock.forward(minutes=4)
    assert "chưa xem được ảnh" in await line.say(media="photo")


async def test_a_caption_of_danger_is_read(line: Line) -> None:
    await line.say(media="photo")
    assert "113" in await line.say(DANGER, media="photo")


async def test_a_form_begun_again_and_again_pauses_until_tomorrow(line: Line, clock: Clock) -> None:
    for _ in range(3):
        assert "Bạn chọn một cách" in await line.say(action=["report.start", ""])
        clock.forward(minutes=2)
        await line.say("thoát")
        clock.forward(minutes=2)
    told = await line.say(action=["report.start", ""])
    assert "đến ngày mai" in told
    assert "113" in told
    clock.forward(days=1)
    assert "Bạn chọn một cách" in await line.say(action=["report.start", ""])


async def send_report(line: Line, clock: Clock) -> None:
    await line.say(action=["report.start", ""])
    for name, value in (
        ("report.consent", "keep"),
        *(("report.skip", step) for step in ("what", "where", "when", "who")),
        ("report.risk", "minor"),
        ("report.confirm", "send"),
    ):
        clock.forward(seconds=30)
        await line.say(action=[name, value])
    clock.forward(seconds=30)


async def test_reports_of_one_day_are_counted(
    line: Line, session: AsyncSession, clock: Clock
) -> None:
    await send_report(line, clock)
    await send_report(line, clock)
    assert "đến ngày mai" in await line.say(action=["report.start", ""])
    assert await session.scalar(select(func.count(Report.id))) == 2


async def test_a_blocked_sender_gets_one_word_an_hour_and_the_numbers_in_danger(
    line: Line, session: AsyncSession, clock: Clock
) -> None:
    await block(session, line.product)
    assert "chưa trả lời được cuộc trò chuyện này" in await line.say("menu")
    assert await line.say("làm quiz") == ""
    assert await line.say(action=["report.start", ""]) == ""
    clock.forward(minutes=61)
    assert "113" in await line.say("xin chào")
    await line.send(DANGER)
    await line.work()
    last = await session.scalars(select(Outbox).order_by(Outbox.id.desc()).limit(2))
    shown = [row.payload for row in last]
    assert any("113" in str(part["text"]) for part in shown)
    assert "report" not in str([part.get("buttons") for part in shown])
    assert "113" in await line.say(action=["danger.start", ""])


async def test_a_blocked_sender_cannot_finish_an_open_form(
    line: Line, session: AsyncSession, clock: Clock
) -> None:
    await line.say(action=["report.start", ""])
    await line.say(action=["report.consent", "keep"])
    await block(session, line.product)
    before = await session.scalar(select(func.count(Report.id)))
    clock.forward(minutes=2)
    for name, value in (("report.risk", "no"), ("report.confirm", "send")):
        await line.say(action=[name, value])
    await line.say("gửi")
    assert await session.scalar(select(func.count(Report.id))) == before


async def test_a_blocked_sender_may_still_be_erased(line: Line, session: AsyncSession) -> None:
    await block(session, line.product)
    assert "xóa những gì" in await line.say("xóa")
    await line.say("có")
    last = await session.scalar(select(Outbox).order_by(Outbox.id.desc()))
    assert last is not None
    assert "Đã xóa" in last.payload["text"]


async def test_a_block_ends_by_itself_and_touches_nobody_else(
    line: Line, session: AsyncSession, clock: Clock
) -> None:
    await block(session, line.product, days=1)
    await line.send("menu", lane=b"o" * 32)
    assert "chưa trả lời được" not in "".join(await line.work(b"o" * 32))
    clock.forward(days=1, seconds=1)
    assert "chưa trả lời được" not in await line.say("menu")


async def test_over_the_budget_platforms_wait_and_danger_goes_on(
    product: Product, session: AsyncSession
) -> None:
    line = Line(product, session, worker_of(product, budget=Limiter(1, 0.001)))
    assert await line.say("menu")
    assert await line.say("menu") == ""
    assert await session.scalar(select(Inbox.state).order_by(Inbox.id.desc())) == InboxState.due
    await session.rollback()
    await line.send(DANGER)
    assert any("113" in text for text in await line.work())
    assert set(await session.scalars(select(Inbox.state))) == {InboxState.done}


async def test_the_web_knows_no_flood_here(product: Product, session: AsyncSession) -> None:
    worker = worker_of(product, budget=Limiter(1, 0.001))
    for number in range(8):
        message = Incoming("web", b"%d" % number, LANE, {"text": "menu"}, product.clock())
        await accept(product.engine, message)
    while await worker.answer_one(LANE):
        pass
    answered = await session.scalar(select(func.count(func.distinct(Outbox.inbox_id))))
    assert answered == 8

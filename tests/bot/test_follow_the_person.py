"""A report begun on Telegram goes on by its receipt on Zalo and the web, over the real worker."""

import asyncio
import re
from collections.abc import Awaitable, Callable
from itertools import count

import pytest
from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from bot.inbox import Incoming, accept
from bot.models import Conversation, Inbox, Outbox
from bot.product import Product
from reports.desk import Desk
from reports.models import Report, ReportMessage
from reports.service import Reports
from reports.terms import MessageKind, Status, Tier
from tests.bot.conftest import Chat
from tests.reports import make
from tests.support.clock import Clock

Say = Callable[..., Awaitable[str]]
LANES = {"telegram": b"t" * 32, "zalo": b"z" * 32}
ADDRESSES = {"telegram": {"chat_id": 5}, "zalo": {"user_id": "7"}}


@pytest.fixture
def say(product: Product, session: AsyncSession, clock: Clock) -> Say:
    """`say(channel, text or action)`: what that channel was given to deliver."""
    numbers = count(1)

    async def send(channel: str, text: str = "", press: tuple[str, str] | None = None) -> str:
        number = next(numbers)
        payload = {"action": list(press)} if press else {"text": text}
        lane, address = LANES[channel], ADDRESSES[channel]
        delivery = f"{channel}{number}".encode()
        message = Incoming(channel, delivery, lane, payload, clock(), address, number)
        number_of_row, _ = await accept(product.engine, message)
        clock.forward(seconds=20)
        # The application's own worker may be at it at the same time.
        async with asyncio.timeout(10):
            while await session.scalar(select(Inbox.state).where(Inbox.id == number_of_row)) == 0:
                await session.rollback()
                await product.worker.answer_one(lane)
                await asyncio.sleep(0.01)
        rows = await session.scalars(
            select(Outbox).where(Outbox.inbox_id == number_of_row).order_by(Outbox.id)
        )
        told = "\n".join(str(row.payload) for row in rows)
        await session.rollback()
        return told

    return send


async def report_on_telegram(say: Say) -> str:
    """The receipt of a report sent from Telegram."""
    told = await say("telegram", press=("report.start", ""))
    assert "Zalo, Telegram biết tài khoản nào đang nhắn" in told
    assert "dấu đã mã hóa" in told
    await say("telegram", press=("report.consent", "keep"))
    for step in ("what", "where", "when", "who"):
        await say("telegram", press=("report.skip", step))
    await say("telegram", press=("report.risk", "minor"))
    told = await say("telegram", press=("report.confirm", "send"))
    found = re.search(r"\d{4} \d{4} \d{4} \d{4}", told)
    assert found
    return found[0]


async def test_one_report_on_three_channels(
    say: Say, chat: Chat, product: Product, session: AsyncSession, clock: Clock
) -> None:
    receipt = await report_on_telegram(say)
    report = await session.scalar(select(Report))
    assert report is not None
    number = report.id
    officer = await make.officer(session)
    await Desk(session, product.ring).ask(number, officer, "Quán ở gần chợ nào?", clock())
    await session.commit()

    on_zalo = await say("zalo", receipt)
    assert "đã nhận, đang chờ cán bộ xem" in on_zalo
    assert "Quán ở gần chợ nào?" in on_zalo
    assert "gửi từ trang web" not in on_zalo
    question = await session.scalar(select(ReportMessage.id))
    await session.rollback()
    await say("zalo", press=("follow_up.answer", str(question)))
    assert "Đã gửi cho cán bộ" in await say("zalo", "gần chợ Bến Thành")

    opened = await chat(text=receipt)
    shown = str(opened["messages"])
    assert "đã nhận, đang chờ cán bộ xem" in shown
    assert "Quán ở gần chợ nào?" not in shown
    rows = (await session.scalars(select(ReportMessage).order_by(ReportMessage.id))).all()
    assert [row.kind for row in rows] == [MessageKind.question, MessageKind.answer]

    await session.refresh(officer)
    await Desk(session, product.ring).change_status(
        number, officer, Status.verifying, "Đang gặp nhân chứng", clock()
    )
    await session.commit()
    assert "đang được xác minh" in str((await chat(text=receipt))["messages"])
    assert "đang được xác minh" in await say("telegram", receipt)


async def test_a_report_of_the_web_read_on_a_platform_says_what_that_costs(
    say: Say, session: AsyncSession, product: Product
) -> None:
    receipt = await make_web_report(session, product)
    assert "biết tài khoản của bạn" in await say("zalo", receipt)
    assert "biết tài khoản của bạn" in await say("telegram", receipt)


async def test_the_web_warns_of_the_phone_and_not_of_platforms(chat: Chat) -> None:
    first = await chat(text="menu")
    shown = str((await chat(first["session"], text="Báo cáo vụ việc"))["messages"])
    assert "kín hơn Zalo, Telegram" in shown
    assert "dấu đã mã hóa" not in shown


async def test_no_conversation_of_the_three_stands_beside_the_report(
    say: Say, session: AsyncSession
) -> None:
    await report_on_telegram(say)
    report = await session.scalar(select(Report))
    assert report is not None
    assert report.tier is Tier.platform
    keys = set(await session.scalars(select(Conversation.key)))
    assert LANES["telegram"] in keys
    assert not any(column.name in ("conversation", "channel") for column in Report.__table__.c)


async def make_web_report(session: AsyncSession, product: Product) -> str:
    receipt = await Reports(session, product.ring).submit(
        make.draft(tier=Tier.web), product.clock()
    )
    await session.commit()
    return receipt.shown

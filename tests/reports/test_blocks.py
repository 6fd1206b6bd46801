"""Blocks work through a keyed mark that leads to nobody and does not live long."""

from datetime import timedelta

import pytest
from sqlalchemy import func, select, text
from sqlalchemy.ext.asyncio import AsyncSession

from reports.blocks import MOST_DAYS, Blocks, blocked_marks
from reports.desk import Desk
from reports.errors import BadBlockDays, NoSuchBlock, NoSuchReport, SenderUnknown
from reports.marks import KEPT, Marks, mark_of
from reports.models import AuditEntry, Block, Report, SenderMark, UsageCount
from reports.receipts import receipt_hash
from reports.retention import clean_up
from reports.service import Reports
from reports.terms import AuditAction, BlockReason, ConsentLevel, Disposition, Status, Tier
from store.crypto import Keyring
from tests.reports import make
from tests.reports.make import ALICE, NOW


async def sent(
    session: AsyncSession, keyring: Keyring, tier: Tier = Tier.platform, lane: bytes = ALICE
) -> Report:
    receipt = await Reports(session, keyring).submit(make.draft(tier=tier), NOW, lane)
    wanted = receipt_hash(receipt.digits, keyring)
    found = await session.scalar(select(Report).where(Report.receipt_hash == wanted))
    assert found is not None
    return found


async def marks(session: AsyncSession) -> int:
    return await session.scalar(select(func.count(SenderMark.report_id))) or 0


async def test_a_block_knows_the_conversation_again_and_is_audited(
    session: AsyncSession, keyring: Keyring
) -> None:
    report, officer = await sent(session, keyring), await make.officer(session)
    blocks = Blocks(session, keyring)
    until = await blocks.block(report.id, officer, BlockReason.spam, 7, NOW)
    assert await blocked_marks(session, NOW) == {mark_of(keyring, ALICE): until}
    assert await blocked_marks(session, until) == {}
    (entry,) = await blocks.in_force(NOW)
    await blocks.end(entry.id, officer, NOW)
    assert await blocked_marks(session, NOW) == {}
    actions = list(await session.scalars(select(AuditEntry.action).order_by(AuditEntry.id)))
    assert actions == [AuditAction.block, AuditAction.unblock]
    with pytest.raises(NoSuchBlock):
        await blocks.end(entry.id, officer, NOW)


async def test_reports_of_the_web_have_no_mark(session: AsyncSession, keyring: Keyring) -> None:
    report = await sent(session, keyring, Tier.web)
    assert await marks(session) == 0
    with pytest.raises(SenderUnknown):
        await Blocks(session, keyring).block(
            report.id, await make.officer(session), BlockReason.spam, 7, NOW
        )


async def test_two_reports_of_one_sender_do_not_look_alike_in_the_database(
    session: AsyncSession, keyring: Keyring
) -> None:
    await sent(session, keyring)
    await sent(session, keyring)
    rows = list((await session.execute(text("SELECT mark FROM sender_marks"))).scalars())
    assert len(set(rows)) == 2
    mark = mark_of(keyring, ALICE)
    for row in rows:
        assert mark not in bytes(row)
        assert mark.hex().encode() not in bytes(row)
        assert ALICE not in bytes(row)


@pytest.mark.parametrize("to", [Status.forwarded, Status.verifying, Status.closed])
async def test_taking_a_report_seriously_cuts_the_mark(
    session: AsyncSession, keyring: Keyring, to: Status
) -> None:
    receipt = await Reports(session, keyring).submit(
        make.draft(ConsentLevel.forward, tier=Tier.platform), NOW, ALICE
    )
    wanted = receipt_hash(receipt.digits, keyring)
    report = await session.scalar(select(Report).where(Report.receipt_hash == wanted))
    assert report is not None
    desk, officer = Desk(session, keyring), await make.officer(session)
    await desk.change_status(report.id, officer, Status.triaged, "đã đọc", NOW)
    assert await marks(session) == 1
    ended = Disposition.advised if to is Status.closed else None
    await desk.change_status(report.id, officer, to, "lý do", NOW, disposition=ended)
    assert await marks(session) == 0


async def test_withdrawing_time_and_being_forgotten_cut_the_mark(
    session: AsyncSession, keyring: Keyring
) -> None:
    service = Reports(session, keyring)
    await service.withdraw(await sent(session, keyring), NOW)
    assert await marks(session) == 0
    await sent(session, keyring)
    await sent(session, keyring, lane=b"o" * 32)
    await service.forget_sender(ALICE)
    assert await marks(session) == 1
    late = await sent(session, keyring)
    assert await Marks(session, keyring).of(late.id, NOW + KEPT) is None
    await clean_up(session, NOW + KEPT)
    assert await marks(session) == 0


async def test_a_second_block_of_one_sender_tells_nothing_and_outlives_the_first(
    session: AsyncSession, keyring: Keyring
) -> None:
    first, second = await sent(session, keyring), await sent(session, keyring)
    officer, blocks = await make.officer(session), Blocks(session, keyring)
    await blocks.block(first.id, officer, BlockReason.spam, 7, NOW)
    assert await blocks.of_report(second.id, NOW) is None
    await blocks.block(second.id, officer, BlockReason.abuse, 7, NOW)
    newest, oldest = await blocks.in_force(NOW)
    assert (newest.report.id, oldest.report.id) == (second.id, first.id)
    await blocks.end(oldest.id, officer, NOW)
    assert mark_of(keyring, ALICE) in await blocked_marks(session, NOW)


@pytest.mark.parametrize("days", [-1, 0, MOST_DAYS + 1])
async def test_a_block_has_an_end(session: AsyncSession, keyring: Keyring, days: int) -> None:
    report, officer = await sent(session, keyring), await make.officer(session)
    with pytest.raises(BadBlockDays):
        await Blocks(session, keyring).block(report.id, officer, BlockReason.spam, days, NOW)
    with pytest.raises(NoSuchReport):
        await Blocks(session, keyring).block(999, officer, BlockReason.spam, 7, NOW)


async def test_ended_blocks_and_old_counts_leave_nothing(
    session: AsyncSession, keyring: Keyring
) -> None:
    report, officer = await sent(session, keyring), await make.officer(session)
    await Blocks(session, keyring).block(report.id, officer, BlockReason.spam, 2, NOW)
    await clean_up(session, NOW + timedelta(days=2))
    assert await session.scalar(select(func.count(Block.id))) == 0
    assert await session.scalar(select(func.count(UsageCount.key))) == 0


async def test_counts_of_two_days_have_nothing_in_common(
    session: AsyncSession, keyring: Keyring
) -> None:
    service = Reports(session, keyring)
    for later in (timedelta(0), timedelta(0), timedelta(days=1)):
        await service.submit(make.draft(), NOW + later, ALICE)
    assert await service.sent_today(ALICE, NOW) == 2
    assert await service.sent_today(ALICE, NOW + timedelta(days=1)) == 1
    assert await session.scalar(select(func.count(UsageCount.key))) == 2

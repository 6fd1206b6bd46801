"""Blocking the sender of a report for some days: the officers' side, and what workers ask.

Nothing here tells whether two reports came from one sender: a second block of the same sender is
made without a word, and ending one leaves the other in force.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import delete, func, select
from sqlalchemy.ext.asyncio import AsyncSession

from reports.audit import AuditLog
from reports.errors import BadBlockDays, NoSuchBlock, NoSuchReport, SenderUnknown
from reports.limit_models import Block
from reports.marks import Marks
from reports.models import Officer, Report
from reports.terms import AuditAction, BlockReason
from store.crypto import Keyring

USUAL_DAYS = 7
MOST_DAYS = 90


@dataclass(frozen=True)
class Entry:
    """A block in force, as the list shows it; the mark stays inside."""

    id: int
    report: Report
    who: str
    reason: BlockReason
    created_at: datetime
    until: datetime


class Blocks:
    """What an officer can do, inside the caller's transaction; each step is audited."""

    def __init__(self, session: AsyncSession, ring: Keyring) -> None:
        self._session = session
        self._ring = ring
        self._audit = AuditLog(session, ring)

    async def block(
        self, report_id: int, officer: Officer, reason: BlockReason, days: int, now: datetime
    ) -> datetime:
        """Block the report's sender; until when.

        Raises NoSuchReport, SenderUnknown (no mark is kept any more), BadBlockDays.
        """
        if not 1 <= days <= MOST_DAYS:
            raise BadBlockDays(days)
        if await self._session.get(Report, report_id) is None:
            raise NoSuchReport(report_id)
        mark = await Marks(self._session, self._ring).of(report_id, now)
        if mark is None:
            raise SenderUnknown(report_id)
        until = now + timedelta(days=days)
        self._session.add(
            Block(
                mark=mark,
                report_id=report_id,
                officer_id=officer.id,
                reason=reason,
                created_at=now,
                until=until,
            )
        )
        await self._session.flush()
        await self._audit.write(officer.id, AuditAction.block, report_id, now)
        return until

    async def end(self, block_id: int, officer: Officer, now: datetime) -> None:
        """Lift one block before its time; raises NoSuchBlock."""
        block = await self._session.get(Block, block_id, with_for_update=True)
        if block is None or block.until <= now:
            raise NoSuchBlock(block_id)
        await self._session.delete(block)
        await self._audit.write(officer.id, AuditAction.unblock, block.report_id, now)

    async def of_report(self, report_id: int, now: datetime) -> datetime | None:
        """Until when a block made from this very report is in force."""
        query = select(func.max(Block.until)).where(Block.report_id == report_id, Block.until > now)
        return await self._session.scalar(query)

    async def in_force(self, now: datetime, limit: int = 200) -> list[Entry]:
        """The newest first."""
        query = (
            select(Block, Report, Officer.display_name)
            .join(Report, Report.id == Block.report_id)
            .join(Officer, Officer.id == Block.officer_id)
            .where(Block.until > now)
            .order_by(Block.id.desc())
            .limit(limit)
        )
        rows = await self._session.execute(query)
        return [
            Entry(block.id, report, who, block.reason, block.created_at, block.until)
            for block, report, who in rows
        ]


async def blocked_marks(session: AsyncSession, now: datetime) -> dict[bytes, datetime]:
    """Every blocked mark, and until when."""
    query = select(Block.mark, func.max(Block.until).label("until")).where(Block.until > now)
    rows = await session.execute(query.group_by(Block.mark))
    return {row.mark: row.until for row in rows}


async def forget_ended(session: AsyncSession, now: datetime) -> None:
    """A block whose time is over leaves no mark behind; the audit log keeps that it was."""
    await session.execute(delete(Block).where(Block.until <= now))

"""What is erased when its time has passed; run every minute by the housekeeping."""

from datetime import datetime, timedelta

from sqlalchemy import delete, or_, select
from sqlalchemy.ext.asyncio import AsyncSession

from reports.attempts import WINDOW
from reports.blocks import forget_ended
from reports.models import OfficerSession, ReceiptAttempt, Report, SenderMark, UsageCount
from reports.service import erase
from reports.terms import Status

CLOSED_DAYS = 180
REVOKED_KEPT = timedelta(days=1)
BATCH = 100


async def clean_up(session: AsyncSession, now: datetime, closed_days: int = CLOSED_DAYS) -> None:
    """One round, in the caller's transaction: texts and indicators of reports closed more than
    `closed_days` ago (a hundred at a time), receipt attempts, ended officer sessions, sender
    marks, blocks and counts whose time is over."""
    await _erase_reports(session, now, closed_days)
    await forget_ended(session, now)
    for table in (SenderMark, UsageCount):
        await session.execute(delete(table).where(table.expires_at <= now))
    await session.execute(delete(ReceiptAttempt).where(ReceiptAttempt.window <= now - WINDOW))
    await session.execute(
        delete(OfficerSession).where(
            or_(OfficerSession.expires_at <= now, OfficerSession.revoked_at <= now - REVOKED_KEPT)
        )
    )


async def _erase_reports(session: AsyncSession, now: datetime, closed_days: int) -> None:
    old = await session.scalars(
        select(Report)
        .where(
            Report.status == Status.closed,
            Report.closed_at <= now - timedelta(days=closed_days),
            Report.erased_at.is_(None),
        )
        .limit(BATCH)
        .with_for_update(skip_locked=True)
    )
    for report in old.all():
        await erase(session, report, now)

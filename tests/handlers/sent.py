"""A report that was sent, as the tests of coming back to it look at it."""

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from reports.models import Report, ReportMessage
from reports.terms import MessageKind


async def the_report(session: AsyncSession) -> Report:
    """The only report there is."""
    return (await session.scalars(select(Report))).one()


async def thread(session: AsyncSession) -> list[tuple[MessageKind, str]]:
    """All that was written beside it, oldest first."""
    rows = await session.scalars(select(ReportMessage).order_by(ReportMessage.id))
    return [(row.kind, row.text) for row in rows]

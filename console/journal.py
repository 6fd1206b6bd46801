"""Reads the audit log by pages; `reports.audit` writes and checks it."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import load_only

from reports.models import AuditEntry, Officer, Report
from reports.terms import AuditAction

PAGE_SIZE = 50


@dataclass(frozen=True)
class Line:
    """One entry; `number` is the report's public number while the report exists."""

    at: datetime
    who: str
    action: AuditAction
    report_id: int | None
    number: str | None


@dataclass(frozen=True)
class Journal:
    """`lines` of page `number` (from 1) of `pages`."""

    lines: list[Line]
    number: int
    pages: int
    total: int


async def read_journal(db: AsyncSession, officer_id: int | None, page: int) -> Journal:
    """Entries of one officer, or of all for None, newest first."""
    mine = [AuditEntry.officer_id == officer_id] if officer_id is not None else []
    total = await db.scalar(select(func.count(AuditEntry.id)).where(*mine)) or 0
    pages = max(1, -(-total // PAGE_SIZE))
    number = min(page, pages)
    query = (
        select(AuditEntry, Officer.display_name, Report)
        .join(Officer, Officer.id == AuditEntry.officer_id)
        .outerjoin(Report, Report.id == AuditEntry.report_id)
        .where(*mine)
        .options(load_only(Report.created_at))  # a journal opens no texts
        .order_by(AuditEntry.id.desc())
        .offset((number - 1) * PAGE_SIZE)
        .limit(PAGE_SIZE)
    )
    rows = (await db.execute(query)).all()
    lines = [
        Line(entry.at, who, entry.action, entry.report_id, report.number if report else None)
        for entry, who, report in rows
    ]
    return Journal(lines, number, pages, total)

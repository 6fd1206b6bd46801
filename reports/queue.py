"""The officers' queue: filtered, the most dangerous first, then the oldest."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, exists, func, select
from sqlalchemy.ext.asyncio import AsyncSession

from reports.models import Report, ReportMessage
from reports.terms import Kind, MessageKind, Priority, Status

PAGE_SIZE = 25


@dataclass(frozen=True)
class Filters:
    """What to show; without a `status` every open report (any but closed)."""

    status: Status | None = None
    priority: Priority | None = None
    kind: Kind | None = None
    province: str | None = None
    overdue: bool = False
    unread: bool = False


@dataclass(frozen=True)
class Row:
    """A line of the queue; `unread` counts what the reporter wrote since the last look."""

    report: Report
    unread: int
    overdue: bool


@dataclass(frozen=True)
class Page:
    """`rows` of page `number` (from 1) of `pages`; `total` reports fit the filters."""

    rows: list[Row]
    number: int
    pages: int
    total: int


@dataclass(frozen=True)
class Counts:
    """Figures of the front page; `open_by_priority`, `unread` and `overdue` are of open ones."""

    by_status: Mapping[Status, int]
    open_by_priority: Mapping[Priority, int]
    unread: int
    overdue: int

    @property
    def open(self) -> int:
        return sum(self.open_by_priority.values())


class Queue:
    """Reads reports for the queue; shows no text, so it is not audited."""

    def __init__(self, session: AsyncSession) -> None:
        self._session = session

    async def page(self, filters: Filters, now: datetime, page: int = 1) -> Page:
        """Page `page` (a number out of range gives the nearest one)."""
        wanted = _conditions(filters, now)
        total = await self._session.scalar(select(func.count(Report.id)).where(*wanted)) or 0
        pages = max(1, -(-total // PAGE_SIZE))
        number = min(max(1, page), pages)
        query = (
            select(Report, _unread_count())
            .where(*wanted)
            .order_by(Report.priority, Report.created_at, Report.id)
            .offset((number - 1) * PAGE_SIZE)
            .limit(PAGE_SIZE)
        )
        found = (await self._session.execute(query)).all()
        rows = [Row(report, unread, _late(report, now)) for report, unread in found]
        return Page(rows, number, pages, total)

    async def counts(self, now: datetime) -> Counts:
        """How many reports stand where."""
        by_status = await self._group(Report.status)
        by_priority = await self._group(Report.priority, Report.status != Status.closed)
        unread = await self._count(*_conditions(Filters(unread=True), now))
        overdue = await self._count(*_conditions(Filters(overdue=True), now))
        return Counts(
            {status: by_status.get(status, 0) for status in Status},
            {priority: by_priority.get(priority, 0) for priority in Priority},
            unread,
            overdue,
        )

    async def _count(self, *wanted: ColumnElement[bool]) -> int:
        return await self._session.scalar(select(func.count(Report.id)).where(*wanted)) or 0

    async def _group(self, column: object, *wanted: ColumnElement[bool]) -> dict[object, int]:
        query = select(column, func.count()).where(*wanted).group_by(column)  # type: ignore[call-overload]
        return {row[0]: row[1] for row in await self._session.execute(query)}


def _unread() -> tuple[ColumnElement[bool], ...]:
    return (
        ReportMessage.report_id == Report.id,
        ReportMessage.kind.in_((MessageKind.answer, MessageKind.addition)),
        ReportMessage.read_at.is_(None),
    )


def _unread_count() -> ColumnElement[int]:
    return select(func.count(ReportMessage.id)).where(*_unread()).scalar_subquery()


def _conditions(filters: Filters, now: datetime) -> list[ColumnElement[bool]]:
    wanted: list[ColumnElement[bool]] = [
        Report.status == filters.status if filters.status else Report.status != Status.closed
    ]
    if filters.priority:
        wanted.append(Report.priority == filters.priority)
    if filters.kind:
        wanted.append(Report.kind == filters.kind)
    if filters.province:
        wanted.append(Report.province == filters.province)
    if filters.overdue:
        wanted += [Report.due_at < now, Report.status != Status.closed]
    if filters.unread:
        wanted.append(exists().where(*_unread()))
    return wanted


def _late(report: Report, now: datetime) -> bool:
    return report.status is not Status.closed and report.due_at < now

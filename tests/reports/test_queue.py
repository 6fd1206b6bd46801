"""The queue: the most dangerous first, then the oldest; filters and counts."""

from datetime import timedelta

import pytest
from sqlalchemy.ext.asyncio import AsyncSession

from reports.queue import PAGE_SIZE, Filters, Queue
from reports.service import Reports
from reports.terms import Kind, Priority, Status
from store.crypto import Keyring
from tests.reports import make
from tests.reports.make import NOW


@pytest.fixture
def queue(session: AsyncSession) -> Queue:
    return Queue(session)


async def ids(queue: Queue, filters: Filters | None = None) -> list[int]:
    page = await queue.page(filters or Filters(), NOW)
    return [row.report.id for row in page.rows]


async def test_danger_goes_before_age(
    queue: Queue, session: AsyncSession, keyring: Keyring
) -> None:
    old = await make.report(session, keyring, NOW - timedelta(days=3), priority=Priority.P2)
    new = await make.report(session, keyring, NOW, priority=Priority.P2)
    urgent = await make.report(session, keyring, NOW, priority=Priority.P0)
    assert await ids(queue) == [urgent.id, old.id, new.id]


async def test_filters_narrow_the_queue(
    queue: Queue, session: AsyncSession, keyring: Keyring
) -> None:
    scam = await make.report(session, keyring, kind=Kind.scam, province="lao_cai")
    danger = await make.report(session, keyring, priority=Priority.P0)
    late = await make.report(session, keyring, NOW - timedelta(days=9))
    gone = await make.report(session, keyring)
    await Reports(session, keyring).withdraw(gone, NOW)
    assert await ids(queue, Filters(kind=Kind.scam)) == [scam.id]
    assert await ids(queue, Filters(province="lao_cai")) == [scam.id]
    assert await ids(queue, Filters(priority=Priority.P0)) == [danger.id]
    assert await ids(queue, Filters(overdue=True)) == [late.id]
    assert await ids(queue, Filters(status=Status.closed)) == [gone.id]
    assert gone.id not in await ids(queue)


async def test_what_the_reporter_wrote_since_is_counted(
    queue: Queue, session: AsyncSession, keyring: Keyring
) -> None:
    quiet = await make.report(session, keyring)
    talking = await make.report(session, keyring)
    for text in ("một", "hai"):
        await Reports(session, keyring).add_information(talking, text, NOW)
    rows = (await queue.page(Filters(), NOW)).rows
    assert {row.report.id: row.unread for row in rows} == {quiet.id: 0, talking.id: 2}
    assert await ids(queue, Filters(unread=True)) == [talking.id]


async def test_pages_hold_their_share_and_a_wrong_number_gives_the_nearest(
    queue: Queue, session: AsyncSession, keyring: Keyring
) -> None:
    for _ in range(PAGE_SIZE + 2):
        await make.report(session, keyring)
    first, second = await queue.page(Filters(), NOW, 1), await queue.page(Filters(), NOW, 2)
    assert (len(first.rows), len(second.rows)) == (PAGE_SIZE, 2)
    assert (first.pages, first.total) == (2, PAGE_SIZE + 2)
    assert (await queue.page(Filters(), NOW, 99)).number == 2
    assert (await queue.page(Filters(), NOW, -1)).number == 1


async def test_counts_add_up(queue: Queue, session: AsyncSession, keyring: Keyring) -> None:
    await make.report(session, keyring, NOW - timedelta(days=9), priority=Priority.P0)
    talking = await make.report(session, keyring, priority=Priority.P1)
    await Reports(session, keyring).add_information(talking, "thêm", NOW)
    gone = await make.report(session, keyring)
    await Reports(session, keyring).withdraw(gone, NOW)
    counts = await queue.counts(NOW)
    assert counts.by_status[Status.new] == 2
    assert counts.by_status[Status.closed] == 1
    assert counts.by_status[Status.triaged] == 0
    assert (counts.open_by_priority[Priority.P0], counts.open) == (1, 2)
    assert (counts.unread, counts.overdue) == (1, 1)

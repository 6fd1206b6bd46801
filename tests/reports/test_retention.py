"""What has served is erased, what is needed stays."""

from datetime import timedelta

import pytest
from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from reports import receipts
from reports.desk import Desk
from reports.errors import WrongReceipt
from reports.models import Indicator, OfficerSession, ReceiptAttempt, ReportEvent, ReportMessage
from reports.officers import SESSION_LIFE, Officers
from reports.retention import clean_up
from reports.service import Reports
from reports.terms import Disposition, Status
from store.crypto import Keyring
from tests.reports import make
from tests.reports.make import ALICE, NOW


async def test_an_old_closed_report_loses_its_texts_and_keeps_its_figures(
    session: AsyncSession, keyring: Keyring
) -> None:
    report = await make.report(
        session, keyring, suspects=[make.suspect("0912345678")], province="lao_cai"
    )
    desk, officer = Desk(session, keyring), await make.officer(session)
    await desk.ask(report.id, officer, "Ở đâu?", NOW)
    await desk.change_status(
        report.id, officer, Status.closed, "Đã tư vấn", NOW, disposition=Disposition.advised
    )
    await clean_up(session, NOW + timedelta(days=29), closed_days=30)
    assert report.summary is not None
    await clean_up(session, NOW + timedelta(days=30), closed_days=30)
    await session.flush()
    await session.refresh(report)
    assert (report.summary, report.close_reason) == (None, None)
    assert (report.province, report.disposition) == ("lao_cai", Disposition.advised)
    assert (await session.scalars(select(Indicator))).all() == []
    assert (await session.scalars(select(ReportMessage))).all() == []
    assert set(await session.scalars(select(ReportEvent.to_status))) == {Status.new, Status.closed}
    session.expire_all()
    assert {event.reason for event in await session.scalars(select(ReportEvent))} == {None}


async def test_an_open_report_is_never_erased(session: AsyncSession, keyring: Keyring) -> None:
    report = await make.report(session, keyring)
    await clean_up(session, NOW + timedelta(days=5000), closed_days=1)
    assert report.summary is not None


async def test_receipt_attempts_are_forgotten_after_their_hour(
    session: AsyncSession, keyring: Keyring
) -> None:
    with pytest.raises(WrongReceipt):
        await Reports(session, keyring).find_by_receipt(receipts.new_receipt(), ALICE, NOW)
    await clean_up(session, NOW + timedelta(minutes=30))
    assert len((await session.scalars(select(ReceiptAttempt))).all()) == 1
    await clean_up(session, NOW + timedelta(hours=1))
    assert (await session.scalars(select(ReceiptAttempt))).all() == []


async def test_ended_officer_sessions_are_removed(session: AsyncSession) -> None:
    await Officers(session).start_session(await make.officer(session), NOW)
    await clean_up(session, NOW + SESSION_LIFE)
    assert (await session.scalars(select(OfficerSession))).all() == []

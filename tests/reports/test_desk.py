"""The officers' side: looks are audited, steps are checked, questions are asked."""

from datetime import timedelta

import pytest
from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from reports.desk import TRANSITIONS, Desk
from reports.errors import (
    ConsentMissing,
    DispositionMissing,
    NoSuchReport,
    ReasonMissing,
    ReportClosed,
    TransitionRefused,
)
from reports.models import AuditEntry, Indicator, Officer, ReportEvent
from reports.service import Reports
from reports.terms import (
    AuditAction,
    ConsentLevel,
    Disposition,
    IndicatorKind,
    LegalBasis,
    MessageKind,
    Status,
)
from store.crypto import Keyring
from tests.reports import make
from tests.reports.make import NOW

LATER = NOW + timedelta(hours=2)


@pytest.fixture
def desk(session: AsyncSession, keyring: Keyring) -> Desk:
    return Desk(session, keyring)


@pytest.fixture
async def officer(session: AsyncSession) -> Officer:
    return await make.officer(session)


async def audited(session: AsyncSession) -> list[tuple[AuditAction, int | None]]:
    rows = await session.scalars(select(AuditEntry).order_by(AuditEntry.id))
    return [(row.action, row.report_id) for row in rows]


async def test_a_view_is_audited_and_shows_no_indicator(
    desk: Desk, officer: Officer, session: AsyncSession, keyring: Keyring
) -> None:
    report = await make.report(session, keyring, suspects=[make.suspect("0912345678")])
    case = await desk.view(report.id, officer, NOW)
    assert [sealed.kind for sealed in case.indicators] == [IndicatorKind.phone]
    assert "0912345678" not in repr(case.indicators)
    assert await audited(session) == [(AuditAction.view, report.id)]


async def test_revealing_indicators_is_audited_apart(
    desk: Desk, officer: Officer, session: AsyncSession, keyring: Keyring
) -> None:
    report = await make.report(session, keyring, suspects=[make.suspect("0912345678")])
    revealed = await desk.reveal_indicators(report.id, officer, NOW)
    assert [item.value for item in revealed] == ["0912345678"]
    assert await audited(session) == [(AuditAction.reveal, report.id)]


async def test_a_view_marks_what_the_reporter_wrote_as_read(
    desk: Desk, officer: Officer, session: AsyncSession, keyring: Keyring
) -> None:
    report = await make.report(session, keyring)
    await Reports(session, keyring).add_information(report, "thêm chuyện", NOW)
    case = await desk.view(report.id, officer, LATER)
    assert [(m.kind, m.read_at) for m in case.thread] == [(MessageKind.addition, LATER)]


async def test_a_missing_report_is_said_to_be_missing(desk: Desk, officer: Officer) -> None:
    with pytest.raises(NoSuchReport):
        await desk.view(404, officer, NOW)


async def test_a_first_step_acknowledges_and_gives_twenty_days(
    desk: Desk, officer: Officer, session: AsyncSession, keyring: Keyring
) -> None:
    report = await make.report(session, keyring)
    await desk.change_status(report.id, officer, Status.triaged, "", LATER)
    await desk.change_status(report.id, officer, Status.verifying, "", LATER + timedelta(days=1))
    assert report.status is Status.verifying
    assert report.acknowledged_at == LATER
    assert report.due_at == LATER + timedelta(days=20)


async def test_every_step_leaves_an_event_with_its_reason(
    desk: Desk, officer: Officer, session: AsyncSession, keyring: Keyring
) -> None:
    report = await make.report(session, keyring)
    await desk.change_status(report.id, officer, Status.triaged, "có dấu hiệu", LATER)
    events = (await session.scalars(select(ReportEvent).order_by(ReportEvent.id))).all()
    last = events[-1]
    assert (last.from_status, last.to_status) == (Status.new, Status.triaged)
    assert (last.officer_id, last.reason) == (officer.id, "có dấu hiệu")


@pytest.mark.parametrize(
    ("at", "to"),
    [(at, to) for at in Status for to in Status if to not in TRANSITIONS[at]],
)
async def test_steps_out_of_order_are_refused(
    desk: Desk, officer: Officer, session: AsyncSession, keyring: Keyring, at: Status, to: Status
) -> None:
    report = await make.report(session, keyring, level=ConsentLevel.forward)
    report.status = at
    with pytest.raises(TransitionRefused):
        await desk.change_status(
            report.id, officer, to, "lý do", NOW, disposition=Disposition.advised
        )


async def test_closing_needs_a_disposition_and_a_reason(
    desk: Desk, officer: Officer, session: AsyncSession, keyring: Keyring
) -> None:
    report = await make.report(session, keyring)
    with pytest.raises(DispositionMissing):
        await desk.change_status(report.id, officer, Status.closed, "xong", NOW)
    with pytest.raises(ReasonMissing):
        await desk.change_status(
            report.id, officer, Status.closed, "  ", NOW, disposition=Disposition.advised
        )
    await desk.change_status(
        report.id, officer, Status.closed, "Đã tư vấn", LATER, disposition=Disposition.advised
    )
    assert (report.close_reason, report.closed_at) == ("Đã tư vấn", LATER)


async def test_reopening_takes_the_closing_back(
    desk: Desk, officer: Officer, session: AsyncSession, keyring: Keyring
) -> None:
    report = await make.report(session, keyring)
    await desk.change_status(
        report.id, officer, Status.closed, "Trùng", NOW, disposition=Disposition.duplicate
    )
    await desk.change_status(report.id, officer, Status.verifying, "có tin mới", LATER)
    assert (report.disposition, report.close_reason, report.closed_at) == (None, None, None)


async def test_forwarding_needs_the_reporters_consent(
    desk: Desk, officer: Officer, session: AsyncSession, keyring: Keyring
) -> None:
    report = await make.report(session, keyring, level=ConsentLevel.keep)
    with pytest.raises(ConsentMissing):
        await desk.change_status(report.id, officer, Status.forwarded, "gửi", NOW)
    with pytest.raises(ConsentMissing):
        await desk.change_status(
            report.id,
            officer,
            Status.closed,
            "gửi",
            NOW,
            disposition=Disposition.forwarded_to_police,
        )


async def test_danger_to_life_forwards_without_consent_but_not_without_reason(
    desk: Desk, officer: Officer, session: AsyncSession, keyring: Keyring
) -> None:
    report = await make.report(session, keyring, level=ConsentLevel.keep)
    with pytest.raises(ReasonMissing):
        await desk.change_status(report.id, officer, Status.forwarded, "", NOW, vital_interest=True)
    await desk.change_status(
        report.id, officer, Status.forwarded, "đang bị nhốt", NOW, vital_interest=True
    )
    event = (await session.scalars(select(ReportEvent).order_by(ReportEvent.id.desc()))).first()
    assert event is not None
    assert event.legal_basis is LegalBasis.vital_interest


async def test_asking_is_audited_and_refused_when_closed_or_empty(
    desk: Desk, officer: Officer, session: AsyncSession, keyring: Keyring
) -> None:
    report = await make.report(session, keyring)
    await desk.ask(report.id, officer, "  Ở đâu?  ", NOW)
    assert (AuditAction.ask, report.id) in await audited(session)
    with pytest.raises(ReasonMissing):
        await desk.ask(report.id, officer, "   ", NOW)
    await Reports(session, keyring).withdraw(report, NOW)
    with pytest.raises(ReportClosed):
        await desk.ask(report.id, officer, "Ở đâu?", NOW)


async def test_reports_that_name_one_suspect_are_linked(
    desk: Desk, officer: Officer, session: AsyncSession, keyring: Keyring
) -> None:
    one = await make.report(session, keyring, suspects=[make.suspect("0912345678")])
    two = await make.report(session, keyring, suspects=[make.suspect("+84 912 345 678")])
    await make.report(session, keyring, suspects=[make.suspect("0987654321")])
    assert [linked.id for linked in await desk.linked(one)] == [two.id]


async def test_indicators_lie_encrypted(session: AsyncSession, keyring: Keyring) -> None:
    await make.report(session, keyring, suspects=[make.suspect("0912345678")])
    table = Indicator.__table__
    raw = (await session.execute(select(table.c.blind))).scalar_one()
    assert b"912345678" not in raw


async def test_a_withdrawn_report_cannot_be_reopened(
    desk: Desk, officer: Officer, session: AsyncSession, keyring: Keyring
) -> None:
    report = await make.report(session, keyring)
    await Reports(session, keyring).withdraw(report, NOW)
    with pytest.raises(TransitionRefused):
        await desk.change_status(report.id, officer, Status.verifying, "mở lại", NOW)

"""The officers' side: the queue, a report's page, and what an officer does there.

Every look at a report is written to the audit log, so the console commits after reads too.
"""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from reports.audit import AuditLog
from reports.deadlines import handling_due
from reports.errors import (
    ConsentMissing,
    DispositionMissing,
    NoSuchReport,
    ReasonMissing,
    ReportClosed,
    TransitionRefused,
)
from reports.marks import Marks
from reports.models import Indicator, Officer, Report, ReportEvent, ReportMessage
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

TRANSITIONS = {
    Status.new: {Status.triaged, Status.forwarded, Status.verifying, Status.closed},
    Status.triaged: {Status.forwarded, Status.verifying, Status.closed},
    Status.forwarded: {Status.verifying, Status.closed},
    Status.verifying: {Status.forwarded, Status.closed},
    Status.closed: {Status.verifying},
}
_FROM_REPORTER = (MessageKind.answer, MessageKind.addition)


@dataclass(frozen=True)
class SealedIndicator:
    """An indicator before it is revealed: what it is, not what it says."""

    id: int
    kind: IndicatorKind


@dataclass(frozen=True)
class RevealedIndicator:
    """An indicator in plain words; a look that was written to the audit log."""

    id: int
    kind: IndicatorKind
    value: str


@dataclass(frozen=True)
class Case:
    """One report's page; `thread` and `events` oldest first, `linked` newest first."""

    report: Report
    indicators: list[SealedIndicator]
    thread: list[ReportMessage]
    events: list[ReportEvent]
    linked: list[Report]


class Desk:
    """What an officer can do, inside the caller's transaction."""

    def __init__(self, session: AsyncSession, ring: Keyring) -> None:
        self._session = session
        self._audit = AuditLog(session, ring)
        self._marks = Marks(session, ring)

    async def view(self, report_id: int, officer: Officer, now: datetime) -> Case:
        """A report with all but its indicators' values; audited. Raises NoSuchReport."""
        report = await self._find(report_id)
        await self._audit.write(officer.id, AuditAction.view, report.id, now)
        thread = await self._thread(report)
        for message in thread:
            if message.kind in _FROM_REPORTER and message.read_at is None:
                message.read_at = now
        sealed = [SealedIndicator(row.id, row.kind) for row in await self._indicators(report)]
        events = await self._session.scalars(
            select(ReportEvent).where(ReportEvent.report_id == report.id).order_by(ReportEvent.id)
        )
        return Case(report, sealed, thread, list(events), await self.linked(report))

    async def reveal_indicators(
        self, report_id: int, officer: Officer, now: datetime
    ) -> list[RevealedIndicator]:
        """The indicators in plain words; audited. Raises NoSuchReport."""
        report = await self._find(report_id)
        await self._audit.write(officer.id, AuditAction.reveal, report.id, now)
        rows = await self._indicators(report)
        return [RevealedIndicator(row.id, row.kind, row.value) for row in rows]

    async def change_status(
        self,
        report_id: int,
        officer: Officer,
        to: Status,
        reason: str,
        now: datetime,
        *,
        disposition: Disposition | None = None,
        vital_interest: bool = False,
    ) -> Report:
        """Move a report on; `reason` of closing is what the reporter reads.

        `vital_interest` forwards without consent when a life is in danger (Điều 19.1 Luật
        91/2025/QH15) and needs a reason. Raises NoSuchReport, TransitionRefused,
        ReasonMissing, DispositionMissing, ConsentMissing.
        """
        report = await self._find(report_id, lock=True)
        reason = reason.strip()
        basis = _check_move(report, to, reason, disposition, vital_interest)
        self._session.add(
            ReportEvent(
                report_id=report.id,
                officer_id=officer.id,
                from_status=report.status,
                to_status=to,
                reason=reason or None,
                legal_basis=basis,
                at=now,
            )
        )
        _move(report, to, reason, disposition, now)
        if to is not Status.triaged:
            # Work on it begins, or it is done with: nothing may lead to its sender any more.
            await self._marks.forget(report.id)
        await self._audit.write(officer.id, AuditAction.status, report.id, now)
        return report

    async def ask(self, report_id: int, officer: Officer, text: str, now: datetime) -> None:
        """Ask the reporter; they see it when they come back with the receipt.

        Raises NoSuchReport, ReportClosed, ReasonMissing (an empty question).
        """
        report = await self._find(report_id, lock=True)
        if report.status is Status.closed:
            raise ReportClosed(report.id)
        if not text.strip():
            raise ReasonMissing("an empty question")
        self._session.add(
            ReportMessage(
                report_id=report.id,
                kind=MessageKind.question,
                officer_id=officer.id,
                text=text.strip(),
                created_at=now,
            )
        )
        report.updated_at = now
        await self._audit.write(officer.id, AuditAction.ask, report.id, now)

    async def linked(self, report: Report) -> list[Report]:
        """Other reports that name the same phone, link, account or handle, newest first."""
        mine = select(Indicator.blind).where(Indicator.report_id == report.id)
        others = select(Indicator.report_id).where(
            Indicator.blind.in_(mine), Indicator.report_id != report.id
        )
        query = select(Report).where(Report.id.in_(others)).order_by(Report.id.desc())
        return list(await self._session.scalars(query))

    async def _find(self, report_id: int, *, lock: bool = False) -> Report:
        report = await self._session.get(Report, report_id, with_for_update=lock or None)
        if report is None:
            raise NoSuchReport(report_id)
        return report

    async def _thread(self, report: Report) -> list[ReportMessage]:
        query = select(ReportMessage).where(ReportMessage.report_id == report.id)
        return list(await self._session.scalars(query.order_by(ReportMessage.id)))

    async def _indicators(self, report: Report) -> list[Indicator]:
        query = select(Indicator).where(Indicator.report_id == report.id)
        return list(await self._session.scalars(query.order_by(Indicator.id)))


def _check_move(
    report: Report,
    to: Status,
    reason: str,
    disposition: Disposition | None,
    vital_interest: bool,
) -> LegalBasis | None:
    if to not in TRANSITIONS[report.status] or report.erased_at is not None:
        raise TransitionRefused(f"{report.status} to {to}")
    if Status.closed in (to, report.status) and not reason:
        raise ReasonMissing(to)
    if to is Status.closed and disposition is None:
        raise DispositionMissing(to)
    if to is not Status.forwarded and disposition is not Disposition.forwarded_to_police:
        return None
    return _forwarding_basis(report, reason, vital_interest)


def _forwarding_basis(report: Report, reason: str, vital_interest: bool) -> LegalBasis:
    if report.consent_level is ConsentLevel.forward:
        return LegalBasis.consent
    if not vital_interest:
        raise ConsentMissing(report.id)
    if not reason:
        raise ReasonMissing("forwarding without consent")
    return LegalBasis.vital_interest


def _move(
    report: Report, to: Status, reason: str, disposition: Disposition | None, now: datetime
) -> None:
    if report.acknowledged_at is None:
        report.acknowledged_at, report.due_at = now, handling_due(now)
    closing = to is Status.closed
    report.status, report.updated_at = to, now
    report.closed_at = now if closing else None
    report.disposition = disposition if closing else None
    report.close_reason = reason if closing else None

"""The reporter's side: hand in, come back with the receipt, add, answer, withdraw.

The officers' side is `reports.desk.Desk`. Nothing here commits: the caller's turn does.
"""

from collections.abc import Iterable
from datetime import datetime

from sqlalchemy import delete, select, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession

from reports.allowance import Allowance, DayCounts
from reports.anonymise import redact
from reports.attempts import Attempts
from reports.deadlines import first_look_due
from reports.draft import PURPOSES, Draft, OpenQuestion, Receipt, Suspect
from reports.errors import NoSuchQuestion, ReportClosed
from reports.indicators import blind_index
from reports.marks import Marks
from reports.models import Indicator, Report, ReportEvent, ReportMessage, SenderMark
from reports.receipts import new_receipt, receipt_hash
from reports.terms import Disposition, MessageKind, Status, Tier
from store.crypto import Keyring

MAX_TEXT = 8000


class Reports:
    """What a reporter can do, inside the caller's transaction."""

    def __init__(
        self,
        session: AsyncSession,
        ring: Keyring,
        receipt_tries: int = 5,
        allowance: Allowance | None = None,
    ) -> None:
        self._session = session
        self._ring = ring
        self.allowance = allowance or Allowance(receipt_tries)

    async def sent_today(self, conversation: bytes, now: datetime) -> int:
        """How many reports this conversation has sent today."""
        return await DayCounts(self._session, self._ring, conversation, now).reports()

    async def submit(
        self, draft: Draft, now: datetime, conversation: bytes | None = None
    ) -> Receipt:
        """Keep `draft` as a new report; the receipt is given here and never again.

        `conversation` is counted, and marked for a few days if it is a platform's: never kept.
        """
        receipt = Receipt(new_receipt())
        report = self._report(draft, receipt, now)
        self._session.add(report)
        await self._session.flush()
        self._session.add(ReportEvent(report_id=report.id, to_status=Status.new, at=now))
        await self.add_suspects(report, draft.suspects, now)
        if conversation is not None:
            await self._count(report, conversation, now)
        await self._session.flush()
        return receipt

    async def _count(self, report: Report, conversation: bytes, now: datetime) -> None:
        await DayCounts(self._session, self._ring, conversation, now).add_report()
        if report.tier is Tier.platform:
            await Marks(self._session, self._ring).keep(report.id, conversation, now)

    async def forget_sender(self, conversation: bytes) -> None:
        """Cut what still leads from reports to this conversation."""
        await Marks(self._session, self._ring).forget_sender(conversation)

    def _report(self, draft: Draft, receipt: Receipt, now: datetime) -> Report:
        return Report(
            receipt_hash=receipt_hash(receipt.digits, self._ring),
            kind=draft.kind,
            status=Status.new,
            priority=draft.priority,
            tier=draft.tier,
            summary=_kept(draft.summary),
            province=draft.province,
            abroad=draft.abroad,
            place_text=_kept(draft.place_text),
            when_code=draft.when_code,
            when_text=_kept(draft.when_text),
            suspect_text=_kept(draft.suspect_text),
            in_danger=draft.in_danger,
            minor=draft.minor,
            consent_level=draft.consent.level,
            consent_version=draft.consent.version,
            consent_at=draft.consent.at,
            consent_purposes=list(PURPOSES[draft.consent.level]),
            created_at=now,
            updated_at=now,
            due_at=first_look_due(draft.priority, now),
        )

    async def add_suspects(
        self, report: Report, suspects: Iterable[Suspect], now: datetime
    ) -> None:
        """Seal what leads to a suspect; one that the report has already is left alone."""
        for suspect in suspects:
            row = insert(Indicator).values(
                report_id=report.id,
                kind=suspect.kind,
                value=suspect.value,
                blind=blind_index(suspect.kind, suspect.value, self._ring, report.id),
                source="suspect",
                created_at=now,
            )
            await self._session.execute(row.on_conflict_do_nothing())

    async def find_by_receipt(self, digits: str, conversation: bytes, now: datetime) -> Report:
        """The report of a receipt of 16 digits; raises WrongReceipt, TooManyReceipts.

        Only valid receipts (`receipts.valid`) should be asked for: a mistyped one costs no try.
        """
        tries = self.allowance.receipt_tries
        attempts = Attempts(self._session, self._ring, conversation, tries, now)
        await attempts.check()
        wanted = receipt_hash(digits, self._ring)
        report = await self._session.scalar(select(Report).where(Report.receipt_hash == wanted))
        if report is None:
            raise await attempts.fail()
        return report

    async def get(self, report_id: int) -> Report | None:
        """A report that this conversation opened by receipt before; None when it is gone."""
        return await self._session.get(Report, report_id)

    async def open_questions(self, report: Report, now: datetime) -> list[OpenQuestion]:
        """Unanswered questions, oldest first, to be shown to the reporter: marked as read."""
        query = (
            select(ReportMessage)
            .where(
                ReportMessage.report_id == report.id,
                ReportMessage.kind == MessageKind.question,
                ReportMessage.answered_at.is_(None),
            )
            .order_by(ReportMessage.id)
        )
        rows = (await self._session.scalars(query)).all()
        for row in rows:
            row.read_at = row.read_at or now
        return [OpenQuestion(row.id, row.text, row.created_at) for row in rows]

    async def add_information(
        self, report: Report, text: str, now: datetime, suspects: Iterable[Suspect] = ()
    ) -> None:
        """Add anonymised `text` to the thread; raises ReportClosed."""
        await self._say(report, MessageKind.addition, text, now)
        await self.add_suspects(report, suspects, now)

    async def answer(
        self,
        report: Report,
        question_id: int,
        text: str,
        now: datetime,
        suspects: Iterable[Suspect] = (),
    ) -> None:
        """Answer an officer's question once; raises NoSuchQuestion, ReportClosed."""
        question = await self._session.get(ReportMessage, question_id, with_for_update=True)
        if question is None or question.report_id != report.id:
            raise NoSuchQuestion(question_id)
        if question.kind is not MessageKind.question or question.answered_at is not None:
            raise NoSuchQuestion(question_id)
        await self._say(report, MessageKind.answer, text, now, reply_to=question.id)
        question.answered_at = now
        await self.add_suspects(report, suspects, now)

    async def _say(
        self,
        report: Report,
        kind: MessageKind,
        text: str,
        now: datetime,
        reply_to: int | None = None,
    ) -> None:
        await self._session.refresh(report, with_for_update=True)
        if report.status is Status.closed:
            raise ReportClosed(report.id)
        kept = redact(text).text[:MAX_TEXT]
        self._session.add(
            ReportMessage(
                report_id=report.id, kind=kind, text=kept, reply_to=reply_to, created_at=now
            )
        )
        report.updated_at = now
        await self._session.flush()

    async def withdraw(self, report: Report, now: datetime) -> None:
        """Erase texts, thread and indicators and close: consent was taken back.

        What was forwarded to the police before is beyond our reach (say so to the reporter).
        """
        await self._session.refresh(report, with_for_update=True)
        if report.status is not Status.closed:
            self._session.add(
                ReportEvent(
                    report_id=report.id,
                    from_status=report.status,
                    to_status=Status.closed,
                    at=now,
                )
            )
            report.status, report.closed_at = Status.closed, now
        report.disposition = Disposition.withdrawn
        report.updated_at = now
        await erase(self._session, report, now)


async def erase(session: AsyncSession, report: Report, now: datetime) -> None:
    """Remove every text, reason and indicator of `report`; dates, kind, province stay."""
    report.summary = report.place_text = report.when_text = report.suspect_text = None
    report.close_reason = None
    report.erased_at = now
    await session.execute(delete(Indicator).where(Indicator.report_id == report.id))
    await session.execute(delete(ReportMessage).where(ReportMessage.report_id == report.id))
    await session.execute(delete(SenderMark).where(SenderMark.report_id == report.id))
    events = update(ReportEvent).where(ReportEvent.report_id == report.id)
    await session.execute(events.values(reason=None))
    await session.flush()


def _kept(text: str | None) -> str | None:
    return redact(text).text[:MAX_TEXT] if text else None

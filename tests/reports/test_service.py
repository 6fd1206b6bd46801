"""The reporter's side: hand in, come back by receipt, add, answer, withdraw."""

from datetime import timedelta

import pytest
from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncSession

from reports import receipts
from reports.desk import Desk
from reports.errors import NoSuchQuestion, ReportClosed, TooManyReceipts, WrongReceipt
from reports.models import Indicator, ReceiptAttempt, Report, ReportEvent, ReportMessage
from reports.service import Reports
from reports.terms import ConsentLevel, Disposition, MessageKind, Priority, Status
from store.crypto import Keyring
from tests.reports import make
from tests.reports.make import ALICE, NOW

BOB = b"b" * 32


@pytest.fixture
def service(session: AsyncSession, keyring: Keyring) -> Reports:
    return Reports(session, keyring, receipt_tries=3)


def wrong_receipt() -> str:
    return receipts.new_receipt()


async def test_a_report_comes_back_by_its_receipt(service: Reports) -> None:
    receipt = await service.submit(make.draft(province="lao_cai"), NOW)
    report = await service.find_by_receipt(receipt.digits, ALICE, NOW)
    assert (report.status, report.province) == (Status.new, "lao_cai")
    assert report.summary == "có người rủ sang Campuchia"
    assert report.number == f"LC-2026-{report.id:06d}"


async def test_the_receipt_is_kept_as_a_keyed_hash_only(
    service: Reports, session: AsyncSession
) -> None:
    receipt = await service.submit(make.draft(), NOW)
    kept = (await session.scalars(select(Report.receipt_hash))).one()
    assert len(kept) == 32
    assert receipt.digits.encode() not in kept


async def test_texts_are_anonymised_even_when_the_caller_forgot(service: Reports) -> None:
    receipt = await service.submit(
        make.draft(summary="em tên Lan sđt 0912345678", when_text="lúc em gọi 0987654321"), NOW
    )
    report = await service.find_by_receipt(receipt.digits, ALICE, NOW)
    assert report.summary == "em tên [tên] sđt [sđt]"
    assert report.when_text == "lúc em gọi [sđt]"


async def test_consent_is_kept_with_version_time_and_purposes(service: Reports) -> None:
    receipt = await service.submit(make.draft(ConsentLevel.forward), NOW)
    report = await service.find_by_receipt(receipt.digits, ALICE, NOW)
    assert report.consent_level is ConsentLevel.forward
    assert (report.consent_version, report.consent_at) == ("2026-11-22", NOW)
    assert report.consent_purposes == ["answer", "keep", "ask_back", "forward_police"]


async def test_the_more_dangerous_the_sooner_it_is_due(service: Reports) -> None:
    dues = []
    for priority in Priority:
        receipt = await service.submit(make.draft(priority=priority), NOW)
        dues.append((await service.find_by_receipt(receipt.digits, ALICE, NOW)).due_at)
    assert dues == sorted(dues)
    assert dues[0] == NOW + timedelta(hours=1)


async def test_the_same_suspect_twice_is_kept_once(service: Reports, session: AsyncSession) -> None:
    twice = [make.suspect("0912345678"), make.suspect("+84 912 345 678")]
    await service.submit(make.draft(suspects=twice), NOW)
    assert await session.scalar(select(func.count(Indicator.id))) == 1


async def test_wrong_receipts_are_counted_until_none_is_left(service: Reports) -> None:
    left = []
    for _ in range(2):
        with pytest.raises(WrongReceipt) as wrong:
            await service.find_by_receipt(wrong_receipt(), ALICE, NOW)
        left.append(wrong.value.tries_left)
    assert left == [2, 1]
    with pytest.raises(TooManyReceipts) as locked:
        await service.find_by_receipt(wrong_receipt(), ALICE, NOW)
    assert locked.value.until == NOW + timedelta(hours=1)


async def test_a_locked_conversation_cannot_use_a_right_receipt(service: Reports) -> None:
    receipt = await service.submit(make.draft(), NOW)
    for _ in range(3):
        with pytest.raises((WrongReceipt, TooManyReceipts)):
            await service.find_by_receipt(wrong_receipt(), ALICE, NOW)
    with pytest.raises(TooManyReceipts):
        await service.find_by_receipt(receipt.digits, ALICE, NOW)
    assert await service.find_by_receipt(receipt.digits, BOB, NOW)
    assert await service.find_by_receipt(receipt.digits, ALICE, NOW + timedelta(hours=1))


async def test_attempts_do_not_name_the_conversation(
    service: Reports, session: AsyncSession
) -> None:
    for hours in (0, 1):
        with pytest.raises(WrongReceipt):
            await service.find_by_receipt(wrong_receipt(), ALICE, NOW + timedelta(hours=hours))
    keys = (await session.scalars(select(ReceiptAttempt.key))).all()
    assert len(set(keys)) == 2
    assert ALICE not in keys


async def test_additions_are_anonymised_and_their_suspects_sealed(
    service: Reports, session: AsyncSession, keyring: Keyring
) -> None:
    report = await make.report(session, keyring)
    later = NOW + timedelta(days=1)
    await service.add_information(
        report, "nó gọi lại bằng 0912345678", later, [make.suspect("0912345678")]
    )
    said = (await session.scalars(select(ReportMessage))).one()
    assert (said.kind, said.text) == (MessageKind.addition, "nó gọi lại bằng [sđt]")
    assert (await session.scalars(select(Indicator))).one().value == "0912345678"
    assert report.updated_at == later


async def test_a_question_is_answered_once(
    service: Reports, session: AsyncSession, keyring: Keyring
) -> None:
    report = await make.report(session, keyring)
    officer = await make.officer(session)
    await Desk(session, keyring).ask(report.id, officer, "Ở tỉnh nào?", NOW)
    question = (await service.open_questions(report, NOW))[0]
    assert question.text == "Ở tỉnh nào?"
    await service.answer(report, question.id, "Lào Cai", NOW)
    assert await service.open_questions(report, NOW) == []
    with pytest.raises(NoSuchQuestion):
        await service.answer(report, question.id, "lần nữa", NOW)


async def test_a_question_shown_to_the_reporter_counts_as_read(
    service: Reports, session: AsyncSession, keyring: Keyring
) -> None:
    report = await make.report(session, keyring)
    await Desk(session, keyring).ask(report.id, await make.officer(session), "Ở đâu?", NOW)
    await service.open_questions(report, NOW + timedelta(hours=2))
    await service.open_questions(report, NOW + timedelta(hours=3))
    await session.flush()
    shown = (await session.scalars(select(ReportMessage))).one()
    assert shown.read_at == NOW + timedelta(hours=2)


async def test_another_reports_question_cannot_be_answered(
    service: Reports, session: AsyncSession, keyring: Keyring
) -> None:
    mine, other = await make.report(session, keyring), await make.report(session, keyring)
    await Desk(session, keyring).ask(other.id, await make.officer(session), "Ở đâu?", NOW)
    question = (await service.open_questions(other, NOW))[0]
    with pytest.raises(NoSuchQuestion):
        await service.answer(mine, question.id, "không phải của tôi", NOW)


async def test_a_closed_report_takes_nothing_more(
    service: Reports, session: AsyncSession, keyring: Keyring
) -> None:
    report = await make.report(session, keyring)
    await Desk(session, keyring).change_status(
        report.id,
        await make.officer(session),
        Status.closed,
        "Đã tư vấn",
        NOW,
        disposition=Disposition.advised,
    )
    with pytest.raises(ReportClosed):
        await service.add_information(report, "thêm", NOW)


async def test_withdrawing_erases_texts_thread_and_indicators(
    service: Reports, session: AsyncSession, keyring: Keyring
) -> None:
    report = await make.report(session, keyring, suspects=[make.suspect("0912345678")])
    await service.add_information(report, "thêm chuyện", NOW)
    await service.withdraw(report, NOW + timedelta(days=1))
    await session.refresh(report)
    assert (report.status, report.disposition) == (Status.closed, Disposition.withdrawn)
    assert (report.summary, report.erased_at) == (None, NOW + timedelta(days=1))
    assert (await session.scalars(select(Indicator))).all() == []
    assert (await session.scalars(select(ReportMessage))).all() == []
    events = (await session.scalars(select(ReportEvent).order_by(ReportEvent.id))).all()
    assert [event.to_status for event in events] == [Status.new, Status.closed]


async def test_nothing_is_committed_by_the_service(service: Reports, session: AsyncSession) -> None:
    await service.submit(make.draft(), NOW)
    await session.rollback()
    assert (await session.scalars(select(Report))).all() == []

import pytest
from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncSession

from reports.models import AuditEntry, Report, ReportEvent, ReportMessage
from reports.service import Reports
from reports.terms import (
    AuditAction,
    ConsentLevel,
    Disposition,
    LegalBasis,
    MessageKind,
    Priority,
    Role,
    Status,
)
from store.crypto import Keyring
from tests.console.conftest import NewOfficer, NewReport
from tests.console.visitor import Visitor
from tests.support.clock import Clock

PHONE = "0912345678"


async def audited(session: AsyncSession, report: Report) -> list[AuditAction]:
    query = select(AuditEntry.action).where(AuditEntry.report_id == report.id)
    return list(await session.scalars(query.order_by(AuditEntry.id)))


async def fresh(session: AsyncSession, report: Report) -> Report:
    found = await session.get(Report, report.id, populate_existing=True)
    assert found is not None
    return found


async def test_the_page_tells_the_report_and_each_view_is_audited(
    signed_in: Visitor, new_report: NewReport, session: AsyncSession
) -> None:
    report = await new_report(
        Priority.P1, province="tay_ninh", abroad=True, minor=True, phone=PHONE, summary="Bị ép làm"
    )
    for _ in range(2):
        assert (await signed_in.get(f"/bao-cao/{report.id}")).status == 200
    text = signed_in.page.text
    for part in (report.number, "Bị ép làm", "Tây Ninh", "Ở nước ngoài", "chuyển công an"):
        assert part in text
    assert PHONE not in signed_in.page.html
    assert "Không liên hệ người báo cáo ngoài trang này" in text
    assert await audited(session, report) == [AuditAction.view] * 2


async def test_indicators_show_once_and_the_look_is_audited(
    signed_in: Visitor, new_report: NewReport, session: AsyncSession
) -> None:
    report = await new_report(phone=PHONE)
    await signed_in.get(f"/bao-cao/{report.id}")
    answer = await signed_in.send(f"/bao-cao/{report.id}/dau-vet")
    assert answer.status == 200
    assert answer.headers["Cache-Control"] == "no-store"
    assert PHONE in signed_in.page.text
    assert AuditAction.reveal in await audited(session, report)
    await signed_in.get(f"/bao-cao/{report.id}")
    assert PHONE not in signed_in.page.html
    assert (await signed_in.get(f"/bao-cao/{report.id}/dau-vet")).status == 405, "never by a link"


async def test_htmx_gets_the_revealed_piece_only(
    signed_in: Visitor, new_report: NewReport, session: AsyncSession
) -> None:
    report = await new_report(phone=PHONE)
    await signed_in.get(f"/bao-cao/{report.id}")
    action = f"/bao-cao/{report.id}/dau-vet"
    headers = {"HX-Request": "true", "Sec-Fetch-Site": "same-origin"}
    await signed_in.post(action, signed_in.page.form(action).fields, headers)
    assert signed_in.page.tags[0] == "ul"
    assert PHONE in signed_in.page.text
    assert await audited(session, report) == [AuditAction.view, AuditAction.reveal]


async def test_reports_with_the_same_phone_are_linked(
    signed_in: Visitor, new_report: NewReport
) -> None:
    first = await new_report(phone=PHONE)
    second = await new_report(phone="+84 912 345 678")
    other = await new_report(phone="0987654321")
    await signed_in.get(f"/bao-cao/{second.id}")
    assert f"/bao-cao/{first.id}" in signed_in.page.links
    assert f"/bao-cao/{other.id}" not in signed_in.page.links


def step(visitor: Visitor, to: Status) -> dict[str, str]:
    """The fields of the form that leads to `to`."""
    return next(form.fields for form in visitor.page.forms if form.fields.get("to") == to)


async def move(visitor: Visitor, report: Report, to: Status, **fields: str) -> int:
    await visitor.get(f"/bao-cao/{report.id}")
    answer = await visitor.post(f"/bao-cao/{report.id}/buoc", step(visitor, to) | fields)
    return answer.status


async def test_closing_needs_a_reason_that_the_reporter_reads(
    signed_in: Visitor, new_report: NewReport, session: AsyncSession, clock: Clock
) -> None:
    report = await new_report()
    chosen = {"disposition": Disposition.advised.value}
    assert await move(signed_in, report, Status.closed, reason="  \u200b ", **chosen) == 422
    assert "Chưa có lý do" in signed_in.page.text
    assert "NGƯỜI BÁO CÁO SẼ ĐỌC" in signed_in.page.text
    assert await move(signed_in, report, Status.closed, reason="Đã tư vấn xong") == 422
    assert "Chưa chọn kết quả" in signed_in.page.text
    assert step(signed_in, Status.closed)["reason"] == "Đã tư vấn xong", "what was typed stays"
    assert (await fresh(session, report)).status is Status.new

    assert await move(signed_in, report, Status.closed, reason="Đã tư vấn xong", **chosen) == 303
    closed = await fresh(session, report)
    assert (closed.status, closed.close_reason) == (Status.closed, "Đã tư vấn xong")
    assert closed.closed_at == clock()
    assert AuditAction.status in await audited(session, report)


async def test_every_step_needs_a_reason_and_shows_in_the_history(
    signed_in: Visitor, new_report: NewReport
) -> None:
    report = await new_report()
    assert await move(signed_in, report, Status.triaged) == 422
    assert await move(signed_in, report, Status.triaged, reason="Đúng loại, đúng mức") == 303
    await signed_in.get(f"/bao-cao/{report.id}?da-ghi=1")
    assert "Mới → Đã phân loại" in signed_in.page.text
    assert "Đúng loại, đúng mức" in signed_in.page.text
    assert "Đã ghi bước mới" in signed_in.page.text


async def test_without_consent_only_danger_to_life_forwards(
    signed_in: Visitor, new_report: NewReport, session: AsyncSession
) -> None:
    report = await new_report(consent=ConsentLevel.keep)
    await signed_in.get(f"/bao-cao/{report.id}")
    assert "KHÔNG đồng ý chuyển công an" in signed_in.page.text
    assert await move(signed_in, report, Status.forwarded, reason="Chuyển PC02") == 422
    assert "không đồng ý chuyển công an" in signed_in.page.text
    assert (await fresh(session, report)).status is Status.new

    fields = {"reason": "Đang bị đánh, số tiếp nhận 12", "vital": "1"}
    assert await move(signed_in, report, Status.forwarded, **fields) == 303
    event = await session.scalar(select(ReportEvent).order_by(ReportEvent.id.desc()).limit(1))
    assert event is not None
    assert event.legal_basis is LegalBasis.vital_interest
    await signed_in.get(f"/bao-cao/{report.id}")
    assert "khoản 1 Điều 19 Luật số 91/2025/QH15" in signed_in.page.text


async def test_with_consent_forwarding_is_recorded_as_such(
    signed_in: Visitor, new_report: NewReport, session: AsyncSession
) -> None:
    report = await new_report(consent=ConsentLevel.forward)
    assert await move(signed_in, report, Status.forwarded, reason="Chuyển PC02") == 303
    event = await session.scalar(select(ReportEvent).order_by(ReportEvent.id.desc()).limit(1))
    assert event is not None
    assert event.legal_basis is LegalBasis.consent


async def test_a_colleagues_step_is_not_overwritten(
    signed_in: Visitor, new_report: NewReport, session: AsyncSession
) -> None:
    report = await new_report()
    await signed_in.get(f"/bao-cao/{report.id}")
    stale = step(signed_in, Status.verifying) | {"reason": "Bắt đầu"}
    assert await move(signed_in, report, Status.triaged, reason="Đã xem") == 303
    answer = await signed_in.post(f"/bao-cao/{report.id}/buoc", stale)
    assert answer.status == 409
    assert "Đồng nghiệp vừa cập nhật" in signed_in.page.text
    assert (await fresh(session, report)).status is Status.triaged


@pytest.mark.parametrize(
    "fields",
    [
        {"to": "xong"},
        {"to": ""},
        {"seen": "?"},
        {"disposition": "withdrawn", "to": "closed"},
        {"disposition": "<script>"},
        {"vital": "yes"},
    ],
)
async def test_a_malformed_step_is_refused(
    signed_in: Visitor, new_report: NewReport, session: AsyncSession, fields: dict[str, str]
) -> None:
    report = await new_report()
    await signed_in.get(f"/bao-cao/{report.id}")
    sent = step(signed_in, Status.triaged) | {"reason": "Vì"} | fields
    assert (await signed_in.post(f"/bao-cao/{report.id}/buoc", sent)).status == 400
    assert (await fresh(session, report)).status is Status.new


async def test_a_question_goes_out_and_its_answer_comes_back(
    signed_in: Visitor,
    new_report: NewReport,
    session: AsyncSession,
    keyring: Keyring,
    clock: Clock,
) -> None:
    report = await new_report()
    action = f"/bao-cao/{report.id}/hoi"
    await signed_in.get(f"/bao-cao/{report.id}")
    assert (await signed_in.send(action, question="Họ hẹn gặp ở tỉnh nào?")).status == 303

    reports = Reports(session, keyring)
    known = await fresh(session, report)
    (asked,) = await reports.open_questions(known, clock())
    assert asked.text == "Họ hẹn gặp ở tỉnh nào?"
    await reports.answer(known, asked.id, "Ở Tây Ninh", clock())
    await session.commit()

    clock.forward(minutes=1)
    await signed_in.get(f"/bao-cao/{report.id}")
    assert "Ở Tây Ninh" in signed_in.page.text
    assert "đã trả lời lúc" in signed_in.page.text
    assert "mới Ở Tây Ninh" in signed_in.page.text
    clock.forward(minutes=1)
    await signed_in.get(f"/bao-cao/{report.id}")
    assert "mới Ở Tây Ninh" not in signed_in.page.text, "new on the first look only"


async def test_an_empty_or_endless_question_is_not_sent(
    signed_in: Visitor, new_report: NewReport, session: AsyncSession
) -> None:
    report = await new_report()
    action = f"/bao-cao/{report.id}/hoi"
    for question, told in ((" \x00 ", "đang trống"), ("a" * 1001, "quá 1000 ký tự")):
        await signed_in.get(f"/bao-cao/{report.id}")
        assert (await signed_in.send(action, question=question)).status == 422
        assert told in signed_in.page.text
    assert await session.scalar(select(func.count(ReportMessage.id))) == 0


async def test_a_closed_report_takes_no_question(
    signed_in: Visitor, new_report: NewReport, session: AsyncSession
) -> None:
    report = await new_report()
    await signed_in.get(f"/bao-cao/{report.id}")
    form = signed_in.page.form(f"/bao-cao/{report.id}/hoi").fields | {"question": "Còn gì nữa?"}
    fields = {"reason": "Xong", "disposition": "advised"}
    assert await move(signed_in, report, Status.closed, **fields) == 303
    assert (await signed_in.post(f"/bao-cao/{report.id}/hoi", form)).status == 409


HOSTILE = "<img src=x onerror=alert(1)> <script>alert(2)</script> \"' {{ 7*7 }} ${1}"


async def test_nothing_a_reporter_writes_becomes_markup(
    signed_in: Visitor,
    new_report: NewReport,
    session: AsyncSession,
    clock: Clock,
) -> None:
    report = await new_report(
        summary=HOSTILE, place_text=HOSTILE, when_text=HOSTILE, suspect_text=HOSTILE, phone=HOSTILE
    )
    session.add(
        ReportMessage(
            report_id=report.id, kind=MessageKind.addition, text=HOSTILE, created_at=clock()
        )
    )
    await session.commit()
    await signed_in.get(f"/bao-cao/{report.id}")
    plain = len([tag for tag in signed_in.page.tags if tag in ("img", "script")])
    await signed_in.send(f"/bao-cao/{report.id}/dau-vet")
    assert "<script>alert" not in signed_in.page.html
    assert "onerror=alert(1)>" not in signed_in.page.html.replace("&gt;", "")
    assert plain == len([tag for tag in signed_in.page.tags if tag in ("img", "script")]) == 3
    assert "{{ 7*7 }}" in signed_in.page.text
    assert not signed_in.page.inline


@pytest.mark.parametrize("name", ["0", "999", "abc", "-1", "1" * 30, "1%00", "١"])
async def test_an_unknown_report_is_not_found(signed_in: Visitor, name: str) -> None:
    answer = await signed_in.get(f"/bao-cao/{name}")
    assert answer.status == 404
    assert "Không tìm thấy" in signed_in.page.text


async def test_officers_read_their_own_journal_and_admins_all(
    signed_in: Visitor, new_report: NewReport, new_officer: NewOfficer
) -> None:
    report = await new_report(phone=PHONE)
    await signed_in.get(f"/bao-cao/{report.id}")
    await signed_in.send(f"/bao-cao/{report.id}/dau-vet")
    await signed_in.get("/nhat-ky")
    assert "Xem dấu vết" in signed_in.page.text
    assert report.number in signed_in.page.text
    await signed_in.send("/dang-xuat")

    await new_officer("minh")
    await signed_in.sign_in("minh")
    await signed_in.get("/nhat-ky")
    assert report.number not in signed_in.page.text
    await signed_in.send("/dang-xuat")

    await new_officer("quan.tri", Role.admin)
    await signed_in.sign_in("quan.tri")
    await signed_in.get("/nhat-ky")
    assert report.number in signed_in.page.text
    assert "Cán bộ Lan" in signed_in.page.text

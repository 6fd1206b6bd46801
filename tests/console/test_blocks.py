"""An officer blocks the sender of mischief, sees the list, and lifts a block; all of it audited."""

import pytest
from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncSession

from reports.marks import Marks, mark_of
from reports.models import AuditEntry, Block, Report
from reports.terms import AuditAction, BlockReason, Role, Status, Tier
from store.crypto import Keyring
from tests.console.conftest import NewOfficer, NewReport
from tests.console.visitor import Visitor
from tests.support.clock import Clock

LANE = b"s" * 32


@pytest.fixture
async def report(
    new_report: NewReport, session: AsyncSession, keyring: Keyring, clock: Clock
) -> Report:
    """Sent from a platform: its mark is kept."""
    made = await new_report(tier=Tier.platform)
    await Marks(session, keyring).keep(made.id, LANE, clock())
    await session.commit()
    return made


async def block(visitor: Visitor, report: Report, **fields: str) -> int:
    await visitor.get(f"/bao-cao/{report.id}")
    answer = await visitor.send(f"/bao-cao/{report.id}/chan", **fields)
    return answer.status


async def test_blocking_is_confirmed_listed_and_audited(
    signed_in: Visitor, report: Report, session: AsyncSession, keyring: Keyring
) -> None:
    assert await block(signed_in, report, reason="spam") == 303
    row = await session.scalar(select(Block))
    assert row is not None
    assert (row.mark, row.reason) == (mark_of(keyring, LANE), BlockReason.spam)
    assert (row.until - row.created_at).days == 7
    await signed_in.get(f"/bao-cao/{report.id}?da-chan=1")
    assert "Đang chặn đến" in signed_in.page.text
    assert "Đã chặn người gửi" in signed_in.page.text
    await signed_in.get("/chan")
    assert report.number in signed_in.page.text
    assert row.mark.hex() not in signed_in.page.html
    assert (await signed_in.send(f"/chan/{row.id}/bo")).status == 303
    await signed_in.get("/chan?da-bo=1")
    assert "Không có ai đang bị chặn" in signed_in.page.text
    await signed_in.get("/nhat-ky")
    for words in ("Chặn người gửi", "Bỏ chặn"):
        assert words in signed_in.page.text
    query = select(AuditEntry.action).where(AuditEntry.report_id == report.id)
    actions = set(await session.scalars(query))
    assert {AuditAction.block, AuditAction.unblock} <= actions


@pytest.mark.parametrize(
    ("fields", "status"),
    [
        ({"reason": ""}, 422),
        ({"reason": "spam", "days": "91"}, 422),
        ({"reason": "spam", "days": "x"}, 400),
        ({"reason": "spam", "days": "-1"}, 400),
        ({"reason": "vì ghét"}, 400),
    ],
)
async def test_a_block_needs_a_reason_and_an_end(
    signed_in: Visitor, report: Report, session: AsyncSession, fields: dict[str, str], status: int
) -> None:
    assert await block(signed_in, report, **fields) == status
    assert await session.scalar(select(func.count(Block.id))) == 0


async def test_the_other_report_of_the_same_sender_does_not_tell(
    signed_in: Visitor,
    report: Report,
    new_report: NewReport,
    session: AsyncSession,
    keyring: Keyring,
    clock: Clock,
) -> None:
    other = await new_report(tier=Tier.platform)
    await Marks(session, keyring).keep(other.id, LANE, clock())
    await session.commit()
    await signed_in.get(f"/bao-cao/{other.id}")
    before = signed_in.page.text
    await block(signed_in, report, reason="abuse")
    await signed_in.get(f"/bao-cao/{other.id}")
    assert signed_in.page.text == before
    assert report.number not in signed_in.page.text


async def test_a_report_of_the_web_or_at_work_offers_no_block(
    signed_in: Visitor, new_report: NewReport, report: Report
) -> None:
    web = await new_report()
    await signed_in.get(f"/bao-cao/{web.id}")
    assert "Không chặn được người gửi" in signed_in.page.text
    await signed_in.get(f"/bao-cao/{report.id}")
    form = signed_in.page.form(f"/bao-cao/{report.id}/chan").fields
    move = {"to": Status.verifying.value, "reason": "xác minh", "csrf": form["csrf"], "seen": "new"}
    assert (await signed_in.post(f"/bao-cao/{report.id}/buoc", move)).status == 303
    sent = form | {"reason": "spam"}
    assert (await signed_in.post(f"/bao-cao/{report.id}/chan", sent)).status == 409
    assert "dấu của họ đã được xóa" in signed_in.page.text


async def test_an_ended_block_cannot_be_lifted_twice(signed_in: Visitor, report: Report) -> None:
    await block(signed_in, report, reason="spam")
    await signed_in.get("/chan")
    form = signed_in.page.form("/chan/1/bo").fields
    assert (await signed_in.post("/chan/1/bo", form)).status == 303
    assert (await signed_in.post("/chan/1/bo", form)).status == 409
    assert "đã hết hoặc đã được bỏ" in signed_in.page.text
    assert signed_in.page.inline == []


async def test_an_editor_neither_sees_nor_blocks(
    visitor: Visitor, new_officer: NewOfficer, report: Report
) -> None:
    await new_officer("bien", Role.editor)
    await visitor.sign_in("bien")
    assert (await visitor.get("/chan")).status == 403
    assert (await visitor.post(f"/bao-cao/{report.id}/chan", {"reason": "spam"})).status == 403

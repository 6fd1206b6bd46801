import re

import pytest
from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncSession

from reports.models import AuditEntry
from reports.service import Reports
from reports.terms import AuditAction, Kind, Priority, Status
from store.crypto import Keyring
from tests.console.conftest import NewReport
from tests.console.visitor import Visitor
from tests.support.clock import Clock


def numbers(visitor: Visitor) -> list[int]:
    """The reports of the queue, in their order."""
    return [
        int(found.group(1))
        for link in visitor.page.links
        if (found := re.fullmatch(r"/bao-cao/(\d+)", link))
    ]


async def test_danger_comes_first_then_the_oldest(
    signed_in: Visitor, new_report: NewReport, clock: Clock
) -> None:
    made = {}
    for name in ("P3", "P1", "P0", "P1", "P2"):
        made[(name, len(made))] = (await new_report(Priority(name))).id
        clock.forward(minutes=1)
    await signed_in.get("/hang-doi")
    assert numbers(signed_in) == [
        made[key] for key in (("P0", 2), ("P1", 1), ("P1", 3), ("P2", 4), ("P3", 0))
    ]


async def test_priority_and_deadline_are_told_in_words(
    signed_in: Visitor, new_report: NewReport, clock: Clock
) -> None:
    await new_report(Priority.P0)
    clock.forward(minutes=20)
    await signed_in.get("/hang-doi")
    assert "P0 Nguy hiểm tính mạng" in signed_in.page.text
    assert "22/11/2026 10:00" in signed_in.page.text, "Việt Nam's clock"
    assert "22/11/2026 11:00 còn 40 phút" in signed_in.page.text
    clock.forward(hours=3)
    await signed_in.sign_in("lan")
    await signed_in.get("/hang-doi")
    assert "quá hạn 2 giờ" in signed_in.page.text


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ("", [1, 2, 3]),
        ("uu-tien=P1", [1]),
        ("loai=scam", [2]),
        ("tinh=ha_noi", [3]),
        ("trang-thai=new", [1, 2, 3]),
        ("trang-thai=closed", []),
        ("uu-tien=P1&loai=scam", []),
        ("uu-tien=&loai=&tinh=", [1, 2, 3]),
    ],
)
async def test_filters(
    signed_in: Visitor, new_report: NewReport, query: str, expected: list[int]
) -> None:
    await new_report(Priority.P1)
    await new_report(Priority.P2, kind=Kind.scam)
    await new_report(Priority.P3, province="ha_noi")
    answer = await signed_in.get(f"/hang-doi?{query}")
    assert answer.status == 200
    assert numbers(signed_in) == expected


async def test_overdue_and_new_information_can_be_singled_out(
    signed_in: Visitor,
    new_report: NewReport,
    clock: Clock,
    session: AsyncSession,
    keyring: Keyring,
) -> None:
    late = await new_report(Priority.P0)
    spoken = await session.merge(await new_report(Priority.P3))
    await Reports(session, keyring).add_information(spoken, "Họ vừa gọi lại", clock())
    await session.commit()
    clock.forward(hours=2)
    await signed_in.sign_in("lan")
    await signed_in.get("/hang-doi?qua-han=1")
    assert numbers(signed_in) == [late.id]
    await signed_in.get("/hang-doi?moi=1")
    assert numbers(signed_in) == [spoken.id]
    assert "1 thông tin mới" in signed_in.page.text


async def test_long_queues_have_pages(signed_in: Visitor, new_report: NewReport) -> None:
    for _ in range(27):
        await new_report(Priority.P2)
    await signed_in.get("/hang-doi?uu-tien=P2")
    assert len(numbers(signed_in)) == 25
    assert "/hang-doi?uu-tien=P2&trang=2" in signed_in.page.links
    await signed_in.get("/hang-doi?uu-tien=P2&trang=2")
    assert numbers(signed_in) == [26, 27]


@pytest.mark.parametrize(
    "query",
    [
        "uu-tien=P9",
        "trang-thai=%00",
        "tinh=sao-hoa",
        "qua-han=2",
        "trang=-1",
        "trang=1e3",
        "loai=<b>",
    ],
)
async def test_a_malformed_filter_is_refused_plainly(signed_in: Visitor, query: str) -> None:
    answer = await signed_in.get(f"/hang-doi?{query}")
    assert answer.status == 400
    assert "không hợp lệ" in signed_in.page.text


async def test_htmx_gets_the_table_and_its_address(
    signed_in: Visitor, new_report: NewReport
) -> None:
    await new_report(Priority.P1)
    answer = await signed_in.get("/hang-doi?uu-tien=P1&loai=", **{"HX-Request": "true"})
    assert answer.headers["HX-Replace-Url"] == "/hang-doi?uu-tien=P1"
    assert signed_in.page.tags[0] == "section"
    assert 'hx-get="/hang-doi/bang?uu-tien=P1"' in signed_in.page.html


async def test_the_queue_shows_no_text_and_is_no_look_at_a_report(
    signed_in: Visitor, new_report: NewReport, session: AsyncSession
) -> None:
    await new_report(summary="Một câu chỉ có trong báo cáo")
    await signed_in.get("/hang-doi")
    assert "Một câu" not in signed_in.page.text
    looks = select(func.count()).where(AuditEntry.action == AuditAction.view)
    assert await session.scalar(looks) == 0


async def test_the_front_page_counts(
    signed_in: Visitor, new_report: NewReport, clock: Clock
) -> None:
    await new_report(Priority.P0)
    await new_report(Priority.P2)
    await signed_in.get("/")
    assert "0 quá hạn" in signed_in.page.text
    assert "2 chưa kết thúc" in signed_in.page.text
    assert "2 nhận hôm nay" in signed_in.page.text
    clock.forward(hours=15)  # 01:00 of the next day in Việt Nam
    await signed_in.sign_in("lan")
    await signed_in.get("/")
    assert "1 quá hạn" in signed_in.page.text
    assert "0 nhận hôm nay" in signed_in.page.text
    assert "/hang-doi?qua-han=1" in signed_in.page.links
    assert f"/hang-doi?trang-thai={Status.new}" in signed_in.page.links

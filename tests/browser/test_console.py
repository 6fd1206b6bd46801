"""The officers' console in a real browser: queue, report, question, closing; two sizes.

With LACHAN_SHOTS=FOLDER the pictures of the last tests are kept there (`docs/anh`).
"""

import os
from collections.abc import AsyncIterator, Awaitable, Callable
from datetime import timedelta
from pathlib import Path

import pytest
from aiohttp.test_utils import TestServer
from playwright.async_api import Page, expect
from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncEngine, AsyncSession

from console.app import make_app
from reports.desk import Desk
from reports.models import AuditEntry, Officer, Report
from reports.service import Reports
from reports.terms import AuditAction, ConsentLevel, Kind, Priority, Role, Status, Tier, When
from store.crypto import Keyring
from store.engine import Sessions
from tests.browser.conftest import PHONE, NewPage
from tests.console.made import make_officer, make_report, make_site
from tests.console.visitor import PASSWORD
from tests.support.clock import Clock

DESKTOP = {"width": 1280, "height": 860}
NUMBER = "0912 345 678"
STORY = (
    "Em gái quen qua mạng một chị tên [tên], chị ấy nói có việc nhẹ lương cao bên Campuchia.\n"
    "Hôm kia em ấy nhắn là bị giữ hộ chiếu, không cho ra ngoài, bắt gọi điện lừa người khác. "
    "Nhà được yêu cầu chuyển 120 triệu vào [số tài khoản] thì mới cho về."
)
Axe = Callable[[Page], Awaitable[list[str]]]


@pytest.fixture
async def console(
    keyring: Keyring, database_url: str, engine: AsyncEngine, tmp_path: Path, sessions: Sessions
) -> AsyncIterator[str]:
    """The address of a console with six reports of two days and one officer, `lan`."""
    clock = Clock()
    await make_officer(sessions, "lan", Role.officer, clock(), "Nguyễn Thị Lan")
    await _fill(sessions, keyring, clock)
    app = make_app(make_site(keyring, database_url, clock, tmp_path))
    async with TestServer(app) as server:
        yield str(server.make_url("/")).rstrip("/")


async def _fill(sessions: Sessions, keyring: Keyring, clock: Clock) -> None:
    async def report(hours: float, priority: Priority, **parts: object) -> Report:
        at = clock() - timedelta(hours=hours)
        return await make_report(sessions, keyring, at, priority, **parts)

    await report(46, Priority.P3, kind=Kind.other, summary="Hỏi về tờ rơi ở trường")
    await report(30, Priority.P2, kind=Kind.scam, phone=NUMBER, province="ha_noi")
    first = await report(
        0.4,
        Priority.P0,
        summary=STORY,
        place_text="Khu nhà cao tầng có rào, gần cửa khẩu",
        province="tay_ninh",
        abroad=True,
        when_code=When.week,
        in_danger=True,
        minor=False,
        phone=NUMBER,
    )
    await report(6, Priority.P1, minor=True, tier=Tier.platform, consent=ConsentLevel.keep)
    await report(2, Priority.P1, province="ha_noi", abroad=True)
    await report(20, Priority.P2, kind=Kind.scam)
    await _talk(sessions, keyring, clock, first.id)


async def _talk(sessions: Sessions, keyring: Keyring, clock: Clock, report_id: int) -> None:
    """A question of ours, and an answer that nobody has read yet."""
    asked, answered = (clock() - timedelta(minutes=minutes) for minutes in (18, 9))
    async with sessions() as session:
        officer = await session.scalar(select(Officer))
        assert officer is not None
        question = "Bạn có biết tòa nhà trông như thế nào không? Không biết cũng không sao."
        await Desk(session, keyring).ask(report_id, officer, question, asked)
        reports = Reports(session, keyring)
        known = await session.get_one(Report, report_id)
        (open_question,) = await reports.open_questions(known, answered)
        text = "Em ấy nói nhà sơn vàng, ở tầng 3, gần một cái chợ."
        await reports.answer(known, open_question.id, text, answered)
        await session.commit()


async def enter(page: Page, console: str) -> None:
    await page.goto(console)
    await page.get_by_label("Tên đăng nhập").fill("lan")
    await page.get_by_label("Mật khẩu").fill(PASSWORD)
    await page.get_by_role("button", name="Đăng nhập").click()
    await expect(page.get_by_role("heading", name="Tổng quan")).to_be_visible()


async def actions(session: AsyncSession) -> list[AuditAction]:
    return list(await session.scalars(select(AuditEntry.action).order_by(AuditEntry.id)))


async def test_from_the_queue_to_a_closed_report(
    new_page: NewPage, console: str, session: AsyncSession
) -> None:
    page = await new_page(viewport=DESKTOP)
    await enter(page, console)
    await page.get_by_role("link", name="Hàng đợi").click()
    first = page.locator("#hang-doi tbody tr").first
    await expect(first).to_contain_text("P0 Nguy hiểm tính mạng")
    await expect(first).to_contain_text("1 thông tin mới")
    await first.get_by_role("link").click()
    await expect(page.locator("body")).not_to_contain_text(NUMBER)

    await page.get_by_role("button", name="Hiện dấu vết").click()
    await expect(page.get_by_text(NUMBER)).to_be_visible()
    await page.reload()
    await expect(page.get_by_text(NUMBER)).to_have_count(0)

    await page.get_by_label("Hỏi người báo cáo").fill("Tòa nhà ở gần chợ nào?")
    await page.get_by_role("button", name="Gửi câu hỏi").click()
    await expect(page.get_by_role("status")).to_contain_text("Đã gửi câu hỏi")

    await page.locator("summary", has_text="Kết thúc").click()
    await page.get_by_label("Kết quả").select_option("advised")
    await page.get_by_label("Lý do, NGƯỜI BÁO CÁO SẼ ĐỌC").fill("Đã hướng dẫn gia đình.")
    await page.get_by_role("button", name="Kết thúc").click()
    await expect(page.get_by_role("status")).to_contain_text("Đã ghi bước mới")
    report = await session.scalar(select(Report).where(Report.priority == Priority.P0))
    assert report is not None
    assert (report.status, report.close_reason) == (Status.closed, "Đã hướng dẫn gia đình.")
    for action in (AuditAction.view, AuditAction.reveal, AuditAction.ask, AuditAction.status):
        assert action in await actions(session)


async def test_filters_change_the_table_in_place(new_page: NewPage, console: str) -> None:
    page = await new_page(viewport=DESKTOP)
    await enter(page, console)
    await page.goto(f"{console}/hang-doi")
    await page.evaluate("window.stays = true")
    await page.get_by_label("Mức ưu tiên").select_option("P1")
    await expect(page.locator("#hang-doi tbody tr")).to_have_count(2)
    await expect(page).to_have_url(f"{console}/hang-doi?uu-tien=P1")
    assert await page.evaluate("window.stays"), "no page was loaded"
    await expect(page.locator("#tin-moi")).to_have_text("Hàng đợi vừa thay đổi.")


async def test_the_keyboard_is_enough(new_page: NewPage, console: str) -> None:
    page = await new_page(viewport=DESKTOP)
    await enter(page, console)
    await page.goto(f"{console}/hang-doi")
    await page.keyboard.press("Tab")
    await expect(page.get_by_role("link", name="Đến nội dung chính")).to_be_focused()
    await page.keyboard.press("Enter")
    rows = page.locator("#hang-doi .number")
    await rows.first.focus()
    await page.keyboard.press("j")
    await expect(rows.nth(1)).to_be_focused()
    await page.keyboard.press("ArrowUp")
    await expect(rows.first).to_be_focused()
    number = await rows.first.inner_text()
    await page.keyboard.press("Enter")
    await expect(page.get_by_role("heading", level=1)).to_have_text(f"Báo cáo {number}")


async def test_without_scripts_everything_still_works(new_page: NewPage, console: str) -> None:
    page = await new_page(java_script_enabled=False)
    await enter(page, console)
    await page.goto(f"{console}/hang-doi")
    await page.get_by_label("Mức ưu tiên").select_option("P0")
    await page.get_by_role("button", name="Lọc").click()
    await page.locator("#hang-doi .number").click()
    await page.get_by_role("button", name="Hiện dấu vết").click()
    await expect(page.get_by_text(NUMBER)).to_be_visible()


async def test_signing_out_leaves_nothing_behind(new_page: NewPage, console: str) -> None:
    page = await new_page(viewport=DESKTOP)
    await enter(page, console)
    await page.goto(f"{console}/bao-cao/3")
    await page.get_by_role("button", name="Đăng xuất").click()
    await expect(page.get_by_text("Đã đăng xuất")).to_be_visible()
    await page.go_back()
    await expect(page.get_by_role("heading", name="Đăng nhập")).to_be_visible()
    stored = "JSON.stringify([{...sessionStorage}, {...localStorage}])"
    assert await page.evaluate(stored) == "[{},{}]"


@pytest.mark.parametrize("size", [DESKTOP, PHONE], ids=["desktop", "phone"])
async def test_every_page_is_accessible_and_fits(
    new_page: NewPage, console: str, axe_faults: Axe, tmp_path: Path, size: dict[str, int]
) -> None:
    shots = Path(os.environ.get("LACHAN_SHOTS", tmp_path))
    page = await new_page(viewport=size)
    await page.goto(f"{console}/dang-nhap")
    await _look(page, axe_faults, shots / f"console-dang-nhap-{size['width']}.png")
    await enter(page, console)
    for path, name in (
        ("/", "tong-quan"),
        ("/hang-doi", "hang-doi"),
        ("/bao-cao/3", "bao-cao"),
        ("/bao-cao/4", "bao-cao-giu"),
        ("/nhat-ky", "nhat-ky"),
        ("/khong-co", "loi"),
    ):
        await page.goto(f"{console}{path}")
        await _look(page, axe_faults, shots / f"console-{name}-{size['width']}.png")


async def _look(page: Page, axe_faults: Axe, picture: Path) -> None:
    await page.screenshot(path=picture, full_page=True)
    for summary in await page.locator("summary").all():
        await summary.click()
    assert await axe_faults(page) == []
    too_wide = "document.documentElement.scrollWidth > document.documentElement.clientWidth"
    assert not await page.evaluate(too_wide), picture.name

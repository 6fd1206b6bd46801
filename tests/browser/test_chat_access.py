"""The chat for everybody: keyboard, screen reader, small and enlarged screens, no JavaScript."""

from collections.abc import Awaitable, Callable

import pytest
from playwright.async_api import Page, expect

from tests.browser.chat_site import bot, talk, write
from tests.browser.conftest import NewPage
from tests.support.fake_chat import FakeChat, message

DESK = {"width": 1280, "height": 800}
LONG = "https://example.org/" + "a" * 90
Axe = Callable[[Page], Awaitable[list[str]]]


def full_answer(fake: FakeChat) -> None:
    buttons = [("Tôi đang ở nước ngoài", "danger.abroad~a"), ("Không phải", "danger.no~b")]
    links = [("Gọi 113", "tel:113"), ("Nguồn tin", "https://example.org")]
    fake.then(message(f"Gọi ngay.\n{LONG}", buttons, links))


@pytest.mark.parametrize("scheme", ["light", "dark"])
async def test_axe_finds_nothing_serious(
    new_page: NewPage, fake: FakeChat, axe_faults: Axe, scheme: str
) -> None:
    page = await new_page(color_scheme=scheme)
    await page.goto(fake.url)
    assert await axe_faults(page) == []
    full_answer(fake)
    await write(page, "cứu em")
    await expect(bot(page)).to_have_count(1)
    await page.get_by_role("button", name="Không phải").click()
    await expect(bot(page)).to_have_count(2)
    fake.then(status=503, error="Tạm gián đoạn.")
    await write(page, "một")
    await expect(page.get_by_role("button", name="Gửi lại")).to_be_visible()
    assert await axe_faults(page) == []


@pytest.mark.parametrize("path", ["rieng-tu", "khong-co"])
async def test_axe_finds_nothing_serious_on_pages_to_read(
    page: Page, fake: FakeChat, axe_faults: Axe, path: str
) -> None:
    await page.goto(fake.url + path)
    assert await axe_faults(page) == []


async def test_a_screen_reader_meets_named_parts(page: Page, fake: FakeChat) -> None:
    full_answer(fake)
    await talk(page, fake.url, "cứu em")
    log = page.get_by_role("log", name="Cuộc trò chuyện")
    await expect(log).to_have_attribute("aria-live", "polite")
    await expect(log.get_by_text("Trợ lý:")).to_have_count(1)
    await expect(page.get_by_role("heading", level=1)).to_have_text("Trợ lý hỗ trợ")
    await expect(page.get_by_role("banner")).to_have_count(1)
    await expect(page.get_by_role("main")).to_have_count(1)
    await expect(page.get_by_role("contentinfo")).to_have_count(1)
    await expect(page.get_by_role("navigation", name="Gọi điện")).to_have_count(1)
    await expect(page.get_by_role("textbox", name="Tin nhắn của bạn")).to_have_count(1)
    await expect(log.get_by_role("group", name="Lựa chọn")).to_have_count(1)


async def test_everything_can_be_done_from_the_keyboard(new_page: NewPage, fake: FakeChat) -> None:
    page = await new_page(viewport=DESK)
    full_answer(fake)
    await page.goto(fake.url)
    await page.keyboard.press("Tab")
    await expect(page.get_by_role("link", name="Đến ô nhập tin nhắn")).to_be_focused()
    await page.keyboard.press("Enter")
    box = page.get_by_label("Tin nhắn của bạn")
    await expect(box).to_be_focused()
    await page.keyboard.type("dong mot")
    await page.keyboard.press("Shift+Enter")
    await page.keyboard.type("dong hai")
    await page.keyboard.press("Enter")
    await expect(bot(page)).to_have_count(1)
    assert fake.received[0]["text"] == "dong mot\ndong hai"
    await expect(box).to_be_focused()
    await page.keyboard.press("Shift+Tab")
    no = page.get_by_role("button", name="Không phải")
    await expect(no).to_be_focused()
    fake.then(message("Rồi.", [("Tiếp", "menu.start~c")]))
    await page.keyboard.press("Enter")
    await expect(bot(page)).to_have_count(2)
    await expect(no).to_be_focused()
    await page.keyboard.press("Tab")
    await expect(page.get_by_role("button", name="Tiếp")).to_be_focused()


async def test_the_way_out_comes_first_for_the_keyboard(page: Page, fake: FakeChat) -> None:
    await page.goto(fake.url)
    await page.keyboard.press("Tab")
    await page.keyboard.press("Tab")
    await expect(page.get_by_role("link", name="Thoát nhanh")).to_be_focused()


@pytest.mark.parametrize(("width", "height"), [(390, 844), (320, 640), (195, 422), (1280, 800)])
async def test_it_fits_every_screen_and_the_way_out_stays(
    new_page: NewPage, fake: FakeChat, width: int, height: int
) -> None:
    """195 × 422 is a phone enlarged to 200 %."""
    page = await new_page(viewport={"width": width, "height": height})
    full_answer(fake)
    await talk(page, fake.url, "cứu em " * 60)
    assert await page.evaluate("document.documentElement.scrollWidth") <= width
    await page.evaluate("scrollTo(0, document.body.scrollHeight)")
    way_out = page.get_by_role("link", name="Thoát nhanh")
    await expect(way_out).to_be_in_viewport(ratio=1)
    await expect(page.get_by_label("Tin nhắn của bạn")).to_be_in_viewport(ratio=1)
    await way_out.click(trial=True)


async def test_fingers_find_every_target(page: Page, fake: FakeChat) -> None:
    full_answer(fake)
    await talk(page, fake.url, "cứu em")
    targets = page.locator("button:visible, a:visible:not(.skip), textarea")
    assert await targets.count() > 10
    for target in await targets.all():
        area = await target.bounding_box()
        assert area
        assert area["height"] >= 40, await target.inner_text()
        if "Riêng tư" not in await target.inner_text():
            assert area["height"] >= 44, await target.inner_text()


@pytest.mark.parametrize(("width", "height"), [(390, 844), (320, 640), (390, 420)])
async def test_the_start_of_a_new_answer_is_in_view(
    new_page: NewPage, fake: FakeChat, width: int, height: int
) -> None:
    page = await new_page(viewport={"width": width, "height": height})
    fake.then(message("Câu đầu.\n" + "Dòng dài.\n" * 60))
    await talk(page, fake.url, "hỏi")
    top = await bot(page).bounding_box()
    covering = await page.get_by_role("link", name="Thoát nhanh").bounding_box()
    if height > 600:
        covering = await page.get_by_role("banner").bounding_box()
    assert top
    assert covering
    assert covering["y"] + covering["height"] <= top["y"] < height / 2


async def test_what_is_said_after_a_fault_is_not_covered(page: Page, fake: FakeChat) -> None:
    fake.then(status=503, error="Tạm gián đoạn.")
    await page.goto(fake.url)
    await write(page, "một")
    again = page.get_by_role("button", name="Gửi lại")
    area, footer = await again.bounding_box(), await page.get_by_role("contentinfo").bounding_box()
    assert area
    assert footer
    assert area["y"] + area["height"] <= footer["y"]


async def test_the_vietnamese_font_is_used(page: Page, fake: FakeChat) -> None:
    await page.goto(fake.url)
    await page.evaluate("document.fonts.ready.then(() => true)")
    assert await page.evaluate("document.fonts.check('16px \"Be Vietnam Pro\"', 'ữếạ')")


async def test_without_javascript_one_can_still_chat(new_page: NewPage, fake: FakeChat) -> None:
    page = await new_page(java_script_enabled=False)
    full_answer(fake)
    await page.goto(fake.url)
    await expect(page.locator("noscript p")).to_contain_text("đang tắt JavaScript")
    await expect(page.get_by_role("link", name="Gọi 111")).to_have_attribute("href", "tel:111")
    await write(page, "cứu em")
    await expect(bot(page)).to_have_count(1)
    await page.get_by_role("button", name="Tôi đang ở nước ngoài").click()
    await expect(bot(page)).to_contain_text("Đã nhận.")
    assert fake.received[1]["session"] == "session-1"
    assert fake.received[1]["payload"] == "danger.abroad~a"

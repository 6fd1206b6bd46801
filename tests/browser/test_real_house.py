"""The real product, every process of it, as a person sees it: a phone, then an officer's desk."""

import re

from playwright.async_api import expect

from tests.browser.chat_site import bot, write
from tests.browser.conftest import NewPage
from tests.support.house import OFFICER, PASSWORD, House

DESKTOP = {"width": 1280, "height": 860}


async def test_danger_on_a_phone_shows_numbers_to_tap(house: House, new_page: NewPage) -> None:
    page = await new_page()
    await page.goto(house.chat)
    await write(page, "cuu em voi ho nhot em trong phong")
    await expect(bot(page).first).to_contain_text("113")
    await expect(page.locator('#log a[href="tel:113"]').first).to_be_visible()


async def test_an_advert_then_a_quiz_by_buttons(house: House, new_page: NewPage) -> None:
    page = await new_page()
    await page.goto(house.chat)
    await write(page, "tuyen nu pv karaoke luong 40tr ung truoc 20tr bao an o ib zalo")
    await expect(page.locator("#log")).to_contain_text("dấu hiệu")
    await write(page, "làm câu đố")
    await expect(page.locator("#log")).to_contain_text("Câu 1/10")
    await page.locator("#log").get_by_role("button", name="A", exact=True).last.click()
    await expect(page.locator("#log")).to_contain_text("Câu 2/10")


async def test_a_report_written_on_the_phone_is_in_the_officers_queue(
    house: House, new_page: NewPage
) -> None:
    phone = await new_page()
    await phone.goto(house.chat)
    await write(phone, "Báo cáo vụ việc")
    log = phone.locator("#log")
    for title in ("2. Lưu để hỏi lại",):
        await log.get_by_role("button", name=title).click()
    await expect(log).to_contain_text("Câu 1/5")
    await write(phone, "chủ trọ thu giấy tờ của mấy bạn công nhân, bắt làm đêm không trả lương")
    await expect(log).to_contain_text("Câu 2/5")
    await write(phone, "bình dương")
    for number in (3, 4, 5):
        await expect(log).to_contain_text(f"Câu {number}/5")
        await log.get_by_role("button", name=re.compile("bỏ qua", re.IGNORECASE)).last.click()
    await log.get_by_role("button", name="Gửi", exact=True).click()
    await expect(log).to_contain_text(re.compile(r"\d{4} \d{4} \d{4} \d{4}"))

    desk = await new_page(viewport=DESKTOP)
    await desk.goto(f"{house.console}/dang-nhap")
    await desk.get_by_label("Tên đăng nhập").fill(OFFICER)
    await desk.get_by_label("Mật khẩu").fill(PASSWORD)
    await desk.get_by_role("button", name="Đăng nhập").click()
    await desk.goto(f"{house.console}/hang-doi")
    await desk.get_by_role("link", name=re.compile("LC-2026-")).last.click()
    await expect(desk.locator("main")).to_contain_text("Bước tiếp theo")

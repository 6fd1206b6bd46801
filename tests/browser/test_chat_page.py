"""The chat page in a real browser, phone size, before a strict stand-in for the product."""

import asyncio

from playwright.async_api import Page, expect

from tests.browser.chat_site import bot, notices, stored, talk, write
from tests.browser.conftest import NewPage
from tests.support.fake_chat import FakeChat, message


async def test_it_greets_without_asking_the_server(page: Page, fake: FakeChat) -> None:
    await page.goto(fake.url)
    await expect(page.get_by_text("Tôi là trợ lý tự động")).to_be_visible()
    await expect(page.get_by_role("button", name="Tôi cần giúp ngay")).to_be_visible()
    assert not fake.received
    assert not fake.polled
    assert await stored(page) == {"session": {}, "local": {}, "cookies": []}


async def test_a_message_gets_its_replies_with_their_lines(page: Page, fake: FakeChat) -> None:
    fake.then(message("Một.\nHai."), message("Ba."))
    await page.goto(fake.url)
    await write(page, "chao ban")
    await expect(bot(page)).to_have_count(2)
    await expect(page.locator("#log .you")).to_contain_text("chao ban")
    assert "Một.\nHai." in await bot(page).first.inner_text()
    await expect(page.get_by_label("Tin nhắn của bạn")).to_have_value("")


async def test_only_the_session_is_kept_and_only_in_the_tab(page: Page, fake: FakeChat) -> None:
    await talk(page, fake.url, "một")
    await write(page, "hai")
    await expect(bot(page)).to_have_count(2)
    assert await stored(page) == {"session": {"session": "session-1"}, "local": {}, "cookies": []}
    first, second = fake.received
    assert "session" not in first
    assert second["session"] == "session-1"
    assert first["id"] != second["id"]


async def test_a_quick_button_sends_its_words(page: Page, fake: FakeChat) -> None:
    await page.goto(fake.url)
    await page.get_by_role("button", name="Hỏi về việc làm").click()
    await expect(bot(page)).to_have_count(1)
    assert fake.received[0]["text"] == "Hỏi về việc làm"
    assert "payload" not in fake.received[0]


async def test_messages_arrive_one_after_the_other(page: Page, fake: FakeChat) -> None:
    hold = asyncio.Event()
    fake.then(message("Trả lời một."), hold=hold)
    await page.goto(fake.url)
    await write(page, "một")
    await write(page, "hai")
    await expect(page.locator("#log .you")).to_have_count(2)
    hold.set()
    await expect(bot(page)).to_have_count(2)
    assert [body["text"] for body in fake.received] == ["một", "hai"]
    assert fake.received[1]["session"] == "session-1"


async def test_a_button_sends_its_payload_once(page: Page, fake: FakeChat) -> None:
    fake.then(message("Chọn nhé.", [("Có", "report.yes~a"), ("Không", "report.no~b")]))
    await talk(page, fake.url, "báo cáo")
    yes = page.get_by_role("button", name="Có", exact=True)
    await yes.click()
    await expect(bot(page)).to_have_count(2)
    await expect(page.locator("#log .you").nth(1)).to_contain_text("Có")
    await expect(yes).to_be_disabled()
    await expect(page.get_by_role("button", name="Không")).to_be_disabled()
    await yes.click(force=True)
    await write(page, "xong")
    await expect(bot(page)).to_have_count(3)
    assert [body.get("payload") for body in fake.received] == [None, "report.yes~a", None]


async def test_call_links_stay_and_strange_links_never_appear(page: Page, fake: FakeChat) -> None:
    links = [
        ("Gọi 113", "tel:113"),
        ("Nguồn", "https://example.org/a"),
        ("Bẫy", "javascript:alert(1)"),
        ("Bẫy", "data:text/html,x"),
        ("Bẫy", "//example.org"),
    ]
    fake.then(message("Số đây.", [("Tiếp", "menu.start~a")], links))
    await talk(page, fake.url, "số nào")
    await page.get_by_role("button", name="Tiếp").click()
    await expect(bot(page)).to_have_count(2)
    shown = await bot(page).first.get_by_role("link").all()
    assert [await link.get_attribute("href") for link in shown] == [
        "tel:113",
        "https://example.org/a",
    ]
    assert "noreferrer" in str(await shown[1].get_attribute("rel"))


async def test_what_anybody_wrote_stays_text(page: Page, fake: FakeChat) -> None:
    evil = "<img src=x onerror=\"document.title='hong'\"><script>document.title='hong'</script>"
    fake.then(message(evil, [(evil, "menu.start~a")], [(evil, "tel:111")]))
    await talk(page, fake.url, evil)
    await expect(bot(page).first).to_contain_text(evil)
    await expect(page.locator("#log img, #log script")).to_have_count(0)
    await expect(page).to_have_title("Trợ lý hỗ trợ")


async def test_waiting_is_shown_and_told(page: Page, fake: FakeChat) -> None:
    hold = asyncio.Event()
    fake.then(message("Đây."), hold=hold)
    await page.goto(fake.url)
    await write(page, "chờ")
    await expect(page.locator("#typing")).to_be_visible()
    await expect(page.locator("#typing")).to_have_attribute("aria-hidden", "true")
    await expect(page.locator("#status")).to_have_text("Đang soạn câu trả lời…")
    hold.set()
    await expect(page.locator("#typing")).to_be_hidden()
    await expect(page.locator("#status")).to_be_empty()


async def test_after_a_reload_the_conversation_goes_on(page: Page, fake: FakeChat) -> None:
    await talk(page, fake.url, "một")
    fake.then_polled(message("Câu trả lời đến sau."))
    await page.reload()
    await expect(notices(page)).to_contain_text("Trang vừa được mở lại")
    await expect(page.get_by_text("Câu trả lời đến sau.")).to_be_visible()
    await write(page, "hai")
    await expect(bot(page)).to_have_count(2)
    assert fake.received[1]["session"] == "session-1"


async def test_a_page_answered_before_the_script_came_goes_on_with_it(
    page: Page, fake: FakeChat
) -> None:
    fake.then(message("Chọn nhé.", [("Có", "report.yes~a")]))
    await page.route("**/*.js", lambda route: route.abort())
    await page.goto(fake.url)
    await page.unroute("**/*.js")
    await write(page, "một")
    await expect(page.locator("#log .you")).to_contain_text("một")
    await page.get_by_role("button", name="Có", exact=True).click()
    await expect(bot(page)).to_have_count(2)
    assert page.url.endswith("/tro-chuyen")
    assert [body.get("session") for body in fake.received] == [None, "session-1"]
    assert fake.received[1]["payload"] == "report.yes~a"


async def test_a_text_too_long_is_counted_and_not_sent(page: Page, fake: FakeChat) -> None:
    await page.goto(fake.url)
    counter = page.locator("#counter")
    await page.get_by_label("Tin nhắn của bạn").fill("ạ" * 3600)
    await expect(counter).to_have_text("3600 / 4.000 ký tự")
    await write(page, "😀" * 4001)
    await expect(counter).to_contain_text("Dài quá 1 ký tự")
    assert not fake.received
    await write(page, "😀" * 4000)
    await expect(bot(page)).to_have_count(1)
    await expect(counter).to_be_hidden()


async def test_a_pasted_advert_grows_the_box_but_not_over_the_page(
    page: Page, fake: FakeChat
) -> None:
    await page.goto(fake.url)
    box = page.get_by_label("Tin nhắn của bạn")
    before = await box.bounding_box()
    await box.fill("TUYỂN GẤP\n" * 30)
    after = await box.bounding_box()
    assert before
    assert after
    assert before["height"] + 40 < after["height"] < 160


async def test_on_a_phone_enter_makes_a_new_line(new_page: NewPage, fake: FakeChat) -> None:
    page = await new_page(has_touch=True, is_mobile=True)
    await page.goto(fake.url)
    box = page.get_by_label("Tin nhắn của bạn")
    await box.type("một")
    await box.press("Enter")
    await box.type("hai")
    await expect(box).to_have_value("một\nhai")
    assert not fake.received

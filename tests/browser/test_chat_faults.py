"""When the network, the server or the session fails: nothing is lost, and the numbers stay."""

import asyncio

import pytest
from playwright.async_api import Page, Request, expect

from tests.browser.chat_site import bot, notices, skip_pauses, stored, talk, write
from tests.support.fake_chat import FakeChat, message


async def test_a_lost_message_is_sent_again_under_the_same_id(page: Page, fake: FakeChat) -> None:
    fake.then(drop=True)
    fake.then(drop=True)
    await page.goto(fake.url)
    await write(page, "cứu em")
    await expect(page.locator("#banner")).to_contain_text("Đang gửi lại")
    await skip_pauses(page, bot(page))
    await expect(page.locator("#banner")).to_be_hidden()
    await expect(page.locator("#log .you")).to_have_count(1)
    assert len(fake.received) >= 3
    assert len({body["id"] for body in fake.received}) == 1


async def test_who_cannot_be_reached_at_all_shows_the_numbers(page: Page, fake: FakeChat) -> None:
    ids: list[str] = []

    def note(request: Request) -> None:
        if request.url.endswith("/api/chat"):
            ids.append(str((request.post_data_json or {})["id"]))

    page.on("request", note)
    await page.route("**/api/chat", lambda route: route.abort())
    await page.goto(fake.url)
    await write(page, "cứu em")
    await skip_pauses(page, notices(page))
    await expect(notices(page)).to_contain_text("Chưa gửi được tin này")
    await expect(notices(page).get_by_role("link", name="Gọi 113")).to_have_attribute(
        "href", "tel:113"
    )
    await page.unroute("**/api/chat")
    await page.get_by_role("button", name="Gửi lại").click()
    await expect(bot(page)).to_have_count(1)
    await expect(notices(page)).to_have_count(0)
    assert len(ids) == 7
    assert len(set(ids)) == 1
    assert fake.received[0]["text"] == "cứu em"


async def test_offline_is_said_and_the_message_goes_when_the_network_is_back(
    page: Page, fake: FakeChat
) -> None:
    await page.goto(fake.url)
    await page.context.set_offline(True)
    await expect(page.locator("#banner")).to_contain_text("mất mạng")
    await write(page, "còn ai không")
    await expect(page.locator("#banner")).to_contain_text("mất mạng")
    await expect(page.get_by_role("link", name="Gọi 111")).to_be_in_viewport()
    await page.context.set_offline(False)
    await expect(bot(page)).to_have_count(1)
    await expect(page.locator("#banner")).to_be_hidden()


async def test_too_fast_waits_as_long_as_it_is_told(page: Page, fake: FakeChat) -> None:
    fake.then(status=429, error="Bạn gửi hơi nhanh.", headers={"Retry-After": "7"})
    await page.goto(fake.url)
    await write(page, "một")
    await expect(page.locator("#banner")).to_contain_text("sau 7 giây")
    await page.wait_for_timeout(300)
    assert len(fake.received) == 1
    await skip_pauses(page, bot(page))
    assert fake.received[0] == fake.received[1]


async def test_an_answer_that_takes_long_is_fetched(page: Page, fake: FakeChat) -> None:
    fake.then(pending=True)
    fake.then_polled()
    fake.then_polled(message("Trả lời muộn.", [("Tiếp", "menu.start~a")]))
    await page.goto(fake.url)
    await write(page, "chậm")
    await expect(page.locator("#typing")).to_be_visible()
    await skip_pauses(page, bot(page))
    await expect(bot(page)).to_contain_text("Trả lời muộn.")
    await expect(page.locator("#typing")).to_be_hidden()
    assert fake.polled == [{"session": "session-1"}] * 2
    await page.get_by_role("button", name="Tiếp").click()
    await expect(bot(page)).to_have_count(2)


async def test_who_writes_while_waiting_is_not_held_up(page: Page, fake: FakeChat) -> None:
    fake.then(pending=True)
    await page.goto(fake.url)
    await write(page, "chậm")
    await expect(page.locator("#typing")).to_be_visible()
    await write(page, "cứu em")
    await expect(bot(page)).to_have_count(1)
    assert [body["text"] for body in fake.received] == ["chậm", "cứu em"]


async def test_a_forgotten_session_is_renewed_and_the_text_sent_again(
    page: Page, fake: FakeChat
) -> None:
    await talk(page, fake.url, "một")
    fake.forget("session-1")
    await write(page, "hai")
    await expect(bot(page)).to_have_count(2)
    assert [body.get("session") for body in fake.received] == [None, "session-1", None]
    assert fake.received[1]["id"] == fake.received[2]["id"]
    assert await page.evaluate("sessionStorage.session") == "session-3"


async def test_a_button_of_a_forgotten_session_asks_to_write(page: Page, fake: FakeChat) -> None:
    fake.then(message("Chọn nhé.", [("Có", "report.yes~a")]))
    await talk(page, fake.url, "một")
    fake.forget("session-1")
    await page.get_by_role("button", name="Có", exact=True).click()
    await expect(notices(page)).to_contain_text("không còn dùng được")
    assert (await stored(page))["session"] == {}
    await write(page, "hai")
    await expect(bot(page)).to_have_count(2)


@pytest.mark.parametrize("status", [400, 413, 503])
async def test_a_refusal_is_told_in_its_own_words_with_the_numbers(
    page: Page, fake: FakeChat, status: int
) -> None:
    fake.then(status=status, error="Lời của máy chủ.")
    await page.goto(fake.url)
    await write(page, "một")
    await expect(notices(page)).to_contain_text("Lời của máy chủ.")
    calls = notices(page).get_by_role("link")
    assert [await call.get_attribute("href") for call in await calls.all()] == [
        "tel:111",
        "tel:113",
        "tel:+84981848484",
    ]
    assert len(fake.received) == 1


async def test_after_a_fault_of_the_server_the_message_can_be_sent_again(
    page: Page, fake: FakeChat
) -> None:
    fake.then(status=503, error="Tạm gián đoạn.")
    await page.goto(fake.url)
    await write(page, "một")
    await page.get_by_role("button", name="Gửi lại").click()
    await expect(bot(page)).to_have_count(1)
    assert fake.received[0] == fake.received[1]


async def test_an_answer_that_is_no_json_counts_as_none(page: Page, fake: FakeChat) -> None:
    broken = asyncio.Event()

    async def proxy(route) -> None:  # type: ignore[no-untyped-def]
        if broken.is_set():
            await route.continue_()
            return
        broken.set()
        await route.fulfill(status=502, body="<html>Bad gateway</html>")

    await page.route("**/api/chat", proxy)
    await page.goto(fake.url)
    await write(page, "một")
    await skip_pauses(page, bot(page))
    assert len(fake.received) == 1

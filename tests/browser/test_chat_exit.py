"""Quick exit: what was on the page is gone from the tab, and does not come back."""

import asyncio

import pytest
from playwright.async_api import Page, expect

from tests.browser.chat_site import NEUTRAL, bot, neutral_page, stored, talk, write
from tests.browser.conftest import NewPage
from tests.support.fake_chat import FakeChat, message

SECRET = "em đang ở xưởng số bảy"


@pytest.fixture(autouse=True)
async def weather(page: Page) -> None:
    await neutral_page(page.context)


async def leave(page: Page) -> None:
    await page.get_by_role("link", name="Thoát nhanh").click()
    await page.wait_for_url(f"{NEUTRAL}**")


async def test_it_opens_a_neutral_page_at_once(page: Page, fake: FakeChat) -> None:
    await talk(page, fake.url, SECRET)
    await leave(page)
    await expect(page).to_have_title("Thời tiết")


async def test_back_does_not_lead_to_the_conversation(page: Page, fake: FakeChat) -> None:
    await page.goto(f"{fake.url}rieng-tu")
    await talk(page, fake.url, SECRET)
    await leave(page)
    await page.go_back()
    assert page.url.endswith("/rieng-tu")
    assert SECRET not in await page.content()


async def test_back_over_an_older_page_of_the_tab_shows_nothing(page: Page, fake: FakeChat) -> None:
    await talk(page, fake.url, SECRET)
    await page.goto(f"{fake.url}rieng-tu")
    await leave(page)
    await page.go_back()
    assert page.url == fake.url
    await expect(page.get_by_text("Tôi là trợ lý tự động")).to_be_visible()
    assert SECRET not in await page.content()
    assert (await stored(page))["session"] == {}


async def test_the_tab_forgets_its_session(page: Page, fake: FakeChat) -> None:
    await talk(page, fake.url, SECRET)
    await leave(page)
    await page.goto(fake.url)
    assert await stored(page) == {"session": {}, "local": {}, "cookies": []}
    await write(page, "xin chào")
    await expect(bot(page)).to_have_count(1)
    assert "session" not in fake.received[-1]


async def test_the_page_is_empty_even_if_the_next_one_never_comes(
    page: Page, fake: FakeChat
) -> None:
    await talk(page, fake.url, SECRET)
    await page.get_by_label("Tin nhắn của bạn").fill("chưa gửi")
    await page.context.route(f"{NEUTRAL}**", lambda route: route.fulfill(status=204))
    await page.get_by_role("link", name="Thoát nhanh").click()
    await expect(page.locator("body")).to_be_empty()
    await expect(page).not_to_have_title("Trợ lý hỗ trợ")
    assert page.url == fake.url
    assert (await stored(page))["session"] == {}


async def test_an_answer_on_its_way_is_given_up(page: Page, fake: FakeChat) -> None:
    """Even when the next page never comes, and so does not end the request by itself."""
    await page.context.route(f"{NEUTRAL}**", lambda route: route.fulfill(status=204))
    hold = asyncio.Event()
    fake.then(message(SECRET), hold=hold)
    await page.goto(fake.url)
    await write(page, "một")
    await expect(page.locator("#typing")).to_be_visible()
    async with page.expect_event(
        "requestfailed", lambda request: request.url.endswith("/api/chat")
    ):
        await page.get_by_role("link", name="Thoát nhanh").click()
    hold.set()
    await expect(page.locator("body")).to_be_empty()
    assert (await stored(page))["session"] == {}


async def test_escape_three_times_is_the_same(page: Page, fake: FakeChat) -> None:
    await talk(page, fake.url, SECRET)
    await page.get_by_label("Tin nhắn của bạn").focus()
    await page.keyboard.press("Escape")
    await page.keyboard.press("Escape")
    await page.wait_for_timeout(200)
    assert page.url == fake.url
    await page.keyboard.press("Escape")
    await page.wait_for_url(f"{NEUTRAL}**")


async def test_it_works_on_the_privacy_page_too(page: Page, fake: FakeChat) -> None:
    await page.goto(f"{fake.url}rieng-tu")
    for _ in range(3):
        await page.keyboard.press("Escape")
    await page.wait_for_url(f"{NEUTRAL}**")


async def test_a_page_kept_for_back_is_hidden_and_wiped(page: Page, fake: FakeChat) -> None:
    """What a browser does that keeps pages alive: hide, leave elsewhere in the tab, come back."""
    await talk(page, fake.url, SECRET)
    log = page.locator("#log")
    await page.evaluate("dispatchEvent(new PageTransitionEvent('pagehide', {persisted: true}))")
    await expect(log).to_be_hidden()
    await page.evaluate("dispatchEvent(new PageTransitionEvent('pageshow', {persisted: true}))")
    await expect(log).to_be_visible()
    await page.evaluate("sessionStorage.clear()")
    async with page.expect_navigation():
        await page.evaluate("dispatchEvent(new PageTransitionEvent('pageshow', {persisted: true}))")
    assert SECRET not in await page.content()


async def test_without_javascript_it_is_a_plain_link(new_page: NewPage, fake: FakeChat) -> None:
    page = await new_page(java_script_enabled=False)
    await neutral_page(page.context)
    await page.goto(fake.url)
    await leave(page)
    await expect(page).to_have_title("Thời tiết")

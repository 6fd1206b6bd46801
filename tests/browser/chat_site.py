"""Steps that the chat tests share: write, read what came, watch the neutral page come up."""

from playwright.async_api import BrowserContext, Locator, Page, Route, expect

NEUTRAL = "https://www.google.com/"


def bot(page: Page) -> Locator:
    """The replies in the conversation (not the greeting)."""
    return page.locator("#log .bot")


def notices(page: Page) -> Locator:
    return page.locator("#log .notice")


async def write(page: Page, text: str) -> None:
    await page.get_by_label("Tin nhắn của bạn").fill(text)
    await page.get_by_role("button", name="Gửi", exact=True).click()


async def talk(page: Page, url: str, text: str) -> None:
    """Open the page, write, and wait for the first reply."""
    await page.goto(url)
    await write(page, text)
    await expect(bot(page)).to_have_count(1)


async def skip_pauses(page: Page, until: Locator) -> None:
    """Let the page believe that the network is back, again and again, so that no test waits."""
    for _ in range(100):
        if await until.count():
            return
        await page.evaluate("window.dispatchEvent(new Event('online'))")
        await page.wait_for_timeout(50)
    raise AssertionError("what was waited for did not come")


async def stored(page: Page) -> dict[str, object]:
    """Everything that the page left in this browser."""
    return {
        "session": await page.evaluate("({...sessionStorage})"),
        "local": await page.evaluate("({...localStorage})"),
        "cookies": await page.context.cookies(),
    }


async def neutral_page(context: BrowserContext) -> None:
    """A stand-in for the page that quick exit leads to."""

    async def weather(route: Route) -> None:
        await route.fulfill(
            body="<title>Thời tiết</title>", content_type="text/html; charset=utf-8"
        )

    await context.route(f"{NEUTRAL}**", weather)

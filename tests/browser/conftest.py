"""A headless Chromium for every test that looks at pages as people see them.

Each test gets its own browser in its own event loop, so that servers and database fixtures of
the same test run beside it. A missing Chromium fails with what to install; nothing is skipped.
"""

import os
import shutil
from collections.abc import AsyncIterator, Awaitable, Callable
from pathlib import Path
from typing import Any

import pytest
from aiohttp.test_utils import TestServer
from axe_core_python.base import AXE_FILE_PATH  # type: ignore[import-untyped]
from playwright.async_api import Browser, BrowserContext, Page, Playwright, async_playwright

from content.loader import Content
from tests.support.fake_chat import FakeChat

ARGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--disable-dev-shm-usage",
]
NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
MISSING = (
    "No Chromium was found. Install one (Debian: apt-get install chromium; elsewhere: "
    "python -m playwright install chromium), or name its program in CHROMIUM."
)
PHONE = {"width": 390, "height": 844}
NewPage = Callable[..., Awaitable[Page]]


def chromium_of(playwright: Playwright) -> str:
    """The program to start: `CHROMIUM`, else one on the path, else Playwright's own."""
    named = os.environ.get("CHROMIUM")
    own = playwright.chromium.executable_path
    candidates = [named] if named else [*map(shutil.which, NAMES), own]
    for path in candidates:
        if path and Path(path).exists():
            return path
    pytest.fail(MISSING, pytrace=False)


@pytest.fixture
async def browser() -> AsyncIterator[Browser]:
    async with async_playwright() as playwright:
        program = chromium_of(playwright)
        browser = await playwright.chromium.launch(executable_path=program, args=ARGS)
        yield browser
        await browser.close()


@pytest.fixture
async def new_page(browser: Browser) -> AsyncIterator[NewPage]:
    """Opens a page of phone size in a context of its own; options are those of a context.

    An error in the page's scripts, or a breach of its Content-Security-Policy, fails the test.
    """
    contexts: list[BrowserContext] = []
    faults: list[str] = []

    async def open_page(**options: Any) -> Page:
        settings = {"viewport": PHONE, "locale": "vi-VN", "reduced_motion": "reduce", **options}
        context = await browser.new_context(**settings)
        contexts.append(context)
        page = await context.new_page()
        page.set_default_timeout(10_000)
        page.on("pageerror", lambda error: faults.append(str(error)))
        page.on("console", lambda line: _breach(line.text, faults))
        return page

    yield open_page
    for context in contexts:
        await context.close()
    assert not faults, faults


@pytest.fixture
async def page(new_page: NewPage) -> Page:
    return await new_page()


@pytest.fixture
async def fake(content: Content) -> AsyncIterator[FakeChat]:
    """The chat page at `fake.url`, before a stand-in that insists on the JSON contract."""
    fake = FakeChat()
    async with TestServer(fake.app(content)) as server:
        fake.url = str(server.make_url("/"))
        yield fake
    assert not fake.breaches


@pytest.fixture
def axe_faults() -> Callable[[Page], Awaitable[list[str]]]:
    """Serious and critical findings of axe-core on a page, as `rule: element`."""

    async def check(page: Page) -> list[str]:
        await page.evaluate(Path(AXE_FILE_PATH).read_text(encoding="utf-8"))
        result = await page.evaluate("axe.run()")
        return [
            f"{found['id']}: {node['html'][:120]}"
            for found in result["violations"]
            if found["impact"] in ("serious", "critical")
            for node in found["nodes"]
        ]

    return check


def _breach(text: str, faults: list[str]) -> None:
    if "Content Security Policy" in text or "TrustedHTML" in text:
        faults.append(text)

"""A flooded server asks the page for a little work: it is done without freezing, and unseen."""

import hashlib

from playwright.async_api import Page, expect

from tests.browser.chat_site import bot, write
from tests.support.fake_chat import FakeChat

CHALLENGE = "14.1795000000.abcdefghijkl.0123456789abcdefghijkl"


async def test_the_page_solves_the_challenge_and_sends_the_message_again(
    page: Page, fake: FakeChat
) -> None:
    fake.then(status=429, challenge=CHALLENGE, headers={"Retry-After": "60"})
    await page.goto(fake.url)
    await write(page, "cho em hỏi")
    await expect(bot(page)).to_have_count(1)
    await expect(page.locator("#banner")).to_be_hidden()
    first, second = fake.received
    proof = second.pop("proof")
    assert first == second
    assert proof.startswith(f"{CHALLENGE}:")
    digest = hashlib.sha256(proof.encode()).digest()
    assert int.from_bytes(digest) >> (256 - 14) == 0


async def test_while_it_works_the_page_stays_alive_and_can_be_left(
    page: Page, fake: FakeChat
) -> None:
    fake.then(status=429, challenge="31" + CHALLENGE[2:], headers={"Retry-After": "60"})
    await page.goto(fake.url)
    await write(page, "cho em hỏi")
    await expect(page.locator("#banner")).to_contain_text("tự gửi sau vài giây")
    await expect(page.get_by_role("link", name="Gọi 111")).to_be_in_viewport()
    await page.get_by_label("Tin nhắn của bạn").fill("vẫn gõ được")
    await expect(page.get_by_label("Tin nhắn của bạn")).to_have_value("vẫn gõ được")
    longest = await page.evaluate(
        """async () => {
            let longest = 0;
            for (let i = 0; i < 20; i += 1) {
                const from = performance.now();
                await new Promise((done) => setTimeout(done, 0));
                longest = Math.max(longest, performance.now() - from);
            }
            return longest;
        }"""
    )
    assert longest < 300

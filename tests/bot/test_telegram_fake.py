"""The fake platform before python-telegram-bot's own transport, and its refusals."""

import warnings
from collections.abc import AsyncIterator

import pytest
from telegram import Bot, InlineKeyboardButton, InlineKeyboardMarkup
from telegram.error import BadRequest, ChatMigrated, Conflict, Forbidden, InvalidToken, RetryAfter

from tests.support.fake_telegram import FakeTelegram
from tests.support.fake_telegram_wire import MAX_KEYS

ME = 7


@pytest.fixture
async def fake() -> AsyncIterator[FakeTelegram]:
    async with FakeTelegram(known={ME, -5}) as fake:
        yield fake


@pytest.fixture
async def bot(fake: FakeTelegram) -> AsyncIterator[Bot]:
    async with Bot(fake.token, base_url=f"{fake.url}/bot") as bot:
        yield bot


async def test_the_librarys_own_client_is_served(bot: Bot, fake: FakeTelegram) -> None:
    assert bot.username == fake.username
    sent = await bot.send_message(ME, " Chào 👍 ")
    assert sent.text == fake.chats[ME][0].text == "Chào 👍"
    await fake.push(fake.people.says(ME, "xin chào"))
    [update] = await bot.get_updates()
    assert update.message is not None
    assert update.message.text == "xin chào"
    assert await bot.get_updates(offset=update.update_id + 1) == ()


async def test_lengths_are_counted_in_utf_16(bot: Bot) -> None:
    await bot.send_message(ME, "👍" * 2048)
    with pytest.raises(BadRequest, match="too long"):
        await bot.send_message(ME, "👍" * 2049)
    with pytest.raises(BadRequest, match="empty"):
        await bot.send_message(ME, " \n ")


@pytest.mark.parametrize(
    "keys",
    [
        [InlineKeyboardButton("Gọi", url="tel:111")],
        [InlineKeyboardButton("Dài", callback_data="đ" * 33)],
        [InlineKeyboardButton(" ", callback_data="x")],
        [InlineKeyboardButton("Chưa", None)],
        [InlineKeyboardButton("Chín", callback_data="x")] * 9,
    ],
)
async def test_bad_keyboards_are_refused(bot: Bot, keys: list[InlineKeyboardButton]) -> None:
    with pytest.raises(BadRequest):
        await bot.send_message(ME, "?", reply_markup=InlineKeyboardMarkup([keys]))


async def test_too_many_keys_are_refused(bot: Bot) -> None:
    row = [InlineKeyboardButton("x", callback_data="x")]
    await bot.send_message(ME, "?", reply_markup=InlineKeyboardMarkup([row] * MAX_KEYS))
    with pytest.raises(BadRequest):
        await bot.send_message(ME, "?", reply_markup=InlineKeyboardMarkup([row] * (MAX_KEYS + 1)))


async def test_strangers_blockers_and_moved_groups_are_told(bot: Bot, fake: FakeTelegram) -> None:
    with pytest.raises(BadRequest, match=r"(?i)chat not found"):
        await bot.send_message(99, "x")
    fake.blocked.add(ME)
    with pytest.raises(Forbidden):
        await bot.send_message(ME, "x")
    fake.migrated[-5] = -1005
    with pytest.raises(ChatMigrated) as moved:
        await bot.send_message(-5, "x")
    assert moved.value.new_chat_id == -1005


async def test_the_rate_is_kept_by_force(bot: Bot, fake: FakeTelegram) -> None:
    fake.rate = 3
    for _ in range(3):
        await bot.send_message(ME, "x")
    with warnings.catch_warnings():
        # The library announces that `retry_after` will be a timedelta.
        warnings.simplefilter("ignore")
        with pytest.raises(RetryAfter):
            await bot.send_message(ME, "x")
    assert len(fake.chats[ME]) == fake.fullest_second == 3


async def test_polling_and_webhook_exclude_each_other(bot: Bot) -> None:
    await bot.set_webhook("https://lachan.vn/telegram/x")
    with pytest.raises(Conflict):
        await bot.get_updates()
    with pytest.raises(BadRequest):
        await bot.set_webhook("http://lachan.vn/telegram/x")
    with pytest.raises(BadRequest):
        await bot.set_webhook("https://lachan.vn/telegram/x", secret_token="bí mật")


async def test_another_token_is_refused(bot: Bot, fake: FakeTelegram) -> None:
    fake.token = "700700:another"
    with pytest.raises(InvalidToken):
        await bot.get_me()

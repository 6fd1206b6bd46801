"""Asking for updates: the offset moves only over what is stored."""

import asyncio
from collections.abc import AsyncIterator, Callable

import pytest
import structlog

from bot.channels import telegram_poll
from bot.channels.telegram import Telegram
from bot.channels.telegram_poll import poll
from bot.door import Unreachable
from store.crypto import Keyring
from tests.support.fake_door import FakeDoor
from tests.support.fake_telegram import FakeTelegram
from tests.support.fake_telegram_wire import Fault
from tests.support.telegram import telegram_channel

ME = 7


@pytest.fixture(autouse=True)
def short_pauses(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(telegram_poll, "FIRST_PAUSE", 0.01)
    monkeypatch.setattr(telegram_poll, "LONGEST_PAUSE", 0.06)


@pytest.fixture
async def fake() -> AsyncIterator[FakeTelegram]:
    async with FakeTelegram() as fake:
        yield fake


@pytest.fixture
async def telegram(fake: FakeTelegram, keyring: Keyring) -> AsyncIterator[Telegram]:
    telegram = telegram_channel(fake, keyring)
    yield telegram
    await telegram.close()


@pytest.fixture
def door() -> FakeDoor:
    return FakeDoor()


@pytest.fixture
async def polling(telegram: Telegram, door: FakeDoor) -> AsyncIterator[asyncio.Event]:
    stop = asyncio.Event()
    task = asyncio.create_task(poll(telegram, door, stop, wait=1))
    yield stop
    stop.set()
    await asyncio.wait_for(task, 2)


async def until(true: Callable[[], object]) -> None:
    async with asyncio.timeout(5):
        while not true():
            await asyncio.sleep(0.005)


@pytest.mark.usefixtures("polling")
async def test_messages_arrive_once_and_are_forgotten_by_telegram(
    fake: FakeTelegram, door: FakeDoor
) -> None:
    for number in range(250):
        await fake.push(fake.people.says(ME + number, f"tin {number}"))
    await until(lambda: len(door.taken) == 250 and not fake.pending)
    assert door.deliveries == 250
    assert [m.payload["text"] for m in door.taken] == [f"tin {number}" for number in range(250)]


@pytest.mark.usefixtures("polling")
async def test_nothing_is_forgotten_before_it_is_stored(fake: FakeTelegram, door: FakeDoor) -> None:
    door.open.clear()
    await fake.push(fake.people.says(ME, "một"))
    await until(lambda: door.deliveries)
    assert fake.pending == 1
    door.open.set()
    await until(lambda: not fake.pending)
    assert len(door.taken) == 1


@pytest.mark.usefixtures("polling")
async def test_a_door_that_refuses_gets_the_whole_batch_again(
    fake: FakeTelegram, door: FakeDoor
) -> None:
    door.open.clear()
    door.faults = [Unreachable("timeout")]
    for text in ("một", "hai", "ba"):
        await fake.push(fake.people.says(ME, text))
    door.open.set()
    await until(lambda: not fake.pending)
    assert sorted(m.payload["text"] for m in door.taken) == ["ba", "hai", "một"]


@pytest.mark.usefixtures("polling")
async def test_faults_of_the_platform_are_waited_out(fake: FakeTelegram, door: FakeDoor) -> None:
    faults = [Fault.internal, Fault.bad_gateway, Fault.drop_before, Fault.hang_before]
    fake.fault = lambda method, _: faults.pop() if faults and method == "getUpdates" else None
    await fake.push(fake.people.says(ME, "chào"))
    await until(lambda: door.taken)


async def test_a_webhook_that_is_set_is_told_and_polling_goes_on_once_it_is_gone(
    fake: FakeTelegram, telegram: Telegram, door: FakeDoor
) -> None:
    await telegram.client.bot.set_webhook("https://lachan.vn/telegram/x", allowed_updates=[])
    stop = asyncio.Event()
    with structlog.testing.capture_logs() as logs:
        task = asyncio.create_task(poll(telegram, door, stop, wait=1))
        await until(lambda: len(logs) >= 2)
        await telegram.client.bot.delete_webhook()
        await fake.push(fake.people.says(ME, "chào"))
        await until(lambda: door.taken)
    assert logs[0]["event"] == "telegram_poll_conflict"
    assert logs[0]["reason"] == "webhook_is_set"
    stop.set()
    await asyncio.wait_for(task, 2)


@pytest.mark.usefixtures("polling")
async def test_another_poller_is_told_of(
    fake: FakeTelegram, telegram: Telegram, door: FakeDoor
) -> None:
    await until(lambda: fake.requests["getUpdates"])
    with structlog.testing.capture_logs() as logs:
        await telegram.client.bot.get_updates(timeout=0)
        await until(lambda: logs)
    assert logs[0]["reason"] == "another_process_polls"
    await fake.push(fake.people.says(ME, "chào"))
    await until(lambda: door.taken)


async def test_a_refused_token_is_told(telegram: Telegram, fake: FakeTelegram) -> None:
    fake.token = "700700:another"
    stop = asyncio.Event()
    with structlog.testing.capture_logs() as logs:
        task = asyncio.create_task(poll(telegram, FakeDoor(), stop, wait=1))
        await until(lambda: logs)
    assert logs[0]["reason"] == "token_refused"
    stop.set()
    await asyncio.wait_for(task, 2)


async def test_stopping_does_not_wait_for_the_platform(
    telegram: Telegram, fake: FakeTelegram
) -> None:
    stop = asyncio.Event()
    task = asyncio.create_task(poll(telegram, FakeDoor(), stop, wait=20))
    await until(lambda: fake.requests["getUpdates"])
    stop.set()
    await asyncio.wait_for(task, 1)


@pytest.mark.usefixtures("polling")
async def test_presses_edits_and_leavings_survive_the_library(
    fake: FakeTelegram, door: FakeDoor
) -> None:
    for update in (
        fake.people.presses_button(ME, "x~y"),
        fake.people.edits(ME, text="sửa"),
        fake.people.forwards(ME, text="việc nhẹ"),
        fake.people.sends(ME, sticker={
            "file_id": "a", "file_unique_id": "b", "type": "regular", "width": 1, "height": 1,
            "is_animated": False, "is_video": False,
        }),
        fake.people.says(-5, "/menu@" + fake.username),
        fake.people.membership(ME, "kicked"),
    ):  # fmt: skip
        await fake.push(update)
    await until(lambda: len(door.taken) == 6)
    ordered = sorted(door.taken, key=lambda message: message.position or 0)
    assert [message.payload for message in ordered] == [
        {"action": ["menu.stale", ""]},
        {"text": "sửa", "edited": True},
        {"text": "việc nhẹ", "forwarded": True},
        {"media": "sticker"},
        {"action": ["menu.start", ""], "group": True},
        {"gone": True},
    ]

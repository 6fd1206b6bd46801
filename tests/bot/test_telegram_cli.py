"""`lachan telegram …` before the fake platform."""

import asyncio
import threading
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from bot.cli_telegram import app
from store.crypto import Keyring
from tests.support.fake_telegram import FakeTelegram

Lachan = Callable[..., Result]


@pytest.fixture
def fake() -> Iterator[FakeTelegram]:
    """In a thread of its own, since the command line brings its own event loop."""
    fake, ready, loop = FakeTelegram(), threading.Event(), asyncio.new_event_loop()
    over = asyncio.Event()

    async def serve() -> None:
        async with fake:
            ready.set()
            await over.wait()

    def run() -> None:
        loop.run_until_complete(serve())
        loop.close()

    thread = threading.Thread(target=run)
    thread.start()
    assert ready.wait(5)
    yield fake
    loop.call_soon_threadsafe(over.set)
    thread.join(5)


@pytest.fixture
def lachan(fake: FakeTelegram, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Lachan:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("TELEGRAM_BOT_TOKEN", fake.token)
    monkeypatch.setenv("TELEGRAM_API_BASE", fake.url)
    monkeypatch.setenv("LACHAN_KEYRING", Keyring.generate().dumps())

    def run(*words: str, **environment: str) -> Result:
        result = CliRunner().invoke(app, list(words), env=environment)
        assert fake.token not in result.output
        return result

    return run


def test_the_webhook_is_set_with_its_secret_and_the_menu(
    fake: FakeTelegram, lachan: Lachan
) -> None:
    result = lachan("set-webhook", LACHAN_PUBLIC_URL="https://lachan.vn/")
    assert result.exit_code == 0, result.output
    assert fake.hook is not None
    assert fake.hook.url.startswith("https://lachan.vn/telegram/")
    assert len(fake.hook.secret) >= 32
    assert fake.hook.secret not in result.output
    assert fake.hook.url not in result.output
    assert fake.hook.allowed == {"message", "edited_message", "callback_query", "my_chat_member"}
    names = [command["command"] for command in fake.commands["default"]]
    assert names[0] == "menu"
    assert "baotin" in names
    assert "baotin" not in [c["command"] for c in fake.commands["all_group_chats"]]


def test_info_tells_whether_the_webhook_is_ours(fake: FakeTelegram, lachan: Lachan) -> None:
    lachan("set-webhook", "--url", "https://lachan.vn")
    assert fake.hook is not None
    told = lachan("info")
    assert "✓ webhook khớp" in told.output
    assert f"@{fake.username}" in told.output
    assert fake.hook.url not in told.output
    fake.hook.url = "https://lachan.vn/telegram/cu"
    fake.last_error = "Wrong response from the webhook: 404"
    told = lachan("info", TELEGRAM_POLLING="true")
    assert "✗ Webhook không phải" in told.output
    assert "404" in told.output
    assert "delete-webhook" in told.output


def test_without_a_webhook_info_says_how_to_get_messages(
    fake: FakeTelegram, lachan: Lachan
) -> None:
    lachan("set-webhook", "--url", "https://lachan.vn")
    assert lachan("delete-webhook").exit_code == 0
    assert fake.hook is None
    assert "TELEGRAM_POLLING=true" in lachan("info").output
    assert "✗" not in lachan("info", TELEGRAM_POLLING="true").output


@pytest.mark.parametrize("url", ["", "http://lachan.vn", "lachan.vn", "https://", "https://a b"])
def test_an_address_that_telegram_cannot_reach_is_refused(lachan: Lachan, url: str) -> None:
    result = lachan("set-webhook", "--url", url)
    assert result.exit_code == 1
    assert "https://" in result.output


def test_faults_are_told_without_the_token(fake: FakeTelegram, lachan: Lachan) -> None:
    assert "TELEGRAM_BOT_TOKEN" in lachan("info", TELEGRAM_BOT_TOKEN="700700:another").output
    assert "Không nối được" in lachan("info", TELEGRAM_API_BASE="http://127.0.0.1:1").output
    assert "từ chối" in lachan("set-webhook", "--url", "https://lachan.vn:99").output
    odd = lachan("set-webhook", "--url", "https://lachan.vn", TELEGRAM_WEBHOOK_SECRET="bí mật")
    assert odd.exit_code == 1
    assert "TELEGRAM_WEBHOOK_SECRET" in odd.output
    assert fake.hook is None


def test_without_a_token_it_says_so(lachan: Lachan, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("TELEGRAM_BOT_TOKEN")
    result = lachan("info")
    assert result.exit_code == 1
    assert "Chưa đặt TELEGRAM_BOT_TOKEN" in result.output

"""Settings and client of the Telegram channel for tests."""

from typing import Any

from pydantic import SecretStr

from bot.channels.telegram import Telegram
from store.crypto import Keyring
from store.settings import Settings
from tests.support.clock import Clock
from tests.support.fake_telegram import FakeTelegram


def telegram_settings(fake: FakeTelegram, **more: Any) -> Settings:
    """Settings that know nothing but the fake."""
    return Settings(
        _env_file=None,
        telegram_token=SecretStr(fake.token),
        telegram_api_base=fake.url,
        **more,
    )


def telegram_channel(fake: FakeTelegram, ring: Keyring, seconds: float = 0.4) -> Telegram:
    """The channel towards the fake; an answer is waited for `seconds`."""
    return Telegram(telegram_settings(fake), ring, Clock(), seconds)

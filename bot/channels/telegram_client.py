"""The Bot API client (python-telegram-bot's `Bot`), who it is, and the webhook's secrets."""

import logging
from dataclasses import dataclass

from telegram import Bot

from bot.channels.telegram_groups import Identity
from bot.channels.telegram_transport import Transport
from store.crypto import Keyring
from store.settings import Settings

SECRET_CHARS = 48


@dataclass(frozen=True)
class Client:
    """A `Bot` and its connections."""

    bot: Bot
    transports: tuple[Transport, Transport]

    async def close(self) -> None:
        for transport in self.transports:
            await transport.shutdown()


def make_client(settings: Settings, seconds: float = 10.0) -> Client:
    """A client for the bot of `telegram_token`; an answer is waited for `seconds`.

    Raises ValueError without a token.
    """
    # The library tells whole updates when it cannot read one.
    logging.getLogger("telegram").setLevel(logging.CRITICAL + 1)
    sending, polling = Transport(seconds), Transport(seconds)
    base = settings.telegram_api_base.rstrip("/") + "/bot"
    bot = Bot(token_of(settings), base_url=base, request=sending, get_updates_request=polling)
    return Client(bot, (sending, polling))


def token_of(settings: Settings) -> str:
    """The bot's token; raises ValueError when there is none."""
    if settings.telegram_token is None:
        raise ValueError("TELEGRAM_BOT_TOKEN is empty")
    return settings.telegram_token.get_secret_value()


def identity_of(settings: Settings) -> Identity:
    """The bot's id, which its token begins with; its username is not known yet."""
    number = token_of(settings).partition(":")[0]
    return Identity(int(number) if number.isascii() and number.isdigit() else 0)


@dataclass(frozen=True, repr=False)
class Secrets:
    """What proves that a request comes from Telegram: the path's last part, and the header."""

    path: str
    header: str

    @property
    def route(self) -> str:
        return f"/telegram/{self.path}"


def secrets_of(settings: Settings, ring: Keyring) -> Secrets:
    """The settings' secrets, or ones that every process derives alike from the keyring."""
    path, header = settings.telegram_path_secret, settings.telegram_webhook_secret
    return Secrets(
        path.get_secret_value() if path else _derived(ring, "path"),
        header.get_secret_value() if header else _derived(ring, "secret"),
    )


def _derived(ring: Keyring, purpose: str) -> str:
    return ring.digest("telegram-webhook", purpose).hex()[:SECRET_CHARS]

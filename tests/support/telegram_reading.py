"""Reading Telegram's updates as the channel does, for one bot, one person and one group."""

from datetime import UTC, datetime
from typing import Any

from bot.channels.telegram_groups import Identity
from bot.channels.telegram_updates import read
from bot.inbox import Incoming
from store.crypto import Keyring
from tests.support.fake_telegram_wire import BOT_ID

RING = Keyring({1: b"k" * 32}, b"i" * 32)
BOT = Identity(BOT_ID, "lachan_thu_bot")
NOW = datetime(2026, 11, 22, 5, tzinfo=UTC)
ME, GROUP = 7_000_000_001, -100_200_300
LANE = RING.digest("conversation", "telegram", str(ME))


def got(update: Any) -> Incoming:
    """The message it becomes; it has to become one."""
    message = read(update, RING, BOT, NOW)
    assert message is not None
    return message


def nothing(update: Any) -> bool:
    """Whether it is passed over."""
    return read(update, RING, BOT, NOW) is None


def mention(text: str, name: str = "@LaChan_Thu_bot") -> dict[str, Any]:
    """The entity by which `text` names the bot."""
    offset = len(text[: text.index(name)].encode("utf-16-le")) // 2
    return {"type": "mention", "offset": offset, "length": len(name)}

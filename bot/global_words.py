"""Words that work at any time, and button titles that somebody types instead of pressing."""

from collections.abc import Mapping
from enum import Enum

from bot.memory import bare


class Word(Enum):
    """`thoát`, `xóa`, `menu` and `111`, with or without marks or a slash."""

    leave = ("thoat", "exit", "quit", "stop")
    erase = ("xoa", "xoa du lieu", "xoa het", "delete")
    menu = ("menu", "start", "help menu", "bat dau")
    hotline = ("111",)


_WORDS = {word: member for member in Word for word in member.value}


def word_of(text: str) -> Word | None:
    """The word that the whole message is, or None."""
    return _WORDS.get(bare(text))


_QUICK = {
    "page.quick_danger": "danger",
    "page.quick_scam": "scam_check",
    "page.quick_job": "job_offer",
    "page.quick_report": "report",
    "page.quick_hotline": "hotline",
    "page.quick_support": "support",
    "page.quick_law": "law",
    "page.quick_quiz": "quiz",
}
_CHOICE = "conversation.choose_"


class Titles:
    """Services by the titles of their buttons; the page's first buttons send their title."""

    def __init__(self, messages: Mapping[str, str]) -> None:
        named = {key: key.removeprefix(_CHOICE) for key in messages if key.startswith(_CHOICE)}
        known = {**named, **_QUICK}
        self._services = {bare(messages[key]): service for key, service in known.items()}

    def service_of(self, text: str) -> str | None:
        """The service whose button the whole message names, or None."""
        return self._services.get(bare(text))

"""Words that work at any time, whatever is open."""

from enum import Enum

from store.text import fold


class Word(Enum):
    """`thoát`, `xóa`, `menu` and `111`, with or without marks or a slash."""

    leave = ("thoat", "exit", "quit", "stop")
    erase = ("xoa", "xoa du lieu", "xoa het", "delete")
    menu = ("menu", "start", "help menu", "tro lai", "bat dau")
    hotline = ("111",)


_WORDS = {word: member for member in Word for word in member.value}


def word_of(text: str) -> Word | None:
    """The word that the whole message is, or None."""
    return _WORDS.get(fold(text).strip(" /.!\"'").strip())

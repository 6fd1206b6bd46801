"""Short typed answers ("bỏ qua", "không", "gửi đi"), from the word lists of the messages."""

from functools import lru_cache

from content.loader import Content
from handlers.patterns import Rules


def said(content: Content, key: str, text: str) -> bool:
    """Whether `text` shows a phrase of the message `key` (phrases parted by ` / `)."""
    return bool(_rules(content, key).find(text))


@lru_cache(maxsize=64)
def _rules(content: Content, key: str) -> Rules:
    against = content.messages.get(key.replace("words_", "words_not_"), "")
    unless = {"it": against.split(" / ")} if against else None
    return Rules({"it": content.say(key).split(" / ")}, unless)

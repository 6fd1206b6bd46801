"""Short typed answers ("bỏ qua", "không", "gửi đi"), titles typed instead of pressed, and
whether somebody clearly wants something else than the open form."""

from collections.abc import Iterable, Set
from functools import lru_cache

from content.loader import Content
from handlers.patterns import Rules
from handlers.turn import Action, Button, Turn
from store.text import syllables

CLEAR = 0.6
"""From this confidence on, an intent may lead out of a form."""
_LONG = 12
"""A longer text may tell of several numbers: it decides nothing."""
_OWNERS = ("mine", "unsure", "suspect")


def said(content: Content, key: str, text: str) -> bool:
    """Whether `text` shows a phrase of the message `key` (phrases parted by ` / `)."""
    return bool(_rules(content, key).find(text))


@lru_cache(maxsize=64)
def _rules(content: Content, key: str) -> Rules:
    against = content.messages.get(key.replace("words_", "words_not_"), "")
    unless = {"it": against.split(" / ")} if against else None
    return Rules({"it": content.say(key).split(" / ")}, unless)


def says(content: Content, key: str, text: str) -> bool:
    """As `said`, also when polite words stand around ("dạ hủy giúp em nhé")."""
    return said(content, key, text) or said(content, key, trimmed(content, text))


def trimmed(content: Content, text: str) -> str:
    """`text` without the polite words at its ends, or all of it when nothing else is there."""
    words = syllables(text)
    polite = frozenset(content.say("report.words_polite").split(" / "))
    while words and words[0].text in polite:
        words = words[1:]
    while words and words[-1].text in polite:
        words = words[:-1]
    return text[words[0].start : words[-1].end] if words else text


def titled(text: str, buttons: Iterable[Button]) -> Action | None:
    """The button of `buttons` whose title is the whole of `text`, marks and signs aside.

    A number before a title ("2. Lưu") and what follows an arrow ("Của tôi → xóa") may be missing.
    """
    wanted = _plain(text)
    for button in buttons:
        if wanted and wanted in _spellings(button.title):
            return Action(button.name, button.value)
    return None


def _spellings(title: str) -> set[str]:
    whole = _plain(title)
    return {whole, whole.lstrip("0123456789 "), _plain(title.partition("→")[0])}


def _plain(text: str) -> str:
    return " ".join(word.folded for word in syllables(text))


def owner(content: Content, text: str) -> str | None:
    """Whose a number is, as typed ("của tôi", "số của nó"); None when it is not quite clear.

    A denial ("không phải của nó") or two owners in one sentence decide nothing: what is sealed
    and what is destroyed must never be guessed.
    """
    if len(syllables(text)) > _LONG:
        return None
    told = [whose for whose in _OWNERS if said(content, f"report.words_{whose}", text)]
    denied = said(content, "report.words_denial", text)
    return told[0] if len(told) == 1 and not denied else None


def clearly_other(turn: Turn, own: Set[str]) -> bool:
    """Whether the model is sure of an intent that is none of `own`."""
    understood = turn.understood
    sure = understood.by_model and understood.confidence >= CLEAR
    return sure and understood.intent not in own

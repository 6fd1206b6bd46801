"""Reads the phrase language of `handlers/patterns.py` into slots."""

import re
import unicodedata
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import lru_cache
from itertools import product

from handlers.macros import MACROS
from store.text import fold

MAX_GAP = 4
NUMBER = "#"
_TOKEN = re.compile(r"\.\.\.\d*|\([^)]*\)\??|\{\w+\}\??|[^\s]+")
_WORD = re.compile(r"\{\w+\}|#|!?\w+\*?")
_TONES = "\u0300\u0301\u0303\u0309\u0323"


class PhraseError(ValueError):
    """A phrase that cannot be read."""


@dataclass(frozen=True, slots=True)
class Slot:
    """One step of a phrase: its choices (each of one or more words), or a gap of words."""

    choices: tuple[tuple[str, ...], ...]
    optional: bool = False
    gap: int = 0


@dataclass(frozen=True, slots=True)
class Phrase:
    """A phrase that was read; `first` and `last` tie it to the message's ends."""

    written: str
    slots: tuple[Slot, ...]
    first: bool
    last: bool


def read_phrase(written: str) -> Phrase:
    """The slots of `written`; raises PhraseError."""
    body = unicodedata.normalize("NFC", written).strip().lower()
    first, last = body.startswith("^"), body.endswith("$")
    slots = tuple(_slots(body.removeprefix("^").removesuffix("$")))
    if not slots or _loose(slots[0]) or _loose(slots[-1]):
        raise PhraseError(f"{written!r}: begin and end with a word that must be there")
    return Phrase(written, slots, first, last)


def _loose(slot: Slot) -> bool:
    return bool(slot.gap) or slot.optional


def _slots(body: str) -> Iterator[Slot]:
    for token in _TOKEN.findall(body):
        if token.startswith("..."):
            yield Slot((), gap=int(token[3:] or MAX_GAP))
            continue
        bare = token.removesuffix("?")
        yield Slot(_choices(bare, body), optional=bare != token)


def _choices(token: str, body: str) -> tuple[tuple[str, ...], ...]:
    if token.startswith("(") != token.endswith(")"):
        raise PhraseError(f"{body!r}: unbalanced brackets")
    found: dict[tuple[str, ...], None] = {}
    for choice in token.strip("()").split("|"):
        for words in _spelled(_WORD.findall(choice), body):
            found[words] = None
    found.pop((), None)
    if not found:
        raise PhraseError(f"{body!r}: an empty choice")
    return tuple(found)


def _spelled(words: list[str], body: str) -> Iterable[tuple[str, ...]]:
    """A choice with its macros written out; one without a macro stays as it is."""
    options = [_macro(word, body) if word.startswith("{") else ((word,),) for word in words]
    return (tuple(w for part in parts for w in part) for parts in product(*options))


def _macro(word: str, body: str) -> tuple[tuple[str, ...], ...]:
    if word[1:-1] not in MACROS:
        raise PhraseError(f"{body!r}: no macro {word}")
    return _choices(unicodedata.normalize("NFC", MACROS[word[1:-1]]), body)


@lru_cache(maxsize=65536)
def fits(typed: str, written: str) -> bool:
    """Whether the typed syllable can be the written one: no typed mark may contradict.

    `word*` fits whatever begins so, `!word` only what carries all the same marks, `#` a number.
    """
    if typed == written:
        return True
    if written == NUMBER:
        return typed[:1].isdigit()
    if written.endswith("*"):
        stem = written[:-1]
        return len(typed) >= len(stem) and fits(typed[: len(stem)], stem)
    if written.startswith("!"):
        return fold(typed) == fold(written[1:]) and _marks(typed) == _marks(written[1:])
    return fold(typed) == fold(written) and _marks(typed) <= _marks(written)


def _marks(word: str) -> frozenset[tuple[int, str]]:
    """Tone marks belong to the syllable (hoà = hòa), the others to their letter."""
    found: set[tuple[int, str]] = set()
    for position, letter in enumerate(word):
        if letter == "đ":
            found.add((position, "bar"))
        for mark in unicodedata.normalize("NFD", letter)[1:]:
            found.add((-1 if mark in _TONES else position, mark))
    return frozenset(found)

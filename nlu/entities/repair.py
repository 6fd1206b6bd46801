"""Slips of single words: letters held down, keys of Telex left over, one wrong letter."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import lru_cache

from nlu.text import fold, squeeze

_SYLLABLE = re.compile(
    r"(?:ch|gh|gi|kh|ngh|ng|nh|ph|qu|th|tr|[bcdghklmnprstvx])?[aeiouy]{1,3}(?:ch|ng|nh|[cmnpt])?\Z"
)
_TELEX_SHAPE = re.compile(r"[fsrxjwz]\Z|aa|ee|oo|dd|w")
_DOUBLED = re.compile(r"(aa|ee|oo|dd)")


# Words that come again and again are remembered, a limited number of them: single short words of
# letters, never a number, a name of an account or anything else that could point to a person.
_SHORT = 8


def is_syllable(folded: str) -> bool:
    """Whether a folded word can be a Vietnamese syllable."""
    return len(folded) <= _SHORT and folded.isalpha() and _is_syllable(folded)


@lru_cache(maxsize=8192)
def _is_syllable(folded: str) -> bool:
    return _SYLLABLE.match(folded) is not None


def repaired(typed: str, folded: str) -> tuple[str, str]:
    """Both forms of a word (lower case) without held-down letters and Telex keys."""
    if len(folded) <= _SHORT and folded.isalpha():
        return _remembered(typed, folded)
    return _repaired(typed, folded)


def _repaired(typed: str, folded: str) -> tuple[str, str]:
    short = squeeze(typed)
    if short != typed:
        typed, folded = short, fold(short)
    if len(folded) > 2 and not is_syllable(folded):
        plain = _without_telex(folded)
        if plain:
            return plain, plain
    return typed, folded


_remembered = lru_cache(maxsize=8192)(_repaired)


def _without_telex(folded: str) -> str | None:
    """ "trieeuj" -> "trieu", "ddoo" -> "do"; None when that leaves no syllable."""
    if not _TELEX_SHAPE.search(folded):
        return None
    for tone in (folded[-1:], "") if folded[-1:] in "fsrxj" else ("",):
        stem = folded[: len(folded) - len(tone)]
        plain = _DOUBLED.sub(lambda m: m.group()[0], stem).replace("w", "")
        if len(plain) > 1 and is_syllable(plain):
            return plain
    return None


def without_one(word: str) -> Iterator[str]:
    """Every way to leave out one letter."""
    for at in range(len(word)):
        yield word[:at] + word[at + 1 :]


def with_two_swapped(word: str) -> Iterator[str]:
    """Every way to type two neighbouring letters the wrong way round."""
    for at in range(len(word) - 1):
        if word[at] != word[at + 1]:
            yield word[:at] + word[at + 1] + word[at] + word[at + 2 :]


def one_slip(word: str, wanted: str) -> bool:
    """Whether `word` is `wanted` with one letter wrong, missing, added, or two swapped."""
    if abs(len(word) - len(wanted)) > 1 or word == wanted:
        return False
    at = next(
        (i for i, (a, b) in enumerate(zip(word, wanted)) if a != b), min(map(len, (word, wanted)))
    )
    left, right = word[at:], wanted[at:]
    return (
        left[1:] == right[1:]
        or left[1:] == right
        or left == right[1:]
        or (left[:2] == right[1::-1] and left[2:] == right[2:])
    )

"""What every finder reads and returns, and the small number reader they share."""

from __future__ import annotations

import json
import re
import unicodedata
from dataclasses import dataclass, field
from functools import cached_property, lru_cache
from pathlib import Path
from typing import Any, NamedTuple

from nlu.entities.repair import is_syllable, repaired
from nlu.text import View, fold

LEXICONS = Path(__file__).resolve().parent.parent / "lexicons"
_WORD = re.compile(r"[^\W_]+")
_DIGIT = re.compile("[0-9]")


@dataclass(frozen=True)
class Found:
    """An entity at `start:end` of a view, with its normalised value (always a string)."""

    entity: str
    start: int
    end: int
    value: str
    extra: dict[str, str] = field(default_factory=dict)


class Word(NamedTuple):
    """A word of a view: typed in lower case, folded, and its span in the view. Letters held down
    and keys of Telex left over are taken out of both forms; the span is of what was typed."""

    typed: str
    folded: str
    start: int
    end: int


class Reading:
    """A view as the finders read it: its texts, whether it holds a digit, and its words."""

    def __init__(self, seen: View) -> None:
        self.typed = seen.typed
        self.folded = seen.folded
        self.has_digit = _DIGIT.search(seen.folded) is not None

    @cached_property
    def shouting(self) -> bool:
        """Capitals say nothing here: all letters are."""
        return self.typed.isupper()

    @cached_property
    def words(self) -> list[Word]:
        """The runs of letters and digits."""
        found = []
        for match in _WORD.finditer(self.typed):
            start, end = match.span()
            typed, folded = repaired(match.group().lower(), self.folded[start:end])
            found.append(Word(typed, folded, start, end))
        return found

    @cached_property
    def odd(self) -> list[bool]:
        """Of each of `words`, whether it can be no Vietnamese syllable."""
        return [not is_syllable(word.folded) for word in self.words]

    def capital(self, word: Word) -> bool:
        """Whether `word` stands out by a capital."""
        return self.typed[word.start].isupper() and not self.shouting

    def gap(self, left: Word, right: Word) -> str:
        """What stands between two words, without spaces."""
        return self.typed[left.end : right.start].strip(" \u00a0")

    def word_before(self, start: int) -> str:
        """The folded word that ends just before `start`, or "" at a mark or the beginning."""
        match = _BEFORE.search(self.folded, max(0, start - 16), start)
        return match.group(1) if match else ""


_BEFORE = re.compile(r"([^\W_]+)[ \t]*$")


def lexicon(name: str) -> Any:
    """The parsed content of `lexicons/<name>.json`."""
    return json.loads((LEXICONS / f"{name}.json").read_text(encoding="utf-8"))


def spelling(syllable: str) -> str:
    """`syllable` with its marks in a fixed order, so that "hoà" and "hòa" are the same."""
    # Only words of letters are remembered, and a limited number of them: never a number.
    return _remembered(syllable) if syllable.isalpha() else _spelling(syllable)


def _spelling(syllable: str) -> str:
    pieces = unicodedata.normalize("NFD", syllable.lower().replace("đ", "d\u0335"))
    marks = sorted(c for c in pieces if unicodedata.combining(c))
    return fold(syllable) + "".join(marks)


_remembered = lru_cache(maxsize=8192)(_spelling)


def written_as(typed: str, wanted: str) -> bool:
    """True when `typed` is `wanted` or is `wanted` without any marks."""
    if typed == wanted:
        return True
    return len(typed) == len(wanted) and (
        typed == fold(wanted) or spelling(typed) == spelling(wanted)
    )


def marked_as(typed: str, *wanted: str) -> bool:
    """True when the words of `typed` bear no mark that contradicts every one of `wanted`."""
    pieces = typed.lower().split()
    return any(
        len(pieces) == len(want.split()) and all(map(written_as, pieces, want.split()))
        for want in wanted
    )


_UNITS = {
    "khong": 0, "mot": 1, "hai": 2, "ba": 3, "bon": 4, "tu": 4, "nam": 5, "lam": 5, "nham": 5,
    "sau": 6, "bay": 7, "tam": 8, "chin": 9,
}  # fmt: skip
NUMBER_WORDS = "|".join(word for word in _UNITS if word != "khong")
# As they are written with their marks; a word with other marks is another word ("bà", "năm").
NUMBER_SPELLINGS = {
    "mot": ("một", "mốt"), "hai": ("hai",), "ba": ("ba",), "bon": ("bốn",), "tu": ("tư",),
    "nam": ("năm",), "lam": ("lăm",), "nham": ("nhăm",), "sau": ("sáu",), "bay": ("bảy", "bẩy"),
    "tam": ("tám",), "chin": ("chín",), "muoi": ("mười", "mươi"), "chuc": ("chục",),
    "tram": ("trăm",), "ruoi": ("rưỡi", "rưởi"), "ham": ("hăm",), "nua": ("nửa",),
}  # fmt: skip


def spelt_as_numbers(typed: str) -> bool:
    """Whether the words of `typed` may be number words, by their marks."""
    return all(
        any(written_as(word, form) for form in NUMBER_SPELLINGS.get(fold(word), (word,)))
        for word in typed.lower().split()
    )


def read_number(words: str) -> float | None:
    """The number that folded Vietnamese words spell ("hai tram ruoi" -> 250), or None."""
    total = 0.0
    last: float | None = None
    scale = 1.0
    for word in words.split():
        if word in _UNITS:
            if last is not None:
                total += last * scale
            last, scale = float(_UNITS[word]), 1.0
        elif word == "ham":
            total, last = total + 20, None
        elif word in ("muoi", "chuc", "tram"):
            factor = 100.0 if word == "tram" else 10.0
            total += factor * (1.0 if last is None else last)
            last, scale = None, factor / 10
        elif word == "ruoi":
            total += 5 * scale
        else:
            return None
    return total + (last or 0.0) if words.strip() else None

"""What every finder returns, and the small number reader they share."""

from __future__ import annotations

import json
import re
import unicodedata
from dataclasses import dataclass, field
from functools import lru_cache
from pathlib import Path
from typing import Any, NamedTuple

from nlu.text import View, fold

LEXICONS = Path(__file__).resolve().parent.parent / "lexicons"
_WORD = re.compile(r"[^\W_]+")


@dataclass(frozen=True)
class Found:
    """An entity at `start:end` of a view, with its normalised value (always a string)."""

    entity: str
    start: int
    end: int
    value: str
    extra: dict[str, str] = field(default_factory=dict)


class Word(NamedTuple):
    """A word of a view: typed in lower case, folded, and its span in the view."""

    typed: str
    folded: str
    start: int
    end: int


def words_of(seen: View) -> list[Word]:
    """The runs of letters and digits of a view."""
    return [
        Word(m.group().lower(), seen.folded[m.start() : m.end()], m.start(), m.end())
        for m in _WORD.finditer(seen.typed)
    ]


def lexicon(name: str) -> Any:
    """The parsed content of `lexicons/<name>.json`."""
    return json.loads((LEXICONS / f"{name}.json").read_text(encoding="utf-8"))


@lru_cache(maxsize=4096)
def spelling(syllable: str) -> str:
    """`syllable` with its marks in a fixed order, so that "hoà" and "hòa" are the same."""
    pieces = unicodedata.normalize("NFD", syllable.lower().replace("đ", "d\u0335"))
    marks = sorted(c for c in pieces if unicodedata.combining(c))
    return fold(syllable) + "".join(marks)


def written_as(typed: str, wanted: str) -> bool:
    """True when `typed` is `wanted` or is `wanted` without any marks."""
    return typed == fold(wanted) or spelling(typed) == spelling(wanted)


_UNITS = {
    "khong": 0, "mot": 1, "hai": 2, "ba": 3, "bon": 4, "tu": 4, "nam": 5, "lam": 5, "sau": 6,
    "bay": 7, "bảy": 7, "tam": 8, "chin": 9,
}  # fmt: skip
NUMBER_WORDS = "|".join(
    ["mot", "hai", "ba", "bon", "tu", "nam", "lam", "sau", "bay", "tam", "chin"]
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
        elif word in ("muoi", "chuc", "tram"):
            factor = 100.0 if word == "tram" else 10.0
            total += factor * (1.0 if last is None else last)
            last, scale = None, factor / 10
        elif word == "ruoi":
            total += 5 * scale
        else:
            return None
    return total + (last or 0.0) if words.strip() else None

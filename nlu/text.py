"""Reading Vietnamese as typed: one normal form, one folded form, syllable tokens.

Both forms of a `View` have the same length, and every position of them leads back to the given
text, so spans found in either can be reported in the text the person sent.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from functools import lru_cache
from typing import NamedTuple

# Zero-width and direction marks, variation selectors, soft hyphen: invisible, so not text.
_INVISIBLE = "\u00ad\u034f\u061c\u180e\u200b-\u200f\u202a-\u202e\u2060-\u2069\ufe00-\ufe0f\ufeff"
_PLAIN = re.compile(r"[\t\n\r -~À-ÃÈ-ÊÌÍÒ-ÕÙÚÝà-ãè-êìíò-õùúýĂăĐđĨĩŨũƠơƯưẠ-ỹ]*\Z")
_CLUSTER = re.compile(rf"[{_INVISIBLE}]|.[\u0300-\u036f{_INVISIBLE}]*", re.DOTALL)
_DROP = re.compile(rf"[{_INVISIBLE}]")
_STRETCHED = re.compile(r"([^\W\d_])\1{2,}")
_TOKEN = re.compile(r"[^\W\d_]+|\d+(?:[.,]\d+)*|[^\w\s]|_")


class Syllable(NamedTuple):
    """A token: `text` as typed (NFC), `folded`, and its span in the given text."""

    text: str
    folded: str
    start: int
    end: int


@dataclass(frozen=True)
class View:
    """A text in normal form.

    `typed` is NFC with look-alike letters made plain; `folded` is `typed` in lower case without
    marks, letter by letter. `starts`/`ends` give, for each position, the span of the given text
    it came from; None means "the same position".
    """

    typed: str
    folded: str
    starts: list[int] | None = None
    ends: list[int] | None = None

    def span(self, start: int, end: int) -> tuple[int, int]:
        """The span in the given text of the non-empty span `start:end` of this view."""
        if self.starts is None or self.ends is None:
            return start, end
        return self.starts[start], self.ends[end - 1]


@lru_cache(maxsize=4096)
def _fold_code(code: int) -> str:
    char = chr(code)
    lowered = char.lower()
    if lowered == "đ":
        return "d"
    bare = "".join(c for c in unicodedata.normalize("NFD", lowered) if not unicodedata.combining(c))
    return bare if len(bare) == 1 else char


class _FoldTable(dict[int, str]):
    """Latin letters at hand, every other character on demand and not kept."""

    def __missing__(self, code: int) -> str:
        return _fold_code(code)


_FOLD = _FoldTable({code: _fold_code(code) for code in (*range(0x250), *range(0x1E00, 0x1F00))})


def fold(text: str) -> str:
    """NFC `text` in lower case without tone and letter marks; the length is unchanged."""
    return text.translate(_FOLD)


def view(text: str) -> View:
    """The normal and folded form of any string (NFC, NFD, styled letters, invisible marks)."""
    if _PLAIN.match(text):
        return View(text, fold(text))
    chars: list[str] = []
    starts: list[int] = []
    ends: list[int] = []
    for match in _CLUSTER.finditer(text):
        for char in unicodedata.normalize("NFKC", _DROP.sub("", match.group())):
            if unicodedata.combining(char):
                continue
            chars.append(char)
            starts.append(match.start())
            ends.append(match.end())
    typed = "".join(chars)
    return View(typed, fold(typed), starts, ends)


def squeeze(word: str) -> str:
    """`word` with letters repeated three times or more written once ("cứuuu" -> "cứu").

    After a consonant "u" is written twice: "cuuu" is "cứu" without marks far more often than "cu".
    """
    return _STRETCHED.sub(_unstretched, word)


def stretched(text: str) -> bool:
    """Whether `squeeze` would change a word of `text`."""
    return _STRETCHED.search(text) is not None


def _unstretched(match: re.Match[str]) -> str:
    letter, before = match.group(1), match.string[: match.start()][-1:].lower()
    return letter * 2 if letter in "uU" and before and before in "bcdghklmnprstvxđ" else letter


def tokenize(text: str) -> list[Syllable]:
    """Split any string into syllables, numbers, and single punctuation marks or symbols."""
    return tokenize_view(view(text))


def tokenize_view(seen: View) -> list[Syllable]:
    """Split a view; the spans of the syllables are in the text the view was made from."""
    typed, folded = seen.typed, seen.folded
    # Asked of the whole text at once: it is seldom so, and costly to ask of every word.
    long = stretched(typed)
    found = []
    for match in _TOKEN.finditer(typed):
        start, end = match.span()
        word = match.group()
        bare = folded[start:end]
        if long:
            squeezed = squeeze(word)
            bare = bare if len(squeezed) == len(word) else fold(squeezed)
        if seen.starts is not None:
            start, end = seen.span(start, end)
        found.append(Syllable(word, bare, start, end))
    return found

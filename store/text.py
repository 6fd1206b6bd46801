"""Vietnamese text as people type it: cleaning, folding, syllables.

Folding an NFC string is one letter to one letter, so offsets never change.
"""

import re
import unicodedata
from typing import NamedTuple

_D_BAR = str.maketrans("đĐ", "dD")
_INVISIBLE = re.compile(
    "[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u00ad\u061c\u180e\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff\ufff9-\ufffb\ud800-\udfff]"
)
_SPACES = re.compile(r"[ \t\u00a0]+")
_LINES = re.compile(r"\n{3,}")
_WORD = re.compile(r"\w+", re.UNICODE)
_BREAKS = frozenset(",;:.!?\n")
_REMEMBERED = 0x2000  # all Vietnamese letters; beyond it a text could fill the memory


def clean(text: str) -> str:
    """NFC text without control, direction, zero-width and surrogate characters; spaces joined.

    Never raises: whatever a program can put into a JSON string has a clean form.
    """
    safe = text.encode("utf-16", "surrogatepass").decode("utf-16", "replace")
    joined = _INVISIBLE.sub("", unicodedata.normalize("NFC", safe.replace("\r\n", "\n")))
    return _LINES.sub("\n\n", _SPACES.sub(" ", joined.replace("\r", "\n"))).strip()


def fold(text: str) -> str:
    """Lower-case NFC text without marks (`Đ` gives `d`); the same length as `text`."""
    return text.translate(_FOLDED)


class _Folded(dict[int, str]):
    """Letter by letter, remembered for the scripts that people here write in."""

    def __missing__(self, code: int) -> str:
        letter = chr(code)
        base = unicodedata.normalize("NFD", letter)[0].translate(_D_BAR).lower()
        folded = base if len(base) == 1 else letter
        if code < _REMEMBERED:
            self[code] = folded
        return folded


_FOLDED = _Folded()


class Syllable(NamedTuple):
    """One typed word: lower-case text, folded text, place in the message, what stood before it."""

    text: str
    folded: str
    start: int
    end: int
    after_break: bool


def syllables(text: str) -> list[Syllable]:
    """Words of NFC `text` in order; `after_break` tells that punctuation stands in between."""
    found: list[Syllable] = []
    folded = fold(text)
    previous = 0
    for match in _WORD.finditer(text):
        start, end = match.span()
        word = match.group().lower()
        if len(word) != end - start:
            word = match.group()
        after_break = not _BREAKS.isdisjoint(text[previous:start])
        found.append(Syllable(word, folded[start:end], start, end, after_break))
        previous = end
    return found

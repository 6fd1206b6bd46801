"""Vietnamese words as patterns that also fit text typed with fewer marks."""

import re
import unicodedata
from collections.abc import Iterable, Mapping
from functools import lru_cache
from importlib.resources import files

import yaml

_TONES = "\u0300\u0301\u0303\u0309\u0323"


@lru_cache(maxsize=1)
def cues() -> Mapping[str, Mapping[str, list[str]]]:
    """The word lists of `cues.yml`."""
    raw = files("reports").joinpath("cues.yml").read_text(encoding="utf-8")
    loaded: Mapping[str, Mapping[str, list[str]]] = yaml.safe_load(raw)
    return loaded


def any_of(words: Iterable[str]) -> str:
    """A pattern for any of `words`, the longest first."""
    longest_first = sorted(words, key=len, reverse=True)
    return "(?:" + "|".join(loose(str(word)) for word in longest_first) + ")"


def loose(words: str) -> str:
    """A pattern for `words` typed with all, fewer or no marks, and any blanks between."""
    return "".join(_letter(letter) for letter in unicodedata.normalize("NFC", words))


def _letter(letter: str) -> str:
    if letter == " ":
        return r"[ \t\u00a0]+"
    forms = _fewer_marks(letter)
    return re.escape(letter) if len(forms) == 1 else f"[{''.join(forms)}]"


def _fewer_marks(letter: str) -> list[str]:
    if letter == "đ":
        return ["đ", "d"]
    parts = unicodedata.normalize("NFD", letter)
    shape = [mark for mark in parts[1:] if mark not in _TONES]
    tone = [mark for mark in parts[1:] if mark in _TONES]
    kept = ("".join(marks) for marks in ([*shape, *tone], shape, tone, []))
    return list(dict.fromkeys(unicodedata.normalize("NFC", parts[0] + marks) for marks in kept))


def compiled(pattern: str) -> re.Pattern[str]:
    return re.compile(pattern, re.IGNORECASE)

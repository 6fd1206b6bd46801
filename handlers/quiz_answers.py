"""Reading which option somebody means: a typed letter or number, or a pressed button's value."""

import re
from collections.abc import Sequence

from store.text import fold, syllables

LETTERS = "ABCD"
_LEAD_IN = frozenset("cau dap an chon phuong la em toi minh con chac y nghi".split())
_POLITE = frozenset("a nhe nha di vay do".split())
_VALUE = re.compile(r"([0-9]{1,2}):([0-9])")


def typed_option(text: str, options: Sequence[str]) -> int | None:
    """The option meant by "b", "B.", "2", "em chọn b ạ" or by its own words; None if unclear."""
    words = [word.folded for word in syllables(text)]
    for index, option in enumerate(options):
        if words and words == [word.folded for word in syllables(option)]:
            return index
    while len(words) > 1 and words[0] in _LEAD_IN:
        words.pop(0)
    if not words or any(word not in _POLITE for word in words[1:]):
        return None
    return _mark(words[0], len(options))


def _mark(word: str, count: int) -> int | None:
    marks = {fold(LETTERS[index]): index for index in range(count)}
    marks |= {str(index + 1): index for index in range(count)}
    return marks.get(word)


def pressed(value: str) -> tuple[int, int] | None:
    """Question and option of a button's "<question>:<option>", or None if malformed."""
    match = _VALUE.fullmatch(value)
    return (int(match[1]), int(match[2])) if match else None

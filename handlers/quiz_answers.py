"""Reading which option somebody means: a typed letter or number, or a pressed button's value."""

import re
from collections.abc import Sequence

from store.text import fold, syllables

LETTERS = "ABCD"
_LEAD_IN = frozenset("cau dap an chon phuong la em toi minh con chac y nghi".split())
_POLITE = frozenset("a nhe nha di vay do".split())
_UNKNOWN = frozenset(
    "khong biet|ko biet|k biet|khong ro|khong nho|chua biet|ko ro|chiu|chiu thua|bo qua|"
    "cau khac|cau tiep|qua cau khac|kho qua khong biet|kb".split("|")
)
_SPEAKER = frozenset("em toi minh con chau tui e t cau nay thi".split())
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


def unknown(text: str) -> bool:
    """Whether the text says "I do not know", politely or not."""
    words = [word.folded for word in syllables(text)]
    while words and words[0] in _SPEAKER and " ".join(words[:2]) not in _UNKNOWN:
        words.pop(0)
    while words and words[-1] in _POLITE | {"luon", "nua", "roi"}:
        words.pop()
    return " ".join(words) in _UNKNOWN


def _mark(word: str, count: int) -> int | None:
    marks = {fold(LETTERS[index]): index for index in range(count)}
    marks |= {str(index + 1): index for index in range(count)}
    return marks.get(word)


def pressed(value: str) -> tuple[int, int] | None:
    """Question and option of a button's "<question>:<option>", or None if malformed."""
    match = _VALUE.fullmatch(value)
    return (int(match[1]), int(match[2])) if match else None

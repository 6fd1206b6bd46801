"""Text as the platforms count it, in UTF-16 code units: lengths, offsets, cutting into parts.

Telegram counts so by contract; for Zalo it is the stricter of the two ways in which its limits
can be meant. A letter outside the basic plane (most emoji) is two units.
"""

import re
import unicodedata

# Best places first. Sentences keep their closing quotes; "1. " is a list's number, not an end.
_PLACES = (
    re.compile(r"(?=\n\n)"),
    re.compile(r"(?<![\d\s])[.!?…]+[\"'”’»)\]]*(?=\s)|(?=\n)"),
    re.compile(r"(?<=[,;:])(?=\s)"),
    re.compile(r"(?=\s)"),
)
# Never first in a part: joiners and variation selectors belong to the sign before them.
_STICKY = frozenset("\u200d\ufe0e\ufe0f\u20e3")
_LONGEST_CLUSTER = 16


def units(text: str) -> int:
    """UTF-16 code units of `text`."""
    return len(text) + sum(1 for letter in text if letter > "\uffff")


def cut_out(text: str, offset: int, length: int) -> tuple[str, str]:
    """What an entity covers, and the text without it; never raises."""
    raw = text.encode("utf-16-le", "surrogatepass")
    start, end = max(0, offset) * 2, max(0, offset + length) * 2
    covered, rest = raw[start:end], raw[:start] + b" " + b"\x00" + raw[end:]
    return covered.decode("utf-16-le", "replace"), rest.decode("utf-16-le", "replace")


def split(text: str, limit: int) -> list[str]:
    """Parts of at most `limit` units (2 or more), cut where people pause; no word is lost."""
    parts: list[str] = []
    rest = text.strip()
    while units(rest) > limit:
        cut = _cut(rest, _fitting(rest, limit))
        parts.append(rest[:cut].rstrip())
        rest = rest[cut:].lstrip()
    return [*parts, rest] if rest else parts


def short(title: str, limit: int) -> str:
    """`title` within `limit` units, with an ellipsis where it was cut."""
    if units(title) <= limit:
        return title
    most = _fitting(title, limit - 1)
    return title[: _whole_clusters(title, most) if most else 0].rstrip() + "…"


def _fitting(text: str, limit: int) -> int:
    """How many letters of `text` have room in `limit` units."""
    taken = 0
    for place, letter in enumerate(text[: limit + 1]):
        taken += 2 if letter > "\uffff" else 1
        if taken > limit:
            return place
    return min(len(text), limit)


def _cut(text: str, most: int) -> int:
    """The last good place up to `most`, not so early that a part becomes a scrap."""
    for pattern in _PLACES:
        ends = [m.end() for m in pattern.finditer(text, most // 2, most + 1) if m.end() <= most]
        if ends and ends[-1] > 0:
            return ends[-1]
    return _whole_clusters(text, most)


def _whole_clusters(text: str, most: int) -> int:
    """A place at or before `most` (at least 1) that parts no letter from its marks."""
    cut = most
    while cut > max(1, most - _LONGEST_CLUSTER) and _belongs_to_the_one_before(text, cut):
        cut -= 1
    return max(1, cut)


def _belongs_to_the_one_before(text: str, place: int) -> bool:
    letter = text[place]
    return unicodedata.combining(letter) > 0 or letter in _STICKY or text[place - 1] == "\u200d"

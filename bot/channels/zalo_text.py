"""Cutting a text into pieces that a platform takes, at the best place there is.

Length is counted in UTF-16 units, the stricter of the two ways in which a limit can be meant.
"""

import re

_PLACES = (
    re.compile(r"\n\n"),
    re.compile(r"\n"),
    re.compile(r"(?<=[.!?…])[\"”)]?\s"),
    re.compile(r"(?<=[,;:])\s"),
    re.compile(r"\s"),
)


def length(text: str) -> int:
    """UTF-16 units; a letter outside the basic plane (most emoji) counts twice."""
    return len(text) + sum(letter > "\uffff" for letter in text)


def pieces(text: str, limit: int) -> list[str]:
    """`text` in pieces of at most `limit` units, in order; only white space at a cut is lost."""
    found: list[str] = []
    rest = text.strip()
    while length(rest) > limit:
        cut = _cut(rest[: _fitting(rest, limit)], limit)
        found.append(rest[:cut].rstrip())
        rest = rest[cut:].lstrip()
    return [*found, rest] if rest else found


def short(title: str, limit: int) -> str:
    """`title` within `limit` units, with an ellipsis where it was cut."""
    if length(title) <= limit:
        return title
    return title[: _fitting(title, limit - 1)].rstrip() + "…"


def _fitting(text: str, limit: int) -> int:
    """How many letters from the start have at most `limit` units together."""
    used = 0
    for place, letter in enumerate(text):
        used += 2 if letter > "\uffff" else 1
        if used > limit:
            return place
    return len(text)


def _cut(window: str, limit: int) -> int:
    """The last good place in `window`, not so early that a piece becomes a scrap."""
    for place in _PLACES:
        ends = [match.end() for match in place.finditer(window) if match.end() > limit // 3]
        if ends:
            return ends[-1]
    return len(window)

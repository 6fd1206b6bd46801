"""Finds people's names: after "tên", "tôi là", titles, and by Vietnamese surnames."""

import re
from collections.abc import Iterator
from functools import lru_cache
from typing import NamedTuple

from reports.loose import any_of, compiled, cues
from reports.pieces import Claims, PieceKind
from store.text import fold

_WORDS = cues()["names"]
_WORD = re.compile(r"[^\W\d_]+(?:['’][^\W\d_]+)?")
_BLANKS = " \t\u00a0"
_LONGEST = 5

_PRONOUN = any_of(_WORDS["pronouns"])
_CALLED = compiled(
    rf"(?<!\w)(?:(?P<kin>{any_of(_WORDS['relatives'])}[ \t]+{_PRONOUN}[ \t]+)"
    rf"|(?P<me>{_PRONOUN}[ \t]+))?"
    rf"{any_of(_WORDS['called'])}"
    rf"(?P<mine>[ \t]+(?:c[ủu]a[ \t]+)?{_PRONOUN}(?!\w))?"
    rf"(?:[ \t]+(?:th[ậa]t|c[ủu]a[ \t]+[^\W\d_]+|n[óo]|h[ắa]n))?"
    r"(?:[ \t]+l[àa](?!\w))?[ \t]*[:=\-]?[ \t]*[\"'“]?(?=[^\W\d_])"
)
_SELF = compiled(rf"(?<!\w){any_of(_WORDS['self'])}[ \t]+[\"'“]?(?=[^\W\d_])")
_COMPANY = compiled(rf"(?<!\w){any_of(_WORDS['company'])}(?:[ \t]+[^\W\d_]+){{0,3}}[ \t]+[\"'“]?$")
_TITLE = compiled(rf"(?<!\w){any_of(_WORDS['titles'])}[.]?[ \t]+(?=[^\W\d_])")


def find_names(claims: Claims) -> None:
    """Claim names; those after "tôi là", "em tên", "con tôi tên" are the reporter's side's."""
    text = claims.text
    shouting = _shouting(text)
    for match in _SELF.finditer(text):
        _add(claims, match.end(), _capital_name(text, match.end(), shouting), mine=True)
    for match in _CALLED.finditer(text):
        mine = any(match[group] for group in ("kin", "me", "mine"))
        end = _capital_name(text, match.end(), shouting) or _any_case_name(text, match.end())
        _add(claims, match.end(), end, mine=mine)
    for match in _TITLE.finditer(text):
        _add(claims, match.end(), _after_title(text, match, shouting))
    for start, end in _by_surname(text, shouting):
        _add(claims, start, end)


def _add(claims: Claims, start: int, end: int | None, *, mine: bool = False) -> None:
    if end is not None:
        claims.add(PieceKind.name, start, end, mine=mine)


def _shouting(text: str) -> bool:
    """Whether capitals say nothing: the text, or nearly all of it, is in capitals."""
    letters = [letter for letter in text if letter.isalpha()]
    return bool(letters) and sum(letter.isupper() for letter in letters) > 0.6 * len(letters)


def _capital_name(text: str, start: int, shouting: bool) -> int | None:
    """The end of one to five Capital Words that can be a name."""
    if shouting:
        return None
    words = _run(text, start)
    kept = _capitals(words, _full_name(words))
    if not kept or _is_place([word for word, _ in words[:kept]]):
        return None
    return words[kept - 1][1]


def _any_case_name(text: str, start: int) -> int | None:
    """After a sure cue: up to four words after a surname, else two, until a common word."""
    words = _run(text, start)
    if not words or _common(words[0][0], first=True):
        return None
    most = 4 if _in("surnames", words[0][0]) else 2
    kept = 1
    for word, _ in words[1:most]:
        if _common(word, first=False) and not _in("middles", word):
            break
        kept += 1
    return words[kept - 1][1]


def _after_title(text: str, title: re.Match[str], shouting: bool) -> int | None:
    """`anh Tuấn`, and `chị hương` where the word is clearly a given name."""
    words = _run(text, title.end())
    if not words or _is_place([title.group().strip(), words[0][0]]):
        return None
    if words[0][0][0].isupper() and not shouting:
        return _capital_name(text, title.end(), shouting)
    word, end = words[0]
    return end if _sure_given(word) and not _in("not_first", word) else None


def _by_surname(text: str, shouting: bool) -> Iterator[tuple[int, int]]:
    """`Nguyễn Văn An` anywhere; `nguyen van an` by its middle name."""
    for match in _WORD.finditer(text):
        if not _in("surnames", match.group()):
            continue
        words = _run(text, match.start())
        count = _capitals(words, True) if not shouting else 0
        sure = _in("sure_surnames", match.group())
        if count < (2 if sure else 3):
            count = _lower_full_name([word for word, _ in words]) if sure else 0
        named = count and not _is_place([word for word, _ in words[:count]])
        if named and not _COMPANY.search(text[max(0, match.start() - 60) : match.start()]):
            yield match.start(), words[count - 1][1]


def _full_name(words: list[tuple[str, int]]) -> bool:
    """Whether the words begin with surname and middle name, both with a capital."""
    first = [word for word, _ in words[:2]]
    named = len(first) == 2 and _in("sure_surnames", first[0]) and _in("middles", first[1])
    return named and all(word[0].isupper() for word in first)


def _capitals(words: list[tuple[str, int]], sure: bool) -> int:
    """How many Capital Words can be a name; `sure` allows a first word that is common too."""
    count = 2 if _full_name(words) else 0
    for word, _ in words[count:]:
        first = not count
        if not word[0].isupper() or (not (first and sure) and _common(word, first=first)):
            break
        count += 1
    return _with_last(words, count)


def _with_last(words: list[tuple[str, int]], kept: int) -> int:
    """`kept`, and what ends a name and is a common word too ("Trần Thị Ví Dụ").

    In a Title Case Text, where capitals go on and on, it is no part of the name.
    """
    if kept < 2 or not _in("surnames", words[0][0]):
        return kept
    small = (at for at, (word, _) in enumerate(words) if not word[0].isupper())
    capitals = next(small, len(words))
    ends = capitals == kept + 1 or (_full_name(words) and capitals < _LONGEST)
    return capitals if ends else kept


def _lower_full_name(words: list[str]) -> int:
    """Surname, middle name and one word more."""
    full = len(words) >= 3 and _in("middles", words[1]) and not _common(words[2], first=False)
    if not full:
        return 0
    return 4 if len(words) > 3 and _in("given", words[3]) else 3


def _run(text: str, start: int) -> list[tuple[str, int]]:
    """Up to five words from `start` that only blanks part, each with its end."""
    found: list[tuple[str, int]] = []
    at = start
    while len(found) < _LONGEST:
        word = _WORD.match(text, at)
        if word is None:
            break
        found.append((word.group(), word.end()))
        at = word.end()
        while at < len(text) and text[at] in _BLANKS and at - word.end() < 2:
            at += 1
        if at == word.end():
            break
    return found


@lru_cache(maxsize=32)
def _words_of(group: str) -> tuple[frozenset[str], frozenset[str]]:
    """The group's words as written, and without marks."""
    words = frozenset(str(word) for word in _WORDS[group])
    return words, frozenset(fold(word) for word in words)


def _in(group: str, word: str) -> bool:
    """Whether `word` is of `group` as written, or without any mark."""
    written, folded = _words_of(group)
    lower = word.lower()
    return lower in written or (lower.isascii() and lower in folded)


def _common(word: str, *, first: bool) -> bool:
    """Whether `word` is no part of a name; "Lan", "Năm" with a capital are, "lần" is not."""
    if word[0].isupper() and (_in("given", word) or _in("order", word)):
        return False
    lower = word.lower()
    groups = ("stops", "not_first") if first else ("stops",)
    if any(lower in _words_of(group)[0] for group in groups):
        return True
    return not _in("given", word) and any(_in(group, word) for group in groups)


def _sure_given(word: str) -> bool:
    lower = word.lower()
    marked = lower != fold(lower)
    return lower in _words_of("given" if marked else "clear")[0]


def _is_place(words: list[str]) -> bool:
    """Whether the words begin like a place or thing ("Bà Rịa", "Hồ Chí Minh", "Lương Cao")."""
    folded = " ".join(fold(word) for word in words)
    first = words[0].lower()
    return any(
        first in place.first and (folded == place.folded or folded.startswith(f"{place.folded} "))
        for place in _places()
    )


class _Place(NamedTuple):
    """A place, folded, and its first word with all its marks and with none."""

    folded: str
    first: tuple[str, str]


@lru_cache(maxsize=1)
def _places() -> tuple[_Place, ...]:
    """With `bắc giang` neither "bác Giang" is a place, nor "lão Bảo" with `lao bảo`."""
    firsts = ((str(place), str(place).split()[0]) for place in _WORDS["places"])
    return tuple(_Place(fold(place), (first, fold(first))) for place, first in firsts)

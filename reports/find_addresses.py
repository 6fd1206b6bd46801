"""Finds street addresses: number and lane, street, hamlet, group. Communes and up stay."""

import re
from collections.abc import Iterator

from reports.loose import any_of, compiled, cues
from reports.pieces import Claims, PieceKind

_WORDS = cues()["addresses"]
_NUMBER = r"\d{1,4}[a-z]?(?:[/\-]\d{1,4}[a-z]?){0,4}"
_NUMBERED = compiled(
    rf"(?<!\w){any_of(_WORDS['with_number'])}[ \t]*(?:s[ốo][ \t]+)?{_NUMBER}(?!\w|[.,]\d)"
)
_NAMED = compiled(rf"(?<!\w){any_of(_WORDS['with_name'])}[ \t]+(?=[^\W\d_])")
_ANY_CASE = compiled(rf"(?<!\w){any_of(_WORDS['any_case'])}[ \t]+(?=[^\W\d_])")
_HOUSE = compiled(rf"(?<![\w/.,\-]){_NUMBER}[ \t]+(?=[^\W\d_])")
_AT_HOME = compiled(rf"(?<!\w){any_of(_WORDS['home'])}[ \t]*[:,]?[ \t]*(?:s[ốo][ \t]+)?$")
_NO_HOUSE = compiled(rf"(?<!\w){any_of(_WORDS['no_house'])}[ \t]*$")
_KNOWN_STREET = compiled(rf"{any_of(_WORDS['streets'])}(?![^\W_])")
_SURNAME = compiled(rf"{any_of(cues()['names']['sure_surnames'])}[ \t]+[^\W\d_]")
_PLACE = compiled(rf"{any_of(cues()['names']['places'])}(?!\w)")
_YEAR = re.compile(r"(?:19|20)\d\d")
_NOT_BEFORE = compiled(rf"(?<!\w){any_of(_WORDS['before_not'])}[ \t]+$")
_JOIN = compiled(
    rf"[ \t]*[,\-]?[ \t]*(?:{any_of(_WORDS['joins'])}[ \t]+)(?:{_NUMBER}(?!\w)|(?=[^\W\d_]))"
)
_STREET_WORD = compiled(rf"{any_of(['đường', 'phố'])}[ \t]+(?=[^\W\d_])")
_WORD = re.compile(r"[^\W\d_]+\d{0,2}")
_STOP = compiled(rf"{any_of(_WORDS['stops'])}(?!\w)")
_ADMIN = 5


def find_addresses(claims: Claims) -> None:
    """Claim every street address with the parts that follow it ("12 ngõ 5 đường Láng")."""
    text = claims.text
    shouting = text.isupper()
    for start, end in _starts(text, shouting):
        claims.add(PieceKind.address, start, _joined(text, end, shouting))


def _starts(text: str, shouting: bool) -> Iterator[tuple[int, int]]:
    for match in _NUMBERED.finditer(text):
        if not _denied(text, match.start()):
            yield match.start(), _name_end(text, match.end(), shouting)
    for match in _NAMED.finditer(text):
        end = _name_end(text, match.end(), shouting)
        if end > match.end() and not _denied(text, match.start()):
            yield match.start(), end
    for match in _HOUSE.finditer(text):
        street = _STREET_WORD.match(text, match.end())
        if street is not None:
            yield match.start(), _any_case_end(text, street.end(), 3)
        elif (bare := _bare_street(text, match, shouting)) is not None:
            yield match.start(), bare
    for match in _ANY_CASE.finditer(text):
        end = _any_case_end(text, match.end(), 2)
        if end > match.end() and not _denied(text, match.start()):
            yield match.start(), end


def _bare_street(text: str, house: re.Match[str], shouting: bool) -> int | None:
    """The end of a street that follows its house number without the word ("12 Nguyễn Trãi").

    Sure are well-known streets; else Capital Words after "ở", "nhà" or alone in their line, or
    with a surname first. "ngày 20 Hà Giang" and "năm 2020 Nguyễn Văn An" are no addresses.
    """
    before = text[max(0, house.start() - 16) : house.start()]
    at = house.end()
    number = house.group().strip()
    if _NO_HOUSE.search(before) or _YEAR.fullmatch(number):
        return None
    known = _KNOWN_STREET.match(text, at)
    if known is not None:
        return known.end()
    if _PLACE.match(text, at) or shouting:
        return None
    home = _AT_HOME.search(before) is not None
    surname = _SURNAME.match(text, at) is not None
    if home and surname:
        return _any_case_end(text, at, 3)
    alone = not before.strip(" \t") or before.rstrip(" \t").endswith((",", ";", "\n", ":"))
    end = _name_end(text, at, shouting)
    if " " in text[at:end].strip() and (home or surname or alone):
        return end
    return None


def _denied(text: str, start: int) -> bool:
    """`thành phố`, `hàng xóm`, `trên đường` are no beginnings of an address, nor is `Lang Son`."""
    before = _NOT_BEFORE.search(text[max(0, start - 12) : start])
    return before is not None or _PLACE.match(text, start) is not None


def _joined(text: str, end: int, shouting: bool) -> int:
    """Follow `, đường …`, ` ngõ 5`, up to five parts."""
    for _ in range(_ADMIN):
        join = _JOIN.match(text, end)
        if join is None:
            return end
        after = _name_end(text, join.end(), shouting)
        if after == join.end() and not text[join.end() - 1].isdigit():
            after = _any_case_end(text, join.end(), 3)
        if after == join.end() and not text[join.end() - 1].isdigit():
            return end
        end = after
    return end


def _name_end(text: str, start: int, shouting: bool) -> int:
    """The end of up to four Capital Words from `start`, or `start` when there are none."""
    return start if shouting else _words_end(text, start, 4, capital=True)


def _any_case_end(text: str, start: int, most: int) -> int:
    return _words_end(text, start, most, capital=False)


def _words_end(text: str, start: int, most: int, *, capital: bool) -> int:
    end = start
    for _ in range(most):
        at = end
        while at < len(text) and text[at] in " \t\u00a0":
            at += 1
        word = _WORD.match(text, at)
        if word is None or (capital and not word.group()[0].isupper()) or _STOP.match(text, at):
            break
        end = word.end()
    return end

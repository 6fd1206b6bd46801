"""Ages: "15t", "17 tuổi", "mười lăm tuổi", "18-35 tuổi", "tuổi từ 18 đến 35"."""

from __future__ import annotations

import re
from collections.abc import Iterator

from nlu.entities.base import NUMBER_WORDS, Found, Reading, read_number, spelt_as_numbers

_W = rf"(?:{NUMBER_WORDS}|muoi|chuc|ham)"
_TUOI = r"(?:tuoi+|tuooir|tui(?=\s|\Z)|tuoir)"
_AGE = re.compile(
    rf"(?<![\w.,/])(?:(?P<a>[\do]{{1,2}})(?:\s?{_TUOI}?\s?(?:-|–|~|->)\s?(?P<b>\d{{1,2}})|"
    rf"\s(?:den|toi)\s(?P<c>\d{{1,2}}))?"
    rf"|(?P<w>(?:{_W}\s){{0,2}}{_W}))"
    rf"(?P<unit>\s?thang {_TUOI}|\s?{_TUOI}(?![a-z])|t(?![a-z0-9])|\s?t(?=\s(?:bi|dang|ma|hoc|di|"
    rf"o|con|nha|lam)\b))"
)
_AGE_FIRST = re.compile(
    r"(?<![a-z])(?:do )?tuoi(?: tu)?\s?:?\s?(?P<a>\d{2})\s?(?:-|–|~|den|toi)\s?(?P<b>\d{2})(?!\w|/)"
)
_THIS_YEAR = re.compile(
    r"(?<![a-z])nam nay (?:(?:em|con|chau|no|be|toi|minh|e|tui|moi|chi|bac|nha em) "
    r"){0,2}(?P<a>\d{2})(?=\s*(?:\Z|[,.;!?]|roi|thoi|ma))"
)
_PERSON = re.compile(r"\b(?:be|chau|em|con|gai|trai|nu|nam|e|moi|nhoc|tre|ban|hs|dua)\s$")
_DURATION = re.compile(r"(?<![a-z])(?:hd|hop dong|bao hanh|thoi han|gop|xe|tai)\s$")


def ages(reading: Reading) -> Iterator[Found]:
    """Ages in years, a range as "18-35"; months of age count as "0"."""
    folded = reading.folded
    if "t" not in folded:
        return
    for match in _AGE.finditer(folded):
        found = _age(reading, match)
        if found:
            yield found
    if reading.has_digit:
        for match in _AGE_FIRST.finditer(folded):
            value = f"{match.group('a')}-{match.group('b')}"
            yield Found("age", match.start("a"), match.end("b"), value)
        for match in _THIS_YEAR.finditer(folded):
            yield Found("age", match.start("a"), match.end("a"), match.group("a"))


def _age(reading: Reading, match: re.Match[str]) -> Found | None:
    folded, unit = reading.folded, match.group("unit")
    in_words = match.group("w")
    if in_words:
        number = read_number(in_words) if "tu" in unit else None
        if number is None or not spelt_as_numbers(reading.typed[match.start("w") : match.end("w")]):
            return None
        values = [number]
    else:
        figures = [match.group("a"), match.group("b") or match.group("c")]
        if "o" in figures[0][:1]:
            return None
        values = [float(figure.replace("o", "0")) for figure in figures if figure]
    if not all(0 < value < 120 for value in values):
        return None
    if "tu" not in unit and not _short_unit(folded, match, values):
        return None
    if unit.strip() == "tui" and not (reading.word_before(match.start()) and values[0] > 3):
        return None
    value = "0" if "thang" in unit else "-".join(str(int(number)) for number in values)
    return Found("age", match.start(), match.end(), value)


def _short_unit(folded: str, match: re.Match[str], values: list[float]) -> bool:
    """ "15t" is an age, "3t", "12t" of a contract and "xe 5t" are not."""
    before = folded[max(0, match.start() - 12) : match.start()]
    if values[0] < 5 or _DURATION.search(before):
        return False
    return not match.group("unit").startswith(" ") or bool(_PERSON.search(before))

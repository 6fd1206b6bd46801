"""Communes, wards, towns and districts: a type word and a name, or a number."""

from __future__ import annotations

import re
from collections.abc import Iterator

from nlu.entities.base import Found, Reading, Word, lexicon, marked_as, written_as
from nlu.entities.gazetteer import split_name, together
from nlu.text import fold

_TYPES = {
    "xa": "xã", "phuong": "phường", "thi tran": "thị trấn", "quan": "quận", "huyen": "huyện",
    "thi xa": "thị xã", "dac khu": "đặc khu", "p": "phường", "q": "quận", "h": "huyện", "x": "xã",
    "tt": "thị trấn", "tx": "thị xã", "f": "phường",
}  # fmt: skip
_TYPE = re.compile(
    r"(?<![^\W_])(?P<type>thi tran|thi xa|dac khu|phuong|huyen|quan|xa|tt|tx|[pqhxf])(?![^\W\d_])"
)
_NUMBERED = re.compile(
    r"(?<![^\W_])(?P<type>quan|phuong|[qpf])\s?[.:]?\s?(?P<n>0?[1-9]|[12]\d)(?![\w%]|[.,/:]\d|"
    r"\s?(?:tr|k|cu|trieu|lan|nguoi|dua|thang|ngay)\b)"
)
_PLACE_BEFORE = frozenset(
    "o tai que ben ve qua gan khu thuoc tu den ra vao len duoi tren xuong ubnd ca quanh noi "
    "tro nha em toi di".split()
)
# Names that are also everyday words: they count only with capitals.
_EVERYDAY = frozenset(
    {"biên giới", "trung tâm", "an toàn", "đoàn kết", "tự do", "hội nghị", "dân tiến"}
)
_NOT_BEFORE = frozenset("co su tham khach hai chu tuong doi si bo tap lam cai".split())
_CITY_NEXT = re.compile(
    r"[\s,.\-]*(?:q\b|q\d|quan\b|tp|tphcm|hcm|sg\b|sai gon|ha noi|hn\b|binh |go vap|tan |phu |"
    r"thu duc)"
)


def _names() -> dict[str, list[tuple[str, ...]]]:
    """Folded first syllable -> names, longest first."""
    table: dict[str, list[tuple[str, ...]]] = {}
    lists = lexicon("communes")
    for name in {*lists["districts"].split(";"), *lists["communes"].split(";")}:
        syllables = split_name(name)
        table.setdefault(fold(syllables[0]), []).append(syllables)
    for names in table.values():
        names.sort(key=lambda name: (-len(name), name))
    return table


_KNOWN = _names()


def communes(reading: Reading) -> Iterator[Found]:
    """`value` is the type word in full and the name, with its marks when the lists know it."""
    folded = reading.folded
    for match in _TYPE.finditer(folded):
        found = _numbered(reading, match.start()) or _named(reading, match)
        if found:
            yield found


def _numbered(reading: Reading, start: int) -> Found | None:
    match = _NUMBERED.match(reading.folded, start)
    if not match:
        return None
    kind, number = match["type"], int(match["n"])
    if kind in ("q", "quan") and number > 12:
        return None
    typed = reading.typed[match.start("type") : match.end("type")].lower()
    if len(kind) > 1 and not marked_as(typed, _TYPES[kind]):
        return None
    if kind in ("p", "f"):
        before = reading.word_before(start)
        listed = reading.folded[:start].rstrip().endswith(",")
        if (
            before not in _PLACE_BEFORE
            and not listed
            and not _CITY_NEXT.match(reading.folded, match.end())
        ):
            return None
    if kind == "q" and re.match(r"[/\s]\s?20\d\d", reading.folded[match.end() :]):
        return None
    return Found("commune", *match.span(), f"{_TYPES[kind]} {number}")


def _named(reading: Reading, match: re.Match[str]) -> Found | None:
    kind = match["type"]
    typed = " ".join(reading.typed[match.start() : match.end()].lower().split())
    if not marked_as(typed, _TYPES[kind]) and len(kind) > 1 and kind not in ("tt", "tx"):
        return None
    words = _following(reading, match.end())
    if not words or (kind == "quan" and reading.word_before(match.start()) in _NOT_BEFORE):
        return None
    bare = typed.isascii() and not reading.typed.isascii()
    dotted = reading.folded[match.end() : words[0].start].strip() == "."
    certain = (len(kind) > 2 and typed != kind) or kind in (
        "thi tran",
        "thi xa",
        "dac khu",
        "huyen",
    )
    name = _known(reading, words)
    if name and (name[1].lower() not in _EVERYDAY or reading.capital(words[0])):
        size, written = name
        if len(kind) <= 2 and kind != "xa":
            allowed = (dotted or reading.capital(words[0])) and size > 1
        else:
            allowed = _allowed(reading, match, words, size, certain or typed != kind)
        if allowed:
            return Found("commune", match.start(), words[size - 1].end, f"{_TYPES[kind]} {written}")
    if len(kind) <= 2 and not (kind == "xa" and typed == "xã") and not dotted:
        return None
    if bare and kind in ("xa", "quan", "phuong", "huyen") or dotted and len(kind) > 2:
        return None
    size = _unknown(reading, words)
    if not size:
        return None
    written = " ".join(reading.typed[words[0].start : words[size - 1].end].split())
    return Found("commune", match.start(), words[size - 1].end, f"{_TYPES[kind]} {written}")


def _following(reading: Reading, end: int) -> list[Word]:
    """Up to four words that follow directly (a dot may stand after an abbreviation)."""
    words = reading.words
    first = next((at for at, word in enumerate(words) if word.start >= end), len(words))
    chosen = words[first : first + 4]
    if not chosen or reading.folded[end : chosen[0].start].strip(" .") or chosen[0].start > end + 3:
        return []
    while len(chosen) > 1 and not together(reading, chosen):
        chosen = chosen[:-1]
    return chosen


def _known(reading: Reading, words: list[Word]) -> tuple[int, str] | None:
    """How many words a listed name takes, and how it is written."""
    for name in _KNOWN.get(words[0].folded, ()):
        if len(name) <= len(words) and all(
            written_as(word.typed, want) for word, want in zip(words, name)
        ):
            return len(name), " ".join(syllable.capitalize() for syllable in name)
    return None


def _allowed(
    reading: Reading, match: re.Match[str], words: list[Word], size: int, sure: bool
) -> bool:
    """Whether a listed name after a full type word is meant as one."""
    if size == 1:
        return reading.capital(words[0]) and sure
    if sure or reading.capital(words[0]):
        return True
    before = reading.word_before(match.start())
    head = reading.folded[: match.start()].rstrip()
    return before in _PLACE_BEFORE or not head or head[-1] in ",-;:.(" or before in ("an", "cong")


def _unknown(reading: Reading, words: list[Word]) -> int:
    """How many words an unlisted name takes: those with capitals."""
    size = 0
    while size < len(words) and reading.capital(words[size]) and not words[size].folded.isdigit():
        size += 1
    return size

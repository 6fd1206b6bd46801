"""Web addresses, also with "[.]", "chấm" or spaces for their dots."""

from __future__ import annotations

import re
from collections.abc import Iterator

from nlu.entities.base import Found, Reading

_DOT = r"(?:\.|\s?\[\.\]\s?|\s?\(\.\)\s?)"
_TLD = (
    "com|net|org|info|vn|xyz|biz|online|site|store|shop|club|link|asia|icu|cc|tv|example|invalid|"
    "test|"
    "cn|kh|th|tw|hk|sg|my|ph|mm|us|uk|ru|cf|tk|ga|ml|gq|win|bet|fun|website|space|work|world|tech|"
    "vip|top|app|live|life|mobi|dev|page|ink|click|one|lol|gold|money|loan|games?|jobs?"
)
_WEAK_TLD = "me|co|to|la|pro|so|io|ly|gg|gl|id|be|im|at|ee"
_SHORT_HOSTS = "zalo|t|m|wa|bit|goo|tinyurl|cutt|fb|youtu|s|is|shorturl|rebrand|telegram|line"
_LABEL = r"[a-z0-9](?:[a-z0-9\-]{0,40})"
_LINK = re.compile(
    rf"(?:h(?:tt|xx)ps?\s?:\s?/\s?/\s?|www\s?{_DOT}\s?)[^\s<>\"]+"
    rf"|(?<![\w@.\-])(?:{_LABEL}{_DOT}){{1,4}}(?:{_TLD})\b(?:[/?:][^\s<>\"]*)?"
    rf"|(?<![\w@.\-])(?:{_SHORT_HOSTS})\s?{_DOT}\s?(?:{_WEAK_TLD})\b(?:\s?/\s?[^\s<>\"]*)?"
    rf"|(?<![\w@.\-])(?:{_LABEL}{_DOT}){{1,4}}(?:{_WEAK_TLD})/[^\s<>\"]*"
)
# Without one of these no `_LINK` can be there; most full stops only end a sentence.
_LINK_AT_ALL = re.compile(rf"\.[a-z\])]|\.\s?(?:{_WEAK_TLD})\b|:\s?/|www")
_CHAM = r"\s*(?:\.|\(cham\)|\[cham\]|\bcham\b|\bdot\b|\[dot\]|\(dot\))\s*"
_GACH = r"\s*(?:/|\bgach cheo\b|\bgach\b|\bxet\b|\bxuyet\b|\bsuyet\b|\bslash\b)\s*"
_SPOKEN = re.compile(
    rf"(?<![\w@.\-])(?P<host>{_LABEL}(?:{_CHAM}{_LABEL}){{0,3}}?{_CHAM}"
    rf"(?:com|net|org|info|vn|xyz|vip|top|online|shop|site|club|me|ly|cc|app|example)\b"
    rf"(?:{_CHAM}vn\b)?)(?P<path>{_GACH}[a-z0-9_\-.?=/]+)?"
)
_SPOKEN_AT_ALL = re.compile(r"\b(?:cham|dot)\b|\w\s\.\s?\w|\w\.\s(?:com|vn|net|me)\b")
_EMAIL = re.compile(r"[\w.+\-]+@[\w\-]+(?:\.[\w\-]+)+")
_BRACKETS = re.compile(r"\s|\[(?=\.)|(?<=\.)\]|\((?=\.)|(?<=\.)\)")
_WORDS_FOR_DOT = re.compile(r"\s*[\[(]?\b(?:cham|dot)\b[\])]?\s*")
_STRONG = re.compile(r"(?:com|net|org|vn|info|xyz|me|example)\b")


def links(reading: Reading) -> Iterator[Found]:
    """Web addresses: with a scheme, bare, shortened, or written with [.], "chấm" or spaces."""
    folded = reading.folded
    if "." not in folded and "://" not in folded and "cham" not in folded and "dot" not in folded:
        return
    if _LINK_AT_ALL.search(folded):
        yield from _written(reading)
    if _SPOKEN_AT_ALL.search(folded):
        yield from _spoken(reading)


def _written(reading: Reading) -> Iterator[Found]:
    folded = reading.folded
    emails = [m.span() for m in _EMAIL.finditer(folded)] if "@" in folded else []
    for match in _LINK.finditer(folded):
        start = match.start()
        end = start + len(match.group().rstrip(".,;:!?)]}'\"…*"))
        if any(a < end and start < b for a, b in emails):
            continue
        end = _ascii_end(reading.typed, start, end)
        if end - start >= 4:
            yield Found("link", start, end, _value(reading.typed[start:end]))


def _ascii_end(typed: str, start: int, end: int) -> int:
    """A letter with marks ends an address: what follows was written against it."""
    at = next((at for at in range(start, end) if ord(typed[at]) > 127), end)
    return at if at == end or at - start >= 4 else start


def _value(raw: str) -> str:
    value = _BRACKETS.sub("", raw)
    host, slash, path = value.partition("/")
    if "://" in value:
        return re.sub(r"^hxxp", "http", value, flags=re.I)
    return host.lower() + slash + path


def _spoken(reading: Reading) -> Iterator[Found]:
    for match in _SPOKEN.finditer(reading.folded):
        host = match.group("host")
        if not re.search(r"cham|dot|\s\.|\.\s", host):
            continue
        # Spaces alone make an address of a sentence's end: only the commonest endings count.
        spaced = re.search(r"\w\.\s+(\w+)\Z", host)
        if spaced and not re.search(r"cham|dot", host) and not _STRONG.match(spaced.group(1)):
            continue
        raw = reading.typed[match.start() : match.end()].rstrip(".,;:!?)")
        if not all(char.isascii() or char in "ấầạéẹ" for char in raw):
            continue
        plain = _WORDS_FOR_DOT.sub(".", re.sub(r"\s*\.\s*", ".", host))
        path = match.group("path")
        if path:
            tail = re.sub(rf"^{_GACH}", "", path).rstrip(".,;:!?)")
            plain = f"{plain}/{tail}" if tail else plain
        yield Found("link", match.start(), match.start() + len(raw), plain)

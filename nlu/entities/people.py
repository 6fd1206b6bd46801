"""How many people: "5 người", "tụi em 3 đứa", "12 chị em"."""

from __future__ import annotations

import re
from collections.abc import Iterator

from nlu.entities.base import NUMBER_WORDS, Found, Reading, marked_as, read_number, spelt_as_numbers

# Folded noun -> how it is written. After a number word only the first group is certain
# ("ba em" is my father, "ba người" three people).
_CERTAIN = {
    "nguoi": ("người",), "nguoiwf": ("nguoiwf",), "nguowif": ("nguowif",),
    "dua": ("đứa",), "chi em": ("chị em",),
    "anh em": ("anh em",), "vo chong": ("vợ chồng",), "me con": ("mẹ con",),
    "cha con": ("cha con",),
    "bo con": ("bố con",), "anh chi em": ("anh chị em",), "co gai": ("cô gái",),
    "cong nhan": ("công nhân",), "thang": ("thằng",),
    "lao dong": ("lao động",), "thuyen vien": ("thuyền viên",), "thanh nien": ("thanh niên",),
    "nan nhan": ("nạn nhân",), "hoc sinh": ("học sinh",), "ban nu": ("bạn nữ",),
    "chau be": ("cháu bé",),
    "ban nam": ("bạn nam",), "ba con": ("bà con",), "ba chau": ("bà cháu",), "ong ba": ("ông bà",),
    "em be": ("em bé",), "be gai": ("bé gái",),
}  # fmt: skip
_COUNTED = {
    "ng": ("ng",), "ban": ("bạn",), "bn": ("bn",), "ae": ("ae",), "be": ("bé",),
    "em": ("em",), "chau": ("cháu",), "nu": ("nữ",), "mang": ("mạng",), "ten": ("tên",),
    "ong": ("ông",), "ngu dan": ("ngư dân",), "ngu phu": ("ngư phủ",), "nhan vien": ("nhân viên",),
    "sinh vien": ("sinh viên",), "phu nu": ("phụ nữ",), "tre em": ("trẻ em",), "khau": ("khẩu",),
    "nhan khau": ("nhân khẩu",), "tho": ("thợ",), "co": ("cô",), "anh": ("anh",), "chi": ("chị",),
    "gai": ("gái",), "nguoi lao dong": ("người lao động",), "em gai": ("em gái",),
    "con nguoi": ("con người",),
    "dong huong": ("đồng hương",), "ban tre": ("bạn trẻ",), "tre": ("trẻ",),
}  # fmt: skip
_NEEDS_MARKS = frozenset({"thang", "co", "anh", "chi", "tho", "khau", "tre", "gai"})
_NOUNS = {**_CERTAIN, **_COUNTED}
_NOUN = "|".join(sorted((n for n, forms in _NOUNS.items() if forms), key=len, reverse=True))
_W = rf"(?:{NUMBER_WORDS}|muoi|chuc|tram)"
_HEADS = re.compile(
    rf"(?<![\w.,/])(?:(?P<n>\d{{1,4}}(?:\.000)?)(?:\s?(?:-|–|~|den|"
    rf"toi)\s?(?P<m>\d{{1,4}}))?(?:\s(?P<times>chuc|tram))?\s?"
    rf"|(?P<w>(?:{_W}\s){{0,3}}{_W})\s)(?P<noun>{_NOUN}|nguo+i+)(?![a-z])"
)
_UNSURE = frozenset("tu sau nam bay tam lam".split())
_END = re.compile(r"\s*(?:\Z|[,.;!?)/])")
_NOT_NEXT = re.compile(r"\s?(?:tuoi|t\b|\d{1,2}\s?t\b|nhat|thu\d?)(?![a-z])")
_ABSTRACT = re.compile(r"(?:thu|so|lan|cau|ngay|hang|top|lop|thang|phan)\s$")


def headcounts(reading: Reading) -> Iterator[Found]:
    """A number and the word for the people counted; `value` the number, a range as "3-4"."""
    for match in _HEADS.finditer(reading.folded):
        value = _count(reading, match)
        if value:
            yield Found("headcount", *match.span(), value)


def _count(reading: Reading, match: re.Match[str]) -> str | None:
    folded = reading.folded
    noun = match["noun"]
    typed = reading.typed[match.start("noun") : match.end("noun")].lower()
    if noun in _NOUNS and not marked_as(
        " ".join(typed.split()), *(f.lower() for f in _NOUNS[noun])
    ):
        return None
    if noun in _NEEDS_MARKS and typed == noun and (noun != "anh" or match["w"]):
        return None
    if _ABSTRACT.search(folded[max(0, match.start() - 6) : match.start()]):
        return None
    if match["w"]:
        return _in_words(reading, match, noun)
    if noun in ("em", "be", "chau", "ban") and _NOT_NEXT.match(folded, match.end()):
        return None
    low = int(match["n"].replace(".", "")) * {"chuc": 10, "tram": 100}.get(match["times"] or "", 1)
    if match["n"] in ("111", "112", "113", "114", "115") and noun in ("ban", "em", "anh", "chi"):
        return None
    if low == 0 or low == 1 and not _END.match(folded, match.end()):
        return None
    return f"{low}-{match['m']}" if match["m"] else str(low)


def _in_words(reading: Reading, match: re.Match[str], noun: str) -> str | None:
    words = match["w"]
    typed = reading.typed[match.start("w") : match.end("w")]
    if noun not in _CERTAIN and not noun.startswith("nguo") or not spelt_as_numbers(typed):
        return None
    if words in ("mot", "chuc", "tram", "muoi mot") or (
        words == "ba" and noun in ("me con", "ba con")
    ):
        return None
    if words in _UNSURE and typed.isascii():
        return None
    number = read_number(words)
    return str(int(number)) if number else None

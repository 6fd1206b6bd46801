"""Amounts of money and ages, in figures, slang and words."""

from __future__ import annotations

import re
from collections.abc import Iterator

from nlu.entities.base import NUMBER_WORDS, Found, read_number, spelling
from nlu.text import View

_W = rf"(?:{NUMBER_WORDS}|muoi|chuc|tram|ruoi)"
_FIGURE = r"\d+(?:[.,]\d+)*"
_RANGE = rf"(?P<first>{_FIGURE})(?:\s?(?:-|–|~|den|toi)\s?(?P<last>{_FIGURE}))?"
_SCALE = r"ty|ti|toi|trieu|tr|cu|nghin|ngan|k|lit|xi"
_FOREIGN = (
    r"do la|dola|dollar|do|usd|\$|nhan dan te|ndt|rmb|te|cny|yen|jpy|won|krw|dai te|ntd|nt\$?|twd|"
    r"euro|eur|€|baht|bat|kip|riel|peso|aud|cad"
)
_DONG = r"dong|vnd|d|₫"
_MONEY = re.compile(
    rf"(?<![\w.,$])(?:{_RANGE}(?:\s?(?P<times>chuc|tram))?\s?|(?P<words>(?:{_W}\s){{0,5}}{_W})\s)"
    rf"(?:(?P<scale>{_SCALE})(?P<tail>\d{{1,3}}(?!\d)|\s(?:ruoi|\d(?!\d))(?!\w))?(?![a-z])"
    rf"(?:\s?(?P<foreign>{_FOREIGN})(?![a-z]))?(?:\s?(?:{_DONG})(?![a-z]))?"
    rf"|(?P<currency>{_FOREIGN}|{_DONG})(?![a-z]))"
)
_DOLLAR_FIRST = re.compile(rf"(?<!\w)(?:\$|usd\s?|us\$)\s?(?P<first>{_FIGURE})(?P<k>k)?(?!\w)")
_PLAIN = re.compile(r"(?<![\w.,+])\d{1,3}(?:([.,])\d{3})(?:\1\d{3})+(?![\w.,]*\d)")
_SCALES = {
    "ty": 1e9, "ti": 1e9, "toi": 1e9, "trieu": 1e6, "tr": 1e6, "cu": 1e6, "nghin": 1e3,
    "ngan": 1e3, "k": 1e3, "lit": 1e5, "xi": 1e5,
}  # fmt: skip
_SPELLINGS = {
    "ty": ("tỷ", "tỵ"), "ti": ("tỉ",), "toi": ("tỏi",), "cu": ("củ",), "lit": ("lít",),
    "xi": ("xị",), "trieu": ("triệu",), "do": ("đô",), "te": ("tệ",), "d": ("đ",),
    "dong": ("đồng",), "bat": ("bạt", "bát"),
}  # fmt: skip
_CURRENCY = {
    "do la": "USD", "dola": "USD", "dollar": "USD", "do": "USD", "usd": "USD", "$": "USD",
    "nhan dan te": "CNY", "ndt": "CNY", "rmb": "CNY", "te": "CNY", "cny": "CNY", "yen": "JPY",
    "jpy": "JPY", "won": "KRW", "krw": "KRW", "dai te": "TWD", "ntd": "TWD", "nt": "TWD",
    "nt$": "TWD", "twd": "TWD", "euro": "EUR", "eur": "EUR", "€": "EUR", "baht": "THB",
    "bat": "THB", "kip": "LAK", "riel": "KHR", "peso": "PHP", "aud": "AUD", "cad": "CAD",
}  # fmt: skip
_NOT_AFTER = {
    "lit": "xang nuoc sua ruou dau bia mau sinh",
    "cu": "khoai hanh toi ca cai san lac hai ba",
    "do": "am c f c. ma roi",
    "d": "",
}
_AGE = re.compile(
    rf"(?<![\w.,])(?:(?P<a>\d{{1,2}})(?:\s?(?:-|–|den|toi)\s?(?P<b>\d{{1,2}}))?|(?P<w>(?:{_W}\s){{0,2}}{_W}))"
    r"(?P<unit>\s?tuoi|\s?thang tuoi|t(?![a-z0-9])|\s?t(?=\s(?:bi|dang|ma|hoc|di|o|con)\b))"
)
_AGE_CUE = re.compile(r"\b(?:be|chau|em|con|gai|trai|nu|nam|e|moi|nhoc|tre|ban|hs|dua)\s$")


def _number(figure: str, scaled: bool) -> float:
    """Reads 1.500.000, 1,5, 2.5 or 20: a dot or comma before three digits separates thousands
    unless a scale word follows a single such group (1.500 trieu stays 1500)."""
    groups = re.split(r"[.,]", figure)
    if len(groups) > 1 and all(len(group) == 3 for group in groups[1:]):
        return float("".join(groups))
    if len(groups) == 2:
        return float(f"{groups[0]}.{groups[1]}")
    return float("".join(groups)) if not scaled else float(groups[0])


def _text(value: float) -> str:
    return str(int(round(value)))


def _spelled_wrong(typed: str, folded: str) -> bool:
    """The unit carries marks, and they make another word of it (cụ, độ, tôi)."""
    forms = _SPELLINGS.get(folded)
    if forms is None or typed.lower() == folded:
        return False
    return all(spelling(typed) != spelling(form) for form in forms)


def money(seen: View) -> Iterator[Found]:
    """Amounts; `value` in whole units of `extra["currency"]`, a range as "low-high"."""
    for match in _MONEY.finditer(seen.folded):
        found = _amount(seen, match)
        if found:
            yield found
    for match in _DOLLAR_FIRST.finditer(seen.folded):
        amount = _number(match.group("first"), False) * (1000 if match.group("k") else 1)
        yield Found("money", *match.span(), _text(amount), {"currency": "USD"})
    for match in _PLAIN.finditer(seen.folded):
        digits = re.sub(r"\D", "", match.group())
        yield Found("money", *match.span(), digits, {"currency": "VND"})


def _amount(seen: View, match: re.Match[str]) -> Found | None:
    unit = match.group("scale") or match.group("currency")
    kind = "scale" if match.group("scale") else "currency"
    typed = seen.typed[match.start(kind) : match.end(kind)]
    spaced = seen.folded[match.start(kind) - 1].isspace()
    following = re.findall("[a-z]+", seen.folded[match.end() : match.end() + 8])
    if _spelled_wrong(typed, unit):
        return None
    if following and following[0] in _NOT_AFTER.get(unit, "").split():
        return None
    numbers = _numbers(match)
    if not numbers:
        return None
    low = numbers[0]
    plain = typed.lower() == unit
    if unit == "k" and (match.group("words") or (spaced and low < 10)):
        return None
    if unit in ("toi", "xi") and plain:
        return None
    if unit in ("cu", "ty", "ti") and plain and spaced and match.group("words") and low < 2:
        return None
    if unit in ("d", "dong", "vnd", "₫") and low < 1000:
        return None
    if unit in ("do", "te", "bat", "won") and plain and low < 100 and not match.group("foreign"):
        return None
    foreign = match.group("foreign")
    currency = _CURRENCY.get(foreign or unit, "VND")
    if kind == "scale":
        numbers = [n * _SCALES[unit] for n in numbers]
        numbers[-1] += _tail(match.group("tail"), _SCALES[unit])
    value = "-".join(_text(n) for n in numbers)
    return Found("money", match.start(), match.end(), value, {"currency": currency})


def _numbers(match: re.Match[str]) -> list[float]:
    if match.group("words"):
        number = read_number(match.group("words"))
        return [number] if number else []
    times = {"chuc": 10, "tram": 100}.get(match.group("times") or "", 1)
    scaled = bool(match.group("scale"))
    figures = [match.group("first"), match.group("last")]
    return [_number(figure, scaled) * times for figure in figures if figure]


def _tail(tail: str | None, scale: float) -> float:
    """What follows the unit: "1tr5" adds 0.5, "2tr500" adds 0.5, "1 ty ruoi" adds 0.5."""
    if not tail:
        return 0.0
    tail = tail.strip()
    return scale * (0.5 if tail == "ruoi" else int(tail) / 10 ** len(tail))


def ages(seen: View) -> Iterator[Found]:
    """Ages in years: "15t", "17 tuổi", "mười lăm tuổi", "18-35 tuổi"; months count as 0."""
    for match in _AGE.finditer(seen.folded):
        unit = match.group("unit")
        if match.group("w"):
            number = read_number(match.group("w"))
            values = [number] if number and "tuoi" in unit else []
        else:
            values = [float(match.group(g)) for g in ("a", "b") if match.group(g)]
        if not values or not all(0 < value < 120 for value in values):
            continue
        if "tuoi" not in unit:
            cue = _AGE_CUE.search(seen.folded[: match.start()])
            if values[0] < 5 or (unit.startswith(" ") and not cue):
                continue
        value = "0" if "thang" in unit else "-".join(_text(v) for v in values)
        yield Found("age", match.start(), match.end(), value)

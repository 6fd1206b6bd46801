"""Amounts of money, in figures, slang and words."""

from __future__ import annotations

import re
from collections.abc import Iterator

from nlu.entities.base import (
    NUMBER_WORDS,
    Found,
    Reading,
    read_number,
    spelling,
    spelt_as_numbers,
    written_as,
)  # fmt: skip

_W = rf"(?:{NUMBER_WORDS}|muoi|chuc|tram|ruoi|ham)"
_FIGURE = r"(?:\d{1,3}(?: \d{3}){2,3}(?!\d)|\d[\do]*(?:[.,][\do]+)*)"
_SCALE = (
    r"ty|ti|tyr|tyj|tir|toi|trieu+|trieeuj|triue|treiu|tr|cur?|nghin|nghinf|ngan|ngafn|nganf|k|"
    r"lit|xi|van|man"
)
_RANGE = (
    rf"(?P<first>{_FIGURE})(?:\s?(?:{_SCALE})?\s?(?:-|–|—|~|=>|->)\s?(?P<last>{_FIGURE})"
    rf"|\s(?:den|toi)\s(?P<until>{_FIGURE}))?"
)
_FOREIGN = (
    r"do la my|do la|dola|dollar|dolar|do my|do dai|do sing|do uc|do hong kong|do|ddoo|usd|\$|"
    r"nhan dan te|"
    r"te trung quoc|te dai|ndt|rmb|dai te|dai loan te|te|cny|yen nhat|yen|jpy|won|krw|ntd|nt\$?|"
    r"twd|"
    r"euro|ero|eur|€|¥|₩|baht|bath|bat thai|bat|thb|kip|riel|rien|peso|aud|cad|sgd|rm|ringgit|"
    r"myr|usdt|kyat"
)
_DONG = r"dong|vnd|vndong|d|₫"
_END = (
    r"(?=\s*(?:\Z|[.,;:!?)/\n…\"']|(?:roi|ma|thi|cho|la|nua|mot|tien|de|moi|nhung|va|vao|vo|do|"
    r"luon|a|"
    r"ne|nha|nhe|em|no|trong|khong|ko|k|day|gom|coc|bang|qua|bi|tien|lan|thoi|hoi|dung)\b))"
)
_TAIL = (
    rf"\d{{1,3}}(?![\d.,]*\d)|\s(?:ruoi|nuoi)(?!\w)|\s\d(?!\w){_END}"
    rf"|\s(?:{NUMBER_WORDS}){_END}"
)
_REST = r"\s?(?P<rest>\d{1,3})\s?(?P<small>trieu|tr|nghin|ngan|k|cu)(?![a-z])"
_REST_WORDS = rf"\s(?P<restwords>(?:{_W}\s){{1,4}})(?P<smallword>trieu|nghin|ngan)(?![a-z])"
_MONEY = re.compile(
    rf"(?<![\w.,$])(?:{_RANGE}(?:\s?(?P<times>chuc|tram|nghin|ngan|van))?\s?|"
    rf"(?P<words>(?:{_W}\s){{0,5}}{_W})\s"
    rf"|(?P<half>nua)\s)"
    rf"(?:(?P<scale>{_SCALE})(?:{_REST}|{_REST_WORDS}|(?P<tail>{_TAIL}))?(?![a-z])"
    rf"(?:\s?(?P<foreign>{_FOREIGN})(?![a-z]))?(?:\s?(?:{_DONG})(?![a-z]))?"
    rf"|(?P<currency>{_FOREIGN}|{_DONG})(?![a-z]))"
)
_ANY = re.compile(rf"\d|(?<!\w)(?:{_W}|nua|trieu|ty|cu)\s")
_CURRENCY_FIRST = re.compile(
    rf"(?<!\w)(?P<unit>us\$|\$|usd\s?|vnd\s?|€|¥|nt\$|"
    rf"rm\s?(?=\d))\s?(?P<first>{_FIGURE})(?P<k>k)?(?!\w)"
)
_PLAIN = re.compile(r"(?<![\w.,+/])\d{1,3}(?:([.,])\d{3})(?:\1\d{3})+(?![\w.,]*\d)")
_ONE_AND_HALF = re.compile(r"(?<!\w)(?P<scale>trieu|ty|cu)\s(?P<tail>ruoi)(?!\w)")
_SCALES = {
    "ty": 1e9, "ti": 1e9, "toi": 1e9, "trieu": 1e6, "tr": 1e6, "cu": 1e6, "nghin": 1e3,
    "ngan": 1e3, "k": 1e3, "lit": 1e5, "xi": 1e5, "van": 1e4, "man": 1e4, "tyr": 1e9, "tyj": 1e9,
    "tir": 1e9, "trieeuj": 1e6, "triue": 1e6, "treiu": 1e6, "cur": 1e6,
    "nghinf": 1e3, "ngafn": 1e3, "nganf": 1e3,
}  # fmt: skip
_SPELLINGS = {
    "ty": ("tỷ", "tỵ"), "ti": ("tỉ",), "toi": ("tỏi",), "cu": ("củ",), "lit": ("lít",),
    "xi": ("xị",), "trieu": ("triệu",), "do": ("đô",), "te": ("tệ",), "d": ("đ",), "van": ("vạn",),
    "dong": ("đồng",), "bat": ("bạt", "bát"), "nghin": ("nghìn",), "ngan": ("ngàn",),
    "yen": ("yên",), "kip": ("kíp", "kịp"), "man": ("man", "mạn"),
}  # fmt: skip
_CURRENCY = {
    "nhan dan te": "CNY", "te trung quoc": "CNY", "ndt": "CNY", "rmb": "CNY", "te": "CNY",
    "cny": "CNY", "yen": "JPY", "yen nhat": "JPY", "jpy": "JPY", "¥": "JPY", "won": "KRW",
    "krw": "KRW", "₩": "KRW", "dai te": "TWD", "dai loan te": "TWD", "te dai": "TWD",
    "do dai": "TWD", "ntd": "TWD", "nt": "TWD", "nt$": "TWD", "twd": "TWD", "euro": "EUR",
    "ero": "EUR", "eur": "EUR", "€": "EUR", "baht": "THB", "bath": "THB", "bat": "THB",
    "bat thai": "THB", "thb": "THB", "kip": "LAK", "riel": "KHR", "rien": "KHR", "peso": "PHP",
    "aud": "AUD", "do uc": "AUD", "cad": "CAD", "sgd": "SGD", "do sing": "SGD", "rm": "MYR",
    "do hong kong": "HKD", "ringgit": "MYR", "myr": "MYR", "usdt": "USDT", "kyat": "MMK",
    "dong": "VND", "vnd": "VND", "vndong": "VND", "d": "VND", "₫": "VND",
}  # fmt: skip
_NOT_AFTER = {
    "lit": "xang nuoc sua ruou dau bia mau sinh",
    "cu": "khoai hanh toi ca cai san lac hai ba sac",
    "do": "am c f c. ma roi tuoi phong",
    "k": "follow fl sub view like km fan thanh",
    "van": "ban de su",
    "man": "hinh",
    "ty": "le",
}  # fmt: skip
# Before a small number of "do" these make it dollars, not degrees.
_PAID = frozenset("phat luong phi gia tra dong doi nop coc thuong no tien vay muon lay mat".split())
_YEAR_CUE = re.compile(r"(?<![a-z])(?:sn|sinh|nam|gai|trai|nu|doi|gen|be)\s*$")
_VAGUE = re.compile(r"(?<![a-z])(?:may|vai|chuc)\s$")


def money(reading: Reading) -> Iterator[Found]:
    """Amounts in whole units: "20000000" for đồng, "1000 USD" for others (and `currency`), a
    range as "low-high"."""
    folded = reading.folded
    if not _ANY.search(folded):
        return
    for match in _MONEY.finditer(folded):
        found = _amount(reading, match)
        if found:
            yield found
    if "ruoi" in folded:
        for match in _ONE_AND_HALF.finditer(folded):
            if not _spelled_wrong(
                reading.typed[match.start() : match.end("scale")], match["scale"]
            ):
                yield _found(match.span(), [1.5 * _SCALES[match.group("scale")]], "VND")
    if reading.has_digit:
        for match in _CURRENCY_FIRST.finditer(folded):
            amount = _number(match.group("first"), False) * (1000 if match.group("k") else 1)
            unit = match.group("unit").strip()
            currency = "USD" if unit in ("$", "us$", "usd") else _CURRENCY[unit]
            yield _found(match.span(), [amount], currency)
        for match in _PLAIN.finditer(folded):
            yield _found(match.span(), [float(re.sub(r"\D", "", match.group()))], "VND")


def _found(span: tuple[int, int], numbers: list[float], currency: str) -> Found:
    value = "-".join(str(int(round(number))) for number in numbers)
    if currency != "VND":
        value = f"{value} {currency}"
    return Found("money", *span, value, {"currency": currency})


def _number(figure: str, scaled: bool) -> float:
    """Reads 1.500.000, 1,5, 2.5 or 20: a dot or comma before three digits separates thousands."""
    groups = re.split(r"[., ]", figure.replace("o", "0"))
    if len(groups) > 1 and all(len(group) == 3 for group in groups[1:]):
        return float("".join(groups))
    if len(groups) == 2:
        return float(f"{groups[0]}.{groups[1]}")
    return float("".join(groups)) if not scaled else float(groups[0])


def _spelled_wrong(typed: str, folded: str) -> bool:
    """The unit carries marks, and they make another word of it (cụ, độ, tôi)."""
    forms = _SPELLINGS.get(folded)
    if forms is None or typed.lower() == folded:
        return False
    return not any(
        spelling(typed) == spelling(form) or written_as(typed.lower(), form) for form in forms
    )


def _amount(reading: Reading, match: re.Match[str]) -> Found | None:
    kind = "scale" if match.group("scale") else "currency"
    unit = match.group(kind)
    if kind == "scale" and unit.startswith("trieuu"):
        unit = "trieu"
    numbers = _numbers(reading, match)
    foreign = match.group("foreign")
    if not numbers or not _is_money(reading, match, unit, kind, numbers[0]):
        return None
    currency = _CURRENCY.get(foreign or unit, "USD" if foreign or kind == "currency" else "VND")
    if unit in ("van", "man") and not foreign:
        currency = "CNY" if unit == "van" else "JPY"
    if kind == "scale":
        numbers = [n * _SCALES[unit] for n in numbers]
        numbers[-1] += _tail(match, _SCALES[unit])
    return _found(match.span(), numbers, currency)


def _is_money(reading: Reading, match: re.Match[str], unit: str, kind: str, low: float) -> bool:
    """False for the everyday words that a unit may also be ("2 cụ", "35 độ", "5 lít xăng")."""
    typed = reading.typed[match.start(kind) : match.end(kind)]
    folded = reading.folded
    spaced = folded[match.start(kind) - 1].isspace()
    following = re.match(r"\s?([a-z]+)", folded[match.end() : match.end() + 10])
    if _spelled_wrong(typed, unit):
        return False
    if following and following.group(1) in _NOT_AFTER.get(unit, "").split():
        return False
    plain = typed.lower() == unit
    foreign = match.group("foreign")
    wordy = match.group("words")
    if unit == "k":
        if wordy or (spaced and low < 10) or (low == 2 and match.group("tail")):
            return bool(foreign)
        return not (low == 2 and _YEAR_CUE.search(folded[: match.start()]))
    if unit in ("toi", "xi", "van") and plain and not foreign:
        return False
    if unit == "man" and (wordy or low > 1000):
        return False
    if unit in ("cu", "ti") and plain and spaced and wordy and low < 2:
        return False
    if unit in ("d", "dong", "vnd", "₫") and low < 1000:
        return False
    if unit == "rm" or unit == "nt":
        return low >= 100
    if unit in ("do", "te", "bat", "won", "kip") and plain and low < 100 and not foreign:
        return low >= 10 and reading.word_before(match.start()) in _PAID
    return True


def _numbers(reading: Reading, match: re.Match[str]) -> list[float]:
    if match.group("half"):
        return [0.5] if match.group("scale") else []
    words = match.group("words")
    if words:
        if not spelt_as_numbers(reading.typed[match.start("words") : match.end("words")]):
            return []
        if words in ("chuc", "tram") and _VAGUE.search(reading.folded[: match.start()]):
            return []
        number = read_number(words)
        return [number] if number else []
    times = {"chuc": 10, "tram": 100, "nghin": 1000, "ngan": 1000, "van": 10000}
    scaled = bool(match.group("scale"))
    figures = [match.group("first"), match.group("last") or match.group("until")]
    factor = times.get(match.group("times") or "", 1)
    return [_number(figure, scaled) * factor for figure in figures if figure]


def _tail(match: re.Match[str], scale: float) -> float:
    """What follows the unit: "1tr5" adds 0.5, "1 ty ruoi" 0.5, "2 ty 300 trieu" 300 million."""
    if match.group("rest"):
        return float(match.group("rest")) * _SCALES[match.group("small")]
    if match.group("restwords"):
        return (read_number(match.group("restwords")) or 0.0) * _SCALES[match.group("smallword")]
    tail = (match.group("tail") or "").strip()
    if not tail:
        return 0.0
    if tail.isdigit():
        return scale * int(tail) / 10.0 ** len(tail)
    return scale * (0.5 if tail in ("ruoi", "nuoi") else (read_number(tail) or 0.0) / 10)

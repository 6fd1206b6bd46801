"""Days, months and years as people name them; `value` is what was typed, in lower case."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator

from nlu.entities.base import NUMBER_WORDS, Found, Reading, marked_as
from nlu.text import fold

_N = rf"(?:\d{{1,2}}|{NUMBER_WORDS}|muoi)"
_YEAR = r"(?:19|20)\d\d"
_PART = r"(?:sang|trua|chieu|toi|dem|khuya|rang sang|xe chieu|toi muon|chieu toi|sang som)"
_EDGE = r"(?:(?:dau|giua|cuoi|khoang|ranh)\s)"
_BA = r"(?<![\w/.,\-:])"
_NUMERIC = re.compile(
    rf"{_BA}(?P<prefix>(?:ngay|ngay "
    rf"mung)\s)?(?:(?P<d>\d{{1,2}})\s?(?P<sep>[/\-.])\s?(?P<m>\d{{1,2}})"
    rf"(?:\s?(?P=sep)\s?(?P<y>{_YEAR}|\d\d))?|(?P<iso>{_YEAR}[-/]\d{{1,2}}[-/]\d{{1,2}})"
    rf"|(?P<my>\d{{1,2}}\s?/\s?{_YEAR}))(?![\w/%]|[.,\-:]\d)"
)
_ADDRESS = re.compile(
    r"(?<![a-z])(?:so nha|nha so|nha|so|hem|ngo|ngach|kiet|duong|to|ap|lo|khu|phong|phan|dieu|"
    r"nghi dinh|nd|tt|"
    r"thong tu|luat|cau|de|ti le|ty le|ti so|ql|tinh lo|km|duoc|con|moi)\s?$"
)
_PART_OF = re.compile(
    r"\s?(?:tien|so|luong|thang luong|diem|gia|muc|dan so|chang|phan|duong|cai|buoi|ngay cong|km|"
    r"ha|ly|coc)\b"
)
_DAY_MONTH = re.compile(
    rf"{_BA}(?:{_PART}\s)?(?:(?:hom|bua)\s)?(?:ngay\s(?:mung\s|mong\s)?|mung\s|mong\s|"
    rf"ram\s)?(?P<d>\d{{1,2}})?\s?"
    rf"(?P<m>thang\s(?:\d{{1,2}}|gieng|chap|{NUMBER_WORDS})|tet)(?!\w|"
    rf"[.,]\d)(?P<y>\s?[/\-]\s?{_YEAR}|\snam\s{_YEAR}|,?\s{_YEAR}|\snam\s(?:ngoai|nay|truoc))?"
    rf"(?:\sam(?: lich)?\b)?"
)
_DAY = re.compile(
    rf"{_BA}(?:(?P<part>{_PART})\s)?(?:(?:hom|bua)\s)?(?P<word>ngay\s(?:mung\s|mong\s)?|mung\s|"
    rf"mong\s)(?P<d>{_N})(?!\w|[/.,]\d)"
    r"(?:\s(?:tet|am lich|am|thang nay|thang truoc|thang sau)\b)?"
)
_MONTH = re.compile(
    rf"{_BA}{_EDGE}?(?P<word>thang|thg|t)\s?(?P<m>\d{{1,2}}|gieng|chap|muoi hai|muoi mot|muoi|"
    rf"{NUMBER_WORDS})(?!\w|[.,]\d)"
    rf"(?P<y>\s?[/\-.]\s?{_YEAR}|\snam\s{_YEAR}|\snam\s(?:ngoai|nay|truoc|sau|roi)|"
    rf",?\s{_YEAR})?(?![/\w])"
)
_COUNTED = (
    r"tr|trieu|trieeuj|ty|ti|cu|k|nghin|ngan|lan|ngay|bua|do|usd|te|yen|gio|tieng|h|phut|tuoi|"
    r"nguoi|dua|chuyen|"
    r"chai|thung|cai|man|van|lit|dem|ca|tram|chuc|cuoc|vien|goi|mon|don|buoi|tuan|thang|nam|goi|"
    r"muoi|ruoi|con|ky|kg|ly|chi"
)
_NEXT_COUNTED = re.compile(rf"\s?(?:-\s?\d+\s?)?(?:{_COUNTED})(?![a-z])|[.,-]\d|\s?-\s?\d")
_PER = re.compile(
    r"(?:^|[\s(])(?:moi|mot|\d+|hang|1|may|hai|ba|luong|vai|trong|nua|tung|ca|theo|cham)\s?$"
)
_RELATIVE = re.compile(
    rf"{_BA}(?:(?P<part>{_PART})\s)?(?:ngay\s)?(?:hom|hum|bua|hoi hom)\s?(?P<w>qua|wa|kia|"
    rf"nay)(?!\w)"
    rf"|{_BA}(?:(?P<part2>{_PART})\s)?(?P<short>hqua|hwa|hnay|hom kja|ngay mai|ngay mot|ngay kia|"
    rf"ngay mốt)(?!\w)"
    rf"|{_BA}(?P<p>{_PART})\s(?P<then>nay|mai|qua|wa|mot|kia)(?!\w)"
)
_SPAN = re.compile(
    rf"{_BA}(?:{_EDGE}|ca\s)?(?P<unit>tuan|thang|nam|quy)\s(?P<w>truoc|roi|vua roi|vua qua|qua|"
    rf"ngoai|sau|toi|kia)(?!\w)"
    rf"|{_BA}cuoi (?:tuan|thang|nam)(?: nay)?(?!\w)"
)
_AGO = re.compile(
    rf"{_BA}(?P<ago>cach day (?:khoang |hon |gan )?)?(?P<n>\d{{1,2}}|hai|ba|bon|may|vai|mot|"
    rf"muoi)\s?(?P<unit>ngay|hom|tuan|thang|nam)\s?(?P<w>truoc|nay|roi)?(?!\w)"
)
_WEEKDAY = re.compile(
    rf"{_BA}(?P<part>{_PART}\s)?(?:ngay\s|hom\s)?(?P<day>thu\s?(?:[2-7]|hai|ba|tu|nam|sau|bay)|"
    rf"chu\s?nhat|cn|t[2-7])(?!\w|[/.]\d)"
    r"(?P<week>\s(?:tuan\s(?:nay|truoc|sau|toi|roi|vua roi|qua|kia)|nay|toi|vua roi|vua qua|roi|"
    r"truoc))?(?!\w)"
)
_YEAR_ONLY = re.compile(rf"{_BA}{_EDGE}?nam\s(?P<y>{_YEAR})(?!\w|[/\-]\d)")
_BORN = re.compile(r"(?<![a-z])(?:sinh|sn|doi|de)\s?$")
_ANY = re.compile(
    r"\d|\b(?:hom|hum|bua|mai|nay|qua|wa|mot|kia|tuan|thang|nam|thu|chu nhat|hqua|hnay|mung|mong|"
    r"tet)\b"
)
_NOON = {
    "sang": ("sáng",), "trua": ("trưa",), "chieu": ("chiều",), "toi": ("tối",), "dem": ("đêm",),
    "khuya": ("khuya",),
}  # fmt: skip
_HOUR = re.compile(r"\d\s?(?:h\d*|gio)\s$")
_ORDINAL = frozenset(
    "lan nguoi nuoc cau dua vong dot ben con hang cai ngay dieu khoan tap bo nam chuong".split()
)
_AT = frozenset("vao hom sang toi chieu trua dem luc tu den hen truoc sau moi qua tu".split())


def dates(reading: Reading) -> Iterator[Found]:
    """Dates in figures or words, weekdays with a cue, and words such as "hôm qua", "tối nay"."""
    if not _ANY.search(reading.folded):
        return
    for finder, needed in _FINDERS:
        if not needed(reading.folded):
            continue
        for start, end in finder(reading):
            typed = reading.typed[start:end]
            start += len(typed) - len(typed.lstrip())
            yield Found("date", start, end, " ".join(typed.lower().split()))


Spans = Iterator[tuple[int, int]]


def _numeric(reading: Reading) -> Spans:
    if not reading.has_digit:
        return
    folded = reading.folded
    for match in _NUMERIC.finditer(folded):
        before = folded[max(0, match.start() - 12) : match.start()]
        if match.group("iso"):
            yield match.span()
        elif match.group("my"):
            if 1 <= int(re.split(r"\s?/", match.group("my"))[0]) <= 12:
                yield match.span()
        elif _day_month_fits(folded, match, before):
            yield match.span()


def _day_month_fits(folded: str, match: re.Match[str], before: str) -> bool:
    day, month, year = int(match["d"]), int(match["m"]), match["y"]
    if not (1 <= day <= 31 and 1 <= month <= 12):
        return False
    if match["sep"] != "/" and not (match["prefix"] or (year and len(year) == 4)):
        return False
    if match["prefix"] or year:
        return not _ADDRESS.search(before)
    if (day, month) == (24, 7) or _ADDRESS.search(before):
        return False
    return not _PART_OF.match(folded, match.end()) and not re.match(
        r"\s?(?:tr|k|trieu)\b", folded[match.end() :]
    )


def _day_of_month(reading: Reading) -> Spans:
    folded = reading.folded
    if "thang" not in folded and "tet" not in folded:
        return
    for match in _DAY_MONTH.finditer(folded):
        head = match.group()[: match.start("m") - match.start()].strip()
        if not head or (match["d"] and int(match["d"]) > 31):
            continue
        if match["m"] == "tet" and not match["d"]:
            continue
        named = re.search(r"ngay|mung|mong|ram", head)
        bare = not named and match["m"] != "tet" and not match["y"]
        # "5 tháng 8" alone is a day only where no length of time is meant.
        if bare and (_per(folded, match) or _NEXT_COUNTED.match(folded, match.end())):
            continue
        yield match.span()


def _per(folded: str, match: re.Match[str]) -> bool:
    """Whether "each", "one" or the like stands before: a length of time, not a day."""
    return _PER.search(folded[max(0, match.start() - 8) : match.start()]) is not None


def _day(reading: Reading) -> Spans:
    folded = reading.folded
    if "ngay" not in folded and "mung" not in folded and "mong" not in folded:
        return
    for match in _DAY.finditer(folded):
        if "m" not in match["word"]:
            if not match["d"].isdigit() or int(match["d"]) > 31:
                continue
            if _PER.search(folded[max(0, match.start() - 8) : match.start()]):
                continue
            if _NEXT_COUNTED.match(folded, match.end()):
                continue
        elif match["word"].startswith("mong") and not marked_as(
            reading.typed[match.start("word") : match.end("word")].strip(), "mồng"
        ):
            continue
        yield match.span()


def _month(reading: Reading) -> Spans:
    folded = reading.folded
    for match in _MONTH.finditer(folded):
        month = match["m"]
        if month.isdigit() and not 1 <= int(month) <= 12:
            continue
        if match["word"] != "thang" and not match["y"]:
            continue
        if (
            not month.isdigit()
            and not match["y"]
            and month in ("nam", "sau", "hai", "mot", "ba", "lam", "bay")
        ):
            if not marked_as(reading.typed[match.start("m") : match.end("m")], "hai", "ba", "bảy"):
                continue
            if reading.typed.isascii():
                continue
        before = folded[max(0, match.start() - 8) : match.start()]
        if not match["y"] and (_PER.search(before) or _NEXT_COUNTED.match(folded, match.end())):
            continue
        yield match.span()


def _relative(reading: Reading) -> Spans:
    for match in _RELATIVE.finditer(reading.folded):
        part = match["part"] or match["part2"] or match["p"]
        if part and not _part_fits(reading, match, part):
            if match["p"]:
                continue
            yield match.start() + len(part) + 1, match.end()
            continue
        yield match.span()


def _part_fits(reading: Reading, match: re.Match[str], part: str) -> bool:
    """Whether the first word is a part of the day by its marks ("tối nay", not "tôi nay")."""
    first = reading.typed[match.start() : match.start() + len(part)].lower()
    for word in first.split():
        if word.isascii() and word not in ("toi", "sang"):
            continue
        if not marked_as(word, *_NOON.get(fold(word), (word,))):
            return False
    then = match["then"]
    if not then:
        return True
    typed = reading.typed[match.start("then") : match.end("then")].lower()
    if not marked_as(typed, "nay", "mai", "qua", "wa", "mốt", "kia"):
        return False
    after = reading.folded[match.end() : match.end() + 14]
    if first == "toi":
        if then == "qua" and _HOUR.search(reading.folded[: match.start()][-8:]):
            return True
        if then == "qua":
            return (
                re.match(
                    r"\s*(?:\Z|[,.;!?]|(?:no|em|e|tui|minh|chi|anh|ho|con|chau|luc|co|bon)\b)",
                    after,
                )
                is not None
            )
        return not re.match(r"\s\d+\s?t|\s(?:da|muon|xin|viet|gan)\b", after)
    if first == "sang":
        return then in ("nay", "mai") and not re.match(r"\s(?:ben|cam|dai|trung)\b", after)
    return not (then == "mot" and typed == "mot")


def _spans(reading: Reading) -> Spans:
    folded = reading.folded
    for match in _SPAN.finditer(folded):
        unit, then = match["unit"], match["w"]
        if unit is None:
            yield match.span()
            continue
        before = folded[max(0, match.start() - 8) : match.start()]
        typed = reading.typed[match.start("unit") : match.end()]
        if _PER.search(before) and not before.rstrip().endswith(("ca", "trong")):
            continue
        if (
            then == "ngoai"
            and unit != "nam"
            or then == "roi"
            and unit == "nam"
            and not typed.isascii()
        ):
            continue
        if unit == "nam" and then in ("roi", "toi", "qua", "sau") and typed.isascii():
            continue
        if not marked_as(typed.split()[0], "tuần", "tháng", "năm", "quý"):
            continue
        if then in ("toi", "roi", "sau", "qua") and not marked_as(
            typed.split()[-1], "tới", "rồi", "sau", "qua"
        ):
            continue
        yield match.span()


def _ago(reading: Reading) -> Spans:
    for match in _AGO.finditer(reading.folded):
        if (
            match["ago"]
            and match["w"] != "nay"
            or match["w"] == "truoc"
            and match["n"] not in ("may", "vai")
        ):
            typed = reading.typed[match.start("unit") : match.end("unit")]
            if marked_as(typed, "ngày", "hôm", "tuần", "tháng", "năm"):
                yield match.span()


def _weekday(reading: Reading) -> Spans:
    folded = reading.folded
    for match in _WEEKDAY.finditer(folded):
        day, week = match["day"], match["week"] or ""
        short = day == "cn" or day[0] == "t" and day[1].isdigit()
        if short and ("tuan" not in week and not match["part"] or week.endswith("nay")):
            continue
        typed = reading.typed[match.start("day") : match.end("day")]
        if not short and not marked_as(typed.split()[0], "thứ", "chủ", "chủnhật"):
            continue
        before = reading.word_before(match.start())
        named = match["part"] or reading.folded.startswith("hom ", match.start())
        if day.startswith("thu") and not named and not week:
            if before in _ORDINAL or not (
                before in _AT or day[-1].isdigit() and before not in ("phu",)
            ):
                continue
            if re.match(r"\s(?:nhat|ba|tu)\b", folded[match.end() :]):
                continue
        end = match.end()
        if week.strip() in ("roi", "truoc") or week.strip() == "nay" and short:
            end = match.end("day")
        yield match.start(), end


def _year(reading: Reading) -> Spans:
    if reading.has_digit:
        for match in _YEAR_ONLY.finditer(reading.folded):
            if not _BORN.search(reading.folded[max(0, match.start() - 6) : match.start()]):
                yield match.span()


# Each with what has to be there for it to find anything.
_FINDERS: tuple[tuple[Callable[[Reading], Spans], Callable[[str], object]], ...] = (
    (_numeric, lambda text: "/" in text or "-" in text or "." in text),
    (_day_of_month, lambda text: "thang" in text or "tet" in text),
    (_month, re.compile(r"thang|thg|t[1-9]").search),
    (_day, lambda text: "ngay" in text or "mung" in text or "mong" in text),
    (_weekday, re.compile(r"thu|chu|cn|t[2-7]").search),
    (_relative, re.compile(r" (?:nay|mai|qua|wa|mot|kia)|hom|h[qnw]").search),
    (_ago, lambda text: "truoc" in text or "cach day" in text),
    (_spans, lambda text: "tuan" in text or "thang" in text or "nam" in text or "quy" in text),
    (_year, lambda text: "nam " in text),
)

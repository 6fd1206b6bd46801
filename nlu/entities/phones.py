"""Telephone numbers, in figures (with letters for digits) and spelled out."""

from __future__ import annotations

import re
from collections.abc import Iterator

from nlu.entities.base import Found, Reading, marked_as

_GAP = r"[\s.\-_()·•*\u20e3–—]{0,3}"
_D = r"[\dolqi|]"
_PHONE = re.compile(
    rf"(?<![\w])(?:(?:\(?\+{_GAP}84{_GAP}\)?|00{_GAP}84|84|\(?[0o]){_GAP}(?:{_D}{_GAP}){{8,10}}"
    rf"|1[89][0o][0o](?:{_GAP}[\do]){{4,6}}|(?:\+|00(?=[1-9]))(?:\d{_GAP}){{8,14}})(?![\d])"
)
_LISTED = re.compile(r"(?<![\w/,])[0o][\do]{2,3}([,/])[\do]{3}\1[\do]{3,4}(?![\w/,])")
_DIGITS = {
    "khong": "0", "ko": "0", "hong": "0", "linh": "0", "zero": "0", "mot": "1", "hai": "2",
    "ba": "3", "bon": "4", "tu": "4", "nam": "5", "lam": "5", "sau": "6", "bay": "7", "tam": "8",
    "chin": "9",
}  # fmt: skip
_DIGIT_WORD = "|".join(_DIGITS)
_SPELLED = re.compile(
    rf"(?<!\w)(?:(?:{_DIGIT_WORD}|[\do]{{1,4}})[\s.,\-]+){{5,12}}(?:{_DIGIT_WORD}|\d+)(?!\w)"
)
_SPELLINGS = {
    "khong": ("không",), "hong": ("hông", "hổng"), "mot": ("một", "mốt"), "bon": ("bốn",),
    "tu": ("tư",), "nam": ("năm",), "lam": ("lăm",), "sau": ("sáu",), "bay": ("bảy", "bẩy"),
    "tam": ("tám",), "chin": ("chín",), "ba": ("ba",), "hai": ("hai",),
}  # fmt: skip
_NOT_PHONE = re.compile(
    r"(?<![a-z])(?:stk|so tk|tai khoan|cccd|cmnd|cmt|can cuoc|mst|ma so thue|ma don|ma ho so|otp|"
    r"so seri|imei)(?![a-z])[^\d]{0,18}$"
)
# Some letters are read as digits, but none of these numbers is written in letters alone.
_ANY_DIGIT = re.compile(r"\d")
_LETTERS = str.maketrans("olqi|", "01911")


def phone_value(raw: str) -> str | None:
    """The number in national form (0…), or international (+…), or None if it cannot be one."""
    plus = raw.lstrip(" (").startswith("+")
    digits = re.sub(r"\D", "", raw.translate(_LETTERS))
    if digits.startswith("00") and len(digits) > 11:
        digits, plus = digits[2:], True
    if digits.startswith("84") and (plus or len(digits) in (11, 12)):
        digits = "0" + digits[2:].removeprefix("0")
        plus = False
    if plus:
        return f"+{digits}" if 8 <= len(digits) <= 15 else None
    if re.fullmatch(r"0[1-9]\d{8}|0[12]\d{9}|1[89]00\d{4,6}", digits):
        return digits
    return None


def phones(reading: Reading) -> Iterator[Found]:
    """Vietnamese mobile, landline and service numbers, foreign ones with +, spelled-out ones."""
    folded = reading.folded
    if _ANY_DIGIT.search(folded):
        for match in _PHONE.finditer(folded):
            found = _figure(folded, match)
            if found:
                yield found
        for match in _LISTED.finditer(folded):
            value = phone_value(match.group())
            if value:
                yield Found("phone", *match.span(), value)
    for match in _SPELLED.finditer(folded):
        if sum(piece in _DIGITS for piece in re.findall("[a-z]+", match.group())) >= 3:
            yield from _spelled(reading, match)


def _figure(folded: str, match: re.Match[str]) -> Found | None:
    raw = match.group().rstrip(" .-_()·•*–—\n\t")
    if sum(char.isdigit() for char in raw) < (3 if re.match(r"[o\d\s.\-]+\Z", raw) else 5):
        return None
    if _NOT_PHONE.search(folded[max(0, match.start() - 30) : match.start()]):
        return None
    for _ in range(3):
        value = phone_value(raw)
        if value is not None:
            return Found("phone", match.start(), match.start() + len(raw), value)
        cut = re.sub(r"[\s.\-_]+[\dolqi|]{1,4}$", "", raw)
        if cut == raw:
            return None
        raw = cut
    return None


def _spelled(reading: Reading, match: re.Match[str]) -> Iterator[Found]:
    """The longest part of a run of digit words that is a number."""
    pieces = list(re.finditer(r"[a-z]+|\d+", match.group()))
    for first, piece in enumerate(pieces):
        if (
            piece.group() not in ("khong", "ko", "hong", "zero", "o")
            and piece.group()[0] not in "01"
        ):
            continue
        for last in range(len(pieces), first + 5, -1):
            chosen = pieces[first:last]
            value = phone_value("".join(_DIGITS.get(p.group(), p.group()) for p in chosen))
            start = match.start() + chosen[0].start()
            end = match.start() + chosen[-1].end()
            if value and _may_be_digits(reading.typed[start:end]):
                yield Found("phone", start, end, value)
                return


def _may_be_digits(typed: str) -> bool:
    words = [word for word in re.findall(r"[^\W\d_]+", typed.lower()) if not word.isascii()]
    return all(
        any(marked_as(word, form) for form in sum(_SPELLINGS.values(), ())) for word in words
    )

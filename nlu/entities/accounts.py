"""Bank accounts: a number beside a bank's name or after "stk"."""

from __future__ import annotations

import re
from collections.abc import Iterator

from nlu.entities.base import Found, Reading, lexicon
from nlu.entities.phones import phone_value

_BANK_OF: dict[str, str] = {
    form: name for name, forms in lexicon("banks").items() for form in forms
}
_FORMS = "|".join(sorted(map(re.escape, _BANK_OF), key=len, reverse=True))
_BANK = re.compile(rf"(?<![a-z])(?:{_FORMS})(?![a-z])")
_BANK_NEXT = re.compile(
    rf"[\s\-–—,:;/(|.]*(?:(?:ngan hang|nhtmcp|nh|bank|cua|tai|ben|mo tai|chi nhanh|"
    rf"cn)\b[\s:.\-]*){{0,3}}"
    rf"(?P<bank>{_FORMS})(?![a-z])"
)
_NUMBER = re.compile(r"(?<![\w.,+/])\d(?:[\s.\-]?\d){5,18}(?![.,]?\d|\w|/\d)")
_CUE = re.compile(
    r"(?<![a-z])(?:stk|so\s?tk|s\.t\.k|tk|tai khoan|so tai khoan|account|acc|a/c)"
    r"(?![a-z])[^\d]{0,34}$"
)
_WEAK_CUE = re.compile(
    r"(?<![a-z])(?:chuyen khoan|ck|chuyen tien|chuyen|bank|ngan hang)(?![a-z])[^\d]{0,20}$"
)
_OTHER_CUE = re.compile(
    r"(?<![a-z])(?:cccd|cmnd|cmt|can cuoc|ho chieu|passport|mst|ma so thue|ma don|ma ho so|ma gd|"
    r"otp|"
    r"bien so|imei)\b[^\d]{0,15}$"
)
_PHONE_CUE = re.compile(
    r"(?<![a-z])(?:sdt|so dt|dt|dien thoai|hotline|lh|lien he|goi|alo|zalo|zl|so may|phone|tel|"
    r"viber|momo)(?![a-z])[^\d]{0,6}$"
)
_THOUSANDS = re.compile(r"\d{1,3}(?:[.,]\d{3})+\Z")
_UNIT = re.compile(r"\s?(?:d|dong|vnd|₫|usd|\$|k|tr|trieu|%)(?![a-z])")


def bank_accounts(reading: Reading) -> Iterator[Found]:
    """Numbers of 6 to 19 digits that a bank's name or an account cue stands beside."""
    if not reading.has_digit:
        return
    folded = reading.folded
    for match in _NUMBER.finditer(folded):
        found = _account(folded, match)
        if found:
            yield found


def _account(folded: str, match: re.Match[str]) -> Found | None:
    before = folded[max(0, match.start() - 48) : match.start()]
    after = folded[match.end() : match.end() + 40]
    if _OTHER_CUE.search(before) or _THOUSANDS.match(match.group()) or _UNIT.match(after):
        return None
    ahead = list(_BANK.finditer(before[-26:]))
    behind = _BANK_NEXT.match(after) or _BANK.search(after[:16])
    cue = _CUE.search(before)
    value = re.sub(r"\D", "", match.group())
    if not cue:
        touching = bool(ahead) and ahead[-1].end() >= len(before[-26:]) - 4
        if not (ahead or behind) and not (
            _WEAK_CUE.search(before) and len(value) >= 9 and not phone_value(value)
        ):
            return None
        if phone_value(value) and (
            _PHONE_CUE.search(before) or not touching and not _BANK_NEXT.match(after)
        ):
            return None
    bank = _bank(ahead, behind, cue)
    return Found("bank_account", *match.span(), value, {"bank": bank} if bank else {})


def _bank(
    ahead: list[re.Match[str]], behind: re.Match[str] | None, cue: re.Match[str] | None
) -> str | None:
    """The bank named nearest: just before the number, else after it, else within the cue."""
    if behind and "bank" in behind.groupdict():
        return _BANK_OF[behind.group("bank")]
    if ahead:
        return _BANK_OF[ahead[-1].group()]
    if behind:
        return _BANK_OF[behind.group()]
    inside = _BANK.search(cue.group()) if cue else None
    return _BANK_OF[inside.group()] if inside else None

"""Links, telephone numbers, bank accounts and platform handles."""

from __future__ import annotations

import re
from collections.abc import Iterator

from nlu.entities.base import Found, lexicon
from nlu.text import View

_DOT = r"(?:\.|\s?\[\.\]\s?|\s?\(\.\)\s?)"
_TLD = (
    "com|net|org|info|vn|xyz|biz|online|site|store|shop|club|link|asia|icu|cc|tv|example|invalid|test|"
    "cn|kh|th|tw|hk|sg|my|ph|mm|us|uk|ru|cf|tk|ga|ml|gq|win|bet|fun|website|space|work|world|tech"
)
_WEAK_TLD = "me|co|to|la|vip|pro|app|live|top|so|io|ly|gg|gl|id|be"
_SHORT_HOSTS = "zalo|t|m|wa|bit|goo|tinyurl|cutt|fb|youtu|s|is|shorturl|rebrand"
_LINK = re.compile(
    rf"(?:h(?:tt|xx)ps?\s?://|www{_DOT})[^\s<>\"]+"
    rf"|(?<![\w@.\-])(?:[a-z0-9](?:[a-z0-9\-]{{0,40}}){_DOT}){{1,4}}(?:{_TLD})\b(?:[/?:][^\s<>\"]*)?"
    rf"|(?<![\w@.\-])(?:{_SHORT_HOSTS})\s?{_DOT}\s?(?:{_WEAK_TLD})\b(?:\s?/\s?[^\s<>\"]*)?"
    rf"|(?<![\w@.\-])(?:[a-z0-9](?:[a-z0-9\-]{{0,40}}){_DOT}){{1,4}}(?:{_WEAK_TLD})/[^\s<>\"]*"
)
_EMAIL = re.compile(r"[\w.+\-]+@[\w\-]+(?:\.[\w\-]+)+")

_GAP = r"[\s.\-_()·]{0,2}"
_PHONE = re.compile(
    rf"(?<![\w])(?:(?:\(?\+{_GAP}84\)?|0084|84|[0o]){_GAP}(?:[\do]{_GAP}){{8,10}}"
    rf"|1[89]00(?:{_GAP}\d){{4,6}}|\+(?:\d{_GAP}){{8,14}})(?![\d])"
)
_DIGIT_WORD = "khong|mot|hai|ba|bon|tu|nam|lam|sau|bay|tam|chin|linh"
_SPELLED = re.compile(rf"\b(?:(?:{_DIGIT_WORD}|\d{{1,4}})[\s.,\-]+){{5,12}}(?:{_DIGIT_WORD}|\d+)\b")
_DIGITS = {
    "khong": "0", "linh": "0", "mot": "1", "hai": "2", "ba": "3", "bon": "4", "tu": "4",
    "nam": "5", "lam": "5", "sau": "6", "bay": "7", "tam": "8", "chin": "9",
}  # fmt: skip

_BANKS: dict[str, list[str]] = lexicon("banks")
_BANK_OF = {form: name for name, forms in _BANKS.items() for form in forms}
_BANK_FORMS = "|".join(sorted(map(re.escape, _BANK_OF), key=len, reverse=True))
_BANK = re.compile(rf"(?<![a-z])(?:{_BANK_FORMS})(?![a-z])")
_NUMBER = re.compile(r"(?<![\w.,])\d(?:[\s.\-]?\d){5,18}(?!\w)")
_ACCOUNT_CUE = re.compile(
    r"(?<![a-z])(?:stk|so\s?tk|tk|so tai khoan|tai khoan|account|acc|chuyen khoan|ck|chuyen tien)"
    r"(?![a-z])[^\d]{0,28}$"
)
_OTHER_CUE = re.compile(
    r"(?<![a-z])(?:cccd|cmnd|can cuoc|ho chieu|mst|ma so thue|ma don|otp)\b[^\d]{0,15}$"
)

_PLATFORM = (
    "zalo|zl|telegram|tele|tlg|facebook|fb|face|instagram|insta|ins|ig|tiktok|wechat|viber|"
    "whatsapp|line|skype|kakaotalk"
)
_HANDLE = re.compile(
    rf"(?<![a-z0-9])(?P<platform>{_PLATFORM})(?![a-z0-9])"
    r"(?:\s*(?:ten|id|la|nick|name|acc|page|cua no))?"
    r"\s*[:=\-]?\s*(?P<name>@?[a-z0-9][a-z0-9_.]{3,31})(?![\w@])"
)
_AT = re.compile(r"(?<![\w.@/])@(?P<name>[a-z0-9_][a-z0-9_.]{2,31})(?!\w)")
_PLATFORM_NAME = {
    "zl": "zalo", "tele": "telegram", "tlg": "telegram", "fb": "facebook", "face": "facebook",
    "insta": "instagram", "ins": "instagram", "ig": "instagram",
}  # fmt: skip


def links(seen: View) -> Iterator[Found]:
    """Web addresses: with a scheme, bare, shortened, or written with [.]"""
    folded = seen.folded
    if "." not in folded and "://" not in folded:
        return
    emails = [m.span() for m in _EMAIL.finditer(folded)]
    for match in _LINK.finditer(folded):
        start = match.start()
        end = start + len(match.group().rstrip(".,;:!?)]}'\"…"))
        if any(a < end and start < b for a, b in emails) or not seen.typed[start:end].isascii():
            end = _ascii_end(seen.typed, start, end)
            if end - start < 4 or any(a <= start < b for a, b in emails):
                continue
        value = re.sub(r"\s|\[(?=\.)|(?<=\.)\]|\((?=\.)|(?<=\.)\)", "", seen.typed[start:end])
        host, slash, path = re.sub(r"^hxxp", "http", value).partition("/")
        if "://" in value:
            value = re.sub(r"^hxxp", "http", value, flags=re.I)
        else:
            value = host.lower() + slash + path
        yield Found("link", start, end, value)


def _ascii_end(typed: str, start: int, end: int) -> int:
    while start < end and not typed[start:end].isascii():
        end -= 1
    return end


def phone_value(raw: str) -> str | None:
    """The number in national form (0…), or international (+…), or None if it cannot be one."""
    plus = raw.lstrip(" (").startswith("+")
    digits = re.sub(r"\D", "", raw.replace("o", "0"))
    if digits.startswith("0084"):
        digits = digits[2:]
    if digits.startswith("84") and (plus or len(digits) in (11, 12)):
        digits = "0" + digits[2:].removeprefix("0")
        plus = False
    if plus:
        return f"+{digits}" if 8 <= len(digits) <= 15 else None
    if re.fullmatch(r"0[35789]\d{8}|02\d{8,9}|1[89]00\d{4,6}", digits):
        return digits
    return None


def phones(seen: View) -> Iterator[Found]:
    """Vietnamese mobile, landline and service numbers, foreign ones with +, spelled-out ones."""
    folded = seen.folded
    for match in _PHONE.finditer(folded):
        raw = match.group().rstrip(" .-_()·")
        if sum(char.isdigit() for char in raw) < 6:
            continue
        value = phone_value(raw)
        if value is None:
            cut = raw.rsplit(" ", 1)[0]
            raw, value = cut, phone_value(cut)
        if value is not None:
            yield Found("phone", match.start(), match.start() + len(raw), value)
    for match in _SPELLED.finditer(folded):
        pieces = re.findall(r"[a-z]+|\d+", match.group())
        if sum(piece.isalpha() for piece in pieces) < 3:
            continue
        value = phone_value("".join(_DIGITS.get(piece, piece) for piece in pieces))
        if value is not None:
            yield Found("phone", match.start(), match.end(), value)


def bank_accounts(seen: View) -> Iterator[Found]:
    """Numbers of 6 to 19 digits that a bank's name or an account cue stands beside."""
    folded = seen.folded
    for match in _NUMBER.finditer(folded):
        before, after = folded[max(0, match.start() - 40) : match.start()], folded[match.end() :]
        if _OTHER_CUE.search(before):
            continue
        ahead = list(_BANK.finditer(before[-24:]))
        behind = _BANK.match(after[:24].lstrip(" -,:;/(") or " ") or _BANK.search(after[:16])
        cue = _ACCOUNT_CUE.search(before)
        if not (cue or ahead or behind):
            continue
        value = re.sub(r"\D", "", match.group())
        if (
            not cue
            and phone_value(value)
            and not (ahead and ahead[-1].end() >= len(before[-24:]) - 3)
        ):
            continue
        near = ahead[-1].group() if ahead else behind.group() if behind else ""
        if not near and cue:
            inside = _BANK.search(cue.group())
            near = inside.group() if inside else ""
        extra = {"bank": _BANK_OF[near]} if near else {}
        yield Found("bank_account", match.start(), match.end(), value, extra)


def handles(seen: View) -> Iterator[Found]:
    """Names on a platform: "@name" anywhere, or a name-like word after "zalo", "tele", "fb" …"""
    folded = seen.folded
    for match in _HANDLE.finditer(folded):
        name = match.group("name").rstrip(".")
        bare = name.lstrip("@")
        start = match.start("name")
        typed = seen.typed[start : start + len(name)]
        if bare.isdigit() or not typed.isascii() or bare.rpartition(".")[2] in ("me", "com"):
            continue
        if name.startswith("@") or (re.search(r"[a-z]", bare) and re.search(r"[\d_.]", bare)):
            platform = match.group("platform")
            extra = {"platform": _PLATFORM_NAME.get(platform, platform)}
            yield Found("handle", start, start + len(name), bare, extra)
    for match in _AT.finditer(folded):
        name = match.group("name").rstrip(".")
        yield Found("handle", match.start(), match.start() + 1 + len(name), name)

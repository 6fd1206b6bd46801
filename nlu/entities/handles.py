"""Names on a platform: "@name", or what stands after "zalo", "fb", "tele" …"""

from __future__ import annotations

import re
from collections.abc import Iterator

from nlu.entities.base import Found, Reading, Word
from nlu.entities.repair import is_syllable

_PLATFORM = (
    "zalo|zl|telegram|tele|tlg|facebook|fb|face|phay|instagram|insta|ins|ig|tiktok|tik tok|tt|"
    "wechat|"
    "viber|whatsapp|whatapp|line|skype|kakaotalk|messenger|mess|fanpage|page|youtube"
)
_NAMED = (
    r"(?:\s*(?:ten la|ten|id|la|nick|name|acc|account|tai khoan|cua no|no ten|trang|chat|page|"
    r"group|nhom)\b)*"
)
_CUE = re.compile(
    rf"(?<![a-z0-9@./])(?P<platform>{_PLATFORM})(?![a-z0-9]|\.(?:com|me|"
    rf"vn))(?P<named>{_NAMED})(?P<colon>[\s:=\-\u2190-\U0010ffff]*)[\"'“‘]?(?=[@\w])"
)
_TOKEN = re.compile(r"@?[a-z0-9_][a-z0-9_.\-]{2,31}(?![\w@])")
_AT = re.compile(r"(?<![\w.@/])@(?P<name>[a-z0-9_][a-z0-9_.\-]{1,31})(?!\w)")
_PLATFORM_NAME = {
    "zl": "zalo", "tele": "telegram", "tlg": "telegram", "fb": "facebook", "face": "facebook",
    "phay": "facebook", "insta": "instagram", "ins": "instagram", "ig": "instagram",
    "tik tok": "tiktok", "tt": "tiktok", "whatapp": "whatsapp", "mess": "messenger",
}  # fmt: skip
# What follows a platform's name in any sentence, and is nobody's name.
_PLAIN = frozenset(
    "group admin official messenger facebook telegram zalo tiktok shop online page link video call "
    "chat inbox status live stream livestream fanpage marketing ads check block hack scam spam web "
    "website app game iphone android sms email gmail story reels lite plus pay business".split()
)
_SURNAMES = frozenset(
    "nguyen tran le pham hoang huynh vo vu phan truong bui dang do ho ngo duong ly dinh lam trinh "
    "mai dao ha luong cao thach lo vi quach ta doan luu to".split()
)
_STOP = frozenset(
    "la o co bao thi ma cho bi dang da se khong ko k va tai noi nay kia do nao gi the a nhe cua "
    "duoc "
    "dc em minh toi ben lua voi ru nhan ket ban goi roi moi hoi gui doi kb".split()
)


def handles(reading: Reading) -> Iterator[Found]:
    """Names on a platform; `value` is the name without "@", `platform` in `extra` when known."""
    folded = reading.folded
    for match in _CUE.finditer(folded):
        platform = match.group("platform")
        extra = {"platform": _PLATFORM_NAME.get(platform, platform)}
        span = _quoted(reading, match) or _token(reading, match) or _name(reading, match)
        if span:
            value = " ".join(reading.typed[span[0] : span[1]].lstrip("@").split())
            if span[1] - span[0] == len(folded[span[0] : span[1]].split()[0]):
                value = value.lower()
            yield Found("handle", *span, value, extra)
    if "@" in folded:
        for match in _AT.finditer(folded):
            name = match.group("name").rstrip(".-")
            if len(name) > 1:
                yield Found("handle", match.start(), match.start() + 1 + len(name), name)


def _quoted(reading: Reading, cue: re.Match[str]) -> tuple[int, int] | None:
    """A name in quotation marks, whole."""
    if cue.group()[-1] not in '"“‘':
        return None
    end = re.compile(r"[\"”’]").search(reading.typed, cue.end(), cue.end() + 45)
    if not end or end.start() - cue.end() < 3:
        return None
    return cue.end(), end.start()


def _token(reading: Reading, cue: re.Match[str]) -> tuple[int, int] | None:
    """One word that looks like a handle: "@x", with a digit, dot or underscore, or no syllable."""
    match = _TOKEN.match(reading.folded, cue.end())
    if not match:
        return None
    name = match.group().rstrip(".-")
    bare = name.lstrip("@")
    typed = reading.typed[match.start() : match.start() + len(name)]
    if not typed.isascii() or bare.replace(".", "").replace("-", "").isdigit():
        return None
    if re.search(r"\.(?:com|me|vn|net|apk|exe|pdf|example)\Z", bare) or bare in _PLAIN:
        return None
    if re.match(r"\d+(?:k|tr|cu|trieu|ty|ng|h|p|d|t)\d*\Z|\d", bare) and not re.search(
        "[a-z_]{3}", bare
    ):
        return None
    mixed = re.search(r"[a-z]", bare) and re.search(r"[\d_.]|\w-\w", bare)
    odd = (
        len(bare) > 5
        and bare.isalpha()
        and not is_syllable(bare)
        and not re.search(r"(.)\1\1", bare)
    )
    if platform_is_short(cue) and not (name.startswith("@") or mixed):
        return None
    if name.startswith("@") or mixed or odd and not typed[0].isupper():
        return match.start(), match.start() + len(name)
    return None


def platform_is_short(cue: re.Match[str]) -> bool:
    """ "tt", "line", "page" and the like are also other words."""
    return cue.group("platform") in ("tt", "line", "face", "ins", "mess", "phay")


def _name(reading: Reading, cue: re.Match[str]) -> tuple[int, int] | None:
    """A person's or page's name: words with capitals, or a surname and what follows it."""
    following = [word for word in reading.words if word.start >= cue.end()][:6]
    if not following or following[0].start > cue.end() + 1:
        return None
    named = bool(cue.group("named").strip()) or ":" in cue.group("colon")
    run: list[Word] = []
    for word in following:
        if run and reading.gap(run[-1], word) not in ("", "."):
            break
        if not reading.capital(word) or word.folded.isdigit():
            break
        run.append(word)
    if platform_is_short(cue) and not named:
        return None
    single = (
        run
        and cue.group("named").strip()
        and len(run[0].folded) > 2
        and run[0].folded not in _STOP | _PLAIN
    )
    if len(run) >= 2 or single:
        return run[0].start, run[-1].end
    return _lowercase(reading, following) if named and not run else None


def _lowercase(reading: Reading, words: list[Word]) -> tuple[int, int] | None:
    if words[0].folded not in _SURNAMES:
        return None
    last = 0
    for at in range(1, min(4, len(words))):
        if words[at].folded in _STOP or reading.gap(words[at - 1], words[at]):
            break
        last = at
        if last == 2 and words[1].folded not in ("van", "thi"):
            break
    return (words[0].start, words[last].end) if last else None

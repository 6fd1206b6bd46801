"""Which warning signs a text shows, and how they are told."""

import re
from collections.abc import Mapping, Sequence
from functools import lru_cache

from content.schema import Sign
from handlers.patterns import Rules

_STRANGE = (
    "vip|top|xyz|icu|cc|club|online|shop|site|info|live|example|cfd|sbs|one|ink|buzz|tk|ml|pw|win|"
    "bet|life|click|link|work|fun|cyou|rest|loan"
)
_BRANDS = (
    "vcb|vietcombank|bidv|agribank|techcombank|mbbank|sacombank|vietinbank|vpbank|tpbank|acb|"
    "nganhang|bank|vneid|dichvucong|bocongan|congan|etax|thue|evn|bhxh|vssid|viettel|vnpost|shopee"
)
_HOST = r"(?<![\w@.-])(?:[a-z0-9-]+\.)*"
_BARE = re.compile(
    rf"{_HOST}[a-z0-9-]+\.(?:{_STRANGE})(?![\w.-]|\.\w)"
    rf"|{_HOST}(?:[a-z0-9-]*(?:{_BRANDS})-[a-z0-9-]+|[a-z0-9-]+-(?:{_BRANDS})[a-z0-9-]*)"
    r"\.(?!gov\.vn)[a-z]{2,6}(?:\.vn)?(?!\w)",
    re.IGNORECASE,
)
_SEEN_AS = "tenmienla"  # the word that stands for a strange address in the sign phrases

_Key = tuple[tuple[str, tuple[str, ...], tuple[str, ...]], ...]


def find_signs(signs: Mapping[str, Sign], text: str) -> list[Sign]:
    """The signs of `signs` that NFC `text` shows, the weightiest first."""
    found = _rules(_key(signs)).find(_with_addresses(text))
    return sorted((signs[name] for name in found), key=lambda sign: (-sign.weight, sign.id))


def _with_addresses(text: str) -> str:
    """`text` with a word of ours after each strange address, typed with `https://` or without."""
    return _BARE.sub(lambda match: f"{match[0]} {_SEEN_AS}", text)


def bullets(signs: Sequence[Sign], most: int) -> str:
    """At most `most` lines of title and explanation."""
    return "\n".join(f"• {sign.title}: {sign.explain}" for sign in signs[:most])


def _key(signs: Mapping[str, Sign]) -> _Key:
    return tuple((s.id, tuple(s.patterns), tuple(s.unless)) for s in signs.values())


@lru_cache(maxsize=8)
def _rules(key: _Key) -> Rules:
    return Rules(
        {name: patterns for name, patterns, _ in key}, {name: unless for name, _, unless in key}
    )

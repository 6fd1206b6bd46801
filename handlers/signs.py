"""Which warning signs a text shows, and how they are told."""

from collections.abc import Mapping, Sequence
from functools import lru_cache

from content.schema import Sign
from handlers.patterns import Rules

_Key = tuple[tuple[str, tuple[str, ...], tuple[str, ...]], ...]


def find_signs(signs: Mapping[str, Sign], text: str) -> list[Sign]:
    """The signs of `signs` that NFC `text` shows, the weightiest first."""
    found = _rules(_key(signs)).find(text)
    return sorted((signs[name] for name in found), key=lambda sign: (-sign.weight, sign.id))


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

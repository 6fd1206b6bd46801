"""A small language for phrases in messy Vietnamese, matched syllable by syllable.

A phrase is written **with marks**: `bị (nhốt|giam) ... {noi}`. Each word is a slot:
`(a|b c|d)` gives alternatives (also of several words), `{name}` a macro of `MACROS`,
`word?` or `(a|b)?` may be missing, `...` up to four words in between (`...8` up to eight),
`#` any number (`20tr`, `200`), a leading `^` or trailing `$` the message's first or last word,
`word*` a prefix. A typed syllable fits a written one when every mark that was typed agrees:
`nhot`, `nhôt`, `nhốt` fit `nhốt`; `nhột` does not. Neighbouring slots never reach across a
comma or full stop ("Mua bán, người ngoài" is not `mua bán người`); a gap may.
"""

import re
import unicodedata
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache

from store.text import Syllable, fold, syllables

MACROS: Mapping[str, str] = {
    "khong": "(không|ko|k|kh|khong|hok|hong|hông|hem|khum|khỏi|chưa|chẳng|chả|đâu|ứ|kg|hk|ko|0)",
    "bi": "(bị|bj|bi|pị)",
    "em": "(em|e|con|cháu|tôi|tui|mình|mk|chị|anh|tao|t|bạn|bé|nó|họ|chúng em|tụi em|bọn em)",
    "nguoi": "(người|ng|ngừi|nguoi)",
    "duoc": "(được|đc|dc|đx|dk)",
    "campuchia": "(campuchia|cam|cambodia|campot|bavet|bà vẹt|svay rieng|sihanouk|sihanoukville|k|pnompenh|phnom penh)",
    "chuyenkhoan": "(chuyển khoản|ck|chuyển tiền|bắn tiền|gửi tiền|nạp tiền|đóng tiền|nộp tiền)",
}
_TOKEN = re.compile(r"\.\.\.\d*|\([^)]*\)\??|\{\w+\}\??|[^\s]+")
MAX_GAP = 4


@dataclass(frozen=True, slots=True)
class Found:
    """Where a phrase stands: syllable indexes `first` to `last`, and the phrase itself."""

    first: int
    last: int
    phrase: str


@dataclass(frozen=True, slots=True)
class _Slot:
    words: tuple[tuple[str, ...], ...]
    optional: bool = False
    gap: int = 0
    number: bool = False


class PhraseError(ValueError):
    """A phrase that cannot be read."""


@lru_cache(maxsize=65536)
def fits(typed: str, written: str) -> bool:
    """Whether the typed syllable can be the written one: no typed mark may contradict."""
    if typed == written:
        return True
    if written.endswith("*"):
        stem = written[:-1]
        return len(typed) >= len(stem) and fits(typed[: len(stem)], stem)
    if fold(typed) != fold(written):
        return False
    return _marks(typed) <= _marks(written)


def _marks(word: str) -> frozenset[tuple[str, str]]:
    """Tone marks belong to the syllable (hoà = hòa), the others to their letter."""
    found: set[tuple[str, str]] = set()
    for position, letter in enumerate(word):
        if letter in "đ":
            found.add((str(position), "bar"))
        for mark in unicodedata.normalize("NFD", letter)[1:]:
            tone = mark in "\u0300\u0301\u0303\u0309\u0323"
            found.add(("" if tone else str(position), mark))
    return frozenset(found)


class Phrases:
    """Many named phrases compiled together; `find` is linear in the message's length."""

    def __init__(self, named: Mapping[str, Sequence[str]]) -> None:
        self._starts: dict[str, list[tuple[str, str, tuple[_Slot, ...], bool, bool]]] = {}
        self._prefixes: dict[str, list[tuple[str, str, tuple[_Slot, ...], bool, bool]]] = {}
        self._numbers: list[tuple[str, str, tuple[_Slot, ...], bool, bool]] = []
        for name, phrases in named.items():
            for phrase in phrases:
                self._add(name, phrase)

    def _add(self, name: str, phrase: str) -> None:
        body = phrase.strip().lower()
        first, last = body.startswith("^"), body.endswith("$")
        slots = tuple(_slots(body.removeprefix("^").removesuffix("$")))
        if not slots or slots[0].gap or slots[0].optional or slots[-1].gap:
            raise PhraseError(f"{phrase!r}: begin and end with a word that must be there")
        entry = (name, phrase, slots, first, last)
        if slots[0].number:
            self._numbers.append(entry)
        for words in slots[0].words:
            if words[0].endswith("*"):
                self._prefixes.setdefault(fold(words[0][:-1])[:2], []).append(entry)
            elif entry not in self._starts.setdefault(fold(words[0]), []):
                self._starts[fold(words[0])].append(entry)

    def find(self, message: str | Sequence[Syllable]) -> dict[str, list[Found]]:
        """Every name with the places where one of its phrases stands."""
        words = syllables(message) if isinstance(message, str) else message
        found: dict[str, list[Found]] = {}
        for index, word in enumerate(words):
            for name, phrase, slots, first, last in self._candidates(word):
                if first and index:
                    continue
                end = _match(words, index, slots, 0, True)
                if end is not None and not (last and end != len(words)):
                    found.setdefault(name, []).append(Found(index, end - 1, phrase))
        return found

    def _candidates(
        self, word: Syllable
    ) -> Iterable[tuple[str, str, tuple[_Slot, ...], bool, bool]]:
        yield from self._starts.get(word.folded, ())
        yield from self._prefixes.get(word.folded[:2], ())
        if word.folded[0].isdigit():
            yield from self._numbers


def _slots(body: str) -> Iterable[_Slot]:
    for token in _TOKEN.findall(body):
        if token.startswith("..."):
            yield _Slot((), gap=int(token[3:] or MAX_GAP))
            continue
        optional = token.endswith("?")
        token = token.removesuffix("?")
        if token == "#":
            yield _Slot((), optional=optional, number=True)
            continue
        if token.startswith("{"):
            if token[1:-1] not in MACROS:
                raise PhraseError(f"no macro {token}")
            token = MACROS[token[1:-1]]
        if token.startswith("(") != token.endswith(")"):
            raise PhraseError(f"{body!r}: unbalanced brackets")
        choices = token.strip("()").split("|")
        words = tuple(tuple(unicodedata.normalize("NFC", c).split()) for c in choices if c.strip())
        if not words:
            raise PhraseError(f"{body!r}: an empty choice")
        yield _Slot(words, optional=optional)


def _match(
    words: Sequence[Syllable], at: int, slots: tuple[_Slot, ...], slot: int, free: bool
) -> int | None:
    """The index after the last matched syllable, or None; `free`: a comma may stand before."""
    if slot == len(slots):
        return at
    now = slots[slot]
    if now.gap:
        for start in range(at, min(at + now.gap, len(words)) + 1):
            end = _match(words, start, slots, slot + 1, True)
            if end is not None:
                return end
        return None
    for stop in _stops(words, at, now, free):
        end = _match(words, stop, slots, slot + 1, False)
        if end is not None:
            return end
    return _match(words, at, slots, slot + 1, free) if now.optional else None


def _stops(words: Sequence[Syllable], at: int, slot: _Slot, free: bool) -> Iterable[int]:
    """Where each of the slot's choices that fits at `at` ends."""
    if at >= len(words) or (words[at].after_break and not free):
        return
    if slot.number and words[at].folded[0].isdigit():
        yield at + 1
    for choice in slot.words:
        stop = at + len(choice)
        if stop <= len(words) and all(
            fits(words[at + k].text, written) and not (k and words[at + k].after_break)
            for k, written in enumerate(choice)
        ):
            yield stop


class Rules:
    """Named phrases with negatives: a place is dropped when one of the same name's `unless`
    phrases stands within three syllables of it."""

    NEAR = 3

    def __init__(
        self,
        phrases: Mapping[str, Sequence[str]],
        unless: Mapping[str, Sequence[str]] | None = None,
    ) -> None:
        self._wanted = Phrases(phrases)
        self._unless = Phrases(unless or {})

    def find(self, message: str | Sequence[Syllable]) -> dict[str, list[Found]]:
        words = syllables(message) if isinstance(message, str) else message
        wanted = self._wanted.find(words)
        if not wanted:
            return {}
        against = self._unless.find(words)
        kept = {
            name: [place for place in places if not self._denied(place, against.get(name, ()))]
            for name, places in wanted.items()
        }
        return {name: places for name, places in kept.items() if places}

    def _denied(self, place: Found, against: Iterable[Found]) -> bool:
        return any(
            other.first <= place.last + self.NEAR and other.last >= place.first - self.NEAR
            for other in against
        )

"""A small language for phrases in messy Vietnamese, matched syllable by syllable.

A phrase is written **with marks**: `bị (nhốt|giam) ... {noi}`. Each word is a slot:
`(a|b c|d)` gives alternatives (also of several words, also with macros in them), `{name}` a
macro of `handlers/macros.py`, `word?` or `(a|b)?` may be missing, `...` up to four words in
between (`...8` up to eight), `#` any number (`20tr`, `200`), a leading `^` or trailing `$` the
message's first or last word, `word*` a prefix, `!word` only when it is typed with all its marks
(`!bán` is never `ban`). A typed syllable fits a written one when every mark that was typed
agrees: `nhot`, `nhôt`, `nhốt` fit `nhốt`; `nhột` does not. Neighbouring slots never reach across
a comma or full stop ("Mua bán, người ngoài" is not `mua bán người`); a gap may.

All phrases run side by side as one automaton whose states are the bits of one number (extended
Shift-And: Navarro & Raffinot, "Flexible Pattern Matching in Strings", 2002, ch. 4), so the work
grows with the message's length alone, whatever a hostile message repeats.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from handlers.macros import MACROS
from handlers.phrases import NUMBER, Phrase, PhraseError, Slot, fits, read_phrase
from handlers.untangle import untangle
from store.text import Syllable, fold

__all__ = ["MACROS", "Found", "PhraseError", "Phrases", "Rules", "fits"]

_EXACT_PLACES = 200  # beyond so many places in one message the starts are estimated
_CACHED_WORDS = 50_000


@dataclass(frozen=True, slots=True)
class Found:
    """Where a phrase stands: syllable indexes `first` to `last`, and the phrase itself."""

    first: int
    last: int
    phrase: str


class _Automaton:
    """The bits: one per slot and per word of a gap, then one that says the phrase is complete."""

    def __init__(self) -> None:
        self.size = 0
        self.initial = self.initial_first = 0
        self.any = self.numbers = self.optional = self.ends = self.free = 0
        self.accept = self.accept_last = 0
        self.words: dict[str, dict[str, int]] = {}
        self.prefixes: dict[str, dict[str, int]] = {}
        self.units: dict[str, dict[tuple[str, ...], int]] = {}
        self.owner: dict[int, tuple[str, Phrase]] = {}

    def add(self, name: str, phrase: Phrase) -> None:
        start = 1 << self.size
        self.initial_first |= start
        if not phrase.first:
            self.initial |= start
        loose = free = False
        for slot in phrase.slots:
            for _ in range(slot.gap or 1):
                loose, free = self._place(slot, loose, free)
        self.owner[self.size] = (name, phrase)
        if phrase.last:
            self.accept_last |= 1 << self.size
        else:
            self.accept |= 1 << self.size
        self.size += 1

    def _place(self, slot: Slot, loose: bool, free: bool) -> tuple[bool, bool]:
        """Put one state; `loose`: the state before may be skipped, `free`: a comma may stand."""
        bit = 1 << self.size
        self.size += 1
        if slot.gap:
            self.any |= bit
        free = free or bool(slot.gap)
        if free:
            self.free |= bit
        if slot.optional or slot.gap:
            self.optional |= bit
        elif loose:
            self.ends |= bit
        for choice in slot.choices:
            self._spell(choice, bit)
        skippable = slot.optional or bool(slot.gap)
        return skippable, free and skippable

    def _spell(self, choice: tuple[str, ...], bit: int) -> None:
        if len(choice) > 1:
            same = self.units.setdefault(fold(choice[-1].lstrip("!")), {})
            same[choice] = same.get(choice, 0) | bit
            return
        word = choice[0]
        if word == NUMBER:
            self.numbers |= bit
            return
        table = self.prefixes if word.endswith("*") else self.words
        key = fold(word[:-1])[:2] if word.endswith("*") else fold(word.lstrip("!"))
        spelled = table.setdefault(key, {})
        spelled[word] = spelled.get(word, 0) | bit


class Phrases:
    """Many named phrases compiled together; `find` is linear in the message's length."""

    def __init__(self, named: Mapping[str, Sequence[str]]) -> None:
        """Compile `named` phrases; raises PhraseError."""
        self._auto = _Automaton()
        for name, phrases in named.items():
            for phrase in dict.fromkeys(phrases):
                self._auto.add(name, read_phrase(phrase))
        self._masks: dict[str, int] = {}
        self._units = {last: tuple(same.items()) for last, same in self._auto.units.items()}
        self.vocabulary: frozenset[str] = frozenset(self._vocabulary())

    def _vocabulary(self) -> Iterable[str]:
        yield from self._auto.words
        for same in self._auto.units.values():
            for choice in same:
                yield from (fold(word.lstrip("!")) for word in choice)

    def find(self, message: str | Sequence[Syllable]) -> dict[str, list[Found]]:
        """Every name with the places where one of its phrases stands."""
        words = untangle(message, self.vocabulary) if isinstance(message, str) else message
        found: dict[str, list[Found]] = {}
        for place, (bit, index) in enumerate(self._run(words)):
            name, phrase = self._auto.owner[bit]
            if place < _EXACT_PLACES:
                first = _begin(words, phrase.slots, len(phrase.slots) - 1, index + 1)
            else:
                first = max(0, index + 1 - sum(not s.optional and not s.gap for s in phrase.slots))
            assert first is not None
            found.setdefault(name, []).append(Found(first, index, phrase.written))
        return found

    def _run(self, words: Sequence[Syllable]) -> list[tuple[int, int]]:
        """(completing bit, index of the last word) of every phrase that stands in `words`."""
        auto, ending, mask_of = self._auto, self._ending, self._mask
        ends, optional, free = auto.ends, auto.optional, auto.free
        accept, initial = auto.accept, auto.initial_first
        places: list[tuple[int, int]] = []
        ready_at: list[int] = []
        state, final = 0, len(words) - 1
        for index, word in enumerate(words):
            if word.after_break:
                state &= free
            ready = state | initial
            initial = auto.initial
            ready_at.append(ready)
            after = (ready & mask_of(word)) << 1
            for choice, bits in ending(word):
                start = index - len(choice) + 1
                if (
                    start >= 0
                    and (active := ready_at[start] & bits)
                    and _stands(words, start, choice)
                ):
                    after |= active << 1
            hits = after & (accept if index < final else accept | auto.accept_last)
            while hits:
                low = hits & -hits
                places.append((low.bit_length() - 1, index))
                hits ^= low
            loose = after & optional
            state = after | ((ends - loose) ^ loose ^ ends) if loose else after
        return places

    def _ending(self, word: Syllable) -> Sequence[tuple[tuple[str, ...], int]]:
        """The choices of several words whose last one may be this."""
        same = self._units.get(word.folded, ())
        return (*same, *self._units.get(NUMBER, ())) if word.folded[0].isdigit() else same

    def _mask(self, word: Syllable) -> int:
        """The states that this typed word lets through."""
        known = self._masks.get(word.text)
        if known is not None:
            return known
        mask = self._auto.any
        if word.folded[0].isdigit():
            mask |= self._auto.numbers
        spelled = self._auto.words.get(word.folded)
        for table in (spelled, self._auto.prefixes.get(word.folded[:2])):
            for written, bits in (table or {}).items():
                if fits(word.text, written):
                    mask |= bits
        # Unknown words are not remembered: they may be names and numbers.
        if spelled is not None and len(self._masks) < _CACHED_WORDS:
            self._masks[word.text] = mask
        return mask


def _stands(words: Sequence[Syllable], start: int, choice: tuple[str, ...]) -> bool:
    return all(
        fits(words[start + k].text, written) and not (k and words[start + k].after_break)
        for k, written in enumerate(choice)
    )


def _begin(words: Sequence[Syllable], slots: tuple[Slot, ...], slot: int, stop: int) -> int | None:
    """Where the phrase begins whose slots up to `slot` end right before word `stop`."""
    if slot < 0:
        return stop
    now = slots[slot]
    if now.gap:
        widths = range(min(now.gap, stop) + 1)
        tries = (_begin(words, slots, slot - 1, stop - width) for width in widths)
        return next((first for first in tries if first is not None), None)
    for start in _fitting(words, now, stop):
        if words[start].after_break and not _after_gap(slots, slot):
            continue
        first = _begin(words, slots, slot - 1, start)
        if first is not None:
            return first
    return _begin(words, slots, slot - 1, stop) if now.optional else None


def _fitting(words: Sequence[Syllable], slot: Slot, stop: int) -> Iterable[int]:
    for choice in slot.choices:
        start = stop - len(choice)
        if start >= 0 and _stands(words, start, choice):
            yield start


def _after_gap(slots: tuple[Slot, ...], slot: int) -> bool:
    """Whether a comma may stand before `slot`: it is the first one, or a gap goes before it."""
    for before in reversed(slots[:slot]):
        if before.gap:
            return True
        if not before.optional:
            return False
    return True


class Rules:
    """Named phrases with negatives: a place is dropped when one of the same name's `unless`
    phrases stands within three syllables of it; one that begins with `@` counts anywhere."""

    NEAR = 3

    def __init__(
        self,
        phrases: Mapping[str, Sequence[str]],
        unless: Mapping[str, Sequence[str]] | None = None,
    ) -> None:
        """Compile both; raises PhraseError."""
        self._wanted = Phrases(phrases)
        self._near, self._anywhere = _scopes(unless or {})
        self._known = self._wanted.vocabulary | self._near.vocabulary | self._anywhere.vocabulary

    def find(self, message: str | Sequence[Syllable]) -> dict[str, list[Found]]:
        """Every name with its places that no `unless` phrase of that name denies."""
        words = untangle(message, self._known) if isinstance(message, str) else message
        wanted = self._wanted.find(words)
        if not wanted:
            return {}
        denied = self._anywhere.find(words).keys()
        near = self._near.find(words)
        kept = {
            name: [place for place in places if not self._denied(place, near.get(name, ()))]
            for name, places in wanted.items()
            if name not in denied
        }
        return {name: places for name, places in kept.items() if places}

    def _denied(self, place: Found, against: Iterable[Found]) -> bool:
        return any(
            other.first <= place.last + self.NEAR and other.last >= place.first - self.NEAR
            for other in against
        )


def _scopes(unless: Mapping[str, Sequence[str]]) -> tuple[Phrases, Phrases]:
    near = {name: [p for p in some if not p.startswith("@")] for name, some in unless.items()}
    anywhere = {name: [p[1:] for p in some if p.startswith("@")] for name, some in unless.items()}
    return Phrases(near), Phrases(anywhere)

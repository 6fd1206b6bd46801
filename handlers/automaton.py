"""Many phrases side by side as one automaton whose states are the bits of one number.

Extended Shift-And (Navarro & Raffinot, "Flexible Pattern Matching in Strings", 2002, ch. 4) over
syllables: one bit per slot and per word of a gap, then one that says the phrase is complete. Work
and memory grow with the message's length alone, whatever a hostile message repeats.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from handlers.phrases import NUMBER, Phrase, Slot, fits
from store.text import Syllable, fold

_CACHED_WORDS = 50_000
Ending = tuple[int, int]
"""Which phrase was completed (its last bit), and the index of its last word."""
Units = dict[str, dict[tuple[str, ...], int]]


@dataclass(frozen=True, slots=True)
class Trace:
    """One run: the words, the states that were ready before each, and the completed phrases."""

    words: Sequence[Syllable]
    ready_at: Sequence[int]
    endings: Sequence[Ending]


class Automaton:
    """Phrases are added with `add`; then `run` reads messages."""

    def __init__(self) -> None:
        self.owner: dict[int, tuple[str, Phrase]] = {}
        self._size = 0
        self._initial = self._initial_first = 0
        self._any = self._numbers = self._optional = self._ends = self._free = 0
        self._accept = self._accept_last = 0
        self._words: dict[str, dict[str, int]] = {}
        self._prefixes: dict[str, dict[str, int]] = {}
        self._units: Units = {}
        self._masks: dict[str, int] = {}

    def add(self, name: str, phrase: Phrase) -> None:
        """Put `phrase` behind all others; its completion will belong to `name`."""
        start = 1 << self._size
        self._initial_first |= start
        if not phrase.first:
            self._initial |= start
        loose = free = False
        for slot in phrase.slots:
            for _ in range(slot.gap or 1):
                loose, free = self._place(slot, loose, free)
        self.owner[self._size] = (name, phrase)
        if phrase.last:
            self._accept_last |= 1 << self._size
        else:
            self._accept |= 1 << self._size
        self._size += 1

    def _place(self, slot: Slot, loose: bool, free: bool) -> tuple[bool, bool]:
        """Put one state; `loose`: the state before may be skipped, `free`: a comma may stand."""
        bit = 1 << self._size
        self._size += 1
        skippable = slot.optional or bool(slot.gap)
        free = free or bool(slot.gap)
        if slot.gap:
            self._any |= bit
        if free:
            self._free |= bit
        if skippable:
            self._optional |= bit
        elif loose:
            self._ends |= bit
        for choice in slot.choices:
            self._spell(choice, bit)
        return skippable, free and skippable

    def _spell(self, choice: tuple[str, ...], bit: int) -> None:
        word = choice[-1]
        if len(choice) > 1:
            same = self._units.setdefault(" ".join(_key(w) for w in choice[-2:]), {})
            same[choice] = same.get(choice, 0) | bit
        elif word == NUMBER:
            self._numbers |= bit
        else:
            prefix = word.endswith("*")
            table = self._prefixes if prefix else self._words
            spelled = table.setdefault(_key(word[:-1])[:2] if prefix else _key(word), {})
            spelled[word] = spelled.get(word, 0) | bit

    def vocabulary(self) -> Iterable[str]:
        """All written words, folded; prefixes are left out."""
        yield from self._words
        for same in self._units.values():
            for choice in same:
                yield from (_key(word) for word in choice)

    def run(self, words: Sequence[Syllable]) -> Trace:
        """Read `words` once."""
        units, masks, mask_of = self._units, self._masks, self._mask
        ends, optional, free, accept = self._ends, self._optional, self._free, self._accept
        initial = self._initial_first
        endings: list[Ending] = []
        ready_at: list[int] = []
        state, final, before = 0, len(words) - 1, ""
        for index, word in enumerate(words):
            if word.after_break:
                state &= free
            ready = state | initial
            initial = self._initial
            ready_at.append(ready)
            mask = masks.get(word.text)
            after = (ready & (mask_of(word) if mask is None else mask)) << 1
            folded = word.folded
            same = units.get(f"{before} {folded}")
            if same:
                after |= _whole(same, words, index, ready_at)
            if folded[0].isdigit() or before[:1].isdigit():
                after |= self._numbered(words, index, ready_at)
            before = folded
            hits = after & (accept if index < final else accept | self._accept_last)
            while hits:
                low = hits & -hits
                endings.append((low.bit_length() - 1, index))
                hits ^= low
            # Skipping: in every block of optional states, all above the lowest one that is set.
            loose = after & optional
            state = after | ((ends - loose) ^ loose ^ ends) if loose else after
        return Trace(words, ready_at, endings)

    def _numbered(self, words: Sequence[Syllable], index: int, ready_at: Sequence[int]) -> int:
        """States after choices with a number among their last two words (`# ngày`)."""
        after = 0
        for pair in _number_pairs(words, index):
            after |= _whole(self._units.get(pair, {}), words, index, ready_at)
        return after

    def _mask(self, word: Syllable) -> int:
        """The states that this typed word lets through."""
        mask = self._any
        if word.folded[0].isdigit():
            mask |= self._numbers
        spelled = self._words.get(word.folded)
        for table in (spelled, self._prefixes.get(word.folded[:2])):
            for written, bits in (table or {}).items():
                if fits(word.text, written):
                    mask |= bits
        # Unknown words are not remembered: they may be names and numbers.
        if spelled is not None and len(self._masks) < _CACHED_WORDS:
            self._masks[word.text] = mask
        return mask

    def begin(self, trace: Trace, ending: Ending) -> int:
        """The index of the first word of a completed phrase: one of its readings, walked back."""
        bit, index = ending
        first = bit - sum(slot.gap or 1 for slot in self.owner[bit][1].slots)
        stop = index + 1
        while bit > first:
            bit -= 1
            start = self._before(trace, bit, stop)
            if start is not None:
                stop = start
        return stop

    def _before(self, trace: Trace, bit: int, stop: int) -> int | None:
        """Where the words of state `bit` begin that end before `stop`; None: it was skipped."""
        index = stop - 1
        if index < 0:
            return None
        if self._was_ready(trace, bit, index):
            mask = self._masks.get(trace.words[index].text)
            if (self._mask(trace.words[index]) if mask is None else mask) >> bit & 1:
                return index
        for choice in self._choices(trace.words, index):
            start = stop - len(choice[0])
            if start < 0 or not choice[1] >> bit & 1 or not self._was_ready(trace, bit, start):
                continue
            # Several choices may share their last two words; only one that stands is a way back.
            if _stands(trace.words, start, choice[0]):
                return start
        return None

    def _was_ready(self, trace: Trace, bit: int, index: int) -> bool:
        return bool(trace.ready_at[index] >> bit & 1)

    def _choices(
        self, words: Sequence[Syllable], index: int
    ) -> Iterable[tuple[tuple[str, ...], int]]:
        before = words[index - 1].folded if index else ""
        for pair in (f"{before} {words[index].folded}", *_number_pairs(words, index)):
            yield from self._units.get(pair, {}).items()


def _number_pairs(words: Sequence[Syllable], index: int) -> tuple[str, str, str]:
    now = words[index].folded
    before = words[index - 1].folded if index else ""
    return f"{NUMBER} {now}", f"{before} {NUMBER}", f"{NUMBER} {NUMBER}"


def _key(word: str) -> str:
    return fold(word.lstrip("!"))


def _whole(
    same: dict[tuple[str, ...], int],
    words: Sequence[Syllable],
    index: int,
    ready_at: Sequence[int],
) -> int:
    """States after the choices of several words that end at `index`."""
    after = 0
    for choice, bits in same.items():
        start = index - len(choice) + 1
        active = ready_at[start] & bits if start >= 0 else 0
        if active and _stands(words, start, choice):
            after |= active << 1
    return after


def _stands(words: Sequence[Syllable], start: int, choice: tuple[str, ...]) -> bool:
    for offset, written in enumerate(choice):
        word = words[start + offset]
        if not fits(word.text, written) or (offset and word.after_break):
            return False
    return True

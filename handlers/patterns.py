"""A small language for phrases in messy Vietnamese, matched syllable by syllable.

A phrase is written **with marks**: `bị (nhốt|giam) ... {noi}`. Each word is a slot:
`(a|b c|d)` gives alternatives (also of several words, also with macros in them), `{name}` a
macro of `handlers/macros.py`, `word?` or `(a|b)?` may be missing, `...` up to four words in
between (`...8` up to eight), `#` any number (`20tr`, `200`), a leading `^` or trailing `$` the
message's first or last word, `word*` a prefix, `!word` only when it is typed with all its marks
(`!bán` is never `ban`). A typed syllable fits a written one when every mark that was typed
agrees: `nhot`, `nhôt`, `nhốt` fit `nhốt`; `nhột` does not. Neighbouring slots never reach across
a comma or full stop ("Mua bán, người ngoài" is not `mua bán người`); a gap may.
"""

from bisect import bisect_left, bisect_right
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from handlers.automaton import Automaton, Ending, Trace
from handlers.macros import MACROS
from handlers.phrases import Phrase, PhraseError, fits, read_phrase
from handlers.untangle import untangle
from store.text import Syllable

__all__ = ["MACROS", "Found", "PhraseError", "Phrases", "Rules", "fits"]

_EXACT_PLACES = 200  # beyond so many places of one name their beginnings are estimated


@dataclass(frozen=True, slots=True)
class Found:
    """Where a phrase stands: syllable indexes `first` to `last`, and the phrase itself."""

    first: int
    last: int
    phrase: str


class Phrases:
    """Many named phrases compiled together; `find` is linear in the message's length."""

    def __init__(self, named: Mapping[str, Sequence[str]]) -> None:
        """Compile `named` phrases; raises PhraseError."""
        self._automaton = Automaton()
        for name, phrases in named.items():
            for phrase in dict.fromkeys(phrases):
                self._automaton.add(name, read_phrase(phrase))
        self.vocabulary: frozenset[str] = frozenset(self._automaton.vocabulary())

    def find(self, message: str | Sequence[Syllable]) -> dict[str, list[Found]]:
        """Every name with the places where one of its phrases stands."""
        words = untangle(message, self.vocabulary) if isinstance(message, str) else message
        trace, by_name = self.trace(words)
        return {name: list(self.places(trace, endings)) for name, endings in by_name.items()}

    def trace(self, words: Sequence[Syllable]) -> tuple[Trace, dict[str, list[Ending]]]:
        """The run over `words`, and what it completed by name; places are not yet worked out."""
        trace = self._automaton.run(words)
        by_name: dict[str, list[Ending]] = {}
        for ending in trace.endings:
            by_name.setdefault(self._automaton.owner[ending[0]][0], []).append(ending)
        return trace, by_name

    def places(self, trace: Trace, endings: Sequence[Ending]) -> Iterator[Found]:
        """The places of `endings` with their beginnings."""
        for count, ending in enumerate(endings):
            exact = count < _EXACT_PLACES
            first = self.begin(trace, ending) if exact else self._guess(ending)
            yield Found(first, ending[1], self._phrase(ending).written)

    def begin(self, trace: Trace, ending: Ending) -> int:
        """The index of the first word of a completed phrase."""
        return self._automaton.begin(trace, ending)

    def _phrase(self, ending: Ending) -> Phrase:
        return self._automaton.owner[ending[0]][1]

    def _guess(self, ending: Ending) -> int:
        slots = self._phrase(ending).slots
        least = sum(not slot.optional and not slot.gap for slot in slots)
        return max(0, ending[1] + 1 - least)


class Rules:
    """Named phrases with negatives: a place is dropped when one of the same name's `unless`
    phrases stands within three syllables of it; one that begins with `@` counts anywhere."""

    NEAR = 3
    _LONGEST = 60  # no phrase of ours reaches over more syllables

    def __init__(
        self,
        phrases: Mapping[str, Sequence[str]],
        unless: Mapping[str, Sequence[str]] | None = None,
    ) -> None:
        """Compile both; raises PhraseError."""
        self._wanted = Phrases(phrases)
        self._unless = Phrases(_by_scope(unless or {}))
        self.vocabulary = self._wanted.vocabulary | self._unless.vocabulary

    def find(self, message: str | Sequence[Syllable]) -> dict[str, list[Found]]:
        """Every name with its places that no `unless` phrase of that name denies."""
        reading = self._read(message)
        found = {name: list(self._kept(reading, name)) for name in reading.wanted}
        return {name: places for name, places in found.items() if places}

    def names(self, message: str | Sequence[Syllable]) -> frozenset[str]:
        """The names that `find` would give."""
        reading = self._read(message)
        return frozenset(name for name in reading.wanted if self._stands(reading, name))

    def first(self, message: str | Sequence[Syllable], order: Callable[[str], Any]) -> str | None:
        """The first by `order` of the names that `find` would give."""
        reading = self._read(message)
        names = sorted(reading.wanted, key=order)
        return next((name for name in names if self._stands(reading, name)), None)

    def _read(self, message: str | Sequence[Syllable]) -> "_Reading":
        words = untangle(message, self.vocabulary) if isinstance(message, str) else message
        trace, wanted = self._wanted.trace(words)
        if not wanted:
            return _Reading(trace, {}, trace, {})
        against, denials = self._unless.trace(words)
        standing = {name: ends for name, ends in wanted.items() if f"@{name}" not in denials}
        return _Reading(trace, standing, against, denials)

    def _stands(self, reading: "_Reading", name: str) -> bool:
        if name not in reading.denials:
            return True
        return next(self._kept(reading, name), None) is not None

    def _kept(self, reading: "_Reading", name: str) -> Iterator[Found]:
        denials = reading.denials.get(name, ())
        lasts = [denial[1] for denial in denials]
        begins = [self._unless.begin(reading.against, denial) for denial in denials]
        for place in self._wanted.places(reading.trace, reading.wanted[name]):
            # Endings come in the order of their last word: only those around the place count.
            low = bisect_left(lasts, place.first - self.NEAR)
            high = bisect_right(lasts, place.last + self.NEAR + self._LONGEST)
            if not any(begins[at] <= place.last + self.NEAR for at in range(low, high)):
                yield place


@dataclass(frozen=True, slots=True)
class _Reading:
    """What a message completed: phrases that are wanted, and those that speak against them."""

    trace: Trace
    wanted: Mapping[str, Sequence[Ending]]
    against: Trace
    denials: Mapping[str, Sequence[Ending]]


def _by_scope(unless: Mapping[str, Sequence[str]]) -> dict[str, list[str]]:
    """`unless` phrases under their name, or under `@name` when they count anywhere."""
    scoped: dict[str, list[str]] = {}
    for name, phrases in unless.items():
        for phrase in phrases:
            key = f"@{name}" if phrase.startswith("@") else name
            scoped.setdefault(key, []).append(phrase.removeprefix("@"))
    return scoped

"""Names of places by their first syllable, matched on words that may lack marks or a space."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

from nlu.entities.base import Reading, Word, written_as
from nlu.entities.repair import is_syllable, one_slip, without_one
from nlu.text import fold


@dataclass(frozen=True)
class Form:
    """One way to write a name: its syllables, whose it is, and whether it needs a cue."""

    syllables: tuple[str, ...]
    entity: str
    value: str
    extra: tuple[tuple[str, str], ...] = ()
    needs_cue: bool = False

    @property
    def joined(self) -> str:
        """All syllables folded and written as one word."""
        return fold("".join(self.syllables))


@dataclass
class Gazetteer:
    """Forms to be found at a word; the longest come first."""

    by_first: dict[str, list[Form]] = field(default_factory=dict)
    by_last: dict[str, list[Form]] = field(default_factory=dict)
    joined: dict[str, Form] = field(default_factory=dict)
    slipped: dict[str, Form] = field(default_factory=dict)

    @classmethod
    def of(cls, forms: Iterable[Form]) -> Gazetteer:
        """All tables for `forms`."""
        made = cls()
        for form in forms:
            made.by_first.setdefault(fold(form.syllables[0]), []).append(form)
            if form.needs_cue:
                continue
            if len(form.syllables) == 2:
                made.by_last.setdefault(fold(form.syllables[1]), []).append(form)
            word = form.joined
            if len(word) > 5 and not is_syllable(word):
                made.joined.setdefault(word, form)
                if len(word) > 6 or len(form.syllables) == 1:
                    for slip in without_one(word):
                        made.slipped.setdefault(slip, form)
        for listed in made.by_first.values():
            listed.sort(key=lambda form: -len(form.syllables))
        return made

    def starts(self, word: Word) -> bool:
        """Whether a form may start at `word`: a quick look before `at`."""
        folded = word.folded
        return folded in self.by_first or len(folded) > 5 or not is_syllable(folded)

    def at(self, reading: Reading, at: int) -> Iterator[tuple[Form, int]]:
        """The forms that stand at word `at`, and how many words each takes."""
        words = reading.words
        word = words[at]
        for form in self.by_first.get(word.folded, ()):
            size = len(form.syllables)
            span = words[at : at + size]
            if len(span) == size and _spelt(span, form) and together(reading, span):
                yield form, size
        if len(word.folded) > 5:
            joined = self._one_word(word)
            if joined:
                yield joined, 1
        yield from self._near(reading, at)

    def _one_word(self, word: Word) -> Form | None:
        """The form written without its spaces, in long words also with one slip."""
        form = self.joined.get(word.folded)
        if form or len(word.folded) < 6 or is_syllable(word.folded):
            return form
        if word.folded in self.slipped:
            return self.slipped[word.folded]
        for shorter in without_one(word.folded):
            form = self.joined.get(shorter) or self.slipped.get(shorter)
            if form and one_slip(word.folded, form.joined):
                return form
        return None

    def _near(self, reading: Reading, at: int) -> Iterator[tuple[Form, int]]:
        """Two-syllable forms of which one syllable is mistyped into what is no syllable."""
        words = reading.words
        if at + 1 >= len(words):
            return
        first, last = words[at], words[at + 1]
        if len(last.folded) > 2 and first.folded in self.by_first and not is_syllable(last.folded):
            listed, slip, which = self.by_first[first.folded], last, 1
        elif (
            len(first.folded) > 2 and last.folded in self.by_last and not is_syllable(first.folded)
        ):
            listed, slip, which = self.by_last[last.folded], first, 0
        else:
            return
        right = (first, last)[1 - which]
        for form in listed:
            if len(form.syllables) != 2 or form.needs_cue:
                continue
            exact = written_as(right.typed, form.syllables[1 - which])
            slipped = exact and one_slip(slip.folded, fold(form.syllables[which]))
            if slipped and together(reading, [first, last]):
                yield form, 2
                return


def _spelt(span: list[Word], form: Form) -> bool:
    return all(written_as(word.typed, want) for word, want in zip(span, form.syllables))


def together(reading: Reading, span: list[Word]) -> bool:
    """Only spaces, dots or hyphens between the syllables: "bán, Nam Định" is not one name."""
    for left, right in zip(span, span[1:]):
        gap = reading.typed[left.end : right.start]
        if len(gap) > 3 or gap.strip(" .-\u00a0") or "\n" in gap:
            return False
    return True


def split_name(written: str) -> tuple[str, ...]:
    """The lower-case syllables of a name as the lexicons write it."""
    return tuple(written.lower().replace(".", " ").replace("-", " ").split())

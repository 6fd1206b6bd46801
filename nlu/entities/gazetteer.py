"""Names of places by their first syllable, matched on words that may lack marks or a space."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace

from nlu.entities.base import Reading, Word, written_as
from nlu.entities.repair import is_syllable, one_slip, with_two_swapped, without_one
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
class Begun:
    """The forms that begin with one folded syllable, in order: `after` has those that go on, by
    their second folded syllable, `alone` those that do not."""

    after: dict[str, list[Form]] = field(default_factory=dict)
    alone: list[Form] = field(default_factory=list)


@dataclass
class Gazetteer:
    """Forms to be found at a word; the longest come first."""

    by_first: dict[str, Begun] = field(default_factory=dict)
    pairs_by_first: dict[str, list[Form]] = field(default_factory=dict)
    pairs_by_last: dict[str, list[Form]] = field(default_factory=dict)
    joined: dict[str, Form] = field(default_factory=dict)
    slipped: dict[str, Form] = field(default_factory=dict)
    short: dict[str, Form] = field(default_factory=dict)

    @classmethod
    def of(cls, forms: Iterable[Form]) -> Gazetteer:
        """All tables for `forms`."""
        made = cls()
        listed = list(forms)
        for form in sorted(listed, key=lambda form: -len(form.syllables)):
            made._list(form)
        for form in listed:
            made._list_slips(form)
            if form.needs_cue:
                continue
            if len(form.syllables) == 2:
                made.pairs_by_first.setdefault(fold(form.syllables[0]), []).append(form)
                made.pairs_by_last.setdefault(fold(form.syllables[1]), []).append(form)
            word = form.joined
            if len(word) > 5 and not is_syllable(word):
                made.joined.setdefault(word, form)
                if len(word) > 6 or len(form.syllables) == 1:
                    for slip in without_one(word):
                        made.slipped.setdefault(slip, form)
        return made

    def _list(self, form: Form) -> None:
        begun = self.by_first.setdefault(fold(form.syllables[0]), Begun())
        if len(form.syllables) == 1:
            begun.alone.append(form)
        else:
            begun.after.setdefault(fold(form.syllables[1]), []).append(form)

    def _list_slips(self, form: Form) -> None:
        """Short one-word names with two letters swapped or one missing: with a cue only."""
        word = fold(form.syllables[0])
        if len(form.syllables) > 1 or len(word) < 4:
            return
        for slip in (*with_two_swapped(word), *(without_one(word) if len(word) > 4 else ())):
            if not is_syllable(slip):
                self.short.setdefault(slip, replace(form, needs_cue=True))

    def starts(self, reading: Reading) -> list[int]:
        """The words at which a form may start: a quick look before `at`."""
        words, odd, first = reading.words, reading.odd, self.by_first
        found = []
        following = [word.folded for word in words[1:]] + [""]
        for at, (word, after) in enumerate(zip(words, following)):
            folded = word.folded
            if odd[at] or len(folded) > 5:
                found.append(at)
            elif folded in first:
                begun = first[folded]
                if begun.alone or after in begun.after or (after and odd[at + 1]):
                    found.append(at)
        return found

    def at(self, reading: Reading, at: int) -> Iterator[tuple[Form, int]]:
        """The forms that stand at word `at`, and how many words each takes."""
        words = reading.words
        word = words[at]
        if at + 1 < len(words) and (reading.odd[at] or reading.odd[at + 1]):
            yield from self._near(reading, at)
        begun = self.by_first.get(word.folded)
        if begun:
            second = words[at + 1].folded if at + 1 < len(words) else ""
            for form in (*begun.after.get(second, ()), *begun.alone):
                size = len(form.syllables)
                span = words[at : at + size]
                if len(span) == size and _spelt(span, form) and together(reading, span):
                    yield form, size
        if len(word.folded) > 5:
            joined = self._one_word(word)
            if joined:
                yield joined, 1
        if reading.odd[at] and word.folded in self.short:
            yield self.short[word.folded], 1

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
        first, last = reading.words[at : at + 2]
        if len(last.folded) > 2 and first.folded in self.by_first and reading.odd[at + 1]:
            listed: Sequence[Form] = self.pairs_by_first.get(first.folded, ())
            slip, which = last, 1
        elif len(first.folded) > 2 and last.folded in self.pairs_by_last and reading.odd[at]:
            listed, slip, which = self.pairs_by_last[last.folded], first, 0
        else:
            return
        right = (first, last)[1 - which]
        for form in listed:
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

"""Word lists as features: everyday short forms, and cue phrases by theme.

Both live in `lexicons/cues.json`. A cue is found whatever the marks, unless the marks that were
typed contradict it ("cưới" is not "cuối"); short forms serve one extra view and replace nothing.
"""

from __future__ import annotations

import json
import unicodedata
from collections.abc import Iterable, Mapping, Sequence
from functools import lru_cache
from pathlib import Path

from nlu.text import tokenize

Pair = tuple[str, str]
Step = tuple[str, str, int]
Cue = tuple[str, str, int, list[Step]]
LEXICON = Path(__file__).resolve().parent / "lexicons" / "cues.json"


@lru_cache(maxsize=4096)
def _marks(word: str) -> str:
    """The letters and marks of a lower-case word, in any order: "hoà" and "hòa" are the same."""
    return "".join(sorted(unicodedata.normalize("NFD", word)))


class Cues:
    """Finds themes in a document of (typed, folded) words."""

    def __init__(self, themes: Mapping[str, Iterable[str]], short: Mapping[str, str]) -> None:
        """`themes`: phrases by name; "..2" in a phrase allows two words between its neighbours."""
        self._short = {word: form.split() for word, form in short.items()}
        self._alone: dict[str, list[tuple[str, str]]] = {}
        # First word, then second: most cues begin with words that every message has.
        self._begun: dict[str, tuple[int, dict[str, list[Cue]]]] = {}
        for theme, phrases in themes.items():
            for phrase in phrases:
                self._add(theme, _steps(phrase))

    def _add(self, theme: str, steps: list[Step]) -> None:
        head, typed, _ = steps[0]
        if len(steps) == 1:
            self._alone.setdefault(head, []).append((theme, typed))
            return
        second, _, gap = steps[1]
        widest, table = self._begun.get(head, (0, {}))
        table.setdefault(second, []).append((theme, typed, gap, steps[1:]))
        self._begun[head] = (max(widest, gap), table)

    def expand(self, document: Sequence[Pair]) -> list[Pair]:
        """The document with short forms written out, for words typed without marks."""
        words: list[Pair] = []
        for word in document:
            form = self._short.get(word[1]) if word[0] == word[1] else None
            if form:
                words.extend((syllable, syllable) for syllable in form)
            else:
                words.append(word)
        return words

    def themes(self, words: Sequence[Pair]) -> list[str]:
        """Names of the themes with a cue in the expanded document, sorted."""
        found: set[str] = set()
        alone, begun = self._alone, self._begun
        folded = [word[1] for word in words]
        for at, head in enumerate(folded):
            if head in alone:
                found.update(theme for theme, typed in alone[head] if _fits(words[at], typed))
            if head not in begun:
                continue
            widest, table = begun[head]
            for skipped, second in enumerate(folded[at + 1 : at + 2 + widest]):
                for theme, typed, gap, rest in table.get(second, ()):
                    if skipped > gap or theme in found:
                        continue
                    if _fits(words[at], typed) and _follows(words, at, rest):
                        found.add(theme)
        return sorted(found)


def _steps(phrase: str) -> list[Step]:
    steps: list[Step] = []
    gap = 0
    for part in phrase.split():
        if part.startswith(".."):
            gap = int(part[2:])
            continue
        for word in tokenize(part):
            steps.append((word.folded, word.text.lower(), gap))
            gap = 0
    return steps


def _fits(word: Pair, typed: str) -> bool:
    """Whether a word equal to the cue's when folded is so with the marks it has, if any."""
    return word[0] == word[1] or word[0] == typed or _marks(word[0]) == _marks(typed)


def _follows(words: Sequence[Pair], at: int, steps: Sequence[Step]) -> bool:
    for folded, typed, gap in steps:
        for after in range(at + 1, min(at + 2 + gap, len(words))):
            if words[after][1] == folded and _fits(words[after], typed):
                at = after
                break
        else:
            return False
    return True


@lru_cache(maxsize=1)
def standard() -> Cues:
    """The cues of `lexicons/cues.json`."""
    content = json.loads(LEXICON.read_text(encoding="utf-8"))
    return Cues(content["themes"], content["short"])

"""Words as they were meant: `c ứ u`, `cứuuuu`, `bịnhốt` and `cuwus` become readable syllables.

A word is only rewritten when it is unknown as typed and known afterwards, so that ordinary text
stays as it is.
"""

import re
import unicodedata
from collections.abc import Iterator, Sequence
from collections.abc import Set as AbstractSet
from itertools import pairwise

from store.text import Syllable, fold, syllables

_NUCLEI = (
    "a|e|i|o|u|y|ai|ao|au|ay|eo|eu|ia|ie|iu|oa|oe|oi|ua|ue|ui|uo|uu|uy|ye|"
    "ieu|oai|oao|oay|oeo|uoi|uay|uya|uye|uyu|yeu|uou|oo"
)
_SYLLABLE = re.compile(
    r"(ngh|ng|nh|gh|gi|kh|ch|th|tr|ph|qu|[bcdghklmnprstvx])?"
    rf"({_NUCLEI})(ng|nh|ch|[cmnpt])?"
)
_REPEATED = re.compile(r"(.)\1+")
_TELEX_LETTERS = {
    "dd": "đ", "aa": "â", "ee": "ê", "oo": "ô", "aw": "ă", "ow": "ơ", "uw": "ư",
}  # fmt: skip
_TELEX = re.compile("dd|aa|ee|oo|aw|ow|uw")
_VOWEL = re.compile("[aeiouyâêôăơư]")
_TYPED_MARK = re.compile("[aeiouwy].*[sfrxjw]|dd|aa|ee|oo")
_TONES = {"s": "\u0301", "f": "\u0300", "r": "\u0309", "x": "\u0303", "j": "\u0323"}
_LONGEST_GLUED = 40
_LONGEST_PIECE = 7


def untangle(text: str, known: AbstractSet[str]) -> list[Syllable]:
    """The syllables of NFC `text`, repaired where that gives words of `known` (folded)."""
    found: list[Syllable] = []
    for word in _without_spelling(text, syllables(text), known):
        if word.folded in known or not word.folded.isalpha():
            found.append(word)
        else:
            found.extend(_repaired(word, known))
    return found


def _repaired(word: Syllable, known: AbstractSet[str]) -> Sequence[Syllable]:
    for meant in _readings(word.text):
        if fold(meant) in known:
            return (_instead(word, meant),)
    if 5 <= len(word.folded) <= _LONGEST_GLUED and not _SYLLABLE.fullmatch(word.folded):
        return _pieces(word, known, shortest=2) or (word,)
    return (word,)


def _readings(typed: str) -> Iterator[str]:
    """Other readings of a typed word: repeated letters joined, telex keys taken as marks."""
    if _REPEATED.search(typed):
        yield _REPEATED.sub(r"\1\1", typed)
        yield _REPEATED.sub(r"\1", typed)
    if len(typed) <= 2 * _LONGEST_PIECE and typed.isascii() and _TYPED_MARK.search(typed):
        yield _telex(typed)


def _telex(typed: str) -> str:
    word = _TELEX.sub(lambda match: _TELEX_LETTERS[match[0]], typed)
    first = _VOWEL.search(word)
    vowel = first.start() if first else len(word)
    for place in range(len(word) - 1, vowel, -1):
        if word[place] in _TONES:
            bare = word[:place] + word[place + 1 :]
            marked = bare[: vowel + 1] + _TONES[word[place]] + bare[vowel + 1 :]
            return unicodedata.normalize("NFC", marked)
    return word


def _instead(word: Syllable, meant: str) -> Syllable:
    return Syllable(meant, fold(meant), word.start, word.end, word.after_break)


def _pieces(word: Syllable, known: AbstractSet[str], shortest: int) -> list[Syllable]:
    """`word` cut into the fewest known words that cover it, or nothing."""
    length = len(word.folded)
    best: list[list[int] | None] = [[0]] + [None] * length
    for start in range(length - shortest + 1):
        cuts = best[start]
        if cuts is None:
            continue
        for stop in range(start + shortest, min(start + _LONGEST_PIECE, length) + 1):
            now = best[stop]
            if (now is None or len(cuts) + 1 < len(now)) and word.folded[start:stop] in known:
                best[stop] = [*cuts, stop]
    cuts = best[length] or []
    return [_cut(word, a, b) for a, b in pairwise(cuts)]


def _cut(word: Syllable, start: int, stop: int) -> Syllable:
    last = word.start + stop if stop < len(word.text) else word.end
    return Syllable(
        word.text[start:stop],
        word.folded[start:stop],
        word.start + start,
        last,
        word.after_break and start == 0,
    )


def _without_spelling(
    text: str, words: Sequence[Syllable], known: AbstractSet[str]
) -> Iterator[Syllable]:
    """Runs of three or more single letters joined, when they then read as known words."""
    run: list[Syllable] = []
    for word in words:
        if len(word.text) == 1 and word.text.isalpha():
            run.append(word)
            continue
        yield from _joined(text, run, known)
        run = []
        yield word
    yield from _joined(text, run, known)


def _joined(text: str, run: list[Syllable], known: AbstractSet[str]) -> Sequence[Syllable]:
    if not 3 <= len(run) <= _LONGEST_GLUED:
        return run
    whole = _together(run)
    if whole.folded in known:
        return (whole,)
    groups = _dotted(text, run)
    if len(groups) > 1 and all(_together(group).folded in known for group in groups):
        return [_together(group) for group in groups]
    return _pieces(whole, known, shortest=2) or _pieces(whole, known, shortest=1) or run


def _together(run: Sequence[Syllable]) -> Syllable:
    letters = "".join(word.text for word in run)
    return Syllable(letters, fold(letters), run[0].start, run[-1].end, run[0].after_break)


def _dotted(text: str, run: Sequence[Syllable]) -> list[list[Syllable]]:
    """`b.ị n.h.ố.t`: letters held by dots or dashes, groups parted by a space."""
    groups = [[run[0]]]
    for before, word in pairwise(run):
        if " " in text[before.end : word.start]:
            groups.append([word])
        else:
            groups[-1].append(word)
    return groups

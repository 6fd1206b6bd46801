"""From the words of a document to the numbers of its features, without making a single n-gram.

A vocabulary lists its terms as strings ("bị nhốt", "em_nhà"). To look up the pairs in a message
every one of them would have to be joined and hashed, so the terms are split once, when a model is
loaded: word -> next word -> number. Only words of the vocabulary are held here; what users write
is looked up and never kept.
"""

from __future__ import annotations

from array import array
from collections.abc import Callable, Iterable, Mapping, Sequence

Numbers = dict[str, int]
_NONE: Numbers = {}


class Lookup:
    """The tables of one vocabulary. Words hold no space, and "_" only as a whole word; names of
    themes hold no "&"."""

    def __init__(
        self, vocabulary: Mapping[str, Numbers], spell: Callable[[str], list[int]]
    ) -> None:
        """`vocabulary`: numbers by term, by block; `spell`: the numbers of a word's letters."""
        self._spell = spell
        self._typed, self._typed_next = _apart(vocabulary["typed"])
        folded, self._folded_next = _apart(vocabulary["folded"])
        self._letters = {word: _packed([number, *spell(word)]) for word, number in folded.items()}
        self._plain, plain_next = _apart(vocabulary["plain"])
        skips = _skipping(vocabulary["skips"])
        firsts = plain_next.keys() | skips.keys()
        self._after = {w: (plain_next.get(w, _NONE), skips.get(w, _NONE)) for w in firsts}
        self._edges = vocabulary["edges"]
        self._shape = vocabulary["shape"]
        self._themes, self._themes_next = _apart(vocabulary["cues"], "&")

    def words(self, typed: Sequence[str], folded: Sequence[str], ids: list[int]) -> bytes:
        """The numbers of the blocks typed, folded and chars: pairs and words as typed are
        appended to `ids`; folded words and their letters come back packed."""
        known = self._typed
        if known:
            ids.extend([known[word] for word in typed if word in known])
            _pairs(self._typed_next, typed, ids)
        _pairs(self._folded_next, folded, ids)
        letters = self._letters
        return b"".join(
            [letters[word] if word in letters else _packed(self._spell(word)) for word in folded]
        )

    def plain(self, words: Sequence[str], ids: list[int]) -> None:
        """Append the numbers of the blocks plain and skips."""
        known = self._plain
        ids.extend([known[word] for word in words if word in known])
        after = self._after
        for at, word in enumerate(words):
            tables = after.get(word)
            if tables is None:
                continue
            pairs, skips = tables
            near = words[at + 1 : at + 5]
            if pairs and near and near[0] in pairs:
                ids.append(pairs[near[0]])
            if skips:
                for other in near[1:]:
                    if other in skips:
                        ids.append(skips[other])

    def rest(
        self, edges: Iterable[str], shape: Iterable[str], themes: Sequence[str], ids: list[int]
    ) -> None:
        """Append the numbers of the blocks edges, shape and cues (`themes`: sorted)."""
        for known, terms in ((self._edges, edges), (self._shape, shape), (self._themes, themes)):
            if known:
                ids.extend([known[term] for term in terms if term in known])
        for at, theme in enumerate(themes, 1):
            if theme in self._themes_next:
                pairs = self._themes_next[theme]
                ids.extend([pairs[other] for other in themes[at:] if other in pairs])


def _packed(numbers: list[int]) -> bytes:
    return array("i", numbers).tobytes()


def _pairs(table: Mapping[str, Numbers], words: Sequence[str], ids: list[int]) -> None:
    if not table:
        return
    for word, after in zip(words, words[1:]):
        if word in table:
            pairs = table[word]
            if after in pairs:
                ids.append(pairs[after])


def _apart(terms: Mapping[str, int], between: str = " ") -> tuple[Numbers, dict[str, Numbers]]:
    """Single words, and pairs by their first word."""
    singles: Numbers = {}
    pairs: dict[str, Numbers] = {}
    for term, number in terms.items():
        first, joined, second = term.partition(between)
        if joined:
            pairs.setdefault(first, {})[second] = number
        else:
            singles[term] = number
    return singles, pairs


def _skipping(terms: Mapping[str, int]) -> dict[str, Numbers]:
    """Pairs "a_b" by their first word, which may itself be "_"."""
    pairs: dict[str, Numbers] = {}
    for term, number in terms.items():
        at = term.index("_", 1)
        pairs.setdefault(term[:at], {})[term[at + 1 :]] = number
    return pairs

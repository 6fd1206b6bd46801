"""How varied a corpus is: its words, its word triples, and how alike its texts are.

Standard library only. Likeness is the Jaccard similarity of folded character 5-grams.
"""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from math import ceil

from nlu.text import fold, view

LIMITS = (0.4, 0.5, 0.6)
_ROUNDING = 1e-6


def plain(text: str) -> str:
    """`text` as comparisons see it: folded, without punctuation, single spaces."""
    return " ".join(re.findall(r"\w+", view(text).folded)) or fold(text.strip())


def grams(text: str, size: int = 5) -> frozenset[str]:
    """The character n-grams of a plain text (the text itself when it is shorter)."""
    return frozenset(text[i : i + size] for i in range(max(1, len(text) - size + 1)))


def near_pairs(sets: Sequence[frozenset[str]], limit: float) -> Iterator[tuple[int, int, float]]:
    """Pairs (later, earlier, similarity) of sets whose Jaccard similarity is above `limit`.

    Two such sets share one of their rarest elements, so only those are indexed; and most of what
    shares one of them is told apart by size and by a few bits, before the sets are compared.
    """
    frequency = Counter(gram for each in sets for gram in each)
    index: dict[str, list[int]] = defaultdict(list)
    sizes = [len(each) for each in sets]
    bits = [_bits(each) for each in sets]
    for number, (each, size, own) in enumerate(zip(sets, sizes, bits)):
        rare = sorted(each, key=lambda gram: (frequency[gram], gram))
        prefix = rare[: size - ceil(limit * size) + 1]
        hidden = size - own.bit_count()
        least, most = limit * size, size / limit if limit else float("inf")
        for other in sorted({other for gram in prefix for other in index[gram]}):
            if not least <= sizes[other] <= most:
                continue
            needed = limit * (size + sizes[other]) / (1 + limit)
            if (own & bits[other]).bit_count() + hidden < needed - _ROUNDING:
                continue
            shared = len(each & sets[other])
            similarity = shared / (size + sizes[other] - shared)
            if similarity > limit:
                yield number, other, similarity
        for gram in prefix:
            index[gram].append(number)


def _bits(each: frozenset[str]) -> int:
    """One of 2,048 bits for each element: elements that two sets share are bits they share."""
    found = 0
    for gram in each:
        found |= 1 << (hash(gram) & 2047)
    return found


@dataclass(frozen=True)
class Diversity:
    """`triples`: share of different word triples among all; `alike`: share of texts that have
    another one at least so alike, by limit."""

    texts: int
    words: int
    different_words: int
    triples: float
    alike: dict[float, float]


def diversity(texts: Sequence[str], limits: Sequence[float] = LIMITS) -> Diversity:
    """The figures of `texts`; folded before they are compared. Low `limits` take long."""
    flat = [plain(text) for text in texts]
    nearest = [0.0] * len(flat)
    for a, b, similarity in near_pairs([grams(text) for text in flat], min(limits)):
        nearest[a] = max(nearest[a], similarity)
        nearest[b] = max(nearest[b], similarity)
    split = [text.split() for text in flat]
    words = [word for each in split for word in each]
    triples = [tuple(each[i : i + 3]) for each in split for i in range(len(each) - 2)]
    return Diversity(
        len(flat),
        len(words),
        len(set(words)),
        len(set(triples)) / max(1, len(triples)),
        {limit: sum(n >= limit for n in nearest) / max(1, len(flat)) for limit in limits},
    )

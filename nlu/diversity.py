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


def plain(text: str) -> str:
    """`text` as comparisons see it: folded, without punctuation, single spaces."""
    return " ".join(re.findall(r"\w+", view(text).folded)) or fold(text.strip())


def grams(text: str, size: int = 5) -> frozenset[str]:
    """The character n-grams of a plain text (the text itself when it is shorter)."""
    return frozenset(text[i : i + size] for i in range(max(1, len(text) - size + 1)))


def near_pairs(sets: Sequence[frozenset[str]], limit: float) -> Iterator[tuple[int, int, float]]:
    """Pairs (later, earlier, similarity) of sets whose Jaccard similarity is above `limit`.

    Two such sets share one of their rarest elements, so only those are indexed.
    """
    frequency = Counter(gram for each in sets for gram in each)
    index: dict[str, list[int]] = defaultdict(list)
    for number, each in enumerate(sets):
        rare = sorted(each, key=lambda gram: (frequency[gram], gram))
        prefix = rare[: len(rare) - ceil(limit * len(rare)) + 1]
        candidates = {other for gram in prefix for other in index[gram]}
        for other in sorted(candidates):
            small, large = sorted((len(each), len(sets[other])))
            if small < limit * large:
                continue
            shared = len(each & sets[other])
            similarity = shared / (len(each) + len(sets[other]) - shared)
            if similarity > limit:
                yield number, other, similarity
        for gram in prefix:
            index[gram].append(number)


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

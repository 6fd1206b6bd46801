"""How like each tested message is to the nearest training message.

A test set that repeats its training data flatters; these figures show how far ours does.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from nlu.diversity import grams, plain

_AT_ONCE = 256


def nearest(tested: Sequence[str], training: Sequence[str]) -> list[float]:
    """The highest Jaccard similarity (folded character 5-grams) of each tested text to any
    training text; 0 when nothing is shared."""
    from scipy.sparse import csr_matrix

    known: dict[str, int] = {}

    def counted(texts: Sequence[str]) -> Any:
        rows, columns = [], []
        for row, text in enumerate(texts):
            for gram in grams(plain(text)):
                rows.append(row)
                columns.append(known.setdefault(gram, len(known)))
        return rows, columns, len(texts)

    parts = [counted(training), counted(tested)]
    learnt, asked = (
        csr_matrix((np.ones(len(rows), np.float32), (rows, columns)), shape=(count, len(known)))
        for rows, columns, count in parts
    )
    sizes = np.asarray(learnt.sum(axis=1)).ravel()
    found: list[float] = []
    for at in range(0, asked.shape[0], _AT_ONCE):
        part = asked[at : at + _AT_ONCE]
        shared = (part @ learnt.T).toarray()
        either = np.asarray(part.sum(axis=1)) + sizes[None] - shared
        found.extend((shared / either).max(axis=1).tolist())
    return found

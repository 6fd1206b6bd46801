"""Splitting by author batch: a file's utterances are never on both sides."""

from __future__ import annotations

import hashlib
from collections import defaultdict
from collections.abc import Sequence

from nlu.corpus import Utterance


def folds(found: Sequence[Utterance], count: int = 5) -> list[int]:
    """The fold of each utterance. Batches of an intent are dealt out largest first to the fold
    that has least of it; ties go by a hash of the batch's name, so the split is always the same.
    """
    sizes: dict[tuple[str, str], int] = defaultdict(int)
    for utterance in found:
        sizes[(utterance.intent, utterance.batch)] += 1
    fold_of: dict[str, int] = {}
    loads: dict[str, list[int]] = defaultdict(lambda: [0] * count)

    def rank(key: tuple[str, str]) -> tuple[str, int, str]:
        return key[0], -sizes[key], hashlib.sha256(key[1].encode()).hexdigest()

    for intent, batch in sorted(sizes, key=rank):
        if batch not in fold_of:
            load = loads[intent]
            start = int(hashlib.sha256(batch.encode()).hexdigest(), 16) % count
            fold_of[batch] = min(range(count), key=lambda k: (load[k], (k - start) % count))
        loads[intent][fold_of[batch]] += sizes[(intent, batch)]
    return [fold_of[utterance.batch] for utterance in found]

"""TF-IDF over two views of a text at once: typed words, folded words, folded letters.

A document is a list of (typed, folded) word pairs. A batch becomes one CSR triple of numpy
arrays; nothing here needs scipy, so serving stays small.
"""

from __future__ import annotations

import hashlib
import json
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from nlu.text import squeeze

Array = np.ndarray[Any, Any]
Pair = tuple[str, str]
Document = Sequence[Pair]
BLOCKS = ("typed", "folded", "chars")


@dataclass(frozen=True)
class Matrix:
    """Rows of weights in CSR form: float32 `data` and int32 `indices` of shape (nnz,), `indptr`
    of shape (rows + 1,). `digest` names the vocabulary the columns belong to."""

    data: Array
    indices: Array
    indptr: Array
    columns: int
    digest: str

    @property
    def rows(self) -> int:
        return len(self.indptr) - 1


def pair(typed: str, folded: str) -> Pair:
    """The two words of a token as features: lower case, long numbers as their length."""
    if typed[0].isdigit():
        shape = typed if len(typed) <= 3 else f"#{len(typed)}"
        return shape, shape
    return squeeze(typed.lower()), folded


def _chars(word: str, low: int, high: int) -> list[str]:
    padded = f" {word} "
    return [
        padded[i : i + n] for n in range(low, high + 1) for i in range(max(1, len(padded) - n + 1))
    ]


def _words(words: Sequence[str]) -> Iterator[str]:
    yield from words
    for i in range(len(words) - 1):
        yield f"{words[i]} {words[i + 1]}"


class TwoViewTfidf:
    """Sublinear TF-IDF with one vocabulary of three blocks and L2-normalised rows."""

    def __init__(self, char_range: tuple[int, int] = (2, 5)) -> None:
        self.char_range = char_range
        self.vocabulary: dict[str, dict[str, int]] = {block: {} for block in BLOCKS}
        self.idf = np.zeros(0, dtype=np.float32)
        self.digest = ""
        self._letters: dict[str, list[int]] = {}

    @property
    def columns(self) -> int:
        return len(self.idf)

    def fit(
        self, groups: Iterable[Sequence[Document]], min_df: int = 2, caps: Sequence[int] = ()
    ) -> None:
        """Learn vocabulary and weights.

        A group is a message with its copies; a term counts once for its group, and is kept when
        `min_df` groups have it. `caps` limits each block to its most frequent terms.
        """
        counts: dict[str, Counter[str]] = {block: Counter() for block in BLOCKS}
        total = 0
        for group in groups:
            total += 1
            counts["typed"].update({t for d in group for t in _words([w[0] for w in d])})
            counts["folded"].update({t for d in group for t in _words([w[1] for w in d])})
            words = {w[1] for d in group for w in d}
            counts["chars"].update({g for w in words for g in _chars(w, *self.char_range)})
        limits = dict(zip(BLOCKS, caps))
        frequencies: list[int] = []
        for block in BLOCKS:
            kept = [(n, term) for term, n in counts[block].items() if n >= min_df]
            kept.sort(key=lambda item: (-item[0], item[1]))
            kept = kept[: limits.get(block)]
            offset = len(frequencies)
            self.vocabulary[block] = {term: offset + i for i, (_, term) in enumerate(kept)}
            frequencies.extend(n for n, _ in kept)
        df = np.asarray(frequencies, dtype=np.float64)
        self.idf = (np.log((1 + total) / (1 + df)) + 1).astype(np.float32)
        self._finish()

    def transform(self, documents: Sequence[Document]) -> Matrix:
        """One row per document; words outside the vocabulary are left out."""
        ids: list[int] = []
        lengths: list[int] = []
        for words in documents:
            before = len(ids)
            self._collect(words, ids)
            lengths.append(len(ids) - before)
        width = max(1, self.columns)
        rows = np.repeat(np.arange(len(documents), dtype=np.int64), lengths)
        keys, counts = np.unique(rows * width + np.asarray(ids, np.int64), return_counts=True)
        rows, indices = np.divmod(keys, width)
        data = (1 + np.log(counts)).astype(np.float32) * self.idf[indices]
        indptr = np.zeros(len(documents) + 1, dtype=np.int32)
        np.cumsum(np.bincount(rows, minlength=len(documents)), out=indptr[1:])
        norms = np.sqrt(np.bincount(rows, weights=data * data, minlength=len(documents)))
        data /= norms[rows].astype(np.float32)
        return Matrix(data, indices.astype(np.int32), indptr, self.columns, self.digest)

    def _collect(self, words: Document, ids: list[int]) -> None:
        for block, side in (("typed", 0), ("folded", 1)):
            get = self.vocabulary[block].get
            for term in _words([word[side] for word in words]):
                found = get(term)
                if found is not None:
                    ids.append(found)
        for _, folded in words:
            known = self._letters.get(folded)
            ids.extend(known if known is not None else self._spell(folded))

    def _spell(self, word: str) -> list[int]:
        get = self.vocabulary["chars"].get
        return [i for i in map(get, _chars(word, *self.char_range)) if i is not None]

    def _finish(self) -> None:
        terms = json.dumps(self.vocabulary, ensure_ascii=False, separators=(",", ":"))
        digest = hashlib.sha256(terms.encode())
        digest.update(self.idf.tobytes())
        self.digest = digest.hexdigest()[:16]
        # Only words seen in training are remembered: no user's text stays in memory.
        self._letters = {w: self._spell(w) for w in self.vocabulary["folded"] if " " not in w}

    def save(self, folder: Path) -> None:
        """Write `vocabulary.json` and `idf.npz` (no pickle) into `folder`."""
        content = {
            "char_range": self.char_range,
            "blocks": {block: list(self.vocabulary[block]) for block in BLOCKS},
            "digest": self.digest,
        }
        text = json.dumps(content, ensure_ascii=False, separators=(",", ":"))
        (folder / "vocabulary.json").write_text(text, encoding="utf-8")
        np.savez_compressed(folder / "idf.npz", idf=self.idf)

    @classmethod
    def load(cls, folder: Path) -> TwoViewTfidf:
        """Read what `save` wrote. Raises ValueError when the two files do not belong together."""
        content = json.loads((folder / "vocabulary.json").read_text(encoding="utf-8"))
        made = cls((content["char_range"][0], content["char_range"][1]))
        offset = 0
        for block in BLOCKS:
            terms = content["blocks"][block]
            made.vocabulary[block] = {term: offset + i for i, term in enumerate(terms)}
            offset += len(terms)
        with np.load(folder / "idf.npz", allow_pickle=False) as arrays:
            made.idf = arrays["idf"]
        made._finish()
        if len(made.idf) != offset or made.digest != content["digest"]:
            raise ValueError("the vocabulary and its weights do not belong together")
        return made

"""TF-IDF over several views of a text at once, each view a block of columns.

typed: words as typed (1-2); folded: without marks (1-2); chars: letters inside folded words;
plain: folded with short forms written out (1-2); skips: pairs of plain words with a gap; edges:
how it begins and ends; shape: length, question, link, number, money; cues: themes and pairs of
themes of `lexicons/cues.json`. Each block has length one before it is weighed, so that no block
drowns another in long or short messages.

A document is a list of (typed, folded) word pairs. A batch becomes one CSR triple of numpy
arrays; nothing here needs scipy, so serving stays small.
"""

from __future__ import annotations

import hashlib
import json
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from nlu.cues import Cues, standard
from nlu.lookup import Lookup
from nlu.text import squeeze, stretched

Array = np.ndarray[Any, Any]
Pair = tuple[str, str]
Document = Sequence[Pair]
BLOCKS = ("typed", "folded", "chars", "plain", "skips", "edges", "shape", "cues")
WEIGHTS = {
    "typed": 1.0,
    "folded": 1.0,
    "chars": 1.0,
    "plain": 1.0,
    "skips": 0.7,
    "edges": 0.7,
    "shape": 0.3,
    "cues": 0.5,
}
_LENGTHS = (1, 2, 3, 5, 8, 12, 18, 26, 40, 80)
_UNITS = frozenset("tr trieu k cu ty nghin ngan d vnd usd do %".split())
_ASKING = frozenset("khong ko k kg hong ? h a ha vay nhi the chua sao gi nao dau ai".split())
_SCHEMES = frozenset(("http", "https", "www"))
_DOMAINS = frozenset(("com", "vn", "example", "net", "org"))


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


def document(typed: Sequence[str], folded: Sequence[str]) -> list[Pair]:
    """`pair` of every token of a message; tokens hold no space."""
    lowered = " ".join(typed).lower()
    if stretched(lowered):
        return [pair(*both) for both in zip(typed, folded)]
    return [
        pair(*both) if both[0][0].isdigit() else both
        for both in zip(lowered.split(" ") if typed else (), folded)
    ]


def _chars(word: str, low: int, high: int) -> list[str]:
    padded = f" {word} "
    return [
        padded[i : i + n] for n in range(low, high + 1) for i in range(max(1, len(padded) - n + 1))
    ]


def _words(words: Sequence[str]) -> Iterator[str]:
    yield from words
    for i in range(len(words) - 1):
        yield f"{words[i]} {words[i + 1]}"


def _skips(words: Sequence[str]) -> Iterator[str]:
    """Pairs of words with one to three words between them."""
    for i, word in enumerate(words):
        for other in words[i + 2 : i + 5]:
            yield f"{word}_{other}"


def _edges(words: Sequence[str]) -> Iterator[str]:
    if words:
        yield "^" + words[0]
        yield "^" + " ".join(words[:2])
        yield "$" + words[-1]
        yield "$" + " ".join(words[-2:])
        yield "$" + " ".join(words[-3:])


def _shape(words: Sequence[str]) -> set[str]:
    found = {f"L{length}" for length in _LENGTHS if len(words) >= length}
    found.update(mark for mark in ("?", ":", '"') if mark in words)
    if words and words[-1] in _ASKING:
        found.add("ask")
    for word, after in zip(words, [*words[1:], ""]):
        if word[0] == "#" and word[1:].isdigit() and int(word[1:]) >= 8:
            found.add("number")
        if after in _UNITS and (word[0].isdigit() or word[0] == "#"):
            found.add("money")
        if word in _SCHEMES or (word == "." and after in _DOMAINS):
            found.add("link")
    return found


def _with_pairs(themes: Sequence[str]) -> Iterator[str]:
    yield from themes
    for i, theme in enumerate(themes):
        for other in themes[i + 1 :]:
            yield f"{theme}&{other}"


class TwoViewTfidf:
    """Sublinear TF-IDF with one vocabulary of several blocks and L2-normalised rows."""

    def __init__(
        self,
        char_range: tuple[int, int] = (2, 5),
        weights: Mapping[str, float] | None = None,
        cues: Cues | None = None,
    ) -> None:
        """`weights`: of each block (0: not used); `cues`: other lists than `lexicons/`."""
        self.char_range = char_range
        self.weights = {**WEIGHTS, **(weights or {})}
        self.vocabulary: dict[str, dict[str, int]] = {block: {} for block in BLOCKS}
        self.idf = np.zeros(0, dtype=np.float32)
        self.digest = ""
        self._cues = cues or standard()
        self._lookup = Lookup(self.vocabulary, self._spell)
        self._block_of = np.zeros(0, dtype=np.int64)
        self._shares = np.asarray([self.weights[block] for block in BLOCKS], np.float32)

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
            seen: dict[str, set[str]] = {block: set() for block in BLOCKS}
            for document in group:
                for block, terms in self._views(document):
                    seen[block].update(terms)
            words = {word[1] for document in group for word in document}
            seen["chars"] = {g for word in words for g in _chars(word, *self.char_range)}
            for block, own in seen.items():
                counts[block].update(own)
        limits = dict(zip(BLOCKS, caps))
        frequencies: list[int] = []
        for block in BLOCKS:
            kept = []
            if self.weights[block] > 0:
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
        spelt: list[bytes] = []
        ids: list[int] = []
        lengths: list[int] = []
        for words in documents:
            before = len(ids)
            spelt.append(self._collect(words, ids))
            lengths.append(len(ids) - before)
        letters = np.frombuffer(b"".join(spelt), np.int32)
        lengths += [len(part) // letters.itemsize for part in spelt]
        rows = np.arange(2 * len(documents), dtype=np.int64) % max(1, len(documents))
        terms = np.concatenate([np.asarray(ids, np.int64), letters])
        return self._weigh(rows.repeat(lengths), terms, len(documents))

    def _weigh(self, rows: Array, terms: Array, count: int) -> Matrix:
        """The matrix of `count` rows in which row `rows[i]` has an occurrence of `terms[i]`."""
        width, blocks = max(1, self.columns), len(BLOCKS)
        keys = rows * width + terms
        keys.sort()
        changes = (keys[1:] != keys[:-1]).nonzero()[0] + 1
        bounds = np.concatenate([[0], changes, [len(keys)]]) if len(keys) else np.zeros(1, int)
        first = bounds[:-1]
        counts = bounds[1:] - first
        rows, indices = np.divmod(keys[first], width)
        data = (1 + np.log(counts)) * self.idf[indices]
        parts = rows * blocks + self._block_of[indices]
        squares = np.bincount(parts, weights=data * data, minlength=count * blocks)
        squares = squares.reshape(count, blocks)
        # Each block has length one: that of the row follows from which of them it has.
        scale = (squares > 0) * self._shares
        scale /= np.sqrt(np.maximum((scale * scale).sum(axis=1, keepdims=True), 1e-30))
        scale /= np.sqrt(np.maximum(squares, 1e-30))
        data *= scale.ravel()[parts]
        indptr = np.searchsorted(rows, np.arange(count + 1)).astype(np.int32)
        return Matrix(
            data.astype(np.float32), indices.astype(np.int32), indptr, self.columns, self.digest
        )

    def _views(self, document: Document) -> Iterator[tuple[str, Iterable[str]]]:
        """The terms of a document in every block but the letters."""
        folded = [word[1] for word in document]
        expanded = self._cues.expand(document)
        plain = [word[1] for word in expanded]
        yield "typed", _words([word[0] for word in document])
        yield "folded", _words(folded)
        yield "plain", _words(plain)
        yield "skips", _skips(plain)
        yield "edges", _edges(plain)
        yield "shape", _shape(folded)
        yield "cues", _with_pairs(self._cues.themes(expanded))

    def _collect(self, words: Document, ids: list[int]) -> bytes:
        """Every term that `_views` and `_chars` would name and the vocabulary has, by number:
        appended to `ids`, and packed (int32) those of whole words and their letters."""
        lookup = self._lookup
        folded = [word[1] for word in words]
        spelt = lookup.words([word[0] for word in words], folded, ids)
        expanded = self._cues.expand(words)
        plain = [word[1] for word in expanded]
        lookup.plain(plain, ids)
        lookup.rest(_edges(plain), _shape(folded), self._cues.themes(expanded), ids)
        return spelt

    def _spell(self, word: str) -> list[int]:
        get = self.vocabulary["chars"].get
        return [i for i in map(get, _chars(word, *self.char_range)) if i is not None]

    def _finish(self) -> None:
        terms = json.dumps(self.vocabulary, ensure_ascii=False, separators=(",", ":"))
        digest = hashlib.sha256(terms.encode())
        digest.update(json.dumps(self.weights, sort_keys=True).encode())
        digest.update(self.idf.tobytes())
        self.digest = digest.hexdigest()[:16]
        sizes = [len(self.vocabulary[block]) for block in BLOCKS]
        self._block_of = np.repeat(np.arange(len(BLOCKS)), sizes)
        self._lookup = Lookup(self.vocabulary, self._spell)

    def save(self, folder: Path) -> None:
        """Write `vocabulary.json` and `idf.npz` (no pickle) into `folder`."""
        content = {
            "char_range": self.char_range,
            "weights": self.weights,
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
        low, high = content["char_range"]
        made = cls((low, high), content["weights"])
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

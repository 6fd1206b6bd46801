"""Sparse TF-IDF features over several views of the text, a whole batch as one matrix.

For training each message is joined by copies (its text without marks, and as mistyped): they are
made here, so every corpus trains with them and no evaluation split ever holds one.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from rasa.engine.graph import ExecutionContext
from rasa.engine.storage.resource import Resource
from rasa.engine.storage.storage import ModelStorage
from rasa.nlu.featurizers.sparse_featurizer.sparse_featurizer import SparseFeaturizer
from rasa.nlu.tokenizers.tokenizer import Tokenizer
from rasa.shared.exceptions import InvalidConfigException
from rasa.shared.nlu.constants import TEXT
from rasa.shared.nlu.training_data.message import Message
from rasa.shared.nlu.training_data.training_data import TrainingData

from nlu.components.registry import code_version, register
from nlu.components.stored import StoredComponent
from nlu.noise import noisy, strip_marks
from nlu.text import Syllable, tokenize
from nlu.vectorizer import BLOCKS, Matrix, Pair, TwoViewTfidf, document

ROWS = "lachan_rows"
TOKENS = "text_tokens"


@dataclass(frozen=True)
class Rows:
    """Which rows of a batch's matrix belong to a message (several in training: its copies)."""

    matrix: Matrix
    numbers: tuple[int, ...]

    def fingerprint(self) -> str:
        """What Rasa's cache compares: vocabulary and row contents."""
        parts = []
        for row in self.numbers:
            inside = slice(self.matrix.indptr[row], self.matrix.indptr[row + 1])
            parts.append(str(np.dot(self.matrix.indices[inside], self.matrix.data[inside])))
        return ":".join([self.matrix.digest, *parts])


COPIES: dict[str, Callable[[str, int], str]] = {
    "stripped": lambda text, seed: strip_marks(text),
    "noisy": noisy,
}


def documents_of(text: str, copies: list[str], seed: int) -> list[list[Pair]]:
    """The feature words of `text` and of each of its training copies that differs from it."""
    texts = [text]
    for name in copies:
        copy = COPIES[name](text, seed)
        if copy not in texts:
            texts.append(copy)
    return [_document(tokenize(each)) for each in texts]


def _document(words: Sequence[Syllable]) -> list[Pair]:
    return document([word.text for word in words], [word.folded for word in words])


@register("MESSAGE_FEATURIZER", is_trainable=True)
class TwoViewTfidfFeaturizer(StoredComponent, SparseFeaturizer):
    """TF-IDF over the views of `nlu/vectorizer.py`: words with and without marks, letters, cues."""

    @classmethod
    def required_components(cls) -> list[type]:
        """A tokenizer has to come first."""
        return [Tokenizer]

    @staticmethod
    def get_default_config() -> dict[str, Any]:
        """`copies`: training copies; `caps`: vocabulary limit of each block in the order of
        `vectorizer.BLOCKS`; `weights`: of blocks by name, where not the usual (0: without it)."""
        return {
            "alias": None,
            "copies": ["stripped"],
            "seed": 20240730,
            "min_df": 2,
            "caps": [30000, 30000, 60000, 30000, 60000, 20000, 100, 2000],
            "char_range": [2, 5],
            "weights": {},
            "code": code_version(),
        }

    @classmethod
    def validate_config(cls, config: dict[str, Any]) -> None:
        """Raises InvalidConfigException for a kind of copy or a block that does not exist."""
        unknown = set(config["copies"]) - set(COPIES)
        if unknown:
            raise InvalidConfigException(f"copies can be {sorted(COPIES)}, not {sorted(unknown)}")
        unknown = set(config["weights"]) - set(BLOCKS)
        if unknown:
            raise InvalidConfigException(f"blocks are {BLOCKS}, not {sorted(unknown)}")

    def __init__(
        self, config: dict[str, Any], storage: ModelStorage, resource: Resource, name: str
    ) -> None:
        StoredComponent.__init__(self, config, storage, resource)
        SparseFeaturizer.__init__(self, name, config)
        low, high = config["char_range"]
        self.tfidf = TwoViewTfidf((low, high), config["weights"])

    @classmethod
    def create(
        cls,
        config: dict[str, Any],
        model_storage: ModelStorage,
        resource: Resource,
        execution_context: ExecutionContext,
    ) -> TwoViewTfidfFeaturizer:
        """An untrained featurizer."""
        return cls(config, model_storage, resource, execution_context.node_name or cls.__name__)

    def restore(self, folder: Path) -> None:
        """Read the vocabulary and the weights of its words."""
        self.tfidf = TwoViewTfidf.load(folder)

    def train(self, training_data: TrainingData) -> Resource:
        """Learn the vocabulary from all messages and their copies, and persist it."""
        texts = [m.get(TEXT) for m in training_data.training_examples if m.get(TEXT)]
        self.tfidf.fit(
            (documents_of(text, self._config["copies"], self._config["seed"]) for text in texts),
            self._config["min_df"],
            self._config["caps"],
        )
        with self._storage.write_to(self._resource) as folder:
            self.tfidf.save(folder)
        return self._resource

    def process_training_data(self, training_data: TrainingData) -> TrainingData:
        """Give each message the rows of itself and its copies."""
        messages = [m for m in training_data.training_examples if m.get(TEXT)]
        documents: list[list[Pair]] = []
        numbers: list[tuple[int, ...]] = []
        for message in messages:
            group = documents_of(message.get(TEXT), self._config["copies"], self._config["seed"])
            numbers.append(tuple(range(len(documents), len(documents) + len(group))))
            documents.extend(group)
        matrix = self.tfidf.transform(documents)
        for message, rows in zip(messages, numbers):
            message.set(ROWS, Rows(matrix, rows))
        return training_data

    def process(self, messages: list[Message]) -> list[Message]:
        """Give each message its row of the batch's matrix."""
        found = [message.get(TOKENS) or () for message in messages]
        documents = [document([t.text for t in own], [t.lemma for t in own]) for own in found]
        matrix = self.tfidf.transform(documents)
        for row, message in enumerate(messages):
            message.set(ROWS, Rows(matrix, (row,)))
        return messages

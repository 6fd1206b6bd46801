"""Second stage: which typology (T1 to T13) a message is about, or none of them.

Learns from the lines our own labels know (`nlu/topics.json`); on a corpus that holds none of
them it learns nothing and says nothing. It reuses the featurizer's rows and keeps the columns
that matter most, so a message costs one small product more.
"""

from __future__ import annotations

import dataclasses
from pathlib import Path
from typing import Any

import numpy as np
from rasa.engine.storage.resource import Resource
from rasa.engine.storage.storage import ModelStorage
from rasa.nlu.featurizers.featurizer import Featurizer
from rasa.shared.nlu.constants import TEXT
from rasa.shared.nlu.training_data.message import Message
from rasa.shared.nlu.training_data.training_data import TrainingData

from nlu import topics
from nlu.components.intent_classifier import Labelled, gather
from nlu.components.registry import code_version, register
from nlu.components.stored import StoredComponent
from nlu.components.tfidf_featurizer import ROWS, Rows
from nlu.linear import LinearModel, train
from nlu.vectorizer import Array

TOPIC = "topic"


@register("INTENT_CLASSIFIER", is_trainable=True)
class TopicClassifier(StoredComponent):
    """Sets `topic`: {"name": "T1" … or None, "confidence": p}; p is that answer's probability."""

    @classmethod
    def required_components(cls) -> list[type]:
        """A featurizer has to come first."""
        return [Featurizer]

    @staticmethod
    def get_default_config() -> dict[str, Any]:
        """As `CalibratedIntentClassifier`'s; `columns`: how many features are kept; `fewest`:
        with fewer labelled messages of typologies nothing is learnt."""
        return {
            "kind": "svm",
            "C": 0.5,
            "balance": 0.5,
            "max_iter": 1000,
            "seed": 7,
            "calibration_folds": 3,
            "calibration_block": 20,
            "columns": 60000,
            "fewest": 50,
            "code": code_version(),
        }

    def __init__(self, config: dict[str, Any], storage: ModelStorage, resource: Resource) -> None:
        super().__init__(config, storage, resource)
        self.model: LinearModel | None = None
        self._place = np.zeros(0, dtype=np.int32)

    def restore(self, folder: Path) -> None:
        """Read the classifier, or the mark that there was nothing to learn."""
        if (folder / "linear.json").exists():
            self._use(LinearModel.load(folder), *_load(folder))
        elif not (folder / "no_topics").exists():
            raise ValueError("the model holds no trained topic classifier")

    def train(self, training_data: TrainingData) -> Resource:
        """Fit on every row of every message whose topic is known, and persist the model."""
        known = topics.of_our_data()
        messages = training_data.training_examples
        found = gather(messages, lambda message: known.get(topics.mark(message.get(TEXT))))
        with self._storage.write_to(self._resource) as folder:
            if found is None or _messages_of_topics(found) < self._config["fewest"]:
                (folder / "no_topics").touch()
            else:
                self._learn(found, folder)
        return self._resource

    def _learn(self, found: Labelled, folder: Path) -> None:
        full = train(found.matrix, found.labels, found.groups, self._config)
        kept = strongest(full.weights, self._config["columns"])
        small = dataclasses.replace(full, weights=_only(full.weights, kept))
        small.save(folder)
        np.savez_compressed(folder / "kept.npz", kept=kept, columns=found.matrix.columns)
        self._use(small, kept, found.matrix.columns)

    def process(self, messages: list[Message]) -> list[Message]:
        """Set the topic of each message; a batch must come from one featurizer run."""
        if self.model is None or not messages:
            return messages
        rows: list[Rows] = [message.get(ROWS) for message in messages]
        matrix = rows[0].matrix
        if any(each.matrix is not matrix for each in rows):
            raise ValueError("the messages of a batch must come from one featurizer run")
        placed = dataclasses.replace(matrix, indices=self._place[matrix.indices])
        probabilities = self.model.probabilities(placed)
        best = probabilities.argmax(axis=1).tolist()
        for message, own in zip(messages, rows):
            row = own.numbers[0]
            name = self.model.labels[best[row]]
            value = {
                "name": None if name == topics.NONE else name,
                "confidence": float(probabilities[row, best[row]]),
            }
            message.set(TOPIC, value, add_to_output=True)
        return messages

    def _use(self, model: LinearModel, kept: Array, columns: int) -> None:
        self.model = model
        self._place = np.full(columns, len(kept), dtype=np.int32)
        self._place[kept] = np.arange(len(kept), dtype=np.int32)


def _messages_of_topics(found: Labelled) -> int:
    told = zip(found.groups, found.labels)
    return len({group for group, label in told if label != topics.NONE})


def strongest(weights: Array, count: int) -> Array:
    """The `count` columns, in order, whose largest weight for any label is greatest."""
    order = np.argsort(-np.abs(weights).max(axis=1), kind="stable")
    return np.sort(order[:count]).astype(np.int32)


def _only(weights: Array, kept: Array) -> Array:
    """Weights of `kept` and, last, a row of zeros for every column that is left out."""
    return np.vstack([weights[kept], np.zeros((1, weights.shape[1]), dtype=weights.dtype)])


def _load(folder: Path) -> tuple[Array, int]:
    with np.load(folder / "kept.npz", allow_pickle=False) as arrays:
        return arrays["kept"], int(arrays["columns"])

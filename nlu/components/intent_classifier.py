"""Intent classifier with calibrated probabilities: a linear model and a small network."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from rasa.engine.storage.resource import Resource
from rasa.engine.storage.storage import ModelStorage
from rasa.nlu.classifiers.classifier import IntentClassifier
from rasa.nlu.featurizers.featurizer import Featurizer
from rasa.shared.nlu.constants import INTENT, TEXT
from rasa.shared.nlu.training_data.message import Message
from rasa.shared.nlu.training_data.training_data import TrainingData

from nlu.blend import Blend, train
from nlu.components.registry import code_version, register
from nlu.components.stored import StoredComponent
from nlu.components.tfidf_featurizer import ROWS, Rows
from nlu.vectorizer import Matrix

RANKING = "intent_ranking"


@register("INTENT_CLASSIFIER", is_trainable=True)
class CalibratedIntentClassifier(IntentClassifier, StoredComponent):
    """Sets `intent` and `intent_ranking`; answers a batch with one product per message."""

    @classmethod
    def required_components(cls) -> list[type]:
        """A featurizer has to come first."""
        return [Featurizer]

    @staticmethod
    def get_default_config() -> dict[str, Any]:
        """`kind`: svm, ovr (one-vs-rest logistic) or softmax (multinomial logistic);
        `calibration_block`: that many messages in a row of one intent are held out together,
        since corpora list an author's messages one after the other;
        `balance`: 0 leaves classes as frequent as they are, 1 makes them weigh the same. `networks`
        and what follows belong to the small networks (`units` 0: linear alone), see
        `nlu.hidden.fit`."""
        return {
            "kind": "svm",
            "C": 0.5,
            "balance": 0.5,
            "max_iter": 1000,
            "seed": 7,
            "calibration_folds": 3,
            "calibration_block": 20,
            "ranking_length": 20,
            "networks": 2,
            "units": 32,
            "rounds": 4,
            "rate": 0.004,
            "batch": 128,
            "drop_features": 0.3,
            "drop_units": 0.3,
            "smooth": 0.05,
            "decay": 0.01,
            "network_balance": 0.25,
            "code": code_version(),
        }

    def __init__(self, config: dict[str, Any], storage: ModelStorage, resource: Resource) -> None:
        super().__init__(config, storage, resource)
        self.model: Blend | None = None

    def restore(self, folder: Path) -> None:
        """Read the classifier, or the mark that there was nothing to learn."""
        if (folder / "linear.json").exists():
            self.model = Blend.load(folder)
        elif not (folder / "no_intents").exists():
            raise ValueError("the model holds no trained classifier")

    def train(self, training_data: TrainingData) -> Resource:
        """Fit on every row of every message that has an intent, and persist the model."""
        found = gather(training_data.intent_examples, _intent)
        with self._storage.write_to(self._resource) as folder:
            if found is None:
                (folder / "no_intents").touch()
            else:
                self.model = train(found.matrix, found.labels, found.groups, self._config)
                self.model.save(folder)
        return self._resource

    def process(self, messages: list[Message]) -> list[Message]:
        """Set the likeliest intent and the ranking of all intents on each message."""
        if self.model is None or not messages:
            return messages
        rows: list[Rows] = [message.get(ROWS) for message in messages]
        matrix = rows[0].matrix
        if any(each.matrix is not matrix for each in rows):
            raise ValueError("the messages of a batch must come from one featurizer run")
        probabilities = self.model.probabilities(matrix)
        order = np.argsort(-probabilities, axis=1, kind="stable")[
            :, : self._config["ranking_length"]
        ]
        for message, own in zip(messages, rows):
            row = own.numbers[0]
            values = probabilities[row].tolist()
            ranking = [
                {"name": self.model.labels[i], "confidence": values[i]} for i in order[row].tolist()
            ]
            message.set(INTENT, dict(ranking[0]), add_to_output=True)
            message.set(RANKING, ranking, add_to_output=True)
        return messages


@dataclass(frozen=True)
class Labelled:
    """Rows to learn from: one label a row, and which message each row belongs to."""

    matrix: Matrix
    labels: list[str]
    groups: list[int]


def gather(
    messages: Iterable[Message], label_of: Callable[[Message], str | None]
) -> Labelled | None:
    """All rows of the messages that have a label; None when there is none. All messages must
    come from one featurizer run."""
    labels: list[str] = []
    groups: list[int] = []
    numbers: list[int] = []
    matrix: Matrix | None = None
    for group, message in enumerate(messages):
        rows: Rows | None = message.get(ROWS)
        label = label_of(message) if message.get(TEXT) else None
        if label is None or rows is None:
            continue
        matrix = rows.matrix
        numbers.extend(rows.numbers)
        labels.extend([label] * len(rows.numbers))
        groups.extend([group] * len(rows.numbers))
    return Labelled(pick(matrix, numbers), labels, groups) if matrix is not None else None


def _intent(message: Message) -> str | None:
    name: str | None = message.get(INTENT)
    return name


def pick(matrix: Matrix, numbers: list[int]) -> Matrix:
    """The given rows of `matrix`, in that order."""
    spans = [np.arange(matrix.indptr[n], matrix.indptr[n + 1]) for n in numbers]
    chosen = np.concatenate(spans) if spans else np.zeros(0, dtype=np.int64)
    lengths = [len(span) for span in spans]
    indptr = np.concatenate([[0], np.cumsum(lengths)]).astype(np.int32)
    return Matrix(
        matrix.data[chosen], matrix.indices[chosen], indptr, matrix.columns, matrix.digest
    )

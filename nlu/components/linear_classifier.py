"""Linear intent classifier with calibrated probabilities."""

from __future__ import annotations

from typing import Any

import numpy as np
from rasa.engine.graph import ExecutionContext, GraphComponent
from rasa.engine.storage.resource import Resource
from rasa.engine.storage.storage import ModelStorage
from rasa.nlu.classifiers.classifier import IntentClassifier
from rasa.nlu.featurizers.featurizer import Featurizer
from rasa.shared.nlu.constants import INTENT, TEXT
from rasa.shared.nlu.training_data.message import Message
from rasa.shared.nlu.training_data.training_data import TrainingData

from nlu.components.registry import code_version, register
from nlu.components.tfidf_featurizer import ROWS, Rows
from nlu.linear import LinearModel, train
from nlu.vectorizer import Matrix

RANKING = "intent_ranking"


@register("INTENT_CLASSIFIER", is_trainable=True)
class CalibratedLinearClassifier(IntentClassifier, GraphComponent):
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
        `balance`: 0 leaves classes as frequent as they are, 1 makes them weigh the same."""
        return {
            "kind": "svm",
            "C": 0.5,
            "balance": 0.5,
            "max_iter": 1000,
            "seed": 7,
            "calibration_folds": 3,
            "calibration_block": 20,
            "ranking_length": 20,
            "code": code_version(),
        }

    def __init__(self, config: dict[str, Any], storage: ModelStorage, resource: Resource) -> None:
        self._config = config
        self._storage = storage
        self._resource = resource
        self.model: LinearModel | None = None

    @classmethod
    def create(
        cls,
        config: dict[str, Any],
        model_storage: ModelStorage,
        resource: Resource,
        execution_context: ExecutionContext,
    ) -> CalibratedLinearClassifier:
        """An untrained classifier."""
        return cls(config, model_storage, resource)

    @classmethod
    def load(
        cls,
        config: dict[str, Any],
        model_storage: ModelStorage,
        resource: Resource,
        execution_context: ExecutionContext,
        **kwargs: Any,
    ) -> CalibratedLinearClassifier:
        """The trained classifier. Raises ValueError when its files are missing or do not fit:
        an untrained classifier never answers in silence."""
        made = cls.create(config, model_storage, resource, execution_context)
        with model_storage.read_from(resource) as folder:
            if (folder / "linear.json").exists():
                made.model = LinearModel.load(folder)
            elif not (folder / "no_intents").exists():
                raise ValueError("the model holds no trained classifier")
        return made

    def train(self, training_data: TrainingData) -> Resource:
        """Fit on every row of every message that has an intent, and persist the model."""
        labels: list[str] = []
        groups: list[int] = []
        numbers: list[int] = []
        matrix: Matrix | None = None
        for group, message in enumerate(training_data.intent_examples):
            rows: Rows | None = message.get(ROWS)
            if not message.get(TEXT) or rows is None:
                continue
            matrix = rows.matrix
            numbers.extend(rows.numbers)
            labels.extend([message.get(INTENT)] * len(rows.numbers))
            groups.extend([group] * len(rows.numbers))
        with self._storage.write_to(self._resource) as folder:
            if matrix is None:
                (folder / "no_intents").touch()
            else:
                self.model = train(pick(matrix, numbers), labels, groups, self._config)
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


def pick(matrix: Matrix, numbers: list[int]) -> Matrix:
    """The given rows of `matrix`, in that order."""
    spans = [np.arange(matrix.indptr[n], matrix.indptr[n + 1]) for n in numbers]
    chosen = np.concatenate(spans) if spans else np.zeros(0, dtype=np.int64)
    lengths = [len(span) for span in spans]
    indptr = np.concatenate([[0], np.cumsum(lengths)]).astype(np.int32)
    return Matrix(
        matrix.data[chosen], matrix.indices[chosen], indptr, matrix.columns, matrix.digest
    )

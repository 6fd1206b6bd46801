"""The pipelines that are compared: Rasa's own, ours, and ours without one of its parts."""

from __future__ import annotations

import copy
from pathlib import Path
from typing import Any

CONFIG = Path(__file__).resolve().parent.parent / "config.yml"
Step = dict[str, Any]
# Epochs of Rasa's own starter project (`rasa init`).
DIET_EPOCHS = 100
# What is taken away from the settings of the featurizer or the classifier, and how the table
# calls it.
PARTS: dict[str, dict[str, Any]] = {
    "ours without the view with marks": {"weights": {"typed": 0.0}},
    "ours without the view without marks": {"weights": {"folded": 0.0}},
    "ours without letters inside words": {"weights": {"chars": 0.0}},
    "ours without cues and short forms": {"weights": {"cues": 0.0, "plain": 0.0}},
    "ours without gaps, edges, shape": {"weights": {"skips": 0.0, "edges": 0.0, "shape": 0.0}},
    "ours without the networks": {"units": 0},
    "ours without noisy copies": {"copies": ["stripped"]},
    "ours without training copies": {"copies": []},
}
OURS = "ours"
STOCK_DIET = "stock DIET"
STOCK_LINEAR = "stock counts + LR"


def ours() -> list[Step]:
    """The pipeline of `config.yml`."""
    import rasa.shared.utils.io

    steps: list[Step] = rasa.shared.utils.io.read_yaml_file(CONFIG)["pipeline"]
    return [dict(step) for step in steps]


def without(changes: dict[str, Any]) -> list[Step]:
    """Ours with other settings of its featurizer (or, of the networks, its classifier)."""
    steps = copy.deepcopy(ours())
    for name, value in changes.items():
        part = "intent_classifier" if name == "units" else "featurizer"
        step = next(step for step in steps if part in step["name"])
        old = step.get(name)
        step[name] = {**old, **value} if isinstance(old, dict) else value
    return steps


def stock_counts() -> list[Step]:
    """The featurizers of Rasa's default pipeline."""
    return [
        {"name": "WhitespaceTokenizer"},
        {"name": "RegexFeaturizer"},
        {"name": "LexicalSyntacticFeaturizer"},
        {"name": "CountVectorsFeaturizer"},
        {"name": "CountVectorsFeaturizer", "analyzer": "char_wb", "min_ngram": 1, "max_ngram": 4},
    ]


def stock_diet(epochs: int) -> list[Step]:
    """Rasa's default classifier; without entities, which our data does not annotate."""
    settings = {"epochs": epochs, "constrain_similarities": True, "entity_recognition": False}
    return [*stock_counts(), {"name": "DIETClassifier", **settings}]


def stock_linear() -> list[Step]:
    """Rasa's light classifier on the words and letters it counts."""
    whole = [step for step in stock_counts() if "Lexical" not in step["name"]]
    return [*whole, {"name": "LogisticRegressionClassifier"}]


def pipelines(epochs: int = DIET_EPOCHS) -> dict[str, list[Step]]:
    """Every candidate by name, the slowest last."""
    found = {OURS: ours(), **{name: without(changes) for name, changes in PARTS.items()}}
    return {**found, STOCK_LINEAR: stock_linear(), STOCK_DIET: stock_diet(epochs)}

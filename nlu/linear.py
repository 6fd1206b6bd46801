"""A calibrated linear intent model: training with scikit-learn, answering with numpy alone."""

from __future__ import annotations

import json
import threading
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from nlu.vectorizer import Array, Matrix

TEMPERATURES = np.exp(np.linspace(np.log(0.05), np.log(4.0), 60))
# More rows make a temperature no better, and every smaller fit takes its time.
ENOUGH_HELD_OUT = 10_000
_LIBLINEAR = threading.Lock()


@dataclass(frozen=True)
class LinearModel:
    """Softmax over linear scores: `weights` (features, labels), `bias` (labels,)."""

    labels: list[str]
    weights: Array
    bias: Array
    temperature: float
    digest: str

    def scores(self, matrix: Matrix) -> Array:
        """Raw scores, shape (rows, labels). Raises ValueError for another vocabulary's matrix."""
        self.check(matrix)
        return np.asarray(products(matrix, self.weights) + self.bias)

    def probabilities(self, matrix: Matrix) -> Array:
        """Calibrated probabilities, shape (rows, labels); each row sums to 1."""
        return softmax(self.scores(matrix) / self.temperature)

    def check(self, matrix: Matrix) -> None:
        """Raises ValueError for a matrix of another vocabulary."""
        if matrix.digest != self.digest:
            raise ValueError("the classifier was trained with another vocabulary")

    def save(self, folder: Path) -> None:
        """Write `linear.json` and `linear.npz` (no pickle) into `folder`."""
        content = {
            "labels": self.labels,
            "temperature": self.temperature,
            "digest": self.digest,
        }
        text = json.dumps(content, ensure_ascii=False)
        (folder / "linear.json").write_text(text, encoding="utf-8")
        np.savez_compressed(
            folder / "linear.npz", weights=self.weights.astype(np.float16), bias=self.bias
        )

    @classmethod
    def load(cls, folder: Path) -> LinearModel:
        """Read what `save` wrote. Raises ValueError when shapes and labels disagree."""
        content = json.loads((folder / "linear.json").read_text(encoding="utf-8"))
        with np.load(folder / "linear.npz", allow_pickle=False) as arrays:
            weights = np.ascontiguousarray(arrays["weights"], dtype=np.float32)
            bias = arrays["bias"]
        labels = content["labels"]
        if weights.ndim != 2 or weights.shape[1] != len(labels) or bias.shape != (len(labels),):
            raise ValueError("the classifier's labels and weights do not belong together")
        return cls(labels, weights, bias, float(content["temperature"]), content["digest"])


def products(matrix: Matrix, weights: Array) -> Array:
    """`matrix` times `weights` (features, n), shape (rows, n)."""
    totals = np.zeros((matrix.rows, weights.shape[1]), dtype=np.float32)
    for row in range(matrix.rows):
        part = slice(matrix.indptr[row], matrix.indptr[row + 1])
        totals[row] = matrix.data[part] @ weights.take(matrix.indices[part], axis=0)
    return totals


def softmax(scores: Array) -> Array:
    """Row-wise softmax of an array of shape (rows, labels)."""
    shifted = np.exp(scores - scores.max(axis=1, keepdims=True))
    return np.asarray(shifted / shifted.sum(axis=1, keepdims=True))


def train(
    matrix: Matrix,
    labels: Sequence[str],
    groups: Sequence[int],
    settings: dict[str, Any],
) -> LinearModel:
    """Fit on all rows; the temperature is fitted on rows held out of smaller fits.

    `labels` and `groups` have one entry per row; rows of a group (a message and its copies) are
    never split between fitting and holding out.
    """
    rows, names, wanted = as_rows(matrix, labels)
    weights, bias = fit(rows, wanted, len(names), settings)
    scores, target = [], []
    for part in held_out(wanted, np.asarray(groups), settings):
        own, shift = fit(rows[part.learnt], wanted[part.learnt], len(names), settings)
        scores.append(rows[part.asked] @ own + shift)
        target.append(wanted[part.asked])
    temperature = _temperature(np.vstack(scores), np.concatenate(target)) if scores else 1.0
    return LinearModel(names, weights, bias, temperature, matrix.digest)


def as_rows(matrix: Matrix, labels: Sequence[str]) -> tuple[Any, list[str], Array]:
    """The matrix as scipy has it, the labels by name, and each row's place among these."""
    from scipy.sparse import csr_matrix

    names = sorted(set(labels))
    position = {name: i for i, name in enumerate(names)}
    rows = csr_matrix(
        (matrix.data, matrix.indices, matrix.indptr), shape=(matrix.rows, matrix.columns)
    )
    return rows, names, np.asarray([position[label] for label in labels])


def fit(rows: Any, wanted: Array, count: int, settings: dict[str, Any]) -> tuple[Array, Array]:
    """Weights (features, labels) and bias (labels,) for the `count` labels; one that no row has
    is never the answer."""
    from sklearn.linear_model import LogisticRegression
    from sklearn.svm import LinearSVC

    if count == 1:
        return np.zeros((rows.shape[1], 1), np.float32), np.zeros(1, np.float32)
    shared = {
        "C": settings["C"],
        "class_weight": _class_weights(wanted, settings["balance"]),
        "random_state": settings["seed"],
        "max_iter": settings["max_iter"],
    }
    if settings["kind"] == "svm":
        model = LinearSVC(dual=True, loss="squared_hinge", tol=1e-2, **shared)
    elif settings["kind"] == "ovr":
        model = LogisticRegression(solver="liblinear", dual=True, tol=1e-2, **shared)
    else:
        model = LogisticRegression(solver="lbfgs", tol=1e-3, **shared)
    # liblinear draws from one random generator for the whole process and lets go of Python's lock:
    # two fits at once would disturb each other, and no training would give the same model twice.
    with _LIBLINEAR:
        model.fit(rows, wanted)
    coefficients, intercepts = model.coef_, model.intercept_
    if len(model.classes_) == 2:
        coefficients = np.vstack([-coefficients, coefficients]) / 2
        intercepts = np.concatenate([-intercepts, intercepts]) / 2
    weights = np.zeros((rows.shape[1], count), dtype=np.float32)
    bias = np.full(count, -1e4, dtype=np.float32)
    weights[:, model.classes_] = coefficients.T
    bias[model.classes_] = intercepts
    return weights, bias


def _class_weights(wanted: Array, power: float) -> dict[int, float]:
    """Inverse frequency to the power `power` (0: none, 1: fully balanced), mean 1 over rows."""
    classes, counts = np.unique(wanted, return_counts=True)
    raw = (counts.mean() / counts) ** power
    scale = counts.sum() / (raw * counts).sum()
    return {int(c): float(w * scale) for c, w in zip(classes, raw)}


@dataclass(frozen=True)
class Held:
    """Which rows (True) a smaller fit learns from, and which it is asked about afterwards."""

    learnt: Array
    asked: Array


def held_out(wanted: Array, groups: Array, settings: dict[str, Any]) -> list[Held]:
    """As many of the folds as give enough rows to ask about; none for tiny data."""
    folds = int(settings["calibration_folds"])
    if folds < 2 or len(np.unique(groups)) < 10 * folds:
        return []
    groups = _in_blocks(groups, wanted, int(settings.get("calibration_block", 1)))
    distinct = np.unique(groups)
    order = np.random.default_rng(settings["seed"]).permutation(len(distinct))
    fold_of = dict(zip(distinct[order].tolist(), (np.arange(len(distinct)) % folds).tolist()))
    fold = np.asarray([fold_of[group] for group in groups.tolist()])
    parts: list[Held] = []
    for k in range(folds):
        learnt = fold != k
        fitted = np.unique(wanted[learnt])
        if len(fitted) < 2:
            return []
        parts.append(Held(learnt, ~learnt & np.isin(wanted, fitted)))
        if sum(int(part.asked.sum()) for part in parts) >= ENOUGH_HELD_OUT:
            break
    return parts


def _temperature(scores: Array, target: Array) -> float:
    """The temperature with the lowest log loss."""
    losses = [log_loss(softmax(scores / t), target) for t in TEMPERATURES]
    return float(TEMPERATURES[int(np.argmin(losses))])


def _in_blocks(groups: Array, wanted: Array, size: int) -> Array:
    """Groups joined: `size` in a row of the same label become one; small data stays as it is."""
    if len(np.unique(groups)) < 20 * size:
        return groups
    joined = np.zeros(len(groups), dtype=np.int64)
    start = 0
    for label in np.unique(wanted):
        own = wanted == label
        _, place = np.unique(groups[own], return_inverse=True)
        joined[own] = start + place // size
        start = int(joined.max()) + 1
    return joined


def log_loss(probabilities: Array, target: Array) -> float:
    """Mean over the rows of what the probability of the right label leaves to say."""
    picked = probabilities[np.arange(len(target)), target]
    return float(-np.log(np.maximum(picked, 1e-9)).mean())

"""A network with one hidden layer over sparse features: numpy alone to answer, scipy to train.

A linear model adds up what each word says. Words of danger beside those of a football match need
more: the hidden layer learns which of them change each other's meaning.

Training is stochastic gradient descent with Adam, lazily: a step touches only the columns that
its rows have (as in Kingma and Ba 2015; the lazy variant is TensorFlow's `LazyAdam`). Features
and hidden units are dropped at random (Srivastava et al. 2014), labels smoothed (Szegedy et al.
2016), the rate rises over the first twentieth of the steps and then falls to nothing.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from nlu.vectorizer import Array

# Features of a row have length one; a network learns faster when they are larger.
_SCALE = 4.0
_FIRST, _SECOND = 0.9, 0.999
_WARM_UP = 0.05
# So few rows would be seen too few times: more rounds then, until there are this many steps.
_STEPS, _MOST_ROUNDS = 400, 60


@dataclass(frozen=True)
class HiddenLayer:
    """`weights` (features, units), `bias` (units,), `out` (units, labels), `out_bias` (labels,)."""

    weights: Array
    bias: Array
    out: Array
    out_bias: Array

    def scores(self, products: Array) -> Array:
        """Raw scores, shape (rows, labels), of rows already multiplied with `weights`."""
        inner = np.maximum(products + self.bias, 0)
        # Unlike a product of matrices this gives a row the same answer in any company.
        return np.asarray(np.einsum("ru,ul->rl", inner, self.out) + self.out_bias)

    def save(self, path: Path, digest: str) -> None:
        """Write to an npz file without pickle, the weights as one byte each; `digest` names what
        it was trained with."""
        steps = np.maximum(np.abs(self.weights).max(axis=0), 1e-9) / 127
        rounded = np.rint(self.weights / steps).astype(np.int8)
        np.savez_compressed(
            path,
            digest=np.asarray(digest),
            weights=rounded,
            steps=steps.astype(np.float32),
            bias=self.bias,
            out=self.out,
            out_bias=self.out_bias,
        )

    @classmethod
    def load(cls, path: Path, digest: str) -> HiddenLayer:
        """Read what `save` wrote. Raises ValueError when it was trained with something else than
        `digest`, when the shapes disagree, or a number is none."""
        with np.load(path, allow_pickle=False) as arrays:
            stored = {name: arrays[name] for name in arrays.files}
        if str(stored.get("digest")) != digest:
            raise ValueError("the network and the linear model do not belong together")
        rounded, steps, bias, out, shift = (
            stored[name] for name in ("weights", "steps", "bias", "out", "out_bias")
        )
        shapes = (rounded.shape[1:], steps.shape, bias.shape, out.shape, shift.shape)
        units, labels = bias.size, shift.size
        if shapes != ((units,), (units,), (units,), (units, labels), (labels,)):
            raise ValueError("the network's layers do not belong together")
        if not all(np.isfinite(each).all() for each in (steps, bias, out, shift)):
            raise ValueError("the network holds what is no number")
        return cls(rounded.astype(np.float32) * steps, bias, out, shift)


def mean(networks: Sequence[HiddenLayer]) -> HiddenLayer:
    """One network, all units side by side, whose scores are the mean of the given ones'."""
    share = np.float32(1 / len(networks))
    return HiddenLayer(
        np.hstack([each.weights for each in networks]),
        np.concatenate([each.bias for each in networks]),
        np.vstack([each.out * share for each in networks]),
        np.sum([each.out_bias * share for each in networks], axis=0),
    )


class _Adam:
    """Moments of one parameter; `step` changes the given part of it in place."""

    def __init__(self, parameter: Array) -> None:
        self.parameter = parameter
        self._mean, self._square = np.zeros_like(parameter), np.zeros_like(parameter)

    def step(self, part: Any, gradient: Array, rate: float, decay: float, count: int) -> None:
        mean = self._mean[part] * _FIRST + gradient * (1 - _FIRST)
        square = self._square[part] * _SECOND + gradient * gradient * (1 - _SECOND)
        self._mean[part], self._square[part] = mean, square
        size = np.sqrt(square / (1 - _SECOND**count)) + 1e-8
        moved = mean / (1 - _FIRST**count) / size
        self.parameter[part] = self.parameter[part] * (1 - rate * decay) - rate * moved


def fit(rows: Any, wanted: Array, count: int, settings: dict[str, Any]) -> HiddenLayer:
    """Learn from `rows` (a scipy CSR matrix of float32) to name the labels `wanted` (rows,),
    numbers below `count`. `settings`: `units`, `rounds`, `rate`, `batch`, `drop_features`,
    `drop_units`, `smooth`, `decay`, `network_balance` (0: labels weigh as often as they come, 1:
    all the same) and `seed`."""
    random = np.random.default_rng(settings["seed"])
    units, size = settings["units"], settings["batch"]
    total, columns = rows.shape
    weights = random.normal(0, 0.05, (columns, units)).astype(np.float32)
    out = random.uniform(-1, 1, (units, count)).astype(np.float32) / np.float32(units**0.5)
    layers = [
        _Adam(each)
        for each in (weights, np.zeros(units, np.float32), out, np.zeros(count, np.float32))
    ]
    importance = _importance(wanted, count, settings["network_balance"])
    batches = -(-total // size)
    rounds = max(settings["rounds"], min(_MOST_ROUNDS, -(-_STEPS // batches)))
    place = np.zeros(columns, np.int32)
    done, steps = 0, rounds * batches
    for _ in range(rounds):
        order = random.permutation(total)
        for start in range(0, total, size):
            chosen = order[start : start + size]
            done += 1
            progress = done / steps
            rate = settings["rate"] * min(1.0, progress / _WARM_UP) * (1 - progress)
            batch = _Batch(rows[chosen], wanted[chosen], place)
            gradients = batch.gradients(layers, importance, settings, random)
            parts = (batch.columns, slice(None), slice(None), slice(None))
            for layer, part, gradient in zip(layers, parts, gradients):
                layer.step(part, gradient, rate, settings["decay"], done)
    first, bias, last, last_bias = (layer.parameter for layer in layers)
    return HiddenLayer(first * np.float32(_SCALE), bias, last, last_bias)


class _Batch:
    """Some rows, with only the columns that they have."""

    def __init__(self, rows: Any, wanted: Array, place: Array) -> None:
        """`place` is room for one number a column, used again for every batch."""
        self._rows, self._wanted = rows, wanted
        self.columns = np.unique(rows.indices)
        place[self.columns] = np.arange(len(self.columns), dtype=np.int32)
        self._places = place[rows.indices]

    def gradients(
        self,
        layers: list[_Adam],
        importance: Array,
        settings: dict[str, Any],
        random: np.random.Generator,
    ) -> tuple[Array, Array, Array, Array]:
        """Of the smoothed, weighed cross-entropy, for each layer."""
        from scipy.sparse import csr_matrix

        weights, bias, out, out_bias = (layer.parameter for layer in layers)
        kept = _kept(len(self._places), settings["drop_features"], random)
        x = csr_matrix(
            (self._rows.data * kept * np.float32(_SCALE), self._places, self._rows.indptr),
            shape=(len(self._wanted), len(self.columns)),
        )
        inner = x @ weights[self.columns] + bias
        on = (inner > 0) * _kept(inner.shape, settings["drop_units"], random)
        hidden = inner * on
        error = self._error(hidden @ out + out_bias, importance, settings["smooth"])
        inner_error = (error @ out.T) * on
        return x.T @ inner_error, inner_error.sum(axis=0), hidden.T @ error, error.sum(axis=0)

    def _error(self, scores: Array, importance: Array, smooth: float) -> Array:
        """What each score should have been less by, shape (rows, labels)."""
        likely = np.exp(scores - scores.max(axis=1, keepdims=True))
        error = likely / likely.sum(axis=1, keepdims=True) - np.float32(smooth / scores.shape[1])
        error[np.arange(len(error)), self._wanted] -= np.float32(1 - smooth)
        share = importance[self._wanted]
        return np.asarray(error * (share / share.sum())[:, None])


def _kept(shape: Any, share: float, random: np.random.Generator) -> Array:
    """0 where something is dropped, else what makes up for it."""
    kept = random.random(shape, dtype=np.float32) >= share
    return kept * np.float32(1 / (1 - share))


def _importance(wanted: Array, count: int, power: float) -> Array:
    frequency = np.bincount(wanted, minlength=count)
    return np.asarray((frequency.mean() / np.maximum(frequency, 1)) ** power, dtype=np.float32)

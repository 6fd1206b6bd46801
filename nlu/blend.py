"""The intent model: a linear one and a small network over the same features, weighed together.

They err differently: the linear model is sure of what single words say, the network of what they
mean beside each other. Scores are added with two shares that held-out messages choose (stacking,
Wolpert 1992); the shares are the calibration as well, since together they play a temperature.
"""

from __future__ import annotations

import dataclasses
import json
import os
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import numpy as np

from nlu import hidden
from nlu.hidden import HiddenLayer
from nlu.linear import (
    LinearModel,
    as_rows,
    fit,
    held_out,
    log_loss,
    products,
    softmax,
)
from nlu.vectorizer import Array, Matrix

# The least that the linear model is given; less of the network is none of it.
LEAST = 0.01


class Blend:
    """`linear`'s scores times the first share and `network`'s, if any, times the second."""

    def __init__(
        self, linear: LinearModel, network: HiddenLayer | None, shares: tuple[float, float]
    ) -> None:
        """Raises ValueError when the two do not know the same features and labels."""
        count = len(linear.labels)
        joined = linear.weights
        if network is not None:
            if len(network.weights) != len(joined) or len(network.out_bias) != count:
                raise ValueError("the network and the linear model do not belong together")
            joined = np.hstack([joined, network.weights])
            network = dataclasses.replace(network, weights=joined[:, count:])
        # One look at a message's features serves both; each keeps its part of the whole.
        self._joined = np.ascontiguousarray(joined, np.float32)
        self.linear = dataclasses.replace(linear, weights=self._joined[:, :count])
        self.network, self.shares, self.labels = network, shares, linear.labels

    def probabilities(self, matrix: Matrix) -> Array:
        """Calibrated probabilities, shape (rows, labels); each row sums to 1. Raises ValueError
        for another vocabulary's matrix."""
        self.linear.check(matrix)
        found, count = products(matrix, self._joined), len(self.labels)
        scores = (found[:, :count] + self.linear.bias) * self.shares[0]
        if self.network is not None:
            scores = scores + self.network.scores(found[:, count:]) * self.shares[1]
        return softmax(scores)

    def save(self, folder: Path) -> None:
        """Write the models and `shares.json` (no pickle) into `folder`."""
        self.linear.save(folder)
        if self.network is not None:
            self.network.save(folder / "network.npz", _trained_with(self.linear))
        (folder / "shares.json").write_text(json.dumps(self.shares), encoding="utf-8")

    @classmethod
    def load(cls, folder: Path) -> Blend:
        """Read what `save` wrote. Raises ValueError when its parts do not belong together."""
        first, second = _shares(json.loads((folder / "shares.json").read_text(encoding="utf-8")))
        linear, path = LinearModel.load(folder), folder / "network.npz"
        if path.exists() != (second > 0):
            raise ValueError("the network and its share do not belong together")
        network = HiddenLayer.load(path, _trained_with(linear)) if second else None
        return cls(linear, network, (first, second))


def _shares(told: Any) -> tuple[float, float]:
    """Two shares, the first more than nothing; raises ValueError."""
    numbers = isinstance(told, list) and all(isinstance(each, (int, float)) for each in told)
    if not numbers or len(told) != 2 or not (0 < told[0] < np.inf and 0 <= told[1] < np.inf):
        raise ValueError("the shares of the two models are not what was saved")
    return float(told[0]), float(told[1])


def _trained_with(linear: LinearModel) -> str:
    """The vocabulary and the labels, in order, that both models have to share."""
    return "|".join([linear.digest, *linear.labels])


def train(
    matrix: Matrix,
    labels: Sequence[str],
    groups: Sequence[int],
    settings: dict[str, Any],
) -> Blend:
    """Fit both on all rows, and their shares on rows held out of smaller fits.

    `labels` and `groups` have one entry per row; rows of a group (a message and its copies) are
    never split between fitting and holding out. Data too small to hold anything out, or of one
    label, get the linear model alone.
    """
    rows, names, wanted = as_rows(matrix, labels)
    everything = np.ones(len(wanted), bool)
    parts = held_out(wanted, np.asarray(groups), settings)
    if not parts:
        settings = {**settings, "units": 0}
    # Both release Python's lock while they count, so threads use the other cores.
    with ThreadPoolExecutor(os.cpu_count()) as pool:
        whole, *smaller = [
            _Fits(pool, rows, wanted, learnt, len(names), settings)
            for learnt in (everything, *(part.learnt for part in parts))
        ]
        linear = LinearModel(names, *whole.linear.result(), 1.0, matrix.digest)
        if not parts:
            return Blend(linear, None, (1.0, 0.0))
        asked = [fits.ask(rows, wanted, part.asked) for fits, part in zip(smaller, parts)]
        shares = choose(*(np.concatenate(each) for each in zip(*asked)))
        network = whole.network() if shares[1] else None
    return Blend(linear, network, shares)


class _Fits:
    """Both models, being fitted on some of the rows."""

    def __init__(
        self,
        pool: ThreadPoolExecutor,
        rows: Any,
        wanted: Array,
        learnt: Array,
        count: int,
        settings: dict[str, Any],
    ) -> None:
        rows, wanted = rows[learnt], wanted[learnt]
        self.linear = pool.submit(fit, rows, wanted, count, settings)
        own = [{**settings, "seed": settings["seed"] + n} for n in range(settings["networks"])]
        self._networks = [
            pool.submit(hidden.fit, rows, wanted, count, each) for each in own if each["units"]
        ]

    def network(self) -> HiddenLayer | None:
        """The networks as one that says their mean."""
        return hidden.mean([each.result() for each in self._networks]) if self._networks else None

    def ask(self, rows: Any, wanted: Array, asked: Array) -> tuple[Array, Array, Array]:
        """Scores of the linear model and of the network for the rows `asked`, and their labels;
        without a network its scores are nothing."""
        weights, bias = self.linear.result()
        network, chosen = self.network(), rows[asked]
        by_linear = chosen @ weights + bias
        if network is None:
            return by_linear, np.zeros_like(by_linear), wanted[asked]
        return by_linear, network.scores(chosen @ network.weights), wanted[asked]


def choose(by_linear: Array, by_network: Array, target: Array) -> tuple[float, float]:
    """The shares with the lowest log loss, none below nothing. The loss is convex in them."""
    from scipy.optimize import minimize

    rows = np.arange(len(target))

    def loss(shares: Array) -> tuple[float, Array]:
        likely = softmax(shares[0] * by_linear + shares[1] * by_network)
        slopes = [
            ((likely * scores).sum(axis=1) - scores[rows, target]).mean()
            for scores in (by_linear, by_network)
        ]
        return log_loss(likely, target), np.asarray(slopes, np.float64)

    found = minimize(loss, np.asarray([1.0, 1.0]), jac=True, bounds=[(LEAST, 50.0), (0.0, 50.0)])
    first, second = (float(share) for share in found.x)
    return first, second if second >= LEAST and by_network.any() else 0.0

"""The intent model's two halves: what the network adds, and how their shares are chosen."""

import dataclasses
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from nlu import hidden
from nlu.blend import Blend, choose, train
from nlu.components.intent_classifier import CalibratedIntentClassifier
from nlu.linear import log_loss, softmax
from nlu.text import tokenize
from nlu.vectorizer import Matrix, TwoViewTfidf, pair

SETTINGS: dict[str, Any] = {
    **CalibratedIntentClassifier.get_default_config(),
    "calibration_block": 1,
    "units": 8,
    "drop_features": 0.0,
    "drop_units": 0.0,
}
# What one word says turns round when another stands beside it.
TOLD = [
    ("cứu em", "danger"),
    ("cứu bài tập", "homework"),
    ("nhốt em", "danger"),
    ("nhốt gà", "farm"),
    ("bài tập khó", "homework"),
    ("gà đẻ trứng", "farm"),
]


def matrix_of(texts: list[str]) -> tuple[TwoViewTfidf, Matrix]:
    tfidf = TwoViewTfidf()
    words = [[pair(w.text, w.folded) for w in tokenize(text)] for text in texts]
    tfidf.fit([[each] for each in words], min_df=1)
    return tfidf, tfidf.transform(words)


def crossed(count: int = 240) -> tuple[Matrix, list[str]]:
    """Rows of two features in which no single feature says anything about the label."""
    bits = np.asarray([(n >> 1 & 1, n & 1) for n in range(count)])
    indices = (bits + [0, 2]).astype(np.int32)
    data = np.full(count * 2, np.sqrt(0.5), np.float32)
    matrix = Matrix(data, indices.ravel(), np.arange(0, 2 * count + 1, 2, np.int32), 4, "crossed")
    return matrix, ["same" if a == b else "other" for a, b in bits.tolist()]


@pytest.fixture(scope="module")
def learnt() -> tuple[Blend, Matrix]:
    texts = [f"{text} {n}" for n in range(12) for text, _ in TOLD]
    _, matrix = matrix_of(texts)
    return train(
        matrix, [label for _ in range(12) for _, label in TOLD], range(72), SETTINGS
    ), matrix


def test_the_network_learns_what_no_sum_of_words_can_say() -> None:
    matrix, labels = crossed()
    both = train(matrix, labels, range(len(labels)), SETTINGS)
    alone = train(matrix, labels, range(len(labels)), {**SETTINGS, "units": 0})

    def right(model: Blend) -> float:
        told = model.probabilities(matrix).argmax(axis=1)
        return float(np.mean([model.labels[i] == label for i, label in zip(told, labels)]))

    assert right(both) > 0.99
    assert right(alone) < 0.76


def test_the_same_data_give_the_same_model(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("os.cpu_count", lambda: 8)
    random = np.random.default_rng(11)
    rows, each, columns = 1200, 12, 400
    indices = np.concatenate([np.sort(random.choice(columns, each, False)) for _ in range(rows)])
    data = random.random(rows * each).astype(np.float32)
    indptr = np.arange(0, rows * each + 1, each, np.int32)
    matrix = Matrix(data, indices.astype(np.int32), indptr, columns, "random")
    labels = [f"label{n}" for n in random.integers(0, 5, rows)]
    # Labels at random: nothing is separable, so every fit runs until its generator's last draw.
    models = [train(matrix, labels, range(rows), SETTINGS) for _ in range(3)]
    for other in models[1:]:
        assert np.array_equal(models[0].linear.weights, other.linear.weights)
        assert models[0].shares == other.shares
        assert np.array_equal(models[0].probabilities(matrix), other.probabilities(matrix))


def test_too_little_data_leave_the_linear_model_alone() -> None:
    _, matrix = matrix_of([text for text, _ in TOLD])
    small = train(matrix, [label for _, label in TOLD], range(len(TOLD)), SETTINGS)
    assert (small.network, small.shares) == (None, (1.0, 0.0))
    one = train(matrix, ["only"] * len(TOLD), range(len(TOLD)), SETTINGS)
    assert one.probabilities(matrix).tolist() == [[1.0]] * len(TOLD)


def test_shares_are_the_best_of_both_and_none_is_negative() -> None:
    random = np.random.default_rng(3)
    target = random.integers(0, 3, 500)
    truth = np.eye(3)[target]
    good, other = truth + random.normal(0, 0.8, (2, 500, 3))
    first, second = choose(good, other, target)
    assert first > 0
    assert second > 0
    best = log_loss(softmax(first * good + second * other), target)
    for shares in ((first, 0.0), (0.0, second), (first * 1.2, second), (first, second * 0.8)):
        assert best < log_loss(softmax(shares[0] * good + shares[1] * other), target)
    assert choose(good, -truth, target)[1] == 0
    assert choose(good, np.zeros_like(good), target)[1] == 0


def test_without_units_there_is_no_network() -> None:
    matrix, labels = crossed()
    assert train(matrix, labels, range(len(labels)), {**SETTINGS, "units": 0}).network is None


def test_it_survives_saving_without_pickle(learnt: tuple[Blend, Matrix], tmp_path: Path) -> None:
    model, matrix = learnt
    assert model.network is not None
    model.save(tmp_path)
    loaded = Blend.load(tmp_path)
    assert loaded.shares == model.shares
    assert np.allclose(loaded.probabilities(matrix), model.probabilities(matrix), atol=0.02)


def test_a_row_alone_is_answered_as_in_company(learnt: tuple[Blend, Matrix]) -> None:
    model, matrix = learnt
    together = model.probabilities(matrix)
    for row in range(0, matrix.rows, 7):
        part = slice(matrix.indptr[row], matrix.indptr[row + 1])
        own = dataclasses.replace(
            matrix,
            data=matrix.data[part],
            indices=matrix.indices[part],
            indptr=np.asarray([0, part.stop - part.start], np.int32),
        )
        assert np.array_equal(model.probabilities(own)[0], together[row])


def test_parts_that_do_not_belong_together_are_refused(learnt: tuple[Blend, Matrix]) -> None:
    model, matrix = learnt
    assert model.network is not None
    cut = dataclasses.replace(model.network, weights=model.network.weights[1:])
    with pytest.raises(ValueError, match="belong together"):
        Blend(model.linear, cut, model.shares)
    with pytest.raises(ValueError, match="another vocabulary"):
        model.probabilities(dataclasses.replace(matrix, digest="another"))


def test_an_archive_that_is_not_what_was_saved_is_refused(
    learnt: tuple[Blend, Matrix], tmp_path: Path
) -> None:
    model, _ = learnt
    assert model.network is not None
    model.save(tmp_path)
    shares, path = tmp_path / "shares.json", tmp_path / "network.npz"
    good = shares.read_text()
    for bad in ("[NaN, NaN]", "[-5, 3]", "[1, -3]", "7", "[1]", '["a", 1]', "[1, Infinity]"):
        shares.write_text(bad)
        with pytest.raises(ValueError, match="shares"):
            Blend.load(tmp_path)
    shares.write_text(good)
    with pytest.raises(ValueError, match="belong together"):
        hidden.HiddenLayer.load(path, "another vocabulary")
    digest = "|".join([model.linear.digest, *model.labels])
    crooked = dataclasses.replace(model.network, out=model.network.out[1:])
    crooked.save(path, digest)
    with pytest.raises(ValueError, match="belong together"):
        Blend.load(tmp_path)
    spoilt = dataclasses.replace(model.network, bias=model.network.bias * np.float32("nan"))
    spoilt.save(path, digest)
    with pytest.raises(ValueError, match="no number"):
        Blend.load(tmp_path)
    path.unlink()
    with pytest.raises(ValueError, match="belong together"):
        Blend.load(tmp_path)

import random
from pathlib import Path

import numpy as np
import pytest

from nlu.evaluation.pipeline import Pipeline
from nlu.linear import LinearModel, train
from nlu.serving import canary
from nlu.serving.graph import ModelError, Understanding, shorten
from nlu.tagging import decode, encode
from nlu.text import tokenize
from nlu.vectorizer import TwoViewTfidf, pair

TEXTS = [
    "cứu em với em bị nhốt", "cuu em voi", "xin chào bạn", "thời tiết ra sao", "", "😭", "123",
    "hát đi bot, gọi 0987 000 111", "a" * 900, "họ đánh em ở campuchia, đòi 200 triệu",
]  # fmt: skip


def documents(texts: list[str]) -> list[list[tuple[str, str]]]:
    return [[pair(word.text, word.folded) for word in tokenize(text)] for text in texts]


@pytest.fixture(scope="module")
def model(archive: Path) -> Understanding:
    return Understanding(archive)


def test_answer_has_the_shape_rasa_gives(model: Understanding) -> None:
    answer = model.parse(["cứu em với, gọi 0987 000 111"])[0]
    assert list(answer) == ["text", "intent", "entities", "intent_ranking"]
    assert answer["intent"]["name"] == "danger_now"
    assert answer["intent"] == answer["intent_ranking"][0]
    assert sum(entry["confidence"] for entry in answer["intent_ranking"]) == pytest.approx(
        1, abs=1e-4
    )
    assert answer["entities"][0]["value"] == "0987000111"


def test_a_batch_gives_the_answers_of_one_at_a_time(model: Understanding) -> None:
    together = model.parse(TEXTS)
    alone = [model.parse([text])[0] for text in TEXTS]
    shuffled = random.Random(1).sample(range(len(TEXTS)), len(TEXTS))
    again = model.parse([TEXTS[i] for i in shuffled])
    assert together == alone
    assert again == [alone[i] for i in shuffled]


def test_marks_do_not_decide(model: Understanding) -> None:
    with_marks, without = model.parse(
        ["họ đánh em không cho ra ngoài", "ho danh em khong cho ra ngoai"]
    )
    assert with_marks["intent"]["name"] == without["intent"]["name"] == "danger_now"


def test_a_slash_names_no_intent(model: Understanding) -> None:
    answer = model.parse(["/danger_now"])[0]
    assert answer["intent"]["confidence"] < 1.0
    assert model.parse(["/xin chào"])[0]["intent"]["name"] == "greet"


def test_long_text_is_read_at_both_ends_and_spans_fit_the_whole(model: Understanding) -> None:
    text = "gọi 0987 000 111 " + "la " * 600 + "hoặc 0900 000 222"
    assert len(shorten(text)) == 1000
    found = [(text[e["start"] : e["end"]]) for e in model.parse([text])[0]["entities"]]
    assert found == ["0987 000 111", "0900 000 222"]


def test_archive_holds_no_pickle_and_no_utterance(archive: Path) -> None:
    import tarfile

    with tarfile.open(archive) as tar:
        names = [member.name for member in tar.getmembers() if member.isfile()]
        texts = [tar.extractfile(n).read() for n in names if n.endswith((".json", ".yml"))]  # type: ignore[union-attr]
    assert not [name for name in names if name.endswith((".pkl", ".pickle", ".joblib"))]
    assert not any("thời tiết hôm nay thế nào".encode() in text for text in texts)


def test_canary_refuses_a_model_with_nothing_to_say() -> None:
    ranking = [{"name": "greet", "confidence": 0.5}, {"name": "deny", "confidence": 0.5}]
    answer = {"intent": ranking[0], "intent_ranking": ranking}
    with pytest.raises(ModelError, match="without having learnt"):
        canary.check(lambda texts: [answer] * len(texts))


def test_canary_refuses_a_model_that_misreads(model: Understanding) -> None:
    with pytest.raises(ModelError, match="misreads the canary"):
        canary.check(model.parse)
    canary.check(model.parse, any_corpus=True)


def test_missing_and_broken_models_are_refused_with_a_sentence(tmp_path: Path) -> None:
    with pytest.raises(ModelError, match="There is no model"):
        Understanding(tmp_path / "none.tar.gz")
    (tmp_path / "broken.tar.gz").write_bytes(b"not a model")
    with pytest.raises(ModelError, match="cannot be loaded"):
        Understanding(tmp_path / "broken.tar.gz")


def test_vocabulary_and_weights_survive_saving(tmp_path: Path) -> None:
    words = documents(TEXTS)
    tfidf = TwoViewTfidf()
    tfidf.fit([[document] for document in words], min_df=1)
    matrix = tfidf.transform(words)
    labels = ["a" if i % 2 else "b" for i in range(len(TEXTS))]
    settings = {
        "kind": "svm",
        "C": 1.0,
        "balance": 0.5,
        "max_iter": 1000,
        "seed": 1,
        "calibration_folds": 0,
    }
    learnt = train(matrix, labels, list(range(len(TEXTS))), settings)
    tfidf.save(tmp_path)
    learnt.save(tmp_path)
    again, loaded = TwoViewTfidf.load(tmp_path), LinearModel.load(tmp_path)
    assert np.allclose(again.transform(words).data, matrix.data)
    assert np.allclose(
        loaded.probabilities(again.transform(words)), learnt.probabilities(matrix), atol=1e-2
    )


def test_classifier_refuses_another_vocabulary(tmp_path: Path) -> None:
    tfidf = TwoViewTfidf()
    tfidf.fit([[document] for document in documents(TEXTS)], min_df=1)
    matrix = tfidf.transform(documents(TEXTS))
    learnt = LinearModel(["a"], np.zeros((matrix.columns, 1)), np.zeros(1), 1.0, "another")
    with pytest.raises(ValueError, match="another vocabulary"):
        learnt.scores(matrix)


def test_rows_have_length_one_and_unknown_words_none() -> None:
    tfidf = TwoViewTfidf(weights={"shape": 0.0})
    tfidf.fit([[d] for d in documents(["cứu em", "em chào"])], min_df=1)
    matrix = tfidf.transform(documents(["cứu em", "zzzz qqqq", ""]))
    norms = [
        float(np.linalg.norm(matrix.data[matrix.indptr[r] : matrix.indptr[r + 1]]))
        for r in range(3)
    ]
    assert norms == pytest.approx([1, 0, 0], abs=1e-5)


def test_copies_are_made_for_training_only() -> None:
    pipeline = Pipeline(changes={"copies": ["stripped"], "min_df": 1, "calibration_folds": 0})
    pipeline.train(["cứu em với", "xin chào"], ["danger_now", "greet"])
    assert pipeline.parse(["cuu em voi"])[0][0][0] == "danger_now"
    assert len(pipeline.parse(["cứu em với", "xin chào"])) == 2


def test_labels_of_a_sentence_round_trip() -> None:
    words = [(w.start, w.end) for w in tokenize("đi từ Hà Nội đến Đà Nẵng")]
    entities = [
        {"entity": "city", "role": "from", "start": 6, "end": 12},
        {"entity": "city", "role": "to", "start": 17, "end": 24},
    ]
    assert decode(words, encode(words, entities)) == entities

"""Labels of topics, and the second stage that learns from them."""

from __future__ import annotations

from pathlib import Path

import pytest
from rasa.engine.graph import ExecutionContext, GraphSchema
from rasa.engine.storage.local_model_storage import LocalModelStorage
from rasa.engine.storage.resource import Resource
from rasa.shared.nlu.constants import TEXT
from rasa.shared.nlu.training_data.message import Message
from rasa.shared.nlu.training_data.training_data import TrainingData

from nlu import topics
from nlu.components.tfidf_featurizer import TwoViewTfidfFeaturizer
from nlu.components.tokenizer import VietnameseTokenizer
from nlu.components.topic_classifier import TopicClassifier
from nlu.corpus import Utterance
from nlu.evaluation.figures import Answered
from nlu.evaluation.topics import levels, section

BOATS = "ghe tàu biển cá lưới thuyền cảng mực khơi tôm".split()
COOKING = "phở bún cơm canh xôi chè bánh kho xào luộc".split()
LINES = {
    **{f"họ bắt tôi xuống {word} với {other}": "T8" for word in BOATS for other in BOATS},
    **{f"nấu món {word} với {other} ra sao": topics.NONE for word in COOKING for other in COOKING},
}


def lines(*texts: str, batch: str = "a.yml") -> list[Utterance]:
    return [Utterance(text, "greet", batch, number) for number, text in enumerate(texts, 1)]


def test_a_mark_outlives_marks_case_spaces_and_annotation() -> None:
    first = topics.mark("Gọi 0987 000 111 đi Đà Nẵng")
    assert topics.mark('goi [0987 000 111](phone)  đi [Đà Nẵng]{"entity": "place"}') == first
    assert topics.mark("gọi đi Đà Nẵng") != first


def test_a_line_label_goes_before_its_batch() -> None:
    own = {"a.yml": {"all": "T1", "lines": {topics.mark("hai"): "T3", topics.mark("ba"): "mixed"}}}
    found = lines("một", "hai", "ba")
    labels = topics.Labels(own)
    assert [labels.of(u.batch, u.text) for u in found] == ["T1", "T3", topics.MIXED]
    assert set(topics.by_mark(found, labels).values()) == {"T1", "T3"}
    assert labels.of("other.yml", "một") == topics.MIXED


def test_the_check_names_what_does_not_fit() -> None:
    labels = topics.Labels(
        {"a.yml": {"all": "T1", "lines": {"0123456789": "T2"}}, "gone.yml": "T1"}
    )
    told = list(topics.check_topics([*lines("một"), *lines("hai", batch="new.yml")], labels))
    assert [line.split()[0] for line in told] == ["new.yml", "topics.json", "topics.json"]
    assert "gone.yml" in told[1]
    assert "1 labels" in told[2]


def test_an_unknown_topic_is_refused(tmp_path: Path) -> None:
    for content in ('{"a.yml": "T14"}', "{"):
        (tmp_path / "topics.json").write_text(content)
        with pytest.raises(topics.TopicError):
            topics.read(tmp_path / "topics.json")


def test_our_labels_can_be_read() -> None:
    known = topics.of_our_data()
    assert set(known.values()) == {topics.NONE, *topics.TOPICS}


def trained(known: dict[str, str], monkeypatch: pytest.MonkeyPatch, folder: Path) -> list[object]:
    """Answers to two texts of a classifier that was trained on LINES, saved and loaded."""
    by_mark = {topics.mark(text): label for text, label in known.items()}
    monkeypatch.setattr(topics, "of_our_data", lambda: by_mark)
    folder.mkdir(exist_ok=True)
    storage, context = LocalModelStorage(folder), ExecutionContext(GraphSchema({}), node_name="x")

    def made(kind: type) -> object:
        return kind.create(kind.get_default_config(), storage, Resource(kind.__name__), context)

    tokenizer, featurizer = made(VietnameseTokenizer), made(TwoViewTfidfFeaturizer)
    data = TrainingData([Message({TEXT: text}) for text in LINES])
    data = tokenizer.process_training_data(data)
    featurizer.train(data)
    made(TopicClassifier).train(featurizer.process_training_data(data))
    loaded = TopicClassifier.load(
        TopicClassifier.get_default_config(), storage, Resource("TopicClassifier"), context
    )
    asked = [Message({TEXT: text}) for text in ("bat toi xuong tau ca", "nau pho ra sao")]
    return [m.get("topic") for m in loaded.process(featurizer.process(tokenizer.process(asked)))]


def test_topics_are_learnt_kept_and_told(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    boats, cooking = trained(LINES, monkeypatch, tmp_path)
    assert boats["name"] == "T8"
    assert cooking["name"] is None
    assert 0.5 < boats["confidence"] <= 1
    assert not list(tmp_path.rglob("*.pkl"))


def test_without_labels_it_says_nothing(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    few = dict(list(LINES.items())[:40])
    assert trained({}, monkeypatch, tmp_path / "none") == [None, None]
    assert trained(few, monkeypatch, tmp_path / "few") == [None, None]


def test_levels_count_right_found_and_false_alarms() -> None:
    answers = [
        Answered("T1", "T1", 0.9), Answered("T1", "T2", 0.9), Answered("T1", "none", 0.9),
        Answered("none", "T1", 0.9), Answered("none", "T1", 0.4), Answered("none", "none", 0.9),
    ]  # fmt: skip
    (at,) = levels(answers, [0.5])
    assert (at.precision, at.recall, at.false_alarms) == pytest.approx((1 / 3, 1 / 3, 1 / 3))
    assert "| T1 | 3 |" in section({"as typed": answers})

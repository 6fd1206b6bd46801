"""The same configuration on a corpus with its own intents and annotated entities."""

from pathlib import Path

from nlu.serving.graph import Understanding
from nlu.tests.conftest import rasa_train

CORPUS = """version: "3.1"
nlu:
- intent: flight
  examples: |
    - tìm chuyến bay từ [hà nội](from) đến [đà nẵng](to)
    - bay từ [huế](from) tới [hà nội](to)
    - tôi muốn bay từ [đà nẵng](from) đến [huế](to)
    - chuyến bay nào từ [hà nội](from) đi [huế](to)
- intent: price
  examples: |
    - giá vé bao nhiêu
    - vé rẻ nhất là bao nhiêu tiền
    - cho hỏi giá vé đi [đà nẵng](to)
"""


def test_it_trains_on_annotated_data_and_tags_with_and_without_marks(tmp_path: Path) -> None:
    model = Understanding(rasa_train(CORPUS, tmp_path, "flights"))
    for text in ("bay từ hà nội đến huế", "bay tu ha noi den hue"):
        answer = model.parse([text])[0]
        assert answer["intent"]["name"] == "flight"
        assert [(e["entity"], text[e["start"] : e["end"]]) for e in answer["entities"]] == [
            ("from", text[7:13]),
            ("to", text[-3:]),
        ]
    # The corpus annotates entities of its own, so our rules stay out of the way.
    assert model.parse(["giá vé 500k"])[0]["entities"] == []

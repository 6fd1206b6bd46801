"""The frozen set is what the report says it is, and the checker would notice if it were not."""

from __future__ import annotations

import dataclasses
import json
from pathlib import Path

import pytest

from nlu import check_data, check_frozen
from nlu.evaluation import frozen, judged
from nlu.evaluation.frozen import FrozenError, Line
from nlu.noise import noisy, strip_marks

LINE = Line("em bị nhốt ở tầng ba", "danger_now", (), "T1", "direct", "a", "safety_a.jsonl:1")


def write(folder: Path, name: str, *rows: object) -> None:
    text = "".join(json.dumps(row, ensure_ascii=False) + "\n" for row in rows)
    (folder / name).write_text(text, encoding="utf-8")


def message(text: str, intent: str = "greet", **more: object) -> dict[str, object]:
    return {"batch": "b", "intent": intent, "also": [], "topic": None, "text": text, **more}


def test_the_set_is_large_enough_and_its_labels_exist() -> None:
    general, safety = frozen.messages(), frozen.safety()
    assert not list(check_frozen.sizes(general, safety))
    assert not list(check_frozen.labels([*general, *safety], check_data.MINIMUM))
    assert {line.intent for line in general} == set(check_data.MINIMUM)


def test_every_line_has_its_independently_mistyped_form() -> None:
    lines = frozen.messages() + frozen.safety()
    assert not list(check_frozen.stale(lines))
    made = frozen.in_form(lines, "independent")
    changed = sum(text != line.text for text, line in zip(made, lines))
    assert changed > 0.8 * len(lines)


def test_missing_parts_are_named() -> None:
    found = list(check_frozen.sizes([LINE] * 1200, [LINE] * 299))
    assert [line.split(": ")[1] for line in found] == [
        "danger messages",
        "indirect danger messages",
        "harmless messages",
    ]


def test_labels_that_contradict_each_other_are_named() -> None:
    wrong = [
        dataclasses.replace(LINE, intent="dangr_now"),
        dataclasses.replace(LINE, kind="maybe"),
        dataclasses.replace(LINE, kind="harmless"),
        dataclasses.replace(LINE, also=("danger_now",)),
        dataclasses.replace(LINE, also=("no_such",)),
    ]
    for line in wrong:
        assert list(check_frozen.labels([line], check_data.MINIMUM)), line
    assert not list(check_frozen.labels([LINE], check_data.MINIMUM))


def test_a_near_copy_of_training_or_of_another_frozen_line_is_named() -> None:
    training = [("danger_now/a.yml:3", "Em bị nhốt ở tầng ba, cứu em với")]
    tested = [
        ("messages_a.jsonl:1", "em bi nhot o tang ba cuu em voi"),
        ("messages_a.jsonl:2", "mai trời có mưa không bạn ơi"),
        ("safety_a.jsonl:9", "mai troi co mua khong ban oi?"),
    ]
    found = list(check_frozen.copies(training, tested))
    assert [line.split(" (")[0] for line in found] == [
        "messages_a.jsonl:1 is nearly training danger_now/a.yml:3",
        "safety_a.jsonl:9 is nearly frozen messages_a.jsonl:2",
    ]


def test_copies_among_training_lines_are_not_this_check_s_business() -> None:
    assert not list(check_frozen.copies([("a:1", "xin chào bạn"), ("a:2", "xin chao ban")], []))


def test_lines_the_rules_were_written_with_count_as_training() -> None:
    names = {where.rpartition(":")[0] for where, _ in check_frozen.tuned_on()}
    assert {"danger.txt", "harmless.txt"} <= names


def test_forms_are_seeded_otherwise_than_training(tmp_path: Path) -> None:
    from nlu.components.tfidf_featurizer import TwoViewTfidfFeaturizer

    assert TwoViewTfidfFeaturizer.get_default_config()["seed"] != frozen.SEED
    assert frozen.in_form([LINE], "stripped") == [strip_marks(LINE.text)]
    assert frozen.in_form([LINE], "noisy") == [noisy(LINE.text, frozen.SEED)]
    write(tmp_path, frozen.INDEPENDENT, {"of": frozen.mark(LINE.text), "text": "em bi nhto"})
    assert frozen.in_form([LINE], "independent", tmp_path) == ["em bi nhto"]


def test_a_form_made_for_an_older_set_is_refused(tmp_path: Path) -> None:
    write(tmp_path, frozen.INDEPENDENT, {"of": frozen.mark("something else"), "text": "x"})
    with pytest.raises(FrozenError, match="older"):
        frozen.in_form([LINE], "independent", tmp_path)
    assert "lacks 1 lines" in "".join(check_frozen.stale([LINE], tmp_path))


@pytest.mark.parametrize("content", ["{", "[]", '{"text": " "}', '{"text": "a", "batch": "b"}'])
def test_a_broken_line_is_named(tmp_path: Path, content: str) -> None:
    (tmp_path / "messages_a.jsonl").write_text(content + "\n", encoding="utf-8")
    with pytest.raises(FrozenError, match=r"messages_a\.jsonl:1"):
        frozen.messages(tmp_path)


def test_lines_keep_their_file_and_order(tmp_path: Path) -> None:
    write(tmp_path, "messages_b.jsonl", message("ba"))
    write(tmp_path, "messages_a.jsonl", message("một"), message("hai", also=["thanks"]))
    found = frozen.messages(tmp_path)
    assert [line.where for line in found] == [
        "messages_a.jsonl:1",
        "messages_a.jsonl:2",
        "messages_b.jsonl:1",
    ]
    assert found[1].accepted == {"greet", "thanks"}


def test_rubbish_is_of_many_sorts() -> None:
    sorts = [sort for sort, _ in judged.rubbish()]
    assert len(sorts) >= 120
    assert {"english", "chinese", "khmer", "thai", "key mashing", "JSON", "code"} <= set(sorts)


def test_answers_for_another_set_are_refused(tmp_path: Path) -> None:
    (tmp_path / "judged.json").write_text(json.dumps({"marks": ["0"], "forms": {}}))
    with pytest.raises(FrozenError, match="another frozen set"):
        judged.load(tmp_path / "judged.json")

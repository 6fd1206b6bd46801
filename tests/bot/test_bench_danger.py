"""The judge of the report sees what a stranger would get as the first reply."""

import json
from pathlib import Path

import pytest

from bench import danger
from content.loader import Content

CALM = [["out_of_scope", 0.95], ["greet", 0.02]]


async def judged(content: Content, text: str, ranking: list[list[object]]) -> dict[str, object]:
    return await danger.Judge(content, {text: ranking}).read(text)


async def test_a_rule_brings_the_numbers_whatever_the_model_says(content: Content) -> None:
    found = await judged(content, "cứu em với, em bị nhốt bên campuchia, họ đánh em", CALM)
    assert found["numbers"] == "first_abroad"
    assert (found["urgent"], found["service"]) == (True, "danger")
    assert found["rule"]


async def test_the_model_alone_brings_them_too_and_is_told_apart(content: Content) -> None:
    unsure = [["danger_now", 0.4], ["greet", 0.1]]
    found = await judged(content, "chị ơi cơm hôm nay nhạt quá", unsure)
    assert found["numbers"]
    assert (found["rule"], found["service"]) == (None, "danger")


async def test_what_is_asked_or_answered_otherwise_is_said(content: Content) -> None:
    close = [["job_offer", 0.5], ["ask_law", 0.45]]
    asked = await judged(content, "cho em hỏi chút chuyện", close)
    assert (asked["numbers"], asked["did"], asked["service"]) == ("", "offer_two", "")
    clear = await judged(content, "mai trời có mưa không", CALM)
    assert (clear["did"], clear["service"]) == ("acted", "out_of_scope")


async def test_a_question_about_crime_is_not_taken_for_danger(content: Content) -> None:
    found = await judged(content, "mua bán người bị phạt bao nhiêu năm tù", [["ask_law", 0.9]])
    assert (found["numbers"], found["urgent"], found["service"]) == ("", False, "law")


def test_every_line_of_every_form_is_judged_in_order(tmp_path: Path) -> None:
    forms = {"as typed": [["cứu em với họ đánh em", CALM], ["mai mưa không", CALM]],
             "stripped": [["cuu em voi ho danh em", CALM], ["mai mua khong", CALM]]}  # fmt: skip
    read, out = tmp_path / "read.json", tmp_path / "judged.json"
    read.write_text(json.dumps({"marks": ["a", "b"], "forms": forms}))
    assert danger.main([str(read), "--out", str(out)]) == 0
    told = json.loads(out.read_text())
    for form in forms:
        assert [bool(v["numbers"]) for v in told["verdicts"][form]] == [True, False]
    assert told["marks"] == ["a", "b"]
    assert set(told["thresholds"]) == set(danger.THRESHOLDS)
    assert told["service_of"]["danger_now"] == "danger"


@pytest.mark.parametrize("text", ["", "/danger_now", "🆘"])
async def test_odd_texts_are_judged_too(content: Content, text: str) -> None:
    assert (await judged(content, text, CALM))["priority"] in ("P0", "P1", "P2", "P3")

"""Figures and pages of the report, on a handful of lines with known answers."""

from __future__ import annotations

import pytest

from nlu.corpus import Utterance
from nlu.diversity import grams, plain
from nlu.evaluation import figures, report_comparison, report_danger, report_folds, report_frozen
from nlu.evaluation.candidates import OURS, PARTS, STOCK_DIET, pipelines
from nlu.evaluation.figures import Answered
from nlu.evaluation.frozen import Line, mark, used_up
from nlu.evaluation.judged import Judged, Verdict
from nlu.evaluation.likeness import nearest
from nlu.evaluation.picture import reliability_svg, risk_svg
from nlu.evaluation.tables import cell, table
from nlu.fingerprint import ROOT


def line(text: str, intent: str, kind: str = "", also: tuple[str, ...] = ()) -> Line:
    return Line(text, intent, also, "T1", kind, "b", f"x.jsonl:{abs(hash(text)) % 99}")


def verdict(numbers: str = "", did: str = "acted", service: str = "", urgent: bool = False,
            rule: str | None = None) -> Verdict:  # fmt: skip
    ranking = [("danger_now", 0.4)]
    named = bool(numbers) or did == "unsure"
    return Verdict(numbers, named, did, service, "P1" if urgent else "P3", urgent, rule, ranking)


LINES = [
    line("cứu em", "danger_now", "direct"),
    line("cơm hôm nay mặn", "danger_now", "indirect"),
    line("bị nhốt trong game", "out_of_scope", "harmless"),
    line("mai mưa không", "out_of_scope"),
    line("ai bán vé số", "out_of_scope", also=("check_scam",)),
    line("luật mua bán người", "ask_law"),
    line("em bị đánh", "danger_now"),
]
VERDICTS = [
    verdict("first_home", service="danger", urgent=True, rule="plea_save_me"),
    verdict(did="unsure"),
    verdict("first_home", service="danger", urgent=True, rule="captive_locked"),
    verdict(service="scam_check"),
    verdict(service="scam_check"),
    verdict(service="out_of_scope"),
    verdict("first_home", service="danger"),
]
GIVEN = ["danger_now", "greet", "danger_now", "check_scam", "check_scam", "out_of_scope",
         "danger_now"]  # fmt: skip
ANSWERS = [
    Answered(ours.intent, given, 0.9 - 0.1 * i, "greet", 0.05, ours.also)
    for i, (ours, given) in enumerate(zip(LINES, GIVEN))
]
SERVICES = {"danger_now": "danger", "check_scam": "scam_check", "out_of_scope": "out_of_scope"}
JUDGED = Judged(
    "0" * 16, LINES, {"as typed": [found.text for found in LINES]}, {"as typed": ANSWERS},
    {"as typed": VERDICTS, "rubbish": []}, [], {"ACT_ABOVE": 0.45}, SERVICES,
)  # fmt: skip


def test_an_alternate_counts_as_right_but_not_strictly() -> None:
    answer = Answered("out_of_scope", "check_scam", 0.8, also=("check_scam",))
    assert (answer.right, answer.strict, answer.counted) == (True, False, "out_of_scope")
    assert figures.per_intent([answer])["out_of_scope"].f1 == 1.0
    assert figures.confusion([answer], ["check_scam", "out_of_scope"]) == [[0, 0], [0, 1]]


def test_risk_looks_at_the_surest() -> None:
    answers = [Answered("a", "a", 0.9), Answered("a", "b", 0.2), Answered("a", "a", 0.8)]
    assert figures.risk(answers, 0.67) == 0.0
    assert figures.risk(answers, 1.0) == pytest.approx(1 / 3)
    assert figures.risk_curve(answers, 3)[-1] == (1.0, pytest.approx(1 / 3))


def test_danger_is_counted_by_numbers_and_by_priority() -> None:
    found = report_danger.tally(JUDGED, "as typed", report_danger.is_danger)
    assert (found.numbers, found.urgent, found.total) == (2, 1, 3)
    harmless = report_danger.tally(JUDGED, "as typed", report_danger.HARMLESSES[0][1])
    assert (harmless.numbers, harmless.total) == (1, 1)


def test_misses_and_alarms_are_listed_with_who_decided() -> None:
    missed = report_danger.missed(JUDGED, {mark("cơm hôm nay mặn"): "An order | of food."})
    assert "An order \\| of food." in missed
    assert "cơm hôm nay mặn" in missed
    assert "model danger_now 0.40" in missed
    assert "cứu em" not in missed
    alarms = report_danger.alarms(JUDGED, report_danger.HARMLESSES[0][1], {})
    assert report_danger.UNEXPLAINED in alarms
    assert "why" not in report_danger.alarms(JUDGED, report_danger.HARMLESSES[0][1])
    assert "rule captive_locked" in alarms
    assert "em bị đánh" in report_danger.low(JUDGED)


def test_the_published_report_explains_every_miss_and_false_alarm() -> None:
    page = (ROOT.parent / "docs" / "nlu-report.md").read_text(encoding="utf-8")
    assert "| why it is hard |" in page
    assert all(told in page for told in used_up())
    assert report_danger.UNEXPLAINED not in page


def test_open_set_accepts_alternates_and_counts_refusals() -> None:
    found = report_danger.open_set(JUDGED, "as typed")
    assert found.left_alone == pytest.approx(1 / 2)
    assert found.refused == pytest.approx(1 / 2)
    assert found.asked == 0.0


def test_every_misread_line_is_shown_whole() -> None:
    page = report_frozen.misread(JUDGED)
    assert "mai mưa không" in page
    assert "ai bán vé số" not in page


def test_the_gap_is_measured_on_lines_with_marks() -> None:
    assert report_frozen.has_marks("đi chợ")
    assert not report_frozen.has_marks("Di cho")


def test_without_leaves_only_the_named_part_out() -> None:
    found = pipelines(3)
    assert list(found)[0] == OURS
    assert list(found)[-1] == STOCK_DIET
    assert found[STOCK_DIET][-1]["epochs"] == 3
    ours = {step["name"]: step for step in found[OURS]}
    for name in PARTS:
        changed = [step for step in found[name] if step != ours[step["name"]]]
        assert len(changed) == 1, name


def test_a_comparison_that_was_never_made_is_said_to_be_missing() -> None:
    assert "Not measured" in report_comparison.section({"rows": [], "fingerprint": ""}, "x")
    assert report_comparison.times_faster({"rows": []}) == {}


def test_cells_and_pictures_hold_what_people_wrote() -> None:
    assert cell("a|b\n<c> *d*") == "a\\|b &lt;c> \\*d\\*"
    assert table(["x"], [[1]]) == "| x |\n| --- |\n| 1 |"
    assert "as typed" in reliability_svg({"as typed": figures.reliability(ANSWERS)})
    assert "share wrong" in risk_svg({"as typed": figures.risk_curve(ANSWERS)})


def test_likeness_is_that_of_the_slow_way() -> None:
    training = ["mai trời có mưa không", "em bị nhốt ở tầng ba", "xyz"]
    tested = ["Mai troi co mua hong", "em bi nhot tang ba", "xyz", "qqqqqqq"]

    def alike(one: str, other: str) -> float:
        a, b = grams(plain(one)), grams(plain(other))
        return len(a & b) / len(a | b)

    slow = [max(alike(text, other) for other in training) for text in tested]
    assert nearest(tested, training) == pytest.approx(slow)
    assert slow[2:] == [1.0, 0.0]


def test_held_out_figures_are_told_by_round_of_writing() -> None:
    batches = ["greet/a.yml", "greet/r2_b.yml", "greet/r2_b.yml"]
    found = [Utterance("x", "greet", batch, i) for i, batch in enumerate(batches)]
    answers = [Answered("greet", given, 0.9) for given in ("greet", "quiz", "greet")]
    run = report_folds.Run(found, {"as typed": answers}, 5, 1.0)
    assert report_folds.rounds(run).splitlines()[2:] == ["| 1 | 1 | 100.0 |", "| 2 | 2 | 50.0 |"]

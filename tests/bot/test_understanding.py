"""Rules and model together: either raises; the model lowers only what it surely knows."""

import pytest

from bot.nlu import INTENTS, Parsed
from bot.understanding import Understander, merge
from content.loader import Content
from handlers.safety import SafetyRules
from handlers.turn import Priority
from tests.support.fake_nlu import FakeNlu

LAW = "lừa bán người qua Trung Quốc thì bị phạt tù mấy năm"
LOCKED = "em đang bị nhốt ở Campuchia"


@pytest.fixture(scope="module")
def rules(content: Content) -> SafetyRules:
    return SafetyRules(content.safety)


def parsed(intent: str, danger: float) -> Parsed:
    """The model's answer as it always is: every intent, `danger` of them for danger."""
    others = sorted(INTENTS - {intent, "danger_now"})
    rest = [(name, 0.001) for name in others]
    return Parsed([(intent, 0.95), ("danger_now", danger), *rest], [])


@pytest.mark.parametrize("intent", ["out_of_scope", "greet", "thanks", "report_scam"])
def test_an_answer_that_did_not_weigh_every_intent_lowers_nothing(
    rules: SafetyRules, intent: str
) -> None:
    understood = merge(rules.read(LOCKED), Parsed([(intent, 1.0)], []))
    assert understood.priority.urgent
    assert understood.wary is None


def test_nothing_at_all_for_danger_is_no_answer_of_our_model(rules: SafetyRules) -> None:
    assert merge(rules.read(LOCKED), parsed("out_of_scope", 0.0)).priority.urgent


def test_words_of_suicide_are_never_doubted(rules: SafetyRules) -> None:
    assert merge(rules.read("em muốn chết quá"), parsed("ask_law", 0.001)).priority.urgent


def test_a_story_that_is_over_is_no_alarm_but_keeps_the_numbers(rules: SafetyRules) -> None:
    understood = merge(
        rules.read("năm ngoái em bị nhốt ở Campuchia"), parsed("victim_support", 0.001)
    )
    assert (understood.priority, understood.wary) == (Priority.P2, "rule")


@pytest.mark.parametrize(("danger", "urgent"), [(0.12, True), (0.09, False), (0.03, False)])
def test_a_rule_is_doubted_where_the_model_sees_hardly_any_danger(
    rules: SafetyRules, danger: float, urgent: bool
) -> None:
    understood = merge(rules.read(LOCKED), parsed("ask_law", danger))
    assert understood.priority.urgent is urgent
    assert understood.wary == (None if urgent else "rule")


@pytest.mark.parametrize("text", ["nó cầm dao đòi giết em", "thầy giáo sờ soạng cháu"])
@pytest.mark.parametrize(("danger", "urgent"), [(0.09, True), (0.03, True), (0.01, False)])
def test_a_rule_of_life_or_of_a_child_is_doubted_later(
    rules: SafetyRules, text: str, danger: float, urgent: bool
) -> None:
    verdict = rules.read(text)
    assert verdict is not None
    assert verdict.priority is Priority.P0
    assert merge(verdict, parsed("report_scam", danger)).priority.urgent is urgent


def test_a_sure_question_of_law_is_one_though_it_holds_a_rules_words(rules: SafetyRules) -> None:
    understood = merge(rules.read(LAW), parsed("ask_law", 0.001))
    assert (understood.intent, understood.priority) == ("ask_law", Priority.P2)
    assert understood.wary == "rule"


def test_the_model_alone_raises(rules: SafetyRules) -> None:
    assert merge(rules.read("họ không cho"), Parsed([("danger_now", 0.9)], [])).priority.urgent


@pytest.mark.parametrize(
    ("likelier", "intent"),
    [("out_of_scope", "danger_now"), ("report_trafficking", "report_trafficking")],
)
def test_danger_that_is_likely_though_second_is_danger(
    rules: SafetyRules, likelier: str, intent: str
) -> None:
    close = Parsed([(likelier, 0.5), ("danger_now", 0.41)], [])
    understood = merge(rules.read("con tôi ít gọi về"), close)
    assert (understood.intent, understood.priority) == (intent, Priority.P1)
    assert understood.wary is None


async def test_without_a_model_the_rules_decide(rules: SafetyRules) -> None:
    nlu = FakeNlu()
    nlu.down = True
    assert (await Understander(rules, nlu).read(LOCKED)).priority.urgent


@pytest.mark.parametrize(("danger", "wary"), [(0.35, "model"), (0.02, "model"), (0.01, None)])
def test_some_danger_is_answered_otherwise_and_warily(
    rules: SafetyRules, danger: float, wary: str | None
) -> None:
    understood = merge(rules.read("con tôi ít gọi về"), parsed("ask_prevention", danger))
    assert understood.wary == wary
    assert (understood.intent, understood.priority.urgent) == ("ask_prevention", False)


def test_what_is_answered_as_danger_is_not_wary(rules: SafetyRules) -> None:
    assert merge(rules.read(LOCKED), parsed("report_trafficking", 0.2)).wary is None

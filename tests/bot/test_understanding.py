"""Rules and model together: either raises; the model lowers only what it surely knows."""

import pytest

from bot.nlu import Parsed
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


def parsed(intent: str, confidence: float, danger: float = 0.0) -> Parsed:
    return Parsed([(intent, confidence), ("danger_now", danger)], [])


@pytest.mark.parametrize("intent", ["out_of_scope", "greet", "thanks", "report_scam"])
def test_a_model_that_understood_nothing_lowers_nothing(rules: SafetyRules, intent: str) -> None:
    understood = merge(rules.read(LOCKED), parsed(intent, 1.0))
    assert understood.priority.urgent
    assert not understood.doubted


@pytest.mark.parametrize("text", ["cứu em với", "em muốn chết quá"])
def test_pleas_and_suicide_are_never_doubted(rules: SafetyRules, text: str) -> None:
    assert merge(rules.read(text), parsed("ask_law", 1.0)).priority.urgent


@pytest.mark.parametrize(("confidence", "danger"), [(0.8, 0.0), (0.95, 0.05)])
def test_a_model_that_is_not_sure_lowers_nothing(
    rules: SafetyRules, confidence: float, danger: float
) -> None:
    assert merge(rules.read(LOCKED), parsed("ask_law", confidence, danger)).priority.urgent


def test_a_sure_question_of_law_is_one_though_it_holds_a_rules_words(rules: SafetyRules) -> None:
    understood = merge(rules.read(LOCKED), parsed("ask_law", 0.95, 0.01))
    assert (understood.intent, understood.priority) == ("ask_law", Priority.P2)
    assert understood.doubted


def test_the_model_alone_raises(rules: SafetyRules) -> None:
    assert merge(rules.read("họ không cho"), parsed("danger_now", 0.9, 0.9)).priority.urgent


async def test_without_a_model_the_rules_decide(rules: SafetyRules) -> None:
    nlu = FakeNlu()
    nlu.down = True
    assert (await Understander(rules, nlu).read(LOCKED)).priority.urgent

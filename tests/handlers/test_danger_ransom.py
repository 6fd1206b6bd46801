"""Money for freedom: who is held himself is answered otherwise than those who are to pay."""

import pytest

from content.loader import Content
from handlers import danger
from handlers.danger_known import Known, learn, recall, remember
from handlers.safety import SafetyRules
from handlers.turn import State
from tests.reports.make import NOW

HELD = [
    "họ giữ hộ chiếu em, bảo đưa 40 triệu mới cho về",
    "ho giu ho chieu e, noi con no 40tr moi cho ve",
    "tui bị nhốt, họ đòi 200 triệu tiền chuộc mới thả tui",
    "bọn nó nhốt tụi em, đòi 5 nghìn đô mới thả",
    "ba mẹ ơi gửi tiền chuộc con, 300 triệu họ mới thả con",
]
TO_PAY = [
    "con tôi bị giữ, nó đòi 200tr mới thả",
    "nó giữ hộ chiếu con tôi đòi chuộc 100 triệu",
    "họ giữ giấy tờ của em gái tôi, đòi chuộc 50tr",
    "no bat chau toi doi tien chuoc",
    "vo toi bi bat coc, doi tien chuoc 2 ty",
    "nó nói phải chuộc 100 triệu mới cho về",
]


@pytest.fixture(scope="module")
def rules(content: Content) -> SafetyRules:
    return SafetyRules(content.safety)


def answer(content: Content, rules: SafetyRules, text: str) -> str:
    return danger.emergency_replies(content, text, rules.read(text))[0].text


@pytest.mark.parametrize("text", HELD)
def test_the_captive_is_spoken_to(content: Content, rules: SafetyRules, text: str) -> None:
    assert answer(content, rules, text) == content.say("danger.first_home")


@pytest.mark.parametrize("text", TO_PAY)
def test_whoever_is_to_pay_is_told_to_call_first(
    content: Content, rules: SafetyRules, text: str
) -> None:
    assert answer(content, rules, text) == content.say("danger.first_ransom")


def test_abroad_the_place_decides(content: Content, rules: SafetyRules) -> None:
    text = "họ giữ hộ chiếu em ở campuchia, đòi 40 triệu mới cho về"
    assert answer(content, rules, text) == content.say("danger.first_abroad")


def test_who_is_held_is_known_in_the_next_message(content: Content, rules: SafetyRules) -> None:
    known = learn(content, HELD[0], rules.read(HELD[0]), Known())
    state = State()
    remember(state, known, NOW)
    assert recall(state).own
    assert not learn(content, "con tôi bị giữ ở đó", None, recall(state)).own

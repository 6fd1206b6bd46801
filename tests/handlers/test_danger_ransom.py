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
]
# Relatives, payers, children, strangers, and words that mean "forces me to".
TO_PAY = [
    "con tôi bị giữ, nó đòi 200tr mới thả",
    "nó giữ hộ chiếu con tôi đòi chuộc 100 triệu",
    "họ giữ giấy tờ của em gái tôi, đòi chuộc 50tr",
    "no bat chau toi doi tien chuoc",
    "vo toi bi bat coc, doi tien chuoc 2 ty",
    "nó nói phải chuộc 100 triệu mới cho về",
    "chúng bắt tôi chuyển 200 triệu tiền chuộc mới thả con",
    "nó bắt em phải trả 100tr tiền chuộc mới thả chồng",
    "mẹ em bị bắt cóc, nó bắt em gửi tiền chuộc",
    "chị em bị nhốt, chúng bắt em gửi 200 triệu tiền chuộc",
    "nó bắt cháu đòi tiền chuộc 300 triệu",
    "chúng đòi chuộc 200 triệu mới thả cháu, tôi là bà nội",
    "bị bắt cóc, chúng đòi tiền chuộc mới thả em bé",
    "ba mẹ ơi họ bắt em út, đòi 300 triệu tiền chuộc mới thả con bé",
    "có người lạ gọi nói giữ em hàng xóm đòi chuộc 100 triệu",
    "nó nhắn 'ba mẹ ơi gửi 300 triệu chuộc con' rồi tắt máy",
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


def test_only_the_message_itself_says_who_is_held(content: Content, rules: SafetyRules) -> None:
    state = State()
    remember(state, learn(content, HELD[0], rules.read(HELD[0]), Known()), NOW)
    assert "own" not in state.memory["danger"]
    later = "nó nhắn đòi 200 triệu tiền chuộc mới thả chị em"
    assert not learn(content, later, rules.read(later), recall(state)).own

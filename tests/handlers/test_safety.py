"""The safety rules: every line proves itself, and the whole is measured on two frozen sets."""

import time
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bench.safety import LONGEST, messages
from content.loader import load
from content.schema import Category
from handlers.safety import SPECIAL, SafetyRules, SafetyVerdict, combine
from handlers.turn import Priority
from store.text import clean, fold

DATA = Path(__file__).parent / "data"
SAFETY = load().safety
RULES = SafetyRules(SAFETY)
MATCHES = [(r.id, text) for r in SAFETY.values() for text in r.matches]
PASSES = [(r.id, text) for r in SAFETY.values() for text in r.passes]
# Measured 22/11/2026: 100 % and 0 % on these sets, with and without marks; they were written with
# the rules, so they flatter them (at first sight: recall 93 %, false alarms 2.8 %). On the model's
# batches that nobody tuned on, the rules alone reach 62 % with 1.4 % false alarms among
# out_of_scope: rules and model decide together.
FLOORS = {"raw": (0.97, 0.02), "stripped": (0.97, 0.02)}


def sentences(name: str) -> list[str]:
    lines = (DATA / f"{name}.txt").read_text("utf-8").splitlines()
    return [clean(line) for line in lines if line and not line.startswith("#")]


def urgent(text: str) -> bool:
    verdict = RULES.read(text)
    return verdict is not None and verdict.priority.urgent


@pytest.mark.parametrize(("rule", "text"), MATCHES)
@pytest.mark.parametrize(
    "typed", [str, fold, str.upper], ids=["as written", "stripped", "capitals"]
)
def test_each_line_raises_what_it_should(rule: str, text: str, typed: Callable[[str], str]) -> None:
    verdict = RULES.read(clean(typed(text)))
    assert verdict is not None
    assert verdict.priority <= Priority(SAFETY[rule].priority)


@pytest.mark.parametrize(("rule", "text"), MATCHES)
def test_each_line_is_found_by_its_own_rule(rule: str, text: str) -> None:
    assert rule in RULES.matching(clean(text))


@pytest.mark.parametrize(("rule", "text"), PASSES)
def test_no_line_is_raised_by_what_it_should_let_pass(rule: str, text: str) -> None:
    assert rule not in RULES.matching(clean(text))


def test_the_sets_are_large_enough_and_not_the_rules_own_sentences() -> None:
    danger, harmless = sentences("danger"), sentences("harmless")
    indirect = (DATA / "danger.txt").read_text("utf-8").split("## indirect")[1].strip()
    own = {fold(text) for _, text in MATCHES}
    others = [text for text in danger if fold(text) not in own]
    assert len(others) >= 150
    assert len(set(harmless)) >= 250
    assert len(indirect.splitlines()) >= 40


@pytest.mark.parametrize(("kind", "typed"), [("raw", str), ("stripped", fold)])
def test_recall_and_false_alarms(kind: str, typed: Callable[[str], str]) -> None:
    recall, alarms = FLOORS[kind]
    missed = [text for text in sentences("danger") if not urgent(typed(text))]
    false = [text for text in sentences("harmless") if urgent(typed(text))]
    assert len(missed) <= (1 - recall) * len(sentences("danger")), missed
    assert len(false) <= alarms * len(sentences("harmless")), false


@pytest.mark.parametrize(
    ("text", "category", "priority"),
    [
        ("em bị nhốt, họ đánh em chảy máu", Category.life, Priority.P0),
        ("em muốn chết", Category.suicide, Priority.P0),
        ("bé 13 tuổi bị ép tiếp khách", Category.minor, Priority.P0),
        ("họ nhốt em ở bavet", Category.captivity, Priority.P1),
        ("con trai tôi mất liên lạc 5 ngày", Category.missing, Priority.P1),
        ("họ đang chở em qua biên giới", Category.crossing, Priority.P1),
        ("cứu em với", Category.plea, Priority.P1),
        ("ba mẹ bán em", Category.captivity, Priority.P1),
        ("em lỡ uống 20 viên thuốc ngủ", Category.suicide, Priority.P0),
        ("em uống hết vỉ thuốc rồi", Category.suicide, Priority.P0),
        ("em đang đứng trên lầu", Category.suicide, Priority.P0),
        ("em đọc otp rồi", Category.money, Priority.P2),
        ("lỡ bấm link", Category.money, Priority.P2),
        ("bà lỡ bấm vô rồi", Category.money, Priority.P2),
        ("bán con được bao nhiêu tiền", Category.minor, Priority.P2),
        ("muốn bán em gái qua trung quốc bao nhiêu", Category.minor, Priority.P2),
        ("làm sao đưa người qua biên giới không bị bắt", Category.crossing, Priority.P2),
        ("ai do giup toi", Category.plea, Priority.P1),
        ("em lỡ chuyển khoản 5 triệu cho bọn lừa đảo", Category.money, Priority.P2),
        ("năm ngoái em từng bị nhốt, giờ về rồi", Category.captivity, Priority.P2),
        ("mày nhắn cho ai", Category.third_party, Priority.P3),
    ],
)
def test_category_and_priority(text: str, category: Category, priority: Priority) -> None:
    verdict = RULES.read(text)
    assert verdict is not None
    assert (verdict.category, verdict.priority) == (category, priority)


@pytest.mark.parametrize("prefix", SPECIAL)
def test_rules_with_their_own_first_reply_exist(prefix: str) -> None:
    assert any(name.startswith(prefix) for name in SAFETY)


def test_a_rule_with_its_own_first_reply_goes_before_a_general_one() -> None:
    verdict = RULES.read("con trai tôi bị bắt cóc, nhắn bị bắt cóc đòi 300tr")
    assert verdict is not None
    assert verdict.rule == "online_family"


def test_a_stranger_counts_only_when_nothing_worse_is_said() -> None:
    verdict = RULES.read("đây là ai, cứu tôi với tôi bị nhốt")
    assert verdict is not None
    assert verdict.category is not Category.third_party


GRABBED = [
    "nó tố cáo tao à",
    "tao biết nó nhắn rồi, khai ra",
    "nó nhắn gì nãy giờ",
    "nó đang ở đâu",
    "là chồng nó đây",
    "đưa đây xem tin nhắn cũ",
    "con vợ tao nó viết cái gì",
    "xem lại tin nhắn",
    "em ấy nhắn gì cho bạn",
    "who did she text",
]


@pytest.mark.parametrize("text", GRABBED)
@pytest.mark.parametrize("typed", [str, fold, str.upper])
def test_a_stranger_on_the_phone_is_noticed(text: str, typed: Callable[[str], str]) -> None:
    verdict = RULES.read(clean(typed(text)))
    assert verdict is not None
    assert verdict.category is Category.third_party


@pytest.mark.parametrize(
    "text",
    [
        "ai do nhan tin doi 200 trieu",
        "ai do giup toi",
        "ai đó lấy hình em đăng lên mạng",
        "số này là của ai gọi em hoài",
        "bọn mày làm gì con gái tao, tao báo công an",
        "con tôi nhắn cho ai trên mạng tôi không biết",
        "không biết nó đang ở đâu",
        "giúp em xem lại tin nhắn này có lừa đảo không",
    ],
)
def test_who_asks_for_help_is_no_stranger(text: str) -> None:
    for typed in (text, fold(text)):
        assert "third_party_who" not in RULES.matching(clean(typed))


@pytest.mark.parametrize(
    "text", ["🆘", "c ứ u  e m v ớ i", "b.ị n.h.ố.t r.ồ.i", "cứuuuuuu", "cuuemvoi", "bịnhốt rồi"]
)
def test_tangled_cries_are_heard(text: str) -> None:
    assert urgent(clean(text))


@pytest.mark.parametrize(
    ("by_rules", "intent", "confidence", "together"),
    [
        (None, "danger_now", 0.9, Priority.P1),
        (None, "danger_now", 0.2, Priority.P2),
        (None, "danger_now", 0.1, Priority.P3),
        (None, "victim_support", 0.8, Priority.P2),
        (None, "report_scam", 0.8, Priority.P2),
        (None, "job_offer", 0.9, Priority.P3),
        (Priority.P0, "out_of_scope", 0.99, Priority.P0),
        (Priority.P2, "danger_now", 0.9, Priority.P1),
        (Priority.P3, "greet", 0.9, Priority.P3),
    ],
)
def test_rules_and_model_raise_and_never_lower(
    by_rules: Priority | None, intent: str, confidence: float, together: Priority
) -> None:
    verdict = by_rules and SafetyVerdict(by_rules, Category.life, "some_rule")
    assert combine(verdict, intent, confidence) is together


@given(st.text(max_size=500))
def test_nothing_that_can_be_typed_breaks_the_rules(text: str) -> None:
    RULES.read(clean(text))


@pytest.mark.parametrize(("name", "text"), list(messages(RULES)))
def test_no_message_takes_long(name: str, text: str) -> None:
    """The promise is 5 ms (`python -m bench.safety`); four times that allows for a busy machine."""
    assert len(text) <= LONGEST
    RULES.read(text)
    assert min(_seconds(text) for _ in range(5)) < 0.020, name


def _seconds(text: str) -> float:
    start = time.thread_time()
    RULES.read(text)
    return time.thread_time() - start

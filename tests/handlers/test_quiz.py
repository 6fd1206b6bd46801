"""A quiz from the first question to the score, by buttons and by typing."""

import json
from dataclasses import replace
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from content.loader import Content
from handlers import quiz
from handlers.quiz_answers import pressed, typed_option
from handlers.turn import Reply, State
from tests.support.turns import button_names, said, turn

OPTIONS = ["Đi luôn", "Dừng lại, hỏi kỹ", "Gửi ảnh"]


async def started(content: Content) -> State:
    state = State()
    await quiz.handle(turn(content, action=("quiz.start", ""), state=state))
    return state


async def press(content: Content, state: State, value: str) -> list[Reply]:
    return await quiz.handle(turn(content, action=("quiz.answer", value), state=state))


def right(content: Content, state: State, at: int) -> int:
    return content.quiz[state.data["ids"][at]].answer


async def test_a_typed_wish_opens_question_one_of_ten(content: Content) -> None:
    state = State()
    replies = await quiz.handle(turn(content, "cho em làm quiz", intent="quiz", state=state))
    assert "Câu 1/10." in said(replies)
    assert state.flow == "quiz"
    assert "không hỏi tên" in said(replies)
    assert [b.value for b in replies[-1].buttons][:3] == ["0:0", "0:1", "0:2"]
    assert replies[-1].buttons[-1].name == "quiz.leave"


async def test_all_right_answers_end_in_praise_and_a_closed_flow(content: Content) -> None:
    state = await started(content)
    for at in range(10):
        replies = await press(content, state, f"{at}:{right(content, state, at)}")
        assert "Đúng rồi" in replies[0].text
    assert "10/10" in said(replies)
    assert state.flow is None
    assert "quiz.start" in button_names(replies)


async def test_a_wrong_answer_is_explained_with_its_source(content: Content) -> None:
    state = await started(content)
    question = content.quiz[state.data["ids"][0]]
    wrong = (question.answer + 1) % len(question.options)
    replies = await press(content, state, f"0:{wrong}")
    assert "Chưa đúng" in replies[0].text
    assert question.options[question.answer] in replies[0].text
    assert question.explain in replies[0].text
    assert question.sources[0].title in replies[0].text
    assert "Câu 2/10." in replies[1].text


async def test_all_wrong_answers_still_end_kindly(content: Content) -> None:
    state = await started(content)
    for at in range(10):
        replies = await press(content, state, f"{at}:{(right(content, state, at) + 1) % 3}")
    assert "0/10" in said(replies)
    assert "Bạn thử lại nhé" in said(replies)


@pytest.mark.parametrize("value", ["0:0", "5:1", "1:9", "", "1", "x:y", "-1:0", "1:0:0"])
async def test_a_stale_or_forged_press_repeats_the_open_question(
    content: Content, value: str
) -> None:
    state = await started(content)
    await press(content, state, "0:0")
    before = json.dumps(state.data)
    [reply] = await press(content, state, value)
    assert reply.text.startswith(content.say("quiz.stale"))
    assert "Câu 2/10." in reply.text
    assert json.dumps(state.data) == before


@pytest.mark.parametrize("typed", ["a", "A.", "1", "câu A ạ", "em chon a"])
async def test_typed_answers_count(content: Content, typed: str) -> None:
    state = await started(content)
    replies = await quiz.handle(turn(content, typed, state=state))
    assert "Câu 2/10." in said(replies)


async def test_an_unclear_text_repeats_the_question(content: Content) -> None:
    state = await started(content)
    [reply] = await quiz.handle(turn(content, "hmm khó quá", intent="out_of_scope", state=state))
    assert "Câu 1/10." in reply.text
    assert state.data["at"] == 0


@pytest.mark.parametrize("by_button", [True, False])
async def test_leaving_tells_the_score_so_far_and_closes(content: Content, by_button: bool) -> None:
    state = await started(content)
    await press(content, state, f"0:{right(content, state, 0)}")
    leave = (
        turn(content, action=("quiz.leave", ""), state=state)
        if by_button
        else turn(content, "thôi không chơi nữa", intent="deny", state=state)
    )
    replies = await quiz.handle(leave)
    assert "đúng 1 trên 1 câu" in said(replies)
    assert state.flow is None


async def test_leaving_at_once_or_twice_is_no_fault(content: Content) -> None:
    replies = await quiz.handle(turn(content, action=("quiz.leave", "")))
    assert "Đã dừng" in said(replies)


async def test_a_press_after_the_end_offers_a_new_start(content: Content) -> None:
    state = State()
    assert "quiz.start" in button_names(await press(content, state, "3:1"))
    assert state.flow is None


async def test_a_press_in_another_open_form_leaves_it_open(content: Content) -> None:
    state = State(flow="report", step="what")
    await press(content, state, "3:1")
    await quiz.handle(turn(content, action=("quiz.leave", ""), state=state))
    assert (state.flow, state.step) == ("report", "what")


async def test_the_state_survives_a_restart(content: Content) -> None:
    state = await started(content)
    kept = State(**json.loads(json.dumps({"flow": "quiz", "step": state.step, "data": state.data})))
    assert "Câu 2/10." in said(await press(content, kept, "0:0"))


async def test_only_place_and_score_are_kept(content: Content) -> None:
    state = await started(content)
    await quiz.handle(turn(content, "em tên Lan lớp 7A chọn a", intent="quiz", state=state))
    assert set(state.data) == {"ids", "at", "right"}
    assert state.memory == {}


async def test_a_question_removed_meanwhile_closes_the_quiz(content: Content) -> None:
    state = await started(content)
    fewer = {name: q for name, q in content.quiz.items() if name != state.data["ids"][0]}
    replies = await press(replace(content, quiz=fewer), state, "0:0")
    assert "quiz.start" in button_names(replies)
    assert state.flow is None


async def test_questions_past_their_review_date_are_not_asked(content: Content) -> None:
    late = datetime(2028, 1, 1, tzinfo=UTC)
    state = State()
    replies = await quiz.handle(turn(content, "quiz", intent="quiz", state=state, now=late))
    assert said(replies) == content.say("quiz.none")
    assert state.flow is None


@pytest.mark.parametrize(
    ("text", "index"),
    [
        ("b", 1),
        ("B.", 1),
        ("2", 1),
        ("2)", 1),
        ("đáp án b", 1),
        ("em chọn c ạ", 2),
        ("A nhé", 0),
        ("dung lai hoi ky", 1),
        ("d", None),
        ("4", None),
        ("0", None),
        ("", None),
        ("ba", None),
        ("b hay c", None),
        ("anh ấy", None),
        ("?", None),
    ],
)
def test_what_a_typed_answer_means(text: str, index: int | None) -> None:
    assert typed_option(text, OPTIONS) == index


@given(st.text(max_size=60))
def test_any_text_means_an_option_or_none(text: str) -> None:
    assert typed_option(text, OPTIONS) in (None, 0, 1, 2)


@given(st.integers(0, 99), st.integers(0, 9))
def test_a_buttons_value_is_read_back(at: int, option: int) -> None:
    assert pressed(f"{at}:{option}") == (at, option)


@given(st.text(max_size=12))
def test_any_value_is_survived(value: str) -> None:
    pressed(value)


async def test_a_number_that_is_an_option_is_taken_as_the_answer(content: Content) -> None:
    state = await started(content)
    typed = turn(content, "111", state=state)
    before = json.dumps(state.data)
    assert quiz.takes(typed)
    assert json.dumps(state.data) == before
    assert "Đúng rồi" in said(await quiz.handle(typed))


@pytest.mark.parametrize("text", ["a", "2", "không biết", "đáp án c ạ"])
async def test_readable_answers_are_taken(content: Content, text: str) -> None:
    assert quiz.takes(turn(content, text, state=await started(content)))


@pytest.mark.parametrize("text", ["thoát", "menu", "xóa", "113", "cứu em", "", "không"])
async def test_other_words_are_left_to_others(content: Content, text: str) -> None:
    assert not quiz.takes(turn(content, text, state=await started(content)))


@pytest.mark.parametrize("state", [State(), State(flow="report", step="what")])
async def test_nothing_is_taken_without_a_quiz(content: Content, state: State) -> None:
    assert not quiz.takes(turn(content, "111", state=state))


@pytest.mark.parametrize("text", ["không biết", "em ko biết ạ", "k biet", "chịu", "bỏ qua"])
async def test_not_knowing_is_explained_and_goes_on(content: Content, text: str) -> None:
    state = await started(content)
    question = content.quiz[state.data["ids"][0]]
    replies = await quiz.handle(turn(content, text, intent="deny", state=state))
    assert question.explain in replies[0].text
    assert "Chưa đúng" not in replies[0].text
    assert "Câu 2/10." in replies[1].text
    assert (state.flow, state.data["right"]) == ("quiz", 0)

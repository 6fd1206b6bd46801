"""What is typed into the report form: titles, words of command, questions, other wishes."""

import pytest
from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from content.loader import Content
from handlers import follow_up, report
from handlers.said import owner, said
from handlers.turn import Action, Priority, State, Tier, Turn, Understanding
from reports.models import Indicator, Report
from store.crypto import Keyring
from tests.handlers.talk import ME, Talk
from tests.reports.make import NOW


@pytest.fixture
def talk(content: Content, session: AsyncSession, keyring: Keyring) -> Talk:
    return Talk(report.handle, content, session, keyring)


async def at(talk: Talk, step: str) -> None:
    """A form whose first answer is given and whose questions before `step` are skipped."""
    await talk.press("report.start")
    if step == "consent":
        return
    await talk.press("report.consent", "keep")
    for question in ("what", "where", "when", "who", "risk"):
        if question == step:
            return
        if question == "what":
            await talk.say("họ bắt người đi làm không trả lương")
        else:
            await talk.press("report.skip", question)


def turn(
    talk: Talk, text: str, intent: str, confidence: float = 0.9, priority: Priority = Priority.P3
) -> Turn:
    meaning = Understanding(intent, confidence, priority)
    return Turn(text, None, meaning, talk.state, NOW, Tier.web, ME, talk.content, talk.reports)


async def kept(session: AsyncSession) -> list[Report]:
    return list(await session.scalars(select(Report)))


def test_every_word_list_can_be_read(content: Content) -> None:
    for key in content.messages:
        if key.startswith(("report.words_", "follow_up.words_")) and "_not_" not in key:
            said(content, key, "thử")


async def test_the_consent_can_be_refused_by_a_button(talk: Talk) -> None:
    await talk.press("report.start")
    assert "Thôi, không báo" in [button.title for button in talk.buttons]
    assert "Không có gì được lưu" in await talk.press("report.cancel")
    assert talk.state.flow is None


@pytest.mark.parametrize(
    "typed",
    ["không", "thôi", "dạ thôi ạ", "hủy", "quay lại", "ko", "Thôi, không báo", "em bấm nhầm"],
)
async def test_the_consent_can_be_refused_in_words(talk: Talk, typed: str) -> None:
    await at(talk, "consent")
    assert "Không có gì được lưu" in await talk.say(typed)
    assert talk.state.flow is None


@pytest.mark.parametrize("typed", ["là sao", "không hiểu", "k hiểu ạ", "nghĩa là gì vậy", "la sao"])
async def test_who_does_not_understand_the_consent_gets_an_explanation(
    talk: Talk, typed: str
) -> None:
    await at(talk, "consent")
    assert "Nghĩa là thế này" in await talk.say(typed)
    assert talk.state.step == "consent"
    assert "consent" not in talk.state.data


async def test_a_second_miss_at_the_consent_explains(talk: Talk) -> None:
    await at(talk, "consent")
    assert "Nghĩa là" not in await talk.say("ờm")
    assert "Nghĩa là thế này" in await talk.say("ờm ờm")


@pytest.mark.parametrize(
    ("typed", "level"),
    [
        ("2", "keep"),
        ("cách 2 nhé", "keep"),
        ("em chọn 3 ạ", "forward"),
        ("Lưu để hỏi lại", "keep"),
        ("luu, chuyen cong an", "forward"),
    ],
)
async def test_the_consent_can_be_typed(talk: Talk, typed: str, level: str) -> None:
    await at(talk, "consent")
    await talk.say(typed)
    assert talk.state.step == "what"
    assert talk.state.data["consent"]["level"] == level


@pytest.mark.parametrize("typed", ["1 hay 2", "cách 2 hoặc 3", "lưu", "vâng"])
async def test_an_unclear_consent_is_not_guessed(talk: Talk, typed: str) -> None:
    await at(talk, "consent")
    await talk.say(typed)
    assert talk.state.step == "consent"
    assert "consent" not in talk.state.data


async def test_a_clear_other_wish_leaves_the_consent(talk: Talk) -> None:
    await at(talk, "consent")
    assert report.lets_go(turn(talk, "luật quy định thế nào về việc này", "ask_law"))
    assert report.lets_go(turn(talk, "cho xin số điện thoại", "hotline", 0.61))
    assert not report.lets_go(turn(talk, "cho xin số điện thoại", "hotline", 0.5))
    assert not report.lets_go(turn(talk, "muốn báo công an", "report_trafficking"))
    assert not report.lets_go(turn(talk, "dạ đồng ý", "affirm"))
    assert not report.lets_go(turn(talk, "không", "quiz"))
    assert not report.lets_go(turn(talk, "bị nhốt", "danger_now", 1.0, Priority.P1))
    assert not report.lets_go(turn(talk, "họ lừa em sang bên kia " * 5, "victim_support"))


async def test_nothing_leads_out_once_questions_are_asked(talk: Talk) -> None:
    await at(talk, "where")
    assert not report.lets_go(turn(talk, "luật quy định thế nào", "ask_law"))


async def test_the_consent_holds_nobody_for_ever(talk: Talk) -> None:
    await at(talk, "consent")
    for _ in range(2):
        assert not report.lets_go(turn(talk, "ờm gì đó", "out_of_scope", 0.3))
        await talk.say("ờm gì đó")
    assert report.lets_go(turn(talk, "ờm gì đó", "out_of_scope", 0.3))


@pytest.mark.parametrize("step", ["what", "where", "when", "who", "risk", "confirm"])
@pytest.mark.parametrize("typed", ["hủy", "huy", "hủy giúp em nhé", "thôi không báo nữa"])
async def test_cancelling_works_at_every_step(
    talk: Talk, session: AsyncSession, step: str, typed: str
) -> None:
    await at(talk, step)
    await talk.say(typed)
    assert talk.state.flow is None
    assert await kept(session) == []


@pytest.mark.parametrize(
    ("step", "before"),
    [
        ("what", "consent"),
        ("where", "what"),
        ("when", "where"),
        ("who", "when"),
        ("risk", "who"),
        ("confirm", "risk"),
    ],
)
async def test_back_is_the_question_before(talk: Talk, step: str, before: str) -> None:
    await at(talk, step)
    await talk.say("quay lại")
    assert talk.state.step == before


async def test_back_destroys_what_waited_for_a_word(talk: Talk) -> None:
    await at(talk, "what")
    await talk.say("họ gọi từ số 0912345678 đòi tiền")
    await talk.say("quay lại")
    assert talk.state.step == "what"
    assert "0912345678" not in str(talk.state)


@pytest.mark.parametrize("step", ["what", "where", "when", "who"])
@pytest.mark.parametrize(
    "typed", ["em hỏi cái này trước được không", "có mất tiền không", "cai nay de lam gi?"]
)
async def test_a_question_is_no_answer_the_first_time(talk: Talk, step: str, typed: str) -> None:
    await at(talk, step)
    assert "không mất tiền" in await talk.say(typed)
    assert talk.state.step == step
    assert "report.cancel" in [button.name for button in talk.buttons]
    await talk.say("họ lừa ở xã Hua Bum hôm qua")
    assert talk.state.step != step


@pytest.mark.parametrize(
    ("step", "typed"),
    [
        ("where", "tháng trước"),
        ("where", "của nó"),
        ("where", "ở đâu cũng được"),
        ("when", "của nó"),
        ("when", "ở bản"),
        ("who", "của nó"),
        ("what", "cả hai"),
    ],
)
async def test_what_does_not_fit_is_asked_once_more_and_then_kept(
    talk: Talk, step: str, typed: str
) -> None:
    await at(talk, step)
    await talk.say(typed)
    assert talk.state.step == step
    await talk.say(typed)
    assert talk.state.step != step


@pytest.mark.parametrize("typed", ["Mường Khương", "o nha tro gan cho", "45 Trần Phú", "bên lào"])
async def test_a_place_is_taken_at_once(talk: Talk, typed: str) -> None:
    await at(talk, "where")
    await talk.say(typed)
    assert talk.state.data["place"]


async def test_urgent_words_are_never_asked_for_again(talk: Talk) -> None:
    await at(talk, "where")
    await talk.say("cứu em với", intent="danger_now", priority=Priority.P0)
    assert talk.state.step == "when"


@pytest.mark.parametrize("typed", ["Khi nào", "khi nao", "sửa ngày", "câu 3"])
async def test_what_to_change_can_be_typed(talk: Talk, typed: str) -> None:
    await at(talk, "confirm")
    await talk.say("Sửa")
    await talk.say(typed)
    assert talk.state.step == "when"
    await talk.say("Hôm nay")
    assert talk.state.step == "confirm"
    assert talk.state.data["when_code"] == "today"


async def test_a_change_that_was_not_understood_sends_nothing(
    talk: Talk, session: AsyncSession
) -> None:
    await at(talk, "confirm")
    await talk.say("Sửa")
    await talk.say("cái kia")
    said = await talk.say("gửi đi")
    assert "Bạn xem lại trước khi gửi" in said
    assert await kept(session) == []
    await talk.say("gửi đi")
    assert len(await kept(session)) == 1


@pytest.mark.parametrize(
    ("typed", "risk"),
    [
        ("cả hai", "both"),
        ("ca hai a", "both"),
        ("có bé 15t", "minor"),
        ("co dua 17 tuoi", "minor"),
        ("không nguy hiểm", "no"),
    ],
)
async def test_short_answers_to_the_risk(talk: Talk, typed: str, risk: str) -> None:
    await at(talk, "risk")
    await talk.say(typed)
    assert (talk.state.step, talk.state.data["risk"]) == ("confirm", risk)


async def test_nobody_under_18_is_not_taken_for_somebody(talk: Talk) -> None:
    await at(talk, "risk")
    await talk.say("không có ai dưới 18")
    assert talk.state.data.get("risk") is None


@pytest.mark.parametrize(
    ("typed", "whose"),
    [
        ("của nó", "suspect"),
        ("số của em ạ", "mine"),
        ("không chắc", "unsure"),
        ("không phải của tôi", None),
        ("không phải của nó", None),
        ("một số của tôi, một số của nó", None),
        ("của em gái nó", None),
        ("của họ hàng em", None),
        ("cả hai", None),
    ],
)
def test_whose_a_number_is_is_never_guessed(
    content: Content, typed: str, whose: str | None
) -> None:
    assert owner(content, typed) == whose


async def test_an_unclear_owner_is_asked_again_and_nothing_is_sealed(
    talk: Talk, session: AsyncSession
) -> None:
    await at(talk, "what")
    await talk.say("họ gọi từ số 0912345678 đòi tiền")
    assert "không đoán" in await talk.say("không phải của nó")
    assert talk.state.step == "whose"
    await talk.say("Không chắc")
    assert talk.state.step == "where"
    assert (await session.scalars(select(Indicator))).all() == []
    assert "0912345678" not in str(talk.state)


async def test_the_pressed_title_is_the_same_as_the_button(talk: Talk) -> None:
    await at(talk, "where")
    await talk.say("Ở nước ngoài")
    assert (talk.state.step, talk.state.data["abroad"]) == ("when", True)


def test_a_follow_up_of_another_flow_lets_nothing_go(talk: Talk) -> None:
    talk.state = State()
    other = turn(talk, "luật", "ask_law")
    other.action = Action("follow_up.start")
    assert not follow_up.lets_go(other)

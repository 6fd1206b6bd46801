"""What is remembered between turns: open danger, buttons, caution, the bare receipt."""

import pytest

from tests.bot.conftest import Chat
from tests.bot.test_chat_api import words
from tests.support.clock import Clock
from tests.support.fake_nlu import FakeNlu

CAPTIVE = "em bị nhốt ở campuchia cứu em với"


@pytest.mark.parametrize(
    ("said", "intent"),
    [
        ("casino gì đó tầng 7", "out_of_scope"),
        ("tạm biệt mọi người", "goodbye"),
        ("không biết ở đâu", "deny"),
        ("em bấm rồi", "goodbye"),
        ("they beat us", "out_of_scope"),
    ],
)
async def test_a_fragment_after_a_cry_for_help_gets_the_numbers_of_that_place(
    chat: Chat, nlu: FakeNlu, said: str, intent: str
) -> None:
    nlu.intents[said] = intent
    session = (await chat(text=CAPTIVE))["session"]
    answer = words(await chat(session, text=said))
    assert "981 84 84 84" in answer
    assert "chưa giúp được" not in answer
    assert "bình an" not in answer


async def test_thanks_after_danger_are_still_thanks(chat: Chat, nlu: FakeNlu) -> None:
    nlu.intents["cảm ơn nhiều"] = "thanks"
    session = (await chat(text=CAPTIVE))["session"]
    assert "981 84 84 84" not in words(await chat(session, text="cảm ơn nhiều"))


async def test_danger_is_forgotten_after_half_an_hour(
    chat: Chat, nlu: FakeNlu, clock: Clock
) -> None:
    nlu.intents["hôm nay trời đẹp"] = "out_of_scope"
    session = (await chat(text=CAPTIVE))["session"]
    clock.forward(minutes=31)
    assert "981 84 84 84" not in words(await chat(session, text="hôm nay trời đẹp"))


async def test_the_next_cry_of_somebody_abroad_gets_the_numbers_for_abroad(chat: Chat) -> None:
    session = (await chat(text=CAPTIVE))["session"]
    again = await chat(session, text="họ sắp về rồi cứu em")
    assert "981 84 84 84" in again["messages"][0]["text"]


async def test_a_typed_title_or_number_is_a_press(chat: Chat) -> None:
    for typed in ("Làm câu đố", "lam cau do"):
        session = (await chat(text="menu"))["session"]
        assert "Câu 1/10" in words(await chat(session, text=typed))
    menu = await chat(text="menu")
    titles = [b["title"] for b in menu["messages"][-1]["buttons"]]
    number = str(titles.index("Làm câu đố") + 1)
    assert "Câu 1/10" in words(await chat(menu["session"], text=number))


async def test_a_receipt_alone_is_looked_up(chat: Chat) -> None:
    for receipt in ("8309 2998 7554 6650", "8309299875546650"):
        answer = words(await chat(text=receipt))
        assert "mã" in answer.lower()
        assert "Tôi muốn hiểu đúng ý bạn" not in answer


@pytest.mark.parametrize("yes", ["xóa", "có", "Xóa", "dong y"])
async def test_erasing_can_be_confirmed_by_typing(chat: Chat, yes: str) -> None:
    session = (await chat(text="xóa"))["session"]
    assert "Đã xóa" in words(await chat(session, text=yes))


@pytest.mark.parametrize("no", ["không", "thôi", "Không xóa", "khoan đã"])
async def test_anything_else_erases_nothing(chat: Chat, no: str) -> None:
    session = (await chat(text="xóa"))["session"]
    assert "Chưa xóa" in words(await chat(session, text=no))


@pytest.mark.parametrize(
    ("said", "intent"),
    [
        ("nó tố cáo tao à", "report_trafficking"),
        ("xem lại tin nhắn", "follow_up"),
        ("khai ra coi", "human"),
    ],
)
async def test_a_stranger_on_the_phone_is_told_nothing_for_a_while(
    chat: Chat, nlu: FakeNlu, said: str, intent: str
) -> None:
    nlu.intents[said] = intent
    session = (await chat(text=CAPTIVE))["session"]
    neutral = words(await chat(session, text="đây là ai vậy"))
    assert "111" not in neutral
    answer = await chat(session, text=said)
    assert words(answer) == neutral
    assert not answer["messages"][0]["buttons"]


async def test_after_a_stranger_a_cry_for_help_is_heard_again(chat: Chat) -> None:
    session = (await chat(text="mày nhắn cho ai vậy"))["session"]
    assert "113" in words(await chat(session, text="cứu em với họ đánh em"))


async def test_where_somebody_is_held_is_still_known_after_the_stranger(
    chat: Chat, nlu: FakeNlu
) -> None:
    nlu.intents["ờ vậy hả"] = "out_of_scope"
    session = (await chat(text=CAPTIVE))["session"]
    await chat(session, text="đây là ai vậy")
    assert "981 84 84 84" not in words(await chat(session, text="ờ vậy hả"))
    assert "981 84 84 84" in words(await chat(session, text="cứu em với họ đánh em"))


async def test_an_unsure_question_about_a_known_trick_gets_its_card(
    chat: Chat, nlu: FakeNlu
) -> None:
    nlu.rankings["bán thận bao tiền"] = [("report_trafficking", 0.3), ("ask_law", 0.25)]
    answer = words(await chat(text="bán thận bao tiền"))
    assert "111" in answer
    assert "hiểu đúng ý bạn" not in answer


async def test_whoever_came_to_the_form_by_mistake_may_leave(chat: Chat, nlu: FakeNlu) -> None:
    nlu.intents["tội mua bán người phạt mấy năm tù"] = "ask_law"
    session = (await chat(text="Báo cáo vụ việc"))["session"]
    law = words(await chat(session, text="tội mua bán người phạt mấy năm tù"))
    assert "Điều 150" in law
    session = (await chat(text="Báo cáo vụ việc"))["session"]
    assert "Câu 1/10" in words(await chat(session, text="Làm câu đố"))

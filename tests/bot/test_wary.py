"""Danger that is not certain: the answer is the likelier one's, and ends with the numbers."""

from collections.abc import Mapping
from typing import Any

import pytest

from bot.special import names_numbers, with_numbers
from content.loader import Content
from handlers.turn import Reply
from tests.bot.conftest import Chat
from tests.support.clock import Clock
from tests.support.fake_nlu import FakeNlu

QUIET_SON = "con tôi bên đó dạo này ít gọi về"
SOME = [("job_offer", 0.85), ("danger_now", 0.12)]


def first(answer: Mapping[str, Any]) -> str:
    text: str = answer["messages"][0]["text"]
    return text


@pytest.fixture
def line(content: Content) -> str:
    return content.say("conversation.if_danger")


async def test_the_first_reply_ends_with_the_numbers(chat: Chat, nlu: FakeNlu, line: str) -> None:
    nlu.rankings[QUIET_SON] = SOME
    answer = await chat(text=QUIET_SON)
    assert first(answer).endswith(line)
    assert not first(answer).startswith(line)


async def test_without_any_danger_they_are_left_out(chat: Chat, nlu: FakeNlu, line: str) -> None:
    nlu.rankings[QUIET_SON] = [("job_offer", 0.95), ("danger_now", 0.01)]
    assert line not in first(await chat(text=QUIET_SON))


async def test_they_are_not_repeated_while_they_stand_above(
    chat: Chat, nlu: FakeNlu, clock: Clock, line: str
) -> None:
    nlu.rankings[QUIET_SON] = SOME
    session = (await chat(text=QUIET_SON))["session"]
    assert line not in first(await chat(session, text=QUIET_SON))
    clock.forward(minutes=11)
    assert line in first(await chat(session, text=QUIET_SON))


async def test_they_do_not_come_into_a_quiz(chat: Chat, nlu: FakeNlu, line: str) -> None:
    session = (await chat(text="Làm câu đố"))["session"]
    nlu.rankings["đáp án nào"] = SOME
    assert line not in first(await chat(session, text="đáp án nào"))


async def test_whoever_reads_along_is_told_nothing(chat: Chat, nlu: FakeNlu, line: str) -> None:
    stranger = "sdt này của ai, nó nhắn gì cho mấy người"
    nlu.rankings[stranger] = nlu.rankings["ờ"] = [("deny", 0.6), ("danger_now", 0.12)]
    seen = await chat(text=stranger)
    assert "113" not in first(seen)
    assert "113" not in first(await chat(seen["session"], text="ờ"))


def test_a_reply_that_names_them_is_left_as_it_is(content: Content, line: str) -> None:
    for text in (content.say("conversation.unsure"), content.say("conversation.media")):
        assert with_numbers(content, [Reply(text)]) == [Reply(text)]
    longer = with_numbers(content, [Reply("Số 0111 và 1130 không phải."), Reply("b")])
    assert longer[0].text.endswith(line)
    assert names_numbers(content, longer[0])
    assert longer[1].text == "b"

"""A button's title, typed or sent by the page's first buttons, is that button."""

import pytest

from content.loader import Content
from handlers.services import SERVICES
from tests.bot.conftest import Chat
from tests.bot.test_chat_api import words

QUICK = ("danger", "scam", "job", "report", "hotline", "support", "law", "quiz")


@pytest.mark.parametrize("name", QUICK)
async def test_every_quick_button_starts_its_service(
    chat: Chat, content: Content, name: str
) -> None:
    title = content.say(f"page.quick_{name}")
    typed, pressed = await chat(text=title), await chat(text=title.upper() + "!")
    assert words(typed) == words(pressed)
    assert "chưa có câu trả lời" not in words(typed)
    assert "chưa giúp được" not in words(typed)


def test_every_choice_names_a_service(content: Content) -> None:
    named = [key for key in content.messages if key.startswith("conversation.choose_")]
    assert {key.removeprefix("conversation.choose_") for key in named} <= set(SERVICES)

"""Menu, small talk, human and out of scope: honest, short, and always with a way on."""

from datetime import UTC, datetime
from types import ModuleType

import pytest

from content.loader import Content
from handlers import human, menu, out_of_scope, small_talk
from handlers.services import SERVICES
from tests.support.turns import button_names, said, turn, urls


async def test_the_menu_offers_every_service_that_can_be_started(content: Content) -> None:
    replies = await menu.handle(turn(content, action=("menu.start", "")))
    passive = {"menu", "small_talk", "out_of_scope"}
    assert set(button_names(replies)) == {f"{name}.start" for name in SERVICES.keys() - passive}
    assert urls(replies) == ["tel:111", "tel:113"]


async def test_menu_titles_fit_on_a_phone(content: Content) -> None:
    assert all(len(button.title) <= 24 for button in menu.buttons(content))


async def test_a_greeting_says_it_is_a_machine_and_offers_everything(content: Content) -> None:
    replies = await small_talk.handle(turn(content, "chào bạn", intent="greet"))
    assert "Tôi là trợ lý tự động, không phải cán bộ hay công an" in said(replies)
    assert button_names(replies) == [button.name for button in menu.buttons(content)]


@pytest.mark.parametrize("intent", ["greet", "thanks", "goodbye", "affirm", "deny"])
async def test_small_talk_always_leads_on(content: Content, intent: str) -> None:
    replies = await small_talk.handle(turn(content, "dạ", intent=intent))
    assert said(replies) == content.say(f"small_talk.{intent}")
    assert "menu.start" in button_names(replies) or "report.start" in button_names(replies)


async def test_a_goodbye_promises_not_to_text_first(content: Content) -> None:
    replies = await small_talk.handle(turn(content, "tạm biệt", intent="goodbye"))
    assert "không tự nhắn cho bạn trước" in said(replies)


async def test_small_talk_started_by_a_button_greets(content: Content) -> None:
    replies = await small_talk.handle(
        turn(content, action=("small_talk.start", ""), intent="out_of_scope")
    )
    assert "trợ lý tự động" in said(replies)


@pytest.mark.parametrize("action", [None, ("human.start", "")])
async def test_whoever_wants_a_person_learns_how_to_reach_one(
    content: Content, action: tuple[str, str] | None
) -> None:
    replies = await human.handle(turn(content, "cho gặp người thật", action=action, intent="human"))
    told = said(replies)
    assert "không phải cán bộ hay công an" in told
    assert "chưa có người trực" in told
    assert "134/2025/QH15" not in told
    assert "mã biên nhận" in told
    assert urls(replies)[0] == "tel:111"
    assert {"report.start", "follow_up.start"} <= set(button_names(replies))
    assert len(told) <= 1000


@pytest.mark.parametrize("text", ["bạn có phải AI không", "ban la nguoi hay may", "bạn là ai"])
@pytest.mark.parametrize("service", [human, out_of_scope])
async def test_whoever_asks_is_told_that_this_is_a_machine_and_why(
    content: Content, service: ModuleType, text: str
) -> None:
    told = said(await service.handle(turn(content, text, intent="out_of_scope")))
    assert "một chương trình máy tính" in told
    assert "134/2025/QH15" in told


async def test_an_unreviewed_law_leaves_the_plain_answer(content: Content) -> None:
    late = datetime(2028, 1, 1, tzinfo=UTC)
    told = said(await human.handle(turn(content, "bạn là robot hả", intent="human", now=late)))
    assert "134/2025/QH15" not in told
    assert "trợ lý tự động" in told


@pytest.mark.parametrize("text", ["thời tiết hôm nay", "đồ ngu", "hello, how are you?", "🙂"])
async def test_out_of_scope_is_kind_and_leads_back(content: Content, text: str) -> None:
    replies = await out_of_scope.handle(turn(content, text, intent="out_of_scope"))
    assert len(said(replies)) <= 400
    assert "111" in said(replies)
    assert "menu.start" in button_names(replies)


@pytest.mark.parametrize(
    "text", ["hello, how are you?", "can you help me", "Please help, I am lost"]
)
async def test_english_gets_two_english_sentences_with_numbers(content: Content, text: str) -> None:
    told = said(await out_of_scope.handle(turn(content, text, intent="out_of_scope")))
    assert told.count(". ") == 1
    assert "understands Vietnamese only" in told
    assert "113" in told
    assert "111" in told


@pytest.mark.parametrize("text", ["a do me", "anh can gi", "hi em", "to me do", "ok"])
async def test_vietnamese_without_marks_is_not_taken_for_english(
    content: Content, text: str
) -> None:
    told = said(await out_of_scope.handle(turn(content, text, intent="out_of_scope")))
    assert told == content.say("out_of_scope.start")


async def test_what_may_stand_on_a_lock_screen_is_neutral(content: Content) -> None:
    for key in ("out_of_scope.start", "out_of_scope.english", "small_talk.greet"):
        assert "mua bán người" not in content.say(key)
        assert "traffick" not in content.say(key)

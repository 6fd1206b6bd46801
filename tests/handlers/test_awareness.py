"""Each trick has its signs, do, don't, whom to call, source and date; old ones are not told."""

from datetime import UTC, datetime

import pytest

from content.loader import Content
from handlers import awareness
from tests.support.turns import button_names, said, turn, urls

LATE = datetime(2028, 1, 1, tzinfo=UTC)


@pytest.mark.parametrize("name", [f"T{number}" for number in range(1, 14)])
async def test_a_trick_is_told_on_three_cards(content: Content, name: str) -> None:
    trick = content.typologies[name]
    signs, do, dont = await awareness.handle(turn(content, action=("awareness.topic", name)))
    assert trick.summary in signs.text
    assert all(line in signs.text for line in trick.signs)
    assert all(line in do.text for line in trick.do)
    assert all(line in dont.text for line in trick.dont)
    assert trick.sources[0].title in dont.text
    assert f"{trick.reviewed:%d/%m/%Y}" in dont.text
    assert content.hotlines[trick.hotlines[0]].display in dont.text
    assert [link.url for link in dont.links]


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("bat coc online la gi", "T2"),
        ("lam sao tranh bay viec nhe luong cao", "T1"),
        ("lừa lấy chồng trung quốc", "T3"),
        ("thủ đoạn mua bán trẻ sơ sinh", "T4"),
        ("mang thai hộ có rủi ro gì", "T5"),
        ("chiêu bán thận", "T6"),
        ("quán karaoke ép tiếp khách", "T7"),
        ("đi làm ngư phủ bị lừa", "T8"),
        ("thủ đoạn lừa đảo xuất khẩu lao động", "T9"),
        ("học bổng giả", "T10"),
        ("deepfake là gì", "T11"),
        ("trẻ em bị ép ăn xin", "T12"),
        ("bị dọa tung ảnh nóng thì phòng thế nào", "T13"),
    ],
)
async def test_the_trick_is_found_in_the_text(content: Content, text: str, name: str) -> None:
    replies = await awareness.handle(turn(content, text, intent="ask_prevention"))
    assert content.typologies[name].summary in said(replies)


async def test_travel_to_cambodia_is_not_taken_for_a_trick(content: Content) -> None:
    replies = await awareness.handle(turn(content, "đi du lịch campuchia cần gì"))
    assert content.typologies["T1"].summary not in said(replies)


async def test_parents_get_advice_for_children(content: Content) -> None:
    replies = await awareness.handle(turn(content, "dạy con tránh người lạ thế nào"))
    assert content.advice["children"].answer in said(replies)


async def test_other_questions_get_general_advice_with_source_and_topics(content: Content) -> None:
    replies = await awareness.handle(
        turn(content, "làm sao để không bị lừa", intent="ask_prevention")
    )
    assert content.advice["general"].answer in said(replies)
    assert "Nguồn:" in said(replies)
    assert "awareness.topic" in button_names(replies)


async def test_the_pages_together_offer_everything_once(content: Content) -> None:
    offered: list[str] = []
    page: str | None = "0"
    while page is not None:
        [reply] = await awareness.handle(turn(content, action=("awareness.page", page)))
        offered += [b.value for b in reply.buttons if b.name == "awareness.topic"]
        page = next((b.value for b in reply.buttons if b.name == "awareness.page"), None)
    assert sorted(offered) == sorted([*content.typologies, *content.advice])


@pytest.mark.parametrize("value", ["", "-1", "99999999999", "một", "²"])
async def test_a_strange_page_shows_topics(content: Content, value: str) -> None:
    assert button_names(await awareness.handle(turn(content, action=("awareness.page", value))))


async def test_a_trick_past_its_review_date_is_not_told(content: Content) -> None:
    replies = await awareness.handle(turn(content, "bắt cóc online là gì", now=LATE))
    assert content.typologies["T2"].summary not in said(replies)
    assert "đang được kiểm tra lại" in said(replies)
    assert "tel:111" in urls(replies)
    assert "awareness.topic" not in button_names(replies)


async def test_old_general_advice_is_not_told(content: Content) -> None:
    replies = await awareness.handle(turn(content, "làm sao để không bị lừa", now=LATE))
    assert content.advice["general"].answer not in said(replies)


@pytest.mark.parametrize("action", [("awareness.start", ""), ("awareness.topic", "T99")])
async def test_start_and_unknown_topics_offer_topics(
    content: Content, action: tuple[str, str]
) -> None:
    assert "awareness.topic" in button_names(await awareness.handle(turn(content, action=action)))

"""Each trick has its signs, do, don't, whom to call, source and date; old ones are not told."""

from datetime import UTC, datetime
from types import ModuleType

import pytest

from content.loader import Content
from handlers import awareness, job_offer, law, out_of_scope, scam_check, support
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


WISHES = [
    ("em cần tiền gấp muốn bán thận", "T6"),
    ("bán thận bao tiền", "T6"),
    ("hẹn qua thái mổ trả 800tr", "T6"),
    ("có bà mối hỏi lấy chồng TQ 100tr", "T3"),
    ("có nên lấy chồng Hàn qua môi giới", "T3"),
    ("người yêu quen mạng rủ qua thái", "T13"),
    ("bán con được bao nhiêu tiền", "T4"),
    ("hàng xóm bế đứa bé lạ về", "T4"),
]


@pytest.mark.parametrize("service", [scam_check, law, support, out_of_scope, job_offer])
@pytest.mark.parametrize(("text", "name"), WISHES)
async def test_a_dangerous_wish_finds_its_card_from_any_service(
    content: Content, service: ModuleType, text: str, name: str
) -> None:
    replies = await service.handle(turn(content, text))
    assert "111" in replies[0].text
    assert replies[0].links[0].url == "tel:111"
    assert content.typologies[name].summary in said(replies)


async def test_whoever_would_sell_a_kidney_is_asked_gently_about_debt(content: Content) -> None:
    replies = await out_of_scope.handle(turn(content, "em cần tiền gấp muốn bán thận"))
    assert "bị đòi nợ" in replies[0].text
    assert "bạn không có lỗi" in replies[0].text


@pytest.mark.parametrize(
    "text",
    [
        "mua thận heo về xào cần làm sạch mùi hôi kiểu gì",
        "bán em bé búp bê biết khóc",
        "anh ay ban than voi con ban e",
        "đọc truyện tổng tài cưỡng ép kết hôn",
        "bán trứng gà",
        "đi tàu ra đảo chơi",
        "mẹ cho con bú",
    ],
)
async def test_ordinary_words_are_no_dangerous_wish(content: Content, text: str) -> None:
    assert awareness.card_for(turn(content, text)) is None


@pytest.mark.parametrize("service", [scam_check, law, support, out_of_scope, job_offer])
async def test_police_who_say_wait_are_no_false_police(
    content: Content, service: ModuleType
) -> None:
    replies = await service.handle(turn(content, "công an bảo đợi 24h mới nhận có đúng ko"))
    assert content.advice["no_waiting"].answer in said(replies)
    assert {"tel:111", "tel:113"} <= set(urls(replies))


async def test_an_old_card_is_not_offered_from_elsewhere(content: Content) -> None:
    assert awareness.card_for(turn(content, "bán thận bao tiền", now=LATE)) is None


async def test_a_source_names_its_date_once(content: Content) -> None:
    for trick in content.typologies.values():
        for source in trick.sources:
            assert source.date is None or f"{source.date.year})" not in source.title, trick.id

"""Whom to call: the right numbers for the situation, and none that is out of date."""

from datetime import UTC, datetime

import pytest

from content.loader import Content
from handlers import hotline
from tests.support.turns import button_names, said, turn, urls

LATE = datetime(2028, 1, 1, tzinfo=UTC)


async def test_the_first_answer_holds_the_numbers_to_remember(content: Content) -> None:
    replies = await hotline.handle(turn(content, action=("hotline.start", "")))
    assert urls(replies) == ["tel:111", "tel:113", "tel:115"]
    assert "miễn phí" in said(replies)
    assert "cuộc gọi được ghi âm" in said(replies)
    assert button_names(replies).count("hotline.situation") == len(content.situations)


@pytest.mark.parametrize(
    ("text", "first"),
    [
        ("dang o campuchia goi so nao", "tel:+84981848484"),
        ("số đại sứ quán là gì", "tel:+84981848484"),
        ("vừa chuyển khoản cho lừa đảo thì gọi ai", "tel:113"),
        ("so dien thoai cho tre em", "tel:111"),
        ("bị số lạ gọi làm phiền báo ở đâu", "tel:156"),
        ("phụ nữ cần chỗ tạm lánh gọi số nào", "tel:1900969680"),
        ("toi muon bao cong an", "tel:113"),
        ("so 111 goi co mat tien khong", "tel:111"),
        ("số cục quản lý lao động ngoài nước", "tel:111"),
    ],
)
async def test_the_situation_is_read_from_the_text(content: Content, text: str, first: str) -> None:
    assert urls(await hotline.handle(turn(content, text, intent="hotline")))[0] == first


async def test_money_just_sent_says_bank_before_police(content: Content) -> None:
    told = said(await hotline.handle(turn(content, action=("hotline.situation", "money"))))
    assert told.index("NGÂN HÀNG") < told.index("công an")


async def test_abroad_says_that_short_numbers_may_not_work(content: Content) -> None:
    replies = await hotline.handle(turn(content, action=("hotline.situation", "abroad")))
    assert "thường không gọi được" in said(replies)
    assert "+84 965 41 11 18" in said(replies)
    assert "tel:111" not in urls(replies)


async def test_an_sms_only_number_has_no_call_link(content: Content) -> None:
    replies = await hotline.handle(turn(content, action=("hotline.situation", "suspicious")))
    assert "5656" in said(replies)
    assert urls(replies) == ["tel:156"]


@pytest.mark.parametrize(
    "situation", ["vietnam", "abroad", "child", "money", "suspicious", "shelter"]
)
async def test_every_number_says_hours_and_cost_in_a_short_reply(
    content: Content, situation: str
) -> None:
    replies = await hotline.handle(turn(content, action=("hotline.situation", situation)))
    for name in content.situations[situation].hotlines:
        line = content.hotlines[name]
        assert all(part in said(replies) for part in (line.display, line.hours, line.cost))
    assert len(said(replies)) <= 1000


@pytest.mark.parametrize("situation", ["abroad", "suspicious", "shelter"])
async def test_a_number_past_its_review_date_disappears_and_111_stays(
    content: Content, situation: str
) -> None:
    replies = await hotline.handle(turn(content, action=("hotline.situation", situation), now=LATE))
    for line in content.hotlines.values():
        assert line.evergreen or line.display not in said(replies)
    assert "tel:111" in urls(replies)
    assert "đang được kiểm tra lại" in said(replies)


@pytest.mark.parametrize("action", [("hotline.situation", "nowhere"), ("hotline.unknown", "")])
async def test_a_strange_button_gives_the_numbers_to_remember(
    content: Content, action: tuple[str, str]
) -> None:
    assert "tel:111" in urls(await hotline.handle(turn(content, action=action)))


async def test_a_text_without_situation_gives_the_numbers_to_remember(content: Content) -> None:
    replies = await hotline.handle(turn(content, "cho xin số", intent="hotline"))
    assert urls(replies) == ["tel:111", "tel:113", "tel:115"]

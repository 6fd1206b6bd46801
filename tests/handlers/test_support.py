"""People who were harmed get a way to begin, no blame and no promise."""

from datetime import UTC, datetime

import pytest

from content.loader import Content
from handlers import support
from tests.support.turns import button_names, said, turn, urls

LATE = datetime(2028, 1, 1, tzinfo=UTC)


async def test_the_first_word_is_that_it_is_not_their_fault(content: Content) -> None:
    replies = await support.handle(turn(content, "giúp mình với nhé", intent="victim_support"))
    assert "bạn không có lỗi" in said(replies)
    assert urls(replies) == ["tel:111", "tel:113"]
    assert "support.topic" in button_names(replies)


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("em mới trốn về giờ phải làm gì", "start"),
        ("co cho o tam lanh khong", "shelter"),
        ("cần luật sư giúp", "legal_aid"),
        ("em bị ám ảnh mất ngủ", "health"),
        ("muốn học nghề", "school_work"),
        ("mất hộ chiếu làm sao về việt nam", "papers_home"),
        ("bị ép lừa người ta có bị đi tù không", "forced"),
        ("sợ tụi nó trả thù", "protection"),
        ("hàng xóm dị nghị quá", "family"),
        ("được hỗ trợ tiền không", "rights"),
    ],
)
async def test_the_need_is_read_from_the_text(content: Content, text: str, name: str) -> None:
    assert content.support[name].answer in said(await support.handle(turn(content, text)))


async def test_every_answer_has_source_and_stays_short(content: Content) -> None:
    for name, topic in content.support.items():
        replies = await support.handle(turn(content, action=("support.topic", name)))
        assert topic.sources[0].title in said(replies)
        assert len(said(replies)) <= 1000, name
        assert "tel:111" in urls(replies)


def test_nothing_is_promised_and_nobody_blamed(content: Content) -> None:
    told = " ".join(topic.answer for topic in content.support.values()).lower()
    for word in ("chắc chắn được", "sẽ không bị", "cam kết", "đảm bảo bạn", "cả tin", "vì tham"):
        assert word not in told


async def test_an_answer_past_its_review_date_is_not_told(content: Content) -> None:
    replies = await support.handle(turn(content, action=("support.topic", "rights"), now=LATE))
    assert content.support["rights"].answer not in said(replies)
    assert "tel:111" in urls(replies)


@pytest.mark.parametrize(
    "action", [("support.start", ""), ("support.topic", "x"), ("support.page", "1")]
)
async def test_buttons_lead_to_topics(content: Content, action: tuple[str, str]) -> None:
    assert "support.topic" in button_names(await support.handle(turn(content, action=action)))

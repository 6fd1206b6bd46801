"""The law is told with article, source, date and its limits; what is unverified is not told."""

from datetime import UTC, datetime

import pytest

from content.loader import Content
from handlers import law
from tests.support.turns import button_names, said, turn, urls

LATE = datetime(2028, 1, 1, tzinfo=UTC)


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("mua bán người là gì", "definition"),
        ("the nao la mua ban nguoi", "definition"),
        ("buon nguoi bi phat bao nhieu nam tu", "penalties"),
        ("mức án tội mua bán người", "penalties"),
        ("duoi 18 tuoi tu nguyen di thi co sao khong", "under_18"),
        ("biết mà không tố giác có sao không", "report_duty"),
        ("tố giác ở đâu", "report_duty"),
        ("nạn nhân được hưởng quyền gì", "victim_rights"),
        ("bao lau thi cong an giai quyet", "time_limits"),
        ("thu tiền môi giới có đúng luật không", "brokerage_fee"),
        ("ép kết hôn có phải mua bán người không", "forced"),
        ("thông tin cá nhân của tôi có bị lộ không", "data_rights"),
        ("có luật sư miễn phí không", "legal_aid"),
        ("hành vi nào bị nghiêm cấm", "prohibited"),
        ("30/7 là ngày gì", "national_day"),
        ("tố giác sai có sao không", "how_to_report"),
        ("mang thai hộ có phạm luật", "organs_births"),
        ("không tố giác có bị phạt không", "report_duty"),
        ("16-18 tuổi thì sao", "under_18"),
        ("luật có hiệu lực khi nào", "in_force"),
        ("hieu luc tu ngay nao", "in_force"),
        ("bao lâu được giải quyết", "time_limits"),
        ("ngày 30/7 là ngày gì", "national_day"),
        ("nghị định 13 còn hiệu lực không", "data_rights"),
        ("phí 120tr có đúng luật ko", "brokerage_fee"),
        ("bao đậu eps 100% đóng 50tr", "brokerage_fee"),
        ("du lịch rồi chuyển visa", "brokerage_fee"),
        ("phí môi giới bao nhiêu", "brokerage_fee"),
        ("tiền ký quỹ", "brokerage_fee"),
        ("bạn có phải AI không", "ai_disclosure"),
    ],
)
async def test_the_question_finds_its_article(content: Content, text: str, name: str) -> None:
    [reply] = await law.handle(turn(content, text, intent="ask_law"))
    assert content.law[name].answer in reply.text


async def test_every_answer_names_source_date_limits_and_free_aid(content: Content) -> None:
    for name, topic in content.law.items():
        told = said(await law.handle(turn(content, action=("law.topic", name))))
        assert topic.answer in told
        assert topic.sources[0].title in told
        assert f"{topic.reviewed:%d/%m/%Y}" in told
        assert "thông tin tham khảo, không thay tư vấn luật sư" in told
        assert "trợ giúp pháp lý miễn phí" in told


async def test_the_penalties_are_the_verified_ones(content: Content) -> None:
    told = said(await law.handle(turn(content, action=("law.topic", "penalties"))))
    for part in (
        "Điều 150",
        "5 đến 10 năm",
        "12 đến 20 năm",
        "Điều 151",
        "7 đến 12 năm",
        "chung thân",
    ):
        assert part in told


async def test_no_unverified_article_or_amount_is_told(content: Content) -> None:
    told = " ".join(topic.answer for topic in content.law.values())
    for article in ("152", "153", "154", "174", "187", "297", "327", "348", "349"):
        assert f"Điều {article}" not in told
    assert "tháng lương" not in told


async def test_forced_people_get_no_promise_of_immunity(content: Content) -> None:
    told = said(await law.handle(turn(content, "bị ép phạm tội có bị phạt không")))
    assert "nói rõ điều đó ngay từ đầu" in told
    assert "không thể hứa" in told
    assert "sẽ không bị" not in told


async def test_an_unknown_question_is_not_guessed(content: Content) -> None:
    replies = await law.handle(turn(content, "ly hôn chia tài sản ra sao nhỉ", intent="ask_law"))
    assert "không đoán" in said(replies)
    assert "law.topic" in button_names(replies)


async def test_an_article_past_its_review_date_is_not_told(content: Content) -> None:
    replies = await law.handle(turn(content, action=("law.topic", "penalties"), now=LATE))
    assert "Điều 150" not in said(replies)
    assert "đang được kiểm tra lại" in said(replies)
    assert "tel:111" in urls(replies)


async def test_close_articles_are_offered_too(content: Content) -> None:
    [reply] = await law.handle(turn(content, "mức án mua bán người dưới 18 tuổi tự nguyện đi"))
    assert "law.topic" in [button.name for button in reply.buttons]


@pytest.mark.parametrize("action", [("law.start", ""), ("law.topic", "nothing"), ("law.page", "1")])
async def test_buttons_lead_to_topics(content: Content, action: tuple[str, str]) -> None:
    assert "law.topic" in button_names(await law.handle(turn(content, action=action)))


async def test_the_first_page_begins_with_what_people_ask_first(content: Content) -> None:
    [reply] = await law.handle(turn(content, action=("law.start", "")))
    assert [b.value for b in reply.buttons][:3] == ["definition", "victim_rights", "penalties"]


async def test_the_pages_together_offer_every_article_once(content: Content) -> None:
    offered: list[str] = []
    page: str | None = "0"
    while page is not None:
        [reply] = await law.handle(turn(content, action=("law.page", page)))
        offered += [b.value for b in reply.buttons if b.name == "law.topic"]
        page = next((b.value for b in reply.buttons if b.name == "law.page"), None)
    assert sorted(offered) == sorted(content.law)


async def test_the_old_data_decree_is_said_to_be_replaced(content: Content) -> None:
    told = said(await law.handle(turn(content, action=("law.topic", "data_rights"))))
    assert "13/2023/NĐ-CP không còn hiệu lực" in told
    assert "356/2025/NĐ-CP" in told

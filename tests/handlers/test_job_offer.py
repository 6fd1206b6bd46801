"""A pasted advert: its signs, a verdict in degrees, lawful fees, what to ask for."""

import pytest

from content.loader import Content
from handlers import job_offer
from handlers.turn import State, Turn
from tests.support.turns import button_names, said, turn, urls

LURE = (
    "Tuyen gap nv cskh game ben campuchia luong 1000$ ko can bang cap bao an o bao ve may bay, "
    "di lien trong dem nay, ib zalo"
)
ORDINARY = (
    "Công ty may An Phước tuyển công nhân từ 18 tuổi, lương 8 triệu, ký hợp đồng và đóng bảo "
    "hiểm từ ngày đầu, nộp hồ sơ tại phòng nhân sự số 10 Trần Phú."
)


def pasted(content: Content, text: str) -> Turn:
    return turn(content, text, state=State("job_offer", "paste"))


async def test_a_bare_question_is_invited_to_paste(content: Content) -> None:
    now = turn(content, "việc này có thật không")
    replies = await job_offer.handle(now)
    assert (now.state.flow, now.state.step) == ("job_offer", "paste")
    assert "dán" in said(replies)
    assert said(replies).count("•") == 3


@pytest.mark.parametrize("name", ["start", "again"])
async def test_the_buttons_open_the_paste_step(content: Content, name: str) -> None:
    now = turn(content, action=(f"job_offer.{name}", ""))
    await job_offer.handle(now)
    assert (now.state.flow, now.state.step) == ("job_offer", "paste")


async def test_a_lure_is_explained_and_warned_of(content: Content) -> None:
    now = turn(content, LURE)
    replies = await job_offer.handle(now)
    assert content.job_signs["scam_region"].explain in replies[0].text
    assert "rất đáng lo" in replies[0].text
    assert replies[0].text.count("•") <= 7
    assert now.state.flow is None


async def test_a_lure_abroad_that_leaves_at_once_points_to_111(content: Content) -> None:
    replies = await job_offer.handle(turn(content, LURE))
    assert content.say("job_offer.leaving") in said(replies)
    assert "tel:111" in urls(replies)


async def test_a_lure_at_home_does_not_speak_of_leaving(content: Content) -> None:
    replies = await job_offer.handle(turn(content, "tuyển gấp nữ phục vụ karaoke lương 15tr"))
    assert content.say("job_offer.leaving") not in said(replies)


async def test_fees_licence_and_next_steps_are_told(content: Content) -> None:
    replies = await job_offer.handle(turn(content, LURE))
    text = said(replies)
    assert "Luật 69/2020 (Điều 7) cấm thu tiền môi giới" in text
    assert "phiếu thu" in text
    assert job_offer.LICENCES in urls(replies)
    assert {"report.start", "hotline.start", "job_offer.again", "awareness.topic"} <= set(
        button_names(replies)
    )


async def test_nothing_found_is_never_called_safe(content: Content) -> None:
    now = pasted(content, ORDINARY)
    replies = await job_offer.handle(now)
    assert "chưa thấy dấu hiệu trong đoạn này, nhưng" in replies[0].text
    assert "an toàn" not in said(replies)
    assert now.state.flow is None


async def test_a_short_paste_is_read_too(content: Content) -> None:
    replies = await job_offer.handle(pasted(content, "may giày, Bình Dương"))
    assert "chưa thấy dấu hiệu" in replies[0].text


async def test_degrees_follow_the_signs(content: Content) -> None:
    weak = await job_offer.handle(pasted(content, "rủ thêm bạn được thưởng 5 triệu"))
    middle = await job_offer.handle(pasted(content, "qua tới nơi mới ký hợp đồng"))
    assert content.say("job_offer.verdict_low", count=1) in weak[0].text
    assert content.say("job_offer.verdict_medium", count=1) in middle[0].text


async def test_the_topic_button_fits_what_was_found(content: Content) -> None:
    replies = await job_offer.handle(pasted(content, "đi ghe làm ngư phủ lương 20 triệu"))
    topics = [b.value for r in replies for b in r.buttons if b.name == "awareness.topic"]
    assert topics == ["T8"]
    assert topics[0] in content.typologies


async def test_replies_fit_a_phone(content: Content) -> None:
    everything = ". ".join(text for sign in content.job_signs.values() for text in sign.matches)
    replies = await job_offer.handle(pasted(content, everything))
    assert all(len(reply.text) <= 1200 for reply in replies)
    assert "dấu hiệu khác" in replies[0].text


async def test_a_sign_past_its_review_date_is_not_told(content: Content) -> None:
    now = pasted(content, LURE)
    now.now = now.now.replace(year=2099)
    assert "chưa thấy dấu hiệu" in (await job_offer.handle(now))[0].text


@pytest.mark.parametrize(
    "text",
    ["em đi rồi thì sao", "xóa tin nhắn trên máy thế nào", "có nên đi không"],
)
async def test_a_bare_question_gets_no_verdict_but_buttons(content: Content, text: str) -> None:
    now = pasted(content, text)
    replies = await job_offer.handle(now)
    assert "đoạn này" not in said(replies).lower()
    assert {"job_offer.licence", "law.topic", "hotline.start"} <= set(button_names(replies))
    assert now.state.flow == "job_offer"


@pytest.mark.parametrize("text", ["công ty này có giấy phép ko", "giay phep kiem tra o dau"])
async def test_a_question_for_the_licence_is_told_how_to_check(content: Content, text: str) -> None:
    replies = await job_offer.handle(pasted(content, text))
    assert replies[0].text == content.say("job_offer.licence")
    assert urls(replies) == [job_offer.LICENCES]
    pressed = await job_offer.handle(turn(content, action=("job_offer.licence", "")))
    assert pressed[0].text == content.say("job_offer.licence")


@pytest.mark.parametrize(
    "text", ["vậy tối đa bao nhiêu", "phí 120tr có đúng luật ko", "phí môi giới bao nhiêu"]
)
async def test_a_question_for_the_fee_gets_the_law(content: Content, text: str) -> None:
    replies = await job_offer.handle(pasted(content, text))
    assert content.law["brokerage_fee"].answer in said(replies)


@pytest.mark.parametrize("text", ["bao đậu eps 100% đóng 50tr", "du lịch rồi chuyển visa"])
async def test_a_doubtful_way_abroad_offers_the_card_on_fees(content: Content, text: str) -> None:
    replies = await job_offer.handle(pasted(content, text))
    assert "T9" in [b.value for r in replies for b in r.buttons]


async def test_work_at_home_gets_advice_for_home(content: Content) -> None:
    replies = await job_offer.handle(pasted(content, ORDINARY))
    assert content.say("job_offer.advice_home") in said(replies)
    assert "dolab" not in said(replies)
    assert urls(replies) == []
    assert "travel" in [b.value for r in replies for b in r.buttons]


async def test_an_invitation_has_buttons(content: Content) -> None:
    replies = await job_offer.handle(turn(content, action=("job_offer.start", "")))
    assert "menu.start" in button_names(replies)

"""A suspicious message: its signs, what to do now; and what to do when money has gone."""

import pytest

from content.loader import Content
from content.schema import Category
from handlers import scam_check
from handlers.turn import Priority, State, Turn, Understanding
from tests.support.turns import button_names, said, turn, urls

FAKE_BANK = (
    "VCB: tai khoan cua quy khach se bi khoa, vui long truy cap link https://vcb-xacminh.example "
    "va nhap ma OTP de xac minh"
)


def pasted(content: Content, text: str) -> Turn:
    return turn(content, text, state=State("scam_check", "paste"))


async def test_a_bare_question_is_invited_to_paste(content: Content) -> None:
    now = turn(content, "có phải lừa không")
    replies = await scam_check.handle(now)
    assert (now.state.flow, now.state.step) == ("scam_check", "paste")
    assert button_names(replies) == ["scam_check.lost"]


@pytest.mark.parametrize("name", ["start", "again"])
async def test_the_buttons_open_the_paste_step(content: Content, name: str) -> None:
    now = turn(content, action=(f"scam_check.{name}", ""))
    await scam_check.handle(now)
    assert now.state.flow == "scam_check"


async def test_a_false_bank_message_is_explained(content: Content) -> None:
    replies = await scam_check.handle(turn(content, FAKE_BANK))
    assert "nhiều dấu hiệu lừa đảo" in replies[0].text
    assert content.scam_signs["otp"].explain in replies[0].text


async def test_what_to_do_and_where_to_report_is_told(content: Content) -> None:
    replies = await scam_check.handle(turn(content, FAKE_BANK))
    text = said(replies)
    for word in ("OTP", "156", "5656", "VNeID", "Kiến nghị, phản ánh về ANTT", "tinnhiemmang.vn"):
        assert word in text
    assert scam_check.SITE_LIST in urls(replies)
    assert {"scam_check.lost", "report.start", "scam_check.again"} <= set(button_names(replies))


async def test_nothing_found_is_never_called_safe(content: Content) -> None:
    now = pasted(content, "mai lớp mình họp lúc 8 giờ nhé")
    replies = await scam_check.handle(now)
    assert "chưa thấy dấu hiệu trong đoạn này, nhưng" in replies[0].text
    assert "an toàn" not in said(replies)
    assert now.state.flow is None


async def test_being_kept_on_video_by_false_police_cannot_wait(content: Content) -> None:
    replies = await scam_check.handle(turn(content, "công an bắt mở zoom suốt để điều tra"))
    assert content.say("scam_check.kidnap") in said(replies)
    assert "tel:113" in urls(replies)


async def test_a_threat_with_pictures_points_children_to_111(content: Content) -> None:
    replies = await scam_check.handle(turn(content, "nó dọa tung ảnh nóng của em"))
    assert content.say("scam_check.child") in said(replies)
    assert "tel:111" in urls(replies)


async def test_when_money_has_gone_the_bank_comes_first(content: Content) -> None:
    text = said(await scam_check.handle(turn(content, action=("scam_check.lost", ""))))
    assert text.index("ngân hàng") < text.index("công an") < text.index("156")
    assert "Bạn không có lỗi" in text
    assert "Không ai hứa chắc lấy lại được tiền" in text


@pytest.mark.parametrize(
    "understood",
    [
        Understanding("report_scam", 0.9, Priority.P2),
        Understanding("check_scam", 0.9, Priority.P2, "money_sent", Category.money),
    ],
)
async def test_words_of_lost_money_get_the_same_help(
    content: Content, understood: Understanding
) -> None:
    now = pasted(content, "em lỡ chuyển 5 triệu rồi")
    now.understood = understood
    replies = await scam_check.handle(now)
    assert "Gọi ngay tổng đài ngân hàng" in replies[0].text
    assert "report.start" in button_names(replies)
    assert now.state.flow is None


async def test_sms_numbers_past_their_review_date_are_left_out(content: Content) -> None:
    now = turn(content, action=("scam_check.lost", ""))
    now.now = now.now.replace(year=2099)
    text = said(await scam_check.handle(now))
    assert "156" not in text
    assert "soạn LD" not in text


async def test_replies_fit_a_phone(content: Content) -> None:
    everything = ". ".join(text for sign in content.scam_signs.values() for text in sign.matches)
    replies = await scam_check.handle(pasted(content, everything))
    assert all(len(reply.text) <= 1200 for reply in replies)


@pytest.mark.parametrize(
    "text",
    [
        "VCB: Tai khoan cua ban bi khoa. Truy cap vcb-dangnhap.top de xac minh",
        "vcb-dangnhap.top",
        "Ngan hang gui em link nay: xacthuc-online.xyz/login",
        "vietcombank-xacthuc.com có thật không",
    ],
)
async def test_a_bank_with_a_strange_address_is_a_strong_warning(
    content: Content, text: str
) -> None:
    replies = await scam_check.handle(turn(content, text, intent="check_scam"))
    assert "nhiều dấu hiệu lừa đảo" in replies[0].text
    assert content.scam_signs["bank_link"].explain in replies[0].text


@pytest.mark.parametrize("text", ["bà lỡ bấm vô rồi", "em đọc otp rồi", "lỡ nhập mật khẩu rồi"])
async def test_whoever_has_already_done_it_is_helped_at_once(content: Content, text: str) -> None:
    now = pasted(content, text)
    replies = await scam_check.handle(now)
    assert "Gọi ngay tổng đài ngân hàng" in replies[0].text
    assert now.state.flow is None


@pytest.mark.parametrize(
    "text", ["xóa tin nhắn trên máy thế nào", "em đi rồi thì sao", "có nên nghe máy không"]
)
async def test_a_bare_question_gets_no_verdict(content: Content, text: str) -> None:
    now = pasted(content, text)
    replies = await scam_check.handle(now)
    assert "dấu hiệu trong đoạn này" not in said(replies)
    assert button_names(replies)
    assert now.state.flow == "scam_check"

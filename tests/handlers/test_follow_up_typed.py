"""Coming back with the receipt: what is typed instead of pressed, and wishes that lead away."""

import pytest
from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from content.loader import Content
from handlers import follow_up
from handlers.turn import Priority, Tier, Turn, Understanding
from reports.draft import Receipt
from reports.models import Indicator
from reports.service import Reports
from reports.terms import MessageKind, Status
from store.crypto import Keyring
from tests.handlers.sent import the_report, thread
from tests.handlers.talk import ME, Talk
from tests.reports import make
from tests.reports.make import NOW


@pytest.fixture
def talk(content: Content, session: AsyncSession, keyring: Keyring) -> Talk:
    return Talk(follow_up.handle, content, session, keyring)


@pytest.fixture
async def receipt(session: AsyncSession, keyring: Keyring) -> Receipt:
    return await Reports(session, keyring).submit(make.draft(), NOW)


@pytest.mark.parametrize(
    "typed",
    [
        "báo cáo",
        "tôi muốn báo cáo vụ buôn người",
        "em báo mà sợ bị trả thù",
        "tôi cô đơn quá",
        "đụ má trả lời",
    ],
)
async def test_who_speaks_of_no_sent_report_is_asked_what_is_meant(talk: Talk, typed: str) -> None:
    said = await talk.say(typed, intent="follow_up")
    assert "16 chữ số" not in said
    assert {"report.start", "follow_up.start"} <= {button.name for button in talk.buttons}
    assert talk.state.flow is None


@pytest.mark.parametrize(
    "typed",
    ["báo cáo của em tới đâu rồi", "xem lai bao cao da gui", "hôm trước em báo mà chưa thấy gì"],
)
async def test_who_asks_for_a_sent_report_is_asked_for_the_receipt(talk: Talk, typed: str) -> None:
    assert "16 chữ số" in await talk.say(typed, intent="follow_up")


async def test_the_receipt_step_lets_go_after_one_miss(talk: Talk) -> None:
    await talk.press("follow_up.start")
    assert not follow_up.lets_go(heard(talk, "tôi cô đơn quá", "out_of_scope", 0.4))
    await talk.say("tôi cô đơn quá")
    assert follow_up.lets_go(heard(talk, "tôi cô đơn quá", "out_of_scope", 0.4))
    for typed in ("mã của em đâu rồi", "1234 5678 9012", "em mất mã rồi", "hủy"):
        assert not follow_up.lets_go(heard(talk, typed, "ask_law", 0.9))
    assert not follow_up.lets_go(heard(talk, "bị nhốt", "danger_now", 1.0, Priority.P1))


async def test_a_clear_other_wish_leaves_the_receipt_step_at_once(talk: Talk) -> None:
    await talk.press("follow_up.start")
    assert follow_up.lets_go(heard(talk, "luật phạt thế nào", "ask_law", 0.9))
    assert not follow_up.lets_go(heard(talk, "alo", "greet", 0.9))


async def test_an_opened_report_lets_a_wish_go_only_beside_held_text(
    talk: Talk, receipt: Receipt
) -> None:
    await talk.say(receipt.digits)
    assert not follow_up.lets_go(heard(talk, "luật phạt thế nào", "ask_law", 0.9))
    await talk.say("luật phạt thế nào")
    assert follow_up.lets_go(heard(talk, "luật phạt thế nào", "ask_law", 0.9))
    assert not follow_up.lets_go(heard(talk, "họ lừa thêm người", "report_scam", 0.9))


@pytest.mark.parametrize("typed", ["hủy", "thôi", "quay lại"])
async def test_the_receipt_step_can_be_left_in_words(talk: Talk, typed: str) -> None:
    await talk.press("follow_up.start")
    await talk.say(typed)
    assert talk.state.flow is None


async def test_a_typed_title_is_its_button(
    talk: Talk, receipt: Receipt, session: AsyncSession
) -> None:
    await talk.say(receipt.digits)
    await talk.say("Rút lại, xóa báo cáo")
    assert talk.state.step == "withdraw"
    assert "held" not in talk.state.data
    await talk.say("Không, giữ lại")
    assert (await the_report(session)).status is Status.new
    await talk.say("rut lai, xoa bao cao")
    await talk.say("Rút lại và xóa")
    assert (await the_report(session)).summary is None


async def test_titles_stay_good_beside_held_text(talk: Talk, receipt: Receipt) -> None:
    await talk.say(receipt.digits)
    await talk.say("họ vừa đưa thêm người đi")
    await talk.say("Xong")
    assert talk.state.flow is None


@pytest.mark.parametrize("typed", ["chắc không nhỉ", "ờ thì", "rút gì"])
async def test_an_unclear_word_withdraws_nothing(
    talk: Talk, receipt: Receipt, session: AsyncSession, typed: str
) -> None:
    await talk.say(receipt.digits)
    await talk.press("follow_up.withdraw")
    await talk.say(typed)
    assert (await the_report(session)).summary is not None


async def test_whose_a_number_is_can_be_typed_and_is_not_guessed(
    talk: Talk, receipt: Receipt, session: AsyncSession
) -> None:
    await talk.say(receipt.digits)
    await talk.say("Bổ sung thông tin")
    await talk.say("nó mới gọi số 0912345678")
    await talk.say("không phải của nó")
    assert talk.state.step == "whose"
    await talk.say("của tôi")
    assert talk.state.step == "open"
    assert (await session.scalars(select(Indicator))).all() == []
    assert await thread(session) == [(MessageKind.addition, "nó mới gọi số [sđt]")]


async def test_writing_can_be_dropped_in_words(
    talk: Talk, receipt: Receipt, session: AsyncSession
) -> None:
    await talk.say(receipt.digits)
    await talk.press("follow_up.add")
    await talk.say("hủy")
    assert talk.state.step == "open"
    assert await thread(session) == []


def heard(
    talk: Talk, text: str, intent: str, confidence: float, priority: Priority = Priority.P3
) -> Turn:
    meaning = Understanding(intent, confidence, priority)
    return Turn(text, None, meaning, talk.state, NOW, Tier.web, ME, talk.content, talk.reports)

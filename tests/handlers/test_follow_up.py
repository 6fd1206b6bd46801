"""Coming back with the receipt."""

from datetime import timedelta

import pytest
from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from content.loader import Content
from handlers import follow_up
from handlers.turn import Priority, Tier, Turn, Understanding
from reports import receipts
from reports.desk import Desk
from reports.draft import Receipt
from reports.models import Indicator, Officer, Report, ReportMessage
from reports.service import Reports
from reports.terms import Disposition, IndicatorKind, MessageKind, Status
from store.crypto import Keyring
from tests.handlers.talk import ME, Talk
from tests.reports import make
from tests.reports.make import NOW


@pytest.fixture
def talk(content: Content, session: AsyncSession, keyring: Keyring) -> Talk:
    return Talk(follow_up.handle, content, session, keyring)


@pytest.fixture
async def receipt(session: AsyncSession, keyring: Keyring) -> Receipt:
    return await Reports(session, keyring).submit(make.draft(), NOW)


@pytest.fixture
async def officer(session: AsyncSession) -> Officer:
    return await make.officer(session)


@pytest.fixture
def desk(session: AsyncSession, keyring: Keyring) -> Desk:
    return Desk(session, keyring)


async def the_report(session: AsyncSession) -> Report:
    return (await session.scalars(select(Report))).one()


async def thread(session: AsyncSession) -> list[tuple[MessageKind, str]]:
    rows = await session.scalars(select(ReportMessage).order_by(ReportMessage.id))
    return [(row.kind, row.text) for row in rows]


async def test_the_receipt_is_asked_for(talk: Talk) -> None:
    assert "16 chữ số" in await talk.press("follow_up.start")
    assert talk.state.flow == "follow_up"


async def test_a_receipt_in_the_first_message_is_taken(talk: Talk, receipt: Receipt) -> None:
    said = await talk.say(f"ma cua em la {receipt.shown} co gi moi k", intent="follow_up")
    assert "22/11/2026" in said
    assert "đang chờ cán bộ xem" in said


async def test_the_receipt_is_not_kept_in_the_state(talk: Talk, receipt: Receipt) -> None:
    await talk.press("follow_up.start")
    await talk.say(receipt.shown)
    assert receipt.digits not in str(talk.state)
    assert receipt.shown not in str(talk.state)
    assert set(talk.state.data) == {"report_id"}


async def test_a_wrong_receipt_tells_the_tries_left_and_then_locks(
    talk: Talk, receipt: Receipt
) -> None:
    await talk.press("follow_up.start")
    assert "còn thử được 2 lần" in await talk.say(receipts.new_receipt())
    assert "còn thử được 1 lần" in await talk.say(receipts.new_receipt())
    said = await talk.say(receipts.new_receipt())
    assert "11:00 22/11/2026" in said
    assert "111" in said
    assert talk.state.flow is None
    assert "11:00 22/11/2026" in await talk.say(receipt.shown)


async def test_a_typo_costs_no_try(talk: Talk, receipt: Receipt) -> None:
    await talk.press("follow_up.start")
    wrong = receipt.digits[:-1] + str((int(receipt.digits[-1]) + 1) % 10)
    for _ in range(6):
        assert "gõ nhầm" in await talk.say(wrong)
    assert "đang chờ" in await talk.say(receipt.digits)


async def test_too_few_digits_are_asked_for_again(talk: Talk) -> None:
    await talk.press("follow_up.start")
    assert "chưa thấy đủ 16" in await talk.say("1234 5678")
    assert talk.state.step == "receipt"


@pytest.mark.parametrize("typed", ["em mất mã rồi", "quen ma bien nhan", "toi lam mat cai ma do"])
async def test_a_lost_receipt_is_said_to_be_lost(talk: Talk, typed: str) -> None:
    await talk.press("follow_up.start")
    assert "không lấy lại được" in await talk.say(typed)


async def test_each_status_is_told_in_plain_words(
    talk: Talk, receipt: Receipt, session: AsyncSession
) -> None:
    for status in Status:
        if status is not Status.closed:
            (await the_report(session)).status = status
            said = await talk.say(receipt.digits)
            assert talk.content.say(f"follow_up.status_{status}") in said
            await talk.press("follow_up.leave")


async def test_the_reason_of_closing_is_read_by_the_reporter(
    talk: Talk, receipt: Receipt, session: AsyncSession, desk: Desk, officer: Officer
) -> None:
    await desk.change_status(
        (await the_report(session)).id,
        officer,
        Status.closed,
        "Đã liên hệ công an xã.",
        NOW + timedelta(days=2),
        disposition=Disposition.resolved,
    )
    said = await talk.say(receipt.digits)
    assert "Đã liên hệ công an xã." in said
    assert "đã giải quyết" in said
    assert "24/11/2026" in said
    assert "follow_up.add" not in [button.name for button in talk.buttons]


async def test_the_officers_question_is_shown_and_answered(
    talk: Talk, receipt: Receipt, session: AsyncSession, desk: Desk, officer: Officer
) -> None:
    await desk.ask((await the_report(session)).id, officer, "Nhà xe tên gì?", NOW)
    assert "Nhà xe tên gì?" in await talk.say(receipt.digits)
    button = next(button for button in talk.buttons if button.name == "follow_up.answer")
    await talk.press(button.name, button.value)
    said = await talk.say("nhà xe Phương Trang ạ, em tên Lan")
    assert "Đã gửi" in said
    assert await thread(session) == [
        (MessageKind.question, "Nhà xe tên gì?"),
        (MessageKind.answer, "nhà xe Phương Trang ạ, em tên [tên]"),
    ]
    assert "follow_up.answer" not in [button.name for button in talk.buttons]
    assert set(talk.state.data) == {"report_id"}


async def test_an_answered_question_is_not_answered_again(
    talk: Talk, receipt: Receipt, session: AsyncSession, desk: Desk, officer: Officer
) -> None:
    await desk.ask((await the_report(session)).id, officer, "Nhà xe tên gì?", NOW)
    await talk.say(receipt.digits)
    button = next(button for button in talk.buttons if button.name == "follow_up.answer")
    for _ in range(2):
        await talk.press(button.name, button.value)
        said = await talk.say("nhà xe ở bến")
    assert "đã được trả lời rồi" in said
    assert len(await thread(session)) == 2


async def test_more_information_is_added_and_its_phone_asked_about(
    talk: Talk, receipt: Receipt, session: AsyncSession
) -> None:
    await talk.say(receipt.digits)
    await talk.press("follow_up.add")
    assert "1 số điện thoại" in await talk.say("nó mới gọi số 0912345678")
    await talk.press("follow_up.whose", "suspect")
    assert await thread(session) == [(MessageKind.addition, "nó mới gọi số [sđt]")]
    found = (await session.scalars(select(Indicator))).one()
    assert (found.kind, found.value) == (IndicatorKind.phone, "0912345678")


async def test_the_reporters_own_phone_is_destroyed(
    talk: Talk, receipt: Receipt, session: AsyncSession
) -> None:
    await talk.say(receipt.digits)
    await talk.press("follow_up.add")
    await talk.say("số mới đây 0912345678")
    await talk.press("follow_up.whose", "mine")
    assert (await session.scalars(select(Indicator))).all() == []
    assert "0912345678" not in str(talk.state)


async def test_unasked_text_is_sent_only_when_the_person_says_how(
    talk: Talk, receipt: Receipt, session: AsyncSession
) -> None:
    await talk.say(receipt.digits)
    said = await talk.say("họ vừa đưa thêm người tên Hoa đi")
    assert "theo cách nào" in said
    assert await thread(session) == []
    await talk.press("follow_up.add")
    assert await thread(session) == [(MessageKind.addition, "họ vừa đưa thêm người tên [tên] đi")]


async def test_held_text_can_be_dropped(
    talk: Talk, receipt: Receipt, session: AsyncSession
) -> None:
    await talk.say(receipt.digits)
    await talk.say("họ vừa đưa thêm người đi")
    await talk.press("follow_up.drop")
    assert set(talk.state.data) == {"report_id"}
    assert await thread(session) == []


async def test_withdrawing_is_asked_twice_and_erases(
    talk: Talk, receipt: Receipt, session: AsyncSession
) -> None:
    await talk.say(receipt.digits)
    await talk.press("follow_up.withdraw", "yes")
    assert talk.state.step == "withdraw"
    assert (await the_report(session)).summary is not None
    said = await talk.press("follow_up.withdraw", "yes")
    assert "Đã rút lại" in said
    assert (await the_report(session)).summary is None
    assert talk.state.flow is None
    assert "đã rút lại" in (await talk.say(receipt.digits)).lower()


async def test_keeping_the_report_changes_nothing(
    talk: Talk, receipt: Receipt, session: AsyncSession
) -> None:
    await talk.say(receipt.digits)
    await talk.press("follow_up.withdraw")
    await talk.press("follow_up.withdraw", "no")
    assert (await the_report(session)).status is Status.new


async def test_a_button_of_a_closed_flow_asks_for_the_receipt_again(talk: Talk) -> None:
    assert "gõ lại mã" in (await talk.press("follow_up.add")).lower()
    assert talk.state.step == "receipt"


async def test_a_report_that_is_gone_is_said_so(talk: Talk, receipt: Receipt) -> None:
    await talk.say(receipt.digits)
    talk.state.data["report_id"] = 404
    assert "gõ lại mã" in (await talk.press("follow_up.status")).lower()


async def test_without_a_database_it_says_so_kindly(talk: Talk) -> None:
    talk.reports = None
    assert "111" in await talk.press("follow_up.start")


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

"""Coming back with the receipt."""

from datetime import timedelta

import pytest
from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from content.loader import Content
from handlers import follow_up
from reports import receipts
from reports.desk import Desk
from reports.draft import Receipt
from reports.models import Indicator, Officer
from reports.service import Reports
from reports.terms import Disposition, IndicatorKind, MessageKind, Status
from store.crypto import Keyring
from tests.handlers.sent import the_report, thread
from tests.handlers.talk import Talk
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

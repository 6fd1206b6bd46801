"""The report form, from the consent to the receipt."""

import pytest
from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from content.loader import Content
from handlers import report
from handlers.turn import Tier
from reports import receipts
from reports.terms import ConsentLevel, IndicatorKind, Kind, When
from reports.terms import Priority as Kept
from store.base import Base
from store.crypto import Keyring
from tests.handlers.filled import STORY, consented, kept, sealed, to_summary
from tests.handlers.talk import ME, Talk


@pytest.fixture
def talk(content: Content, session: AsyncSession, keyring: Keyring) -> Talk:
    return Talk(report.handle, content, session, keyring)


async def test_before_the_first_question_all_is_told(talk: Talk) -> None:
    said = await talk.say("tôi muốn báo một vụ", intent="report_trafficking")
    for part in ("113", "không phải công an", "khẩn cấp", "Không giữ", "Ngoại lệ", "web", "180"):
        assert part in said


async def test_the_longest_words_before_the_consent_fit_a_phone(talk: Talk) -> None:
    talk.tier = Tier.platform
    await talk.say(STORY, intent="report_trafficking")
    assert all(len(reply.text) <= 1000 for reply in talk.replies)
    talk.tier = Tier.web
    await talk.say(STORY)
    assert all(len(reply.text) <= 1000 for reply in talk.replies)


async def test_the_three_consents_stand_apart_and_none_is_chosen(
    talk: Talk, session: AsyncSession
) -> None:
    await talk.press("report.start")
    assert [b.value for b in talk.buttons if b.name == "report.consent"] == [
        "answer",
        "keep",
        "forward",
    ]
    assert "consent" not in talk.state.data
    said = await talk.say("dạ đồng ý", intent="affirm")
    assert "1, 2, 3" in said
    assert talk.state.step == "consent"
    assert await kept(session) == []


async def test_platform_users_are_told_that_the_platform_knows_them(talk: Talk) -> None:
    talk.tier = Tier.platform
    assert "biết tài khoản nào đang nhắn" in await talk.press("report.start")


async def test_answer_only_advises_and_keeps_nothing(talk: Talk, session: AsyncSession) -> None:
    await talk.say(STORY, intent="report_trafficking")
    said = await talk.press("report.consent", "answer")
    assert "111" in said
    assert (talk.state.flow, talk.state.data) == (None, {})
    for table in Base.metadata.sorted_tables:
        assert (await session.execute(select(table))).all() == []


async def test_a_full_form_becomes_a_report(talk: Talk, session: AsyncSession) -> None:
    await talk.press("report.start")
    assert "Câu 1/5" in await talk.press("report.consent", "forward")
    assert "Câu 2/5" in await talk.say("có đường dây lừa người đi tàu cá", "report_trafficking")
    assert "Câu 3/5" in await talk.say("xã Mường Khương tỉnh Lào Cai")
    assert "Câu 4/5" in await talk.press("report.when", "week")
    assert "Câu 5/5" in await talk.say("anh Hùng, sđt 0987654321, fb: hung.seo99")
    said = await talk.press("report.risk", "no")
    assert "Lào Cai" in said
    assert "1 số điện thoại" in said
    assert "0987654321" not in said
    await talk.press("report.confirm", "send")
    row = (await kept(session))[0]
    assert (row.kind, row.priority, row.province) == (Kind.trafficking, Kept.P2, "lao_cai")
    assert (row.when_code, row.in_danger, row.minor) == (When.week, False, False)
    assert row.consent_level is ConsentLevel.forward
    assert row.consent_version == talk.content.say("report.consent_version")
    assert row.summary == "có đường dây lừa người đi tàu cá"
    assert "0987654321" not in (row.suspect_text or "")
    assert (IndicatorKind.phone, "0987654321") in await sealed(session)
    assert (IndicatorKind.handle, "hung.seo99") in await sealed(session)
    assert (IndicatorKind.other, "Hùng") in await sealed(session)


async def test_the_receipt_is_shown_once_and_opens_the_report(
    talk: Talk, session: AsyncSession
) -> None:
    await to_summary(talk)
    said = await talk.press("report.confirm", "send")
    digits = receipts.parse(said)
    assert digits is not None
    assert receipts.valid(digits)
    assert receipts.shown(digits) in said
    assert talk.reports is not None
    assert await talk.reports.find_by_receipt(digits, ME, talk.now)
    assert digits not in str(talk.state)
    assert talk.state.flow is None


async def test_sending_twice_makes_one_report(talk: Talk, session: AsyncSession) -> None:
    await to_summary(talk)
    await talk.press("report.confirm", "send")
    said = await talk.press("report.confirm", "send")
    assert "đã đóng" in said
    assert len(await kept(session)) == 1


async def test_every_question_can_be_skipped(talk: Talk) -> None:
    await consented(talk)
    for step in ("what", "where", "when", "who", "risk"):
        assert talk.state.step == step
        skip = [button for button in talk.buttons if button.name == "report.skip"]
        assert [button.value for button in skip] == [step]
        await talk.press("report.skip", step)
    assert talk.state.step == "confirm"


@pytest.mark.parametrize("typed", ["bỏ qua", "bo qua", "không biết", "em ko nhớ"])
async def test_skipping_can_be_typed(talk: Talk, typed: str) -> None:
    await consented(talk)
    await talk.press("report.skip", "what")
    await talk.say(typed)
    assert talk.state.step == "when"
    assert "place" not in talk.state.data


async def test_an_empty_report_is_not_sent(talk: Talk, session: AsyncSession) -> None:
    await consented(talk)
    for step in ("what", "where", "when", "who", "risk"):
        await talk.press("report.skip", step)
    said = await talk.press("report.confirm", "send")
    assert "chưa có nội dung" in said
    assert talk.state.step == "confirm"
    assert await kept(session) == []


async def test_a_long_first_message_is_not_asked_for_again(
    talk: Talk, session: AsyncSession
) -> None:
    said = await talk.say(STORY, intent="report_trafficking")
    assert "tạm giữ" in said
    assert "Lan" not in str(talk.state)
    assert "0912345678" not in str(talk.state)
    said = await talk.press("report.consent", "keep")
    assert "câu 1" in said
    assert talk.state.step == "where"
    assert "sang Campuchia" in talk.state.data["what"]


async def test_raw_words_never_enter_the_state(talk: Talk) -> None:
    await consented(talk)
    await talk.say("em tên Lan, cccd 001099012345, nhà số 12 ngõ 5 đường Láng")
    state = str(talk.state)
    assert not any(part in state for part in ("Lan", "001099012345", "Láng"))


async def test_a_phone_of_unknown_owner_is_asked_about_and_sealed(
    talk: Talk, session: AsyncSession
) -> None:
    await consented(talk)
    said = await talk.say("họ gọi từ số 0912345678 đòi tiền")
    assert "1 số điện thoại" in said
    assert "0912345678" not in said
    assert talk.values == ["suspect", "mine", "unsure"]
    await talk.press("report.whose", "suspect")
    assert talk.state.step == "where"
    for step in ("where", "when", "who", "risk"):
        await talk.press("report.skip", step)
    await talk.press("report.confirm", "send")
    assert await sealed(session) == [(IndicatorKind.phone, "0912345678")]


@pytest.mark.parametrize("whose", ["mine", "unsure"])
async def test_what_may_be_the_reporters_is_destroyed(talk: Talk, whose: str) -> None:
    await consented(talk)
    await talk.say("họ gọi từ số 0912345678 đòi tiền")
    assert "Đã xóa" in await talk.press("report.whose", whose)
    assert "0912345678" not in str(talk.state)


async def test_the_owner_can_be_typed(talk: Talk) -> None:
    await consented(talk)
    await talk.say("họ gọi từ số 0912345678 đòi tiền")
    await talk.say("số đó của em")
    assert talk.state.step == "where"
    assert "0912345678" not in str(talk.state)


async def test_a_number_the_words_call_mine_is_destroyed_unasked(talk: Talk) -> None:
    await consented(talk)
    await talk.say("họ lừa em, gọi lại cho em số 0912345678")
    assert talk.state.step == "where"
    assert "0912345678" not in str(talk.state)


async def test_an_answer_can_be_changed_before_sending(talk: Talk, session: AsyncSession) -> None:
    await to_summary(talk)
    await talk.press("report.change")
    assert [b.value for b in talk.buttons] == ["what", "where", "when", "who", "risk", "back"]
    await talk.press("report.change", "who")
    await talk.say("số 0987654321")
    assert talk.state.step == "confirm"
    await talk.press("report.change", "who")
    await talk.say("số 0977777777")
    await talk.press("report.confirm", "send")
    assert await sealed(session) == [(IndicatorKind.phone, "0977777777")]


async def test_cancelling_keeps_nothing(talk: Talk, session: AsyncSession) -> None:
    await to_summary(talk)
    assert "Không có gì được lưu" in await talk.press("report.confirm", "cancel")
    assert talk.state.flow is None
    assert await kept(session) == []


@pytest.mark.parametrize(("typed", "count"), [("gửi đi", 1), ("hủy", 0)])
async def test_sending_and_cancelling_can_be_typed(
    talk: Talk, session: AsyncSession, typed: str, count: int
) -> None:
    await to_summary(talk)
    await talk.say(typed)
    assert talk.state.flow is None
    assert len(await kept(session)) == count


async def test_without_a_database_other_ways_are_told(talk: Talk) -> None:
    talk.reports = None
    said = await talk.press("report.start")
    assert "111" in said
    assert talk.state.flow is None


async def test_a_scam_report_is_filed_as_a_scam(talk: Talk, session: AsyncSession) -> None:
    await talk.say("muốn báo lừa đảo", intent="report_scam")
    await talk.press("report.consent", "keep")
    await talk.say("bị lừa nạp tiền làm nhiệm vụ", intent="report_scam")
    for step in ("where", "when", "who", "risk"):
        await talk.press("report.skip", step)
    await talk.press("report.confirm", "send")
    assert (await kept(session))[0].kind is Kind.scam

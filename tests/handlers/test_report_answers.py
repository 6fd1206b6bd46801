"""The report form's questions: places, risk, and answers that make no sense."""

import pytest
from sqlalchemy.ext.asyncio import AsyncSession

from content.loader import Content
from handlers import report
from handlers.turn import Entity, Priority
from reports.terms import IndicatorKind, Kind
from reports.terms import Priority as Kept
from store.crypto import Keyring
from tests.handlers.filled import consented, kept, sealed
from tests.handlers.talk import Talk


@pytest.fixture
def talk(content: Content, session: AsyncSession, keyring: Keyring) -> Talk:
    return Talk(report.handle, content, session, keyring)


async def test_an_address_may_be_the_scene(talk: Talk, session: AsyncSession) -> None:
    await consented(talk)
    await talk.press("report.skip", "what")
    said = await talk.say("số 12 đường Trần Phú, Nha Trang")
    assert "địa chỉ" in said
    await talk.press("report.whose", "suspect")
    for step in ("when", "who", "risk"):
        await talk.press("report.skip", step)
    await talk.press("report.confirm", "send")
    assert (await kept(session))[0].place_text == "[địa chỉ], Nha Trang"
    assert (await kept(session))[0].province == "khanh_hoa"
    assert await sealed(session) == [(IndicatorKind.other, "số 12 đường Trần Phú")]


async def test_old_province_names_are_understood(talk: Talk) -> None:
    await consented(talk)
    await talk.press("report.skip", "what")
    await talk.say("o ha giang")
    assert talk.state.data["province"] == "tuyen_quang"


async def test_two_provinces_are_offered_as_buttons(talk: Talk) -> None:
    await consented(talk)
    await talk.press("report.skip", "what")
    await talk.say("từ Nghệ An, đưa qua Lào Cai")
    assert talk.values[:2] == ["nghe_an", "lao_cai"]
    await talk.press("report.where", "lao_cai")
    assert (talk.state.data["province"], talk.state.step) == ("lao_cai", "when")


async def test_a_province_not_offered_is_refused(talk: Talk) -> None:
    await consented(talk)
    await talk.press("report.skip", "what")
    await talk.press("report.where", "atlantis")
    assert talk.state.step == "where"


@pytest.mark.parametrize("typed", ["bên campuchia", "sang Myanmar", "o nuoc ngoai"])
async def test_abroad_is_understood(talk: Talk, typed: str) -> None:
    await consented(talk)
    await talk.press("report.skip", "what")
    await talk.say(typed)
    assert talk.state.data["abroad"] is True


async def test_the_models_country_counts_as_abroad(talk: Talk) -> None:
    await consented(talk)
    await talk.press("report.skip", "what")
    await talk.say("bên đó", entities=[Entity("country", "KH", 0, 3, "KH")])
    assert talk.state.data["abroad"] is True


async def test_lao_cai_is_not_laos(talk: Talk) -> None:
    await consented(talk)
    await talk.press("report.skip", "what")
    await talk.say("Lào Cai")
    assert talk.state.data["abroad"] is False


@pytest.mark.parametrize(
    ("pressed", "priority", "danger", "minor"),
    [
        ("danger", Kept.P0, True, False),
        ("minor", Kept.P1, False, True),
        ("both", Kept.P0, True, True),
        ("no", Kept.P3, False, False),
    ],
)
async def test_risk_tells_numbers_at_once_and_raises_the_priority(
    talk: Talk,
    session: AsyncSession,
    pressed: str,
    priority: Kept,
    danger: bool,
    minor: bool,
) -> None:
    await consented(talk)
    await talk.say("có chuyện lạ gần nhà")
    for step in ("where", "when", "who"):
        await talk.press("report.skip", step)
    await talk.press("report.risk", pressed)
    alarmed = "111" in talk.replies[0].text and len(talk.replies) == 2
    assert alarmed is (pressed != "no")
    assert alarmed is any(link.url == "tel:111" for link in talk.replies[0].links)
    await talk.press("report.confirm", "send")
    row = (await kept(session))[0]
    assert (row.priority, row.in_danger, row.minor) == (priority, danger, minor)


@pytest.mark.parametrize(
    ("typed", "risk"),
    [
        ("có", "danger"),
        ("dạ không", "no"),
        ("có bé gái 15 tuổi", "minor"),
        ("bé gái đang bị nhốt", "both"),
        ("không rõ", None),
    ],
)
async def test_risk_can_be_typed(talk: Talk, typed: str, risk: str | None) -> None:
    await consented(talk)
    for step in ("what", "where", "when", "who"):
        await talk.press("report.skip", step)
    await talk.say(typed)
    assert talk.state.step == "confirm"
    assert talk.state.data.get("risk") == risk


async def test_an_urgent_message_raises_and_nothing_lowers(
    talk: Talk, session: AsyncSession
) -> None:
    await consented(talk)
    await talk.say("em đang bị nhốt", intent="danger_now", priority=Priority.P1)
    for step in ("where", "when", "who"):
        await talk.press("report.skip", step)
    await talk.press("report.risk", "no")
    await talk.press("report.confirm", "send")
    row = (await kept(session))[0]
    assert (row.priority, row.kind) == (Kept.P1, Kind.trafficking)


async def test_a_stale_button_brings_the_open_question_back(talk: Talk) -> None:
    await consented(talk)
    await talk.press("report.skip", "what")
    for name, value in (
        ("report.skip", "what"),
        ("report.when", "today"),
        ("report.confirm", "send"),
        ("report.consent", "forward"),
        ("report.whose", "suspect"),
        ("report.unknown", "x"),
    ):
        said = await talk.press(name, value)
        assert "Câu 2/5" in said
        assert talk.state.step == "where"
    assert talk.state.data["consent"]["level"] == "keep"


@pytest.mark.parametrize("typed", ["?", "👍", "...", "1"])
async def test_what_makes_no_sense_repeats_the_question(talk: Talk, typed: str) -> None:
    await consented(talk)
    assert "Câu 1/5" in await talk.say(typed)

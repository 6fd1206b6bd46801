"""What the report form never keeps, and presses and words in any order."""

import hashlib
import re

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncSession

from content.loader import Content
from handlers import report
from reports import receipts
from store.base import Base
from store.crypto import Keyring
from tests.handlers.filled import STORY, consented, kept
from tests.handlers.talk import ME, Talk


@pytest.fixture
def talk(content: Content, session: AsyncSession, keyring: Keyring) -> Talk:
    return Talk(report.handle, content, session, keyring)


async def test_no_table_holds_plain_words_that_identify_the_reporter(
    talk: Talk, session: AsyncSession
) -> None:
    await talk.say(STORY, intent="report_trafficking")
    await talk.press("report.consent", "forward")
    await talk.say("nhà em ở số 12 ngõ 34 đường Láng, Hà Nội")
    await talk.press("report.whose", "mine")
    await talk.say("hôm em gọi mẹ 0933333333")
    await talk.say("anh Tuấn Trọc số 0912345678, fb: tuan.troc99")
    await talk.press("report.risk", "both")
    said = await talk.press("report.confirm", "send")
    digits = receipts.parse(said)
    assert digits is not None
    await session.flush()
    held = await everything(session)
    assert b"2026-11-22" in held
    assert len(await kept(session)) == 1
    for secret in (
        *("Lan", "Láng", "0912345678", "912345678", "0933333333", "Tuấn", "tuan.troc99"),
        *("Campuchia", "giấy tờ", "chuộc", digits, receipts.shown(digits), ME.hex()),
    ):
        assert secret.encode() not in held, secret
    assert ME not in held


async def everything(session: AsyncSession) -> bytes:
    """Every column of every table as bytes, hexadecimal turned back."""
    parts = []
    for table in Base.metadata.sorted_tables:
        rows = await session.execute(text(f'SELECT t::text FROM "{table.name}" t'))
        parts += [row[0] for row in rows]
    dump = "\n".join(parts)
    binary = (bytes.fromhex(found) for found in re.findall(r"\\x((?:[0-9a-f]{2})+)", dump))
    return dump.encode() + b"".join(binary)


def test_changed_consent_words_need_a_new_version(content: Content) -> None:
    names = (
        *("intro", "keeps", "tier_platform", "tier_web"),
        *("consent_answer", "consent_keep", "consent_forward"),
    )
    words = "\n".join(content.say(f"report.{name}") for name in names)
    digest = hashlib.sha256(words.encode()).hexdigest()[:16]
    assert (content.say("report.consent_version"), digest) == ("2026-11-22.2", "c5b64cdd3516cb92")


async def test_a_long_report_still_fits_a_phone(talk: Talk) -> None:
    await consented(talk)
    await talk.say("họ bắt người đi làm không trả lương " * 100)
    await talk.say("ở một nơi rất xa " * 100)
    await talk.say("từ rất lâu rồi " * 100)
    await talk.say("một nhóm người lạ " * 100)
    said = await talk.press("report.skip", "risk")
    assert len(said) <= 1000


STEPS = st.lists(
    st.one_of(
        st.sampled_from(
            [
                *[("report.consent", v) for v in ("answer", "keep", "forward", "")],
                *[("report.skip", v) for v in ("what", "where", "when", "who", "risk", "x")],
                *[("report.where", v) for v in ("abroad", "lao_cai", "")],
                *[("report.whose", v) for v in ("suspect", "mine", "")],
                *[("report.change", v) for v in ("", "who", "where", "back", "x")],
                *[("report.confirm", v) for v in ("send", "cancel", "")],
                *[("report.risk", v) for v in ("danger", "no", "")],
                ("report.when", "today"),
                ("report.start", ""),
            ]
        ),
        st.sampled_from(["0912345678", "số 5 ngõ 3", "từ Nghệ An, qua Lào Cai", "có", "👍", "gửi"]),
    ),
    max_size=25,
)


@settings(
    max_examples=60,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(steps=STEPS)
async def test_any_order_of_presses_and_words_is_answered(
    content: Content, session: AsyncSession, keyring: Keyring, steps: list[tuple[str, str] | str]
) -> None:
    talk = Talk(report.handle, content, session, keyring)
    for step in steps:
        said = await (talk.say(step) if isinstance(step, str) else talk.press(*step))
        assert said
        assert all(len(reply.text) <= 1000 for reply in talk.replies)
        assert all(len(button.title) <= 24 for button in talk.buttons)

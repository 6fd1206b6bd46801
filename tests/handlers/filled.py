"""A report form filled in as far as a test needs it, and what of it was kept."""

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from reports.models import Indicator, Report
from reports.terms import IndicatorKind
from tests.handlers.talk import Talk

STORY = (
    "em tên Lan, có anh Tuấn gọi số 0912345678 rủ em sang Campuchia làm việc nhẹ lương cao, "
    "họ giữ giấy tờ rồi bắt nộp tiền chuộc"
)


async def kept(session: AsyncSession) -> list[Report]:
    return list(await session.scalars(select(Report)))


async def sealed(session: AsyncSession) -> list[tuple[IndicatorKind, str]]:
    rows = await session.scalars(select(Indicator).order_by(Indicator.id))
    return [(row.kind, row.value) for row in rows]


async def consented(talk: Talk, level: str = "keep") -> None:
    await talk.press("report.start")
    await talk.press("report.consent", level)


async def to_summary(talk: Talk) -> None:
    """A short report with every question but the first skipped."""
    await consented(talk)
    await talk.say("họ bắt người đi làm không trả lương")
    for step in ("where", "when", "who", "risk"):
        await talk.press("report.skip", step)

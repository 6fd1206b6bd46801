"""One round of housekeeping, at a time of the test's choosing."""

from datetime import datetime

from sqlalchemy.ext.asyncio import AsyncSession

from bot.housekeeping import JOBS
from store.settings import Settings


async def tidy(session: AsyncSession, settings: Settings, now: datetime) -> None:
    for job in JOBS:
        await job(session, settings, now)

"""How many forms one conversation may begin, and reports it may send, in one day of Việt Nam.

Reports are counted in the database, since a count must outlive the conversation's state, and under
a keyed hash of conversation and day, so that it leads to nobody and days do not link.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession

from reports.models import LOCAL, UsageCount
from store.crypto import Keyring


@dataclass(frozen=True)
class Allowance:
    """For one conversation: wrong receipts an hour, forms begun a day, reports sent a day."""

    receipt_tries: int = 5
    forms: int = 30
    reports: int = 10


class DayCounts:
    """What one conversation has sent today."""

    def __init__(
        self, session: AsyncSession, ring: Keyring, conversation: bytes, now: datetime
    ) -> None:
        self._session, self._ring, self._lane = session, ring, conversation
        self._day = now.astimezone(LOCAL).replace(hour=0, minute=0, second=0, microsecond=0)

    async def reports(self) -> int:
        query = select(UsageCount.count).where(UsageCount.key == self._key())
        return await self._session.scalar(query) or 0

    async def add_report(self) -> None:
        """Count one more, inside the caller's transaction."""
        end = self._day + timedelta(days=1)
        row = insert(UsageCount).values(key=self._key(), expires_at=end, count=1)
        await self._session.execute(
            row.on_conflict_do_update(
                index_elements=[UsageCount.key], set_={"count": UsageCount.count + 1}
            )
        )

    def _key(self) -> bytes:
        return self._ring.digest("usage", "reports", self._lane.hex(), self._day.date().isoformat())

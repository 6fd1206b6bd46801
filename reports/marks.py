"""Sender marks: what lets an officer stop mischief without anybody learning who did it.

A mark is `HMAC("block", conversation)` under the keyring's index secret. It cannot be turned back,
and nothing shows it. Still, who holds database and keyring could try known accounts against it. So
it is kept for reports of platforms only (a web session is anonymous, and blocking it would stop
nobody), encrypted, for at most `KEPT`, and it goes at once when the report is withdrawn, is taken
seriously (any step but "triaged"), or its sender asks us to forget them.
"""

from datetime import datetime, timedelta

from sqlalchemy import delete, select
from sqlalchemy.ext.asyncio import AsyncSession

from reports.limit_models import SenderMark
from store.crypto import Keyring

# A promise to reporters (`report.tier_platform`), not a setting.
KEPT = timedelta(days=7)


def mark_of(ring: Keyring, conversation: bytes) -> bytes:
    """32 bytes by which a blocked conversation is known again."""
    return ring.digest("block", conversation.hex())


class Marks:
    """The marks beside reports, inside the caller's transaction."""

    def __init__(self, session: AsyncSession, ring: Keyring) -> None:
        self._session = session
        self._ring = ring

    async def keep(self, report_id: int, conversation: bytes, now: datetime) -> None:
        mark = mark_of(self._ring, conversation).hex()
        self._session.add(SenderMark(report_id=report_id, mark=mark, expires_at=now + KEPT))

    async def of(self, report_id: int, now: datetime) -> bytes | None:
        """The mark of a report's sender, None when none is kept (any more)."""
        query = select(SenderMark).where(
            SenderMark.report_id == report_id, SenderMark.expires_at > now
        )
        row = await self._session.scalar(query)
        return bytes.fromhex(row.mark) if row else None

    async def kept(self, report_id: int, now: datetime) -> bool:
        """Whether the sender can still be blocked; reads no mark."""
        query = select(SenderMark.report_id).where(
            SenderMark.report_id == report_id, SenderMark.expires_at > now
        )
        return await self._session.scalar(query) is not None

    async def forget(self, report_id: int) -> None:
        """From now on nothing leads from the report to its sender."""
        await self._session.execute(delete(SenderMark).where(SenderMark.report_id == report_id))

    async def forget_sender(self, conversation: bytes) -> None:
        """Every mark of one conversation: they are encrypted, so each live one is looked at."""
        wanted = mark_of(self._ring, conversation).hex()
        rows = await self._session.execute(select(SenderMark.report_id, SenderMark.mark))
        mine = [report_id for report_id, mark in rows if mark == wanted]
        if mine:
            await self._session.execute(delete(SenderMark).where(SenderMark.report_id.in_(mine)))

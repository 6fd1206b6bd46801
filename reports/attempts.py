"""Counts wrong receipts per conversation and hour, without a link between the hours."""

from datetime import UTC, datetime, timedelta

from sqlalchemy import select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession

from reports.errors import TooManyReceipts, WrongReceipt
from reports.models import ReceiptAttempt
from store.crypto import Keyring

WINDOW = timedelta(hours=1)


class Attempts:
    """The wrong receipts of one conversation; `limit` of them are allowed in an hour."""

    def __init__(
        self, session: AsyncSession, ring: Keyring, conversation: bytes, limit: int, now: datetime
    ) -> None:
        self._session = session
        self._limit = limit
        self._window = now.astimezone(UTC).replace(minute=0, second=0, microsecond=0)
        self._key = ring.digest("receipt_attempts", conversation.hex(), self._window.isoformat())

    async def check(self) -> None:
        """Raises TooManyReceipts when none is left."""
        query = select(ReceiptAttempt.count).where(ReceiptAttempt.key == self._key)
        if (await self._session.scalar(query) or 0) >= self._limit:
            raise TooManyReceipts(self._window + WINDOW)

    async def fail(self) -> WrongReceipt | TooManyReceipts:
        """Count one more wrong receipt; gives the error to raise."""
        row = insert(ReceiptAttempt).values(key=self._key, window=self._window, count=1)
        counted = row.on_conflict_do_update(
            index_elements=[ReceiptAttempt.key], set_={"count": ReceiptAttempt.count + 1}
        ).returning(ReceiptAttempt.count)
        left = self._limit - (await self._session.scalar(counted) or 0)
        return WrongReceipt(left) if left > 0 else TooManyReceipts(self._window + WINDOW)

"""Senders whom an officer blocked, as workers know them."""

import time
from collections.abc import Callable, Mapping
from datetime import datetime

from sqlalchemy.ext.asyncio import AsyncSession

from reports.blocks import blocked_marks
from reports.marks import mark_of
from store.crypto import Keyring

FRESH_SECONDS = 5.0


class Blocklist:
    """All marks in memory, read again every `seconds`: a block or its end counts a little later."""

    def __init__(
        self,
        ring: Keyring,
        seconds: float = FRESH_SECONDS,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._ring, self._seconds, self._clock = ring, seconds, clock
        self._marks: Mapping[bytes, datetime] = {}
        self._read_at: float | None = None

    async def holds(self, session: AsyncSession, conversation: bytes, now: datetime) -> bool:
        """Whether the conversation is blocked at `now`."""
        at = self._clock()
        if self._read_at is None or at - self._read_at >= self._seconds:
            self._marks, self._read_at = await blocked_marks(session, now), at
        until = self._marks.get(mark_of(self._ring, conversation)) if self._marks else None
        return until is not None and until > now

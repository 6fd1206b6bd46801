"""Replies of the web channel: handed over in the response, or fetched by polling."""

import asyncio
from collections.abc import Callable, Sequence
from datetime import datetime
from typing import Any

import structlog
from sqlalchemy import select, update

from bot.models import Inbox, InboxState, Outbox, OutboxState
from store.engine import Sessions

log = structlog.get_logger(__name__)


class WebOutbox:
    """Marks handed-over replies as sent, many at a time (`flush_every` seconds)."""

    def __init__(
        self, sessions: Sessions, clock: Callable[[], datetime], flush_every: float = 0.3
    ) -> None:
        self._sessions = sessions
        self._clock = clock
        self._flush_every = flush_every
        self._handed: set[int] = set()

    def handed_over(self, ids: Sequence[int]) -> None:
        self._handed.update(ids)

    async def take(self, conversation: bytes) -> list[dict[str, Any]]:
        """Replies not handed over yet, oldest first; counted as handed over from now on."""
        waiting = (
            select(Outbox.id)
            .where(
                Outbox.conversation == conversation,
                Outbox.state == OutboxState.due,
                Outbox.id.not_in(self._handed),
            )
            .with_for_update(skip_locked=True)
        )
        taken = (
            update(Outbox)
            .where(Outbox.id.in_(waiting))
            .values(state=OutboxState.sent, sent_at=self._clock())
            .returning(Outbox.id, Outbox.payload)
        )
        async with self._sessions() as session:
            rows = sorted((await session.execute(taken)).all(), key=lambda row: row.id)
            await session.commit()
        return [row.payload for row in rows if row.payload is not None]

    async def finished(self, inbox_id: int) -> dict[str, Any] | None:
        """What was answered to a message, or None while it is still in work."""
        async with self._sessions() as session:
            row = (
                await session.execute(
                    select(Inbox.state, Inbox.understood).where(Inbox.id == inbox_id)
                )
            ).first()
            if row is None or row.state == InboxState.due:
                return None
            replies = await session.execute(
                select(Outbox.id, Outbox.payload)
                .where(Outbox.inbox_id == inbox_id)
                .order_by(Outbox.id)
            )
            kept = [(i, p) for i, p in replies if p is not None]
        return {
            "ids": [i for i, _ in kept],
            "messages": [payload for _, payload in kept],
            "understood": row.understood,
        }

    async def run(self) -> None:
        """Write down what was handed over, until cancelled."""
        while True:
            await asyncio.sleep(self._flush_every)
            try:
                await self.flush()
            except Exception as error:
                log.warning("outbox_flush_failed", error=type(error).__name__)

    async def flush(self) -> None:
        if not self._handed:
            return
        ids = list(self._handed)
        async with self._sessions() as session:
            await session.execute(
                update(Outbox)
                .where(Outbox.id.in_(ids), Outbox.state == OutboxState.due)
                .values(state=OutboxState.sent, sent_at=self._clock())
            )
            await session.commit()
        self._handed.difference_update(ids)

"""Where messages of the platforms are stored: many at a time, before anybody says "taken"."""

import asyncio
import contextlib
from collections import deque
from collections.abc import Callable, Sequence
from typing import Protocol

import structlog
from sqlalchemy import bindparam, text
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.exc import DBAPIError, SQLAlchemyError
from sqlalchemy.ext.asyncio import AsyncEngine
from sqlalchemy.types import BigInteger, LargeBinary, String

from bot.inbox import ADDRESS, PAYLOAD, Incoming
from store.types import UtcDateTime

log = structlog.get_logger(__name__)
FAULTS = (SQLAlchemyError, OSError)
MOST_AT_ONCE = 200
MOST_WAITING = 5_000
SECONDS = 1.5
# Sorted by conversation, so that two processes never wait for each other's rows.
_STORE = text("""
    WITH given AS (
        SELECT * FROM unnest(
            CAST(:channels AS text[]), CAST(:dedupes AS bytea[]), CAST(:lanes AS bytea[]),
            CAST(:payloads AS bytea[]), CAST(:addresses AS bytea[]),
            CAST(:positions AS bigint[]), CAST(:times AS timestamptz[])
        ) WITH ORDINALITY AS t
            (channel, dedupe, lane, payload, address, position, received, place)
    ), lanes AS (
        INSERT INTO conversations (key, channel, updated_at)
        SELECT DISTINCT ON (lane) lane, channel, received FROM given ORDER BY lane
        ON CONFLICT DO NOTHING
    )
    INSERT INTO inbox
        (channel, dedupe_key, conversation, payload, address, position, received_at, due_at)
    SELECT channel, dedupe, lane, payload, address, position, received, received
    FROM given ORDER BY place
    ON CONFLICT DO NOTHING
    RETURNING dedupe_key
""").bindparams(
    bindparam("channels", type_=ARRAY(String)),
    bindparam("dedupes", type_=ARRAY(LargeBinary)),
    bindparam("lanes", type_=ARRAY(LargeBinary)),
    bindparam("payloads", type_=ARRAY(PAYLOAD)),
    bindparam("addresses", type_=ARRAY(ADDRESS)),
    bindparam("positions", type_=ARRAY(BigInteger)),
    bindparam("times", type_=ARRAY(UtcDateTime)),
)
Waiting = tuple[Incoming, asyncio.Future[bool]]


class Unreachable(Exception):
    """The database does not answer, or not in time: the message may not have been stored."""


class Takes(Protocol):
    """What a channel sees of a `Door`, or of one that stands before it."""

    async def take(self, message: Incoming) -> bool:
        """Whether it is new, once it is stored durably; raises when it may not have been."""


class Door:
    """Stores incoming messages in batches; `wake(conversation, urgent)` after the commit."""

    def __init__(
        self,
        engine: AsyncEngine,
        wake: Callable[[bytes, bool], None],
        urgent: Callable[[str], bool],
    ) -> None:
        self._engine = engine
        self._wake = wake
        self._urgent = urgent
        self._waiting: deque[Waiting] = deque()
        self._task: asyncio.Task[None] | None = None

    async def take(self, message: Incoming, seconds: float = SECONDS) -> bool:
        """Store durably; whether it is new. Raises Unreachable."""
        if len(self._waiting) >= MOST_WAITING:
            raise Unreachable("crowded")
        future: asyncio.Future[bool] = asyncio.get_running_loop().create_future()
        self._waiting.append((message, future))
        if self._task is None or self._task.done():
            self._task = asyncio.create_task(self._store_all())
        done, _ = await asyncio.wait([future], timeout=seconds)
        if not done:
            # The row may still be stored; the same delivery is stored once.
            future.cancel()
            raise Unreachable("timeout")
        return future.result()

    async def close(self) -> None:
        """Let the batch in work finish (at stop)."""
        if self._task is not None:
            with contextlib.suppress(Exception):
                await asyncio.wait({self._task}, timeout=SECONDS)

    async def _store_all(self) -> None:
        while self._waiting:
            batch = [self._waiting.popleft() for _ in range(min(MOST_AT_ONCE, len(self._waiting)))]
            try:
                new = await self._stored([message for message, _ in batch])
            except FAULTS as error:
                self._refuse(batch, type(error).__name__)
            else:
                self._tell(batch, new)

    async def _stored(self, messages: Sequence[Incoming]) -> set[bytes]:
        ordered = sorted(messages, key=lambda m: (m.conversation, m.position or 0))
        try:
            return await self._execute(ordered)
        except DBAPIError as error:
            # A restarted server, or another process in the way: the same rows once more.
            log.warning("batch_again", error=type(error.orig).__name__)
            return await self._execute(ordered)

    async def _execute(self, messages: Sequence[Incoming]) -> set[bytes]:
        values = {
            "channels": [m.channel for m in messages],
            "dedupes": [m.dedupe_key for m in messages],
            "lanes": [m.conversation for m in messages],
            "payloads": [m.payload for m in messages],
            "addresses": [m.address for m in messages],
            "positions": [m.position for m in messages],
            "times": [m.received_at for m in messages],
        }
        async with self._engine.connect() as connection:
            await connection.execution_options(isolation_level="AUTOCOMMIT")
            return set((await connection.execute(_STORE, values)).scalars())

    def _tell(self, batch: Sequence[Waiting], new: set[bytes]) -> None:
        for message, future in batch:
            fresh = message.dedupe_key in new
            if fresh:
                said = str(message.payload.get("text", ""))
                self._wake(message.conversation, bool(said) and self._urgent(said))
            if not future.done():
                future.set_result(fresh)

    def _refuse(self, batch: Sequence[Waiting], reason: str) -> None:
        log.warning("batch_not_stored", error=reason, messages=len(batch))
        for _, future in batch:
            if not future.done():
                future.set_exception(Unreachable(reason))

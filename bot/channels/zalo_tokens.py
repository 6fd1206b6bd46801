"""The token pair of the Zalo OA: shared by every process, renewed once, never spent twice.

A refresh token works a single time; its success kills the old access token at once (OAuth v4,
facts/channels.md §1.3). So spending it is a step of its own, seen by all:

1. under the row lock the winner commits `spending_since`; everybody else waits for the result;
2. it asks Zalo; no connection, or a rate limit, means the token is unspent: the mark is taken back;
3. the new pair is committed, and only then used.

An answer that was lost, or a winner that died, leaves the pair `uncertain`: the token is not tried
again. While the old access token works it was surely not spent and all is well again (`settle`);
otherwise `lachan zalo login` is needed.
"""

import asyncio
import time
from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

import structlog
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.ext.asyncio import AsyncSession

from bot.channels import zalo_metrics as metrics
from bot.channels.zalo_client import (
    AnswerLost,
    Grant,
    GrantRefused,
    ServerTrouble,
    ZaloClient,
    ZaloFault,
)
from bot.channels.zalo_pair import ROW, Kept, NoToken, TokenState, kept_of, locked
from bot.models import PlatformToken
from store.engine import Sessions

log = structlog.get_logger(__name__)
# A pair that Zalo refuses right after giving it is not thrown away for the next one.
RENEW_EVERY = timedelta(seconds=60)
# A request that got lost on its way is not believed to arrive after this.
SETTLE_AFTER = timedelta(seconds=120)
WAIT_SECONDS = 10.0
POLL_SECONDS = 0.1
READ_SECONDS = 2.0
REMEMBER_SECONDS = 60.0
STORE_TRIES = 60
_RATE = -32
_FAULTS = (SQLAlchemyError, OSError, TimeoutError)


class ZaloTokens:
    """One object a process; `clock` gives aware UTC times."""

    def __init__(
        self,
        sessions: Sessions,
        client: ZaloClient,
        clock: Callable[[], datetime],
        wait: float = WAIT_SECONDS,
    ) -> None:
        self._sessions, self._client, self._clock, self._wait = sessions, client, clock, wait
        self._known: tuple[str, float] | None = None
        self._renewing: asyncio.Task[str] | None = None

    async def access(self) -> str:
        """The access token, from memory when read lately; raises NoToken, SQLAlchemyError."""
        if self._known and self.age() < REMEMBER_SECONDS:
            return self._known[0]
        try:
            kept = await self._kept_soon()
        except _FAULTS:
            if self._known:
                return self._known[0]
            raise
        if kept is None:
            raise NoToken(TokenState.missing)
        return self._remember(kept.access)

    def age(self) -> float:
        """Seconds since the token in memory was read; infinite when there is none."""
        return time.monotonic() - self._known[1] if self._known else float("inf")

    async def renew(self, stale: str) -> str:
        """An access token other than `stale`; raises NoToken, SQLAlchemyError.

        All callers of a process share one renewal, and none can cancel it.
        """
        if self._renewing is None or self._renewing.done():
            self._renewing = asyncio.create_task(self._renew(stale))
            self._renewing.add_done_callback(_seen)
        return await asyncio.shield(self._renewing)

    async def kept(self) -> Kept | None:
        """What is stored, None before the first login."""
        async with self._sessions() as session:
            return kept_of(await session.get(PlatformToken, ROW))

    async def _kept_soon(self) -> Kept | None:
        """As `kept`, but a hung database is left behind; raises TimeoutError."""
        task = asyncio.create_task(self.kept())
        task.add_done_callback(_seen)
        done, _ = await asyncio.wait({task}, timeout=READ_SECONDS)
        if not done:
            task.cancel()
            raise TimeoutError
        return task.result()

    async def login(self, grant: Grant) -> None:
        """Keep a pair that an operator's consent gave; ends every trouble."""
        async with self._sessions() as session:
            await self._write(session, await locked(session), grant)
            await session.commit()

    async def settle(self) -> TokenState:
        """Look at a pair in trouble: an old access token that lives proves nothing was spent.

        Raises ZaloFault, SQLAlchemyError.
        """
        kept, now = await self.kept(), self._clock()
        if kept is None:
            return TokenState.missing
        state, since = kept.state(now), kept.spending_since
        if state not in (TokenState.uncertain, TokenState.refused):
            return state
        early = since is not None and now - since < SETTLE_AFTER
        if early or not await self._client.works(kept.access):
            return state
        await self._unmark(kept)
        log.warning("zalo_token_settled")
        return TokenState.fine

    async def close(self) -> None:
        """Let a renewal finish: its result must be stored."""
        if self._renewing is not None:
            await asyncio.wait({self._renewing}, timeout=30)

    async def _renew(self, stale: str) -> str:
        deadline = time.monotonic() + self._wait
        while True:
            kept, ours = await self._claim(stale)
            if ours:
                return await self._spend(kept)
            if kept.access != stale:
                return self._remember(kept.access)
            if time.monotonic() > deadline:
                raise NoToken(TokenState.spending)
            await asyncio.sleep(POLL_SECONDS)

    async def _claim(self, stale: str) -> tuple[Kept, bool]:
        """What is stored, and whether it is ours to spend; raises NoToken."""
        now = self._clock()
        async with self._sessions() as session:
            row = await locked(session)
            kept = kept_of(row)
            if row is None or kept is None:
                raise NoToken(TokenState.missing)
            if kept.access != stale:
                return kept, False
            state = kept.state(now)
            if state is TokenState.spending:
                return kept, False
            if state is not TokenState.fine or now - kept.refreshed_at < RENEW_EVERY:
                raise NoToken(state)
            row.spending_since = now
            await session.commit()
            return replace(kept, spending_since=now), True

    async def _spend(self, kept: Kept) -> str:
        if kept.state(self._clock()) is not TokenState.spending:
            # This process stood still: others may have settled the mark and spent the token.
            raise NoToken(TokenState.uncertain)
        try:
            grant = await self._client.refresh(kept.refresh)
        except (AnswerLost, ServerTrouble) as error:
            await self._trouble(kept, TokenState.uncertain, error.reason)
            raise NoToken(TokenState.uncertain) from error
        except ZaloFault as error:
            # It never arrived, or was turned away before anybody looked at the token.
            log.warning("zalo_token_not_renewed", reason=error.reason)
            await self._unmark(kept)
            raise NoToken(TokenState.fine) from error
        except GrantRefused as error:
            state = TokenState.fine if error.error == _RATE else TokenState.refused
            if state is TokenState.fine:
                await self._unmark(kept)
            else:
                await self._trouble(kept, state, f"code_{error.error}")
            raise NoToken(state) from error
        await self._store(kept.refresh, grant)
        return self._remember(grant.access)

    async def _store(self, spent: str, grant: Grant) -> None:
        """Commit the new pair; the old one is dead, so this is tried for minutes."""
        for attempt in range(STORE_TRIES):
            try:
                async with self._sessions() as session:
                    row = await locked(session)
                    if _spent_by_us(row, spent):
                        await self._write(session, row, grant)
                        await session.commit()
                    return
            except _FAULTS as error:
                log.error("zalo_pair_not_stored", error=type(error).__name__, count=attempt + 1)
                if attempt + 1 == STORE_TRIES:
                    raise
                await asyncio.sleep(min(5.0, 0.2 * 2**attempt))

    async def _write(self, session: AsyncSession, row: PlatformToken | None, grant: Grant) -> None:
        now = self._clock()
        expires_at = now + timedelta(seconds=grant.expires_in)
        pair = {
            "access": grant.access,
            "refresh": grant.refresh,
            "expires_at": expires_at.timestamp(),
        }
        if row is None:
            session.add(PlatformToken(name=ROW, pair=pair, refreshed_at=now))
            return
        row.pair, row.refreshed_at, row.spending_since = pair, now, None

    async def _unmark(self, kept: Kept) -> None:
        """The token was surely not spent: anybody may spend it again."""
        async with self._sessions() as session:
            row = await locked(session)
            if row is not None and _marked_by(row, kept):
                row.spending_since = None
                row.pair = {k: v for k, v in (row.pair or {}).items() if k != "trouble"}
                await session.commit()

    async def _trouble(self, kept: Kept, state: TokenState, reason: str) -> None:
        metrics.LOGIN_NEEDED.set(1)
        log.error("zalo_token_trouble", status=str(state), reason=reason)
        async with self._sessions() as session:
            row = await locked(session)
            if row is not None and _marked_by(row, kept):
                row.pair = {**(row.pair or {}), "trouble": str(state)}
                await session.commit()

    def _remember(self, access: str) -> str:
        self._known = (access, time.monotonic())
        return access


def _seen(task: asyncio.Task[Any]) -> None:
    """Its fault was told to whoever waited; nobody need have waited."""
    if not task.cancelled():
        task.exception()


def _marked_by(row: PlatformToken, kept: Kept) -> bool:
    """Whether the row still bears the very mark that `kept` knows: nobody else spends now."""
    return _spent_by_us(row, kept.refresh) and row.spending_since == kept.spending_since


def _spent_by_us(row: PlatformToken | None, refresh: str) -> bool:
    """Whether the row still holds the token that was spent: a login may have come in between."""
    return row is not None and (row.pair or {}).get("refresh") == refresh

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
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from enum import StrEnum
from typing import Any

import structlog
from sqlalchemy import select
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.ext.asyncio import AsyncSession

from bot.channels.zalo_client import (
    AnswerLost,
    Grant,
    GrantRefused,
    ServerTrouble,
    ZaloClient,
    ZaloFault,
)
from bot.models import PlatformToken
from store.engine import Sessions

log = structlog.get_logger(__name__)
ROW = "zalo"
# Longer than any request lasts: a mark older than this was left by a process that died.
SPENDING = timedelta(seconds=60)
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


class TokenState(StrEnum):
    """`fine`; `spending`: somebody renews now; the others need an operator."""

    fine = "fine"
    spending = "spending"
    uncertain = "uncertain"
    refused = "refused"
    missing = "missing"


class NoToken(Exception):
    """There is no usable pair now; `state` says why, `fine`: Zalo cannot be asked at present."""

    def __init__(self, state: TokenState) -> None:
        super().__init__(str(state))
        self.state = state


@dataclass(frozen=True)
class Kept:
    """The pair as stored; never shown or logged."""

    access: str
    refresh: str
    expires_at: datetime
    refreshed_at: datetime
    spending_since: datetime | None
    trouble: str = ""

    def state(self, now: datetime) -> TokenState:
        if self.trouble:
            return TokenState(self.trouble)
        if self.spending_since is None:
            return TokenState.fine
        late = now - self.spending_since > SPENDING
        return TokenState.uncertain if late else TokenState.spending


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
            return _kept(await session.get(PlatformToken, ROW))

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
            await self._write(session, await _locked(session), grant)
            await session.commit()

    async def settle(self) -> TokenState:
        """Look at a pair in trouble: an old access token that lives proves nothing was spent.

        Raises ZaloFault, SQLAlchemyError.
        """
        kept, now = await self.kept(), self._clock()
        if kept is None:
            return TokenState.missing
        since = kept.spending_since
        if kept.state(now) is not TokenState.uncertain:
            return kept.state(now)
        if (since and now - since < SETTLE_AFTER) or not await self._client.works(kept.access):
            return TokenState.uncertain
        await self._unmark(kept.refresh)
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
            row = await _locked(session)
            kept = _kept(row)
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
            return kept, True

    async def _spend(self, kept: Kept) -> str:
        try:
            grant = await self._client.refresh(kept.refresh)
        except (AnswerLost, ServerTrouble) as error:
            await self._trouble(kept.refresh, TokenState.uncertain, error.reason)
            raise NoToken(TokenState.uncertain) from error
        except ZaloFault as error:
            # It never arrived, or was turned away before anybody looked at the token.
            log.warning("zalo_token_not_renewed", reason=error.reason)
            await self._unmark(kept.refresh)
            raise NoToken(TokenState.fine) from error
        except GrantRefused as error:
            state = TokenState.fine if error.error == _RATE else TokenState.refused
            if state is TokenState.fine:
                await self._unmark(kept.refresh)
            else:
                await self._trouble(kept.refresh, state, f"code_{error.error}")
            raise NoToken(state) from error
        await self._store(kept.refresh, grant)
        return self._remember(grant.access)

    async def _store(self, spent: str, grant: Grant) -> None:
        """Commit the new pair; the old one is dead, so this is tried for minutes."""
        for attempt in range(STORE_TRIES):
            try:
                async with self._sessions() as session:
                    row = await _locked(session)
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

    async def _unmark(self, refresh: str) -> None:
        """The token was surely not spent: anybody may spend it again."""
        async with self._sessions() as session:
            row = await _locked(session)
            if row is not None and _spent_by_us(row, refresh):
                row.spending_since = None
                row.pair = {k: v for k, v in (row.pair or {}).items() if k != "trouble"}
                await session.commit()

    async def _trouble(self, refresh: str, state: TokenState, reason: str) -> None:
        log.error("zalo_token_trouble", status=str(state), reason=reason)
        async with self._sessions() as session:
            row = await _locked(session)
            if row is not None and _spent_by_us(row, refresh):
                row.pair = {**(row.pair or {}), "trouble": str(state)}
                await session.commit()

    def _remember(self, access: str) -> str:
        self._known = (access, time.monotonic())
        return access


def _seen(task: asyncio.Task[Any]) -> None:
    """Its fault was told to whoever waited; nobody need have waited."""
    if not task.cancelled():
        task.exception()


async def _locked(session: AsyncSession) -> PlatformToken | None:
    query = select(PlatformToken).where(PlatformToken.name == ROW).with_for_update()
    return (await session.execute(query)).scalar_one_or_none()


def _spent_by_us(row: PlatformToken | None, refresh: str) -> bool:
    """Whether the row still holds the token that was spent: a login may have come in between."""
    return row is not None and (row.pair or {}).get("refresh") == refresh


def _kept(row: PlatformToken | None) -> Kept | None:
    pair: dict[str, Any] = (row.pair if row is not None else None) or {}
    if row is None or not pair:
        return None
    expires_at = datetime.fromtimestamp(pair["expires_at"], UTC)
    trouble = str(pair.get("trouble", ""))
    return Kept(
        pair["access"], pair["refresh"], expires_at, row.refreshed_at, row.spending_since, trouble
    )

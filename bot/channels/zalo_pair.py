"""The stored token pair of the Zalo OA, and what state it is in."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from enum import StrEnum
from typing import Any

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from bot.models import PlatformToken

ROW = "zalo"
# Longer than any request lasts: a mark older than this was left by a process that died.
SPENDING = timedelta(seconds=60)


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


async def locked(session: AsyncSession) -> PlatformToken | None:
    """The row, ours until the transaction ends."""
    query = select(PlatformToken).where(PlatformToken.name == ROW).with_for_update()
    return (await session.execute(query)).scalar_one_or_none()


def kept_of(row: PlatformToken | None) -> Kept | None:
    """What a row holds, None before the first login; raises `store.crypto.Unreadable`."""
    pair: dict[str, Any] = (row.pair if row is not None else None) or {}
    if row is None or not pair:
        return None
    expires_at = datetime.fromtimestamp(pair["expires_at"], UTC)
    trouble = str(pair.get("trouble", ""))
    return Kept(
        pair["access"], pair["refresh"], expires_at, row.refreshed_at, row.spending_since, trouble
    )

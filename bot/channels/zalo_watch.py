"""The hourly look at Zalo's token pair: renews before its 25 hours end, alarms before 90 days do.

One process is enough; any number may run it, since `ZaloTokens` lets one of them spend.
"""

from collections.abc import Callable
from datetime import datetime, timedelta

import structlog

from bot.channels import zalo_metrics as metrics
from bot.channels.zalo_client import ZaloClient, ZaloFault
from bot.channels.zalo_pair import Kept, NoToken, TokenState
from bot.channels.zalo_tokens import ZaloTokens
from store.engine import Sessions

log = structlog.get_logger(__name__)
# Several rounds of an hour, so that one bad hour at Zalo does not matter.
RENEW_AHEAD = timedelta(hours=6)
ALERT_AFTER = timedelta(days=60)


async def look_after_token(
    sessions: Sessions, client: ZaloClient, clock: Callable[[], datetime]
) -> TokenState:
    """One look; what became of the pair. Raises SQLAlchemyError, KeyringError."""
    tokens, now = ZaloTokens(sessions, client, clock), clock()
    kept = await tokens.kept()
    if kept is None:
        metrics.LOGIN_NEEDED.set(1)
        log.error("zalo_login_needed", status=str(TokenState.missing))
        return TokenState.missing
    state = await _settled(tokens)
    if state is TokenState.fine and kept.expires_at - now < RENEW_AHEAD:
        state = await _renewed(tokens, kept)
    _tell(state, await tokens.kept() or kept, clock())
    return state


async def _settled(tokens: ZaloTokens) -> TokenState:
    try:
        return await tokens.settle()
    except ZaloFault as error:
        log.warning("zalo_token_not_checked", reason=error.reason)
        return TokenState.uncertain


async def _renewed(tokens: ZaloTokens, kept: Kept) -> TokenState:
    try:
        await tokens.renew(kept.access)
    except NoToken as error:
        return error.state
    return TokenState.fine


def _tell(state: TokenState, kept: Kept, now: datetime) -> None:
    age = now - kept.refreshed_at
    healthy = state in (TokenState.fine, TokenState.spending)
    metrics.LOGIN_NEEDED.set(int(not healthy))
    metrics.TOKEN_AGE.set(age.total_seconds())
    metrics.TOKEN_ALERT.set(int(age > ALERT_AFTER))
    if not healthy:
        log.error("zalo_login_needed", status=str(state))
    if age > ALERT_AFTER:
        log.error("zalo_token_old", count=age.days)

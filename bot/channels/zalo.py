"""The Zalo OA channel: delivers replies by the OpenAPI within the platform's rules.

7 days after a person's last message Zalo refuses (`window`); promotion is not delivered at night.
A part may say `"promotion": True` (broadcasts): only then does the night rule hold it back.
"""

import asyncio
import time
from collections.abc import Callable, Sequence
from datetime import UTC, datetime, timedelta, timezone

import structlog
from sqlalchemy.exc import SQLAlchemyError

from bot.channels import zalo_metrics as metrics
from bot.channels import zalo_render
from bot.channels.base import Address, Delivery, Neutral, Outcome, Part
from bot.channels.zalo_client import AnswerLost, NotSent, ZaloClient, ZaloFault
from bot.channels.zalo_errors import Verdict, verdict
from bot.channels.zalo_pair import NoToken, TokenState
from bot.channels.zalo_tokens import ZaloTokens
from bot.channels.zalo_watch import look_after_token
from content.loader import Content
from store.crypto import KeyringError
from store.engine import Sessions
from store.settings import Settings

log = structlog.get_logger(__name__)
WINDOW = timedelta(days=7)
VIETNAM = timezone(timedelta(hours=7))
NIGHT_FROM, NIGHT_TO = 22, 6
# Without a token every request would fail: the channel rests before the next look.
TOKEN_PAUSE = 10.0
RENEW_SECONDS = 4.0
WARM_SECONDS, WARM_TRIES = 600.0, 30.0


def promotion_opens(now: datetime) -> datetime:
    """When promotion may be sent: `now`, or 06:00 in Viet Nam at the end of the night."""
    local = now.astimezone(VIETNAM)
    if NIGHT_TO <= local.hour < NIGHT_FROM:
        return now
    morning = local.replace(hour=NIGHT_TO, minute=0, second=0, microsecond=0)
    return morning if local.hour < NIGHT_TO else morning + timedelta(days=1)


class Zalo:
    """`bot.channels.base.Channel` and its `Draw`; holds connections and a token from memory."""

    name = "zalo"

    def __init__(
        self,
        settings: Settings,
        sessions: Sessions,
        content: Content,
        clock: Callable[[], datetime],
        client: ZaloClient | None = None,
    ) -> None:
        self.client = client or ZaloClient(settings)
        self.tokens = ZaloTokens(sessions, self.client, clock)
        self.rate = settings.zalo_rate
        self._sessions = sessions
        self._more = content.say("zalo.more")
        self._clock = clock
        self._warmed_at = float("-inf")

    def parts(self, reply: Neutral) -> Sequence[Part]:
        """The requests of one reply, in order."""
        return zalo_render.parts(reply, self._more)

    async def deliver(self, address: Address, part: Part) -> Delivery:
        """Send one message; renews the access token once when it has died."""
        told = self._too_late(address, part) or await self._delivered(address, part)
        metrics.ANSWERS.labels(told.reason or str(told.outcome)).inc()
        return told

    async def warm(self) -> None:
        """Have a token in memory for the moment at which the database does not answer."""
        now = time.monotonic()
        if self.tokens.age() > WARM_SECONDS and now - self._warmed_at > WARM_TRIES:
            self._warmed_at = now
            await self.tokens.access()

    async def look_after_token(self, every: float = 3600.0) -> None:
        """Renew the token pair in good time and alarm when that fails, until cancelled."""
        while True:
            try:
                await look_after_token(self._sessions, self.client, self._clock)
            except Exception as error:
                log.error("zalo_token_watch_failed", error=type(error).__name__)
            await asyncio.sleep(every)

    async def close(self) -> None:
        await self.tokens.close()
        await self.client.close()

    def _too_late(self, address: Address, part: Part) -> Delivery | None:
        now = self._clock()
        written = datetime.fromtimestamp(int(address.get("at", 0)) / 1000, UTC)
        if now - written > WINDOW:
            return Delivery(Outcome.failed, "window")
        if part.get("promotion") and promotion_opens(now) > now:
            return Delivery(Outcome.again, "night")
        return None

    async def _delivered(self, address: Address, part: Part) -> Delivery:
        try:
            return await self._sent(address, part)
        except NoToken as error:
            pause = 1.0 if error.state is TokenState.spending else TOKEN_PAUSE
            return Delivery(Outcome.again, f"token_{error.state}", pause=pause)
        except KeyringError:
            log.error("zalo_token_unreadable")
            return Delivery(Outcome.again, "token_unreadable", pause=TOKEN_PAUSE)
        except (SQLAlchemyError, OSError) as error:
            log.warning("zalo_token_unreachable", error=type(error).__name__)
            return Delivery(Outcome.again, "database")

    async def _sent(self, address: Address, part: Part) -> Delivery:
        """Raises NoToken, SQLAlchemyError, KeyringError: the message was not sent."""
        access = await self.tokens.access()
        found = await self._asked(access, address, part)
        if isinstance(found, Verdict) and found.renew:
            access = await self._renewed(access)
            found = await self._asked(access, address, part)
        if isinstance(found, Verdict) and found.renew:
            log.error("zalo_new_token_refused")
            return found.delivery(TOKEN_PAUSE)
        return found.delivery() if isinstance(found, Verdict) else found

    async def _renewed(self, stale: str) -> str:
        """A renewal goes on when this message no longer waits for it."""
        try:
            async with asyncio.timeout(RENEW_SECONDS):
                return await self.tokens.renew(stale)
        except TimeoutError as error:
            raise NoToken(TokenState.spending) from error

    async def _asked(self, access: str, address: Address, part: Part) -> Verdict | Delivery:
        recipient = {name: str(value) for name, value in address.items() if name != "at"}
        started = time.monotonic()
        try:
            answer = await self.client.send(access, recipient, part["message"])
        except NotSent as error:
            return Delivery(Outcome.again, error.reason, pause=error.pause)
        except AnswerLost as error:
            seconds = round(time.monotonic() - started, 2)
            log.warning("zalo_answer_lost", reason=error.reason, seconds=seconds)
            return Delivery(Outcome.unknown, error.reason)
        except ZaloFault as error:
            return Delivery(Outcome.failed, error.reason)
        found = verdict(answer.error)
        if found.ours or found.alarm:
            log.error("zalo_refused", reason=found.reason, status=answer.error)
        return found.delivery(answer.pause) if answer.pause and not found.renew else found

"""What the tests of the Zalo channel share: settings, a stored pair, an obedient door."""

import asyncio
from collections import deque
from datetime import datetime, timedelta

from pydantic import SecretStr

from bot.channels.zalo_client import Grant, ZaloClient
from bot.channels.zalo_pair import ROW
from bot.channels.zalo_tokens import ZaloTokens
from bot.inbox import Incoming
from bot.models import PlatformToken
from store.engine import Sessions
from store.settings import Settings
from tests.support.fake_zalo import FakeZalo
from tests.support.zalo_events import APP_ID, APP_SECRET, OA_SECRET


def zalo_settings(base: Settings, url: str) -> Settings:
    """`base` with a Zalo OA at `url`."""
    return base.model_copy(
        update={
            "zalo_app_id": APP_ID,
            "zalo_app_secret": SecretStr(APP_SECRET),
            "zalo_oa_secret": SecretStr(OA_SECRET),
            "zalo_api_base": url,
            "zalo_oauth_base": url,
        }
    )


def grant(zalo: FakeZalo) -> Grant:
    """A fresh pair of the fake."""
    given = zalo.issue()
    return Grant(given["access_token"], given["refresh_token"], int(given["expires_in"]))


async def logged_in(sessions: Sessions, zalo: FakeZalo, client: ZaloClient, now: datetime) -> Grant:
    """Store a fresh pair as if an operator had logged in an hour before `now`."""
    pair = grant(zalo)
    await ZaloTokens(sessions, client, lambda: now - timedelta(hours=1)).login(pair)
    return pair


async def token_row(sessions: Sessions) -> PlatformToken:
    async with sessions() as session:
        row = await session.get(PlatformToken, ROW)
    assert row is not None
    return row


class FakeDoor:
    """Keeps each delivery once; `faults` are raised first, `hung` never answers."""

    def __init__(self) -> None:
        self.taken: dict[bytes, Incoming] = {}
        self.faults: deque[Exception] = deque()
        self.down = False
        self.hung = False
        self.asked = 0

    async def take(self, message: Incoming) -> bool:
        self.asked += 1
        if self.hung:
            await asyncio.Event().wait()
        if self.down:
            raise ConnectionError
        if self.faults:
            raise self.faults.popleft()
        new = message.dedupe_key not in self.taken
        self.taken.setdefault(message.dedupe_key, message)
        return new

    @property
    def payloads(self) -> list[dict[str, object]]:
        return [message.payload for message in self.taken.values()]

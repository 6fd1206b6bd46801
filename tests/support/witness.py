"""The strict fakes once more, noting of every accepted message which process sent it.

A process tells its name by the address or token that it was given (`telegram_environment`,
`zalo_environment`); `Witness.copies[person]` holds what the person got, in order.
"""

import time
from collections import defaultdict
from contextvars import ContextVar
from dataclasses import dataclass
from typing import Any

from aiohttp import web

from tests.support.fake_telegram import FakeTelegram
from tests.support.fake_zalo import Accepted, FakeZalo
from tests.support.zalo_events import APP_ID, APP_SECRET, OA_SECRET

BY = "~"
_who: ContextVar[str] = ContextVar("who", default="")


@dataclass(frozen=True)
class Copy:
    """A message that the platform took from the process `who`; `lost`: it was never told so."""

    text: str
    at: float
    who: str
    lost: bool


class Witness:
    """What each person got; people are named by channel and platform id."""

    def __init__(self) -> None:
        self.copies: dict[str, list[Copy]] = defaultdict(list)

    def note(self, person: str, text: str, lost: bool) -> None:
        self.copies[person].append(Copy(text, time.monotonic(), _who.get(), lost))

    def texts(self, person: str) -> list[str]:
        return [copy.text for copy in self.copies[person]]


class WitnessedTelegram(FakeTelegram):
    """Takes the bot's token with a process name behind it."""

    def __init__(self, witness: Witness, **more: Any) -> None:
        super().__init__(**more)
        self._witness = witness

    async def _handle(self, request: web.Request) -> web.StreamResponse:
        token, _, who = request.match_info["token"].partition(BY)
        request.match_info["token"] = token
        _who.set(who)
        return await super()._handle(request)

    def _write(self, method: str, params: dict[str, Any], text: str, lost: bool) -> dict[str, Any]:
        result = super()._write(method, params, text, lost)
        self._witness.note(f"telegram:{params['chat_id']}", text, lost)
        return result


class _Noting(list[Accepted]):
    def __init__(self, witness: Witness, user: str) -> None:
        super().__init__()
        self._witness, self._user = witness, user

    def append(self, item: Accepted) -> None:
        super().append(item)
        self._witness.note(f"zalo:{self._user}", str(item.message.get("text", "")), item.lost)


class _Accepted(dict[str, list[Accepted]]):
    def __init__(self, witness: Witness) -> None:
        super().__init__()
        self._witness = witness

    def __missing__(self, user: str) -> list[Accepted]:
        self[user] = _Noting(self._witness, user)
        return self[user]


class WitnessedZalo(FakeZalo):
    """Takes requests under a process name."""

    def __init__(self, witness: Witness, **more: Any) -> None:
        super().__init__(**more)
        self.accepted = _Accepted(witness)

    def app(self) -> web.Application:
        app = super().app()
        app.router.add_post("/{who}/v3.0/oa/message/cs", self._message_of)
        app.router.add_get("/{who}/v2.0/oa/getoa", self._profile)
        return app

    async def _message_of(self, request: web.Request) -> web.StreamResponse:
        _who.set(request.match_info["who"])
        return await self._message(request)


def platform_environment(telegram: FakeTelegram, zalo: FakeZalo) -> dict[str, str]:
    """Settings of a member of a cluster, whose name stands for `{name}`."""
    return {
        "TELEGRAM_BOT_TOKEN": f"{telegram.token}{BY}{{name}}",
        "TELEGRAM_API_BASE": telegram.url,
        "ZALO_APP_ID": APP_ID,
        "ZALO_APP_SECRET": APP_SECRET,
        "ZALO_OA_SECRET_KEY": OA_SECRET,
        "ZALO_API_BASE": f"{zalo.url}/{{name}}",
        "ZALO_OAUTH_BASE": zalo.url,
    }

"""Zalo's OpenAPI and OAuth v4 over aiohttp: one method a request, every fault a named one.

Errors of the platform come with HTTP status 200 and `{"error": -N}` and are values here; only
what leaves open whether a request arrived is raised. Tokens travel in headers or forms, never in
an address. Nothing is logged.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import aiohttp
import orjson

from bot.channels.proxy import through_proxy
from store.settings import Settings

CONNECT_SECONDS = 5.0
# A sender's claim on a message lasts 30 s: two tries and a renewal must fit in.
SEND_SECONDS = 6.0
OAUTH_SECONDS = 15.0
# Zalo closes idle connections at a moment of its own; a used one is left before that.
KEEPALIVE_SECONDS = 10.0
# Gateways answer these when they lost the platform's own answer.
_LOST_BEHIND_A_GATEWAY = frozenset((502, 504))


class ZaloFault(Exception):
    """A request without a usable answer; `reason` is a short code."""

    def __init__(self, reason: str, pause: float = 0.0) -> None:
        super().__init__(reason)
        self.reason, self.pause = reason, pause


class NotSent(ZaloFault):
    """Surely not accepted (no connection, 429): may be tried again."""


class ServerTrouble(NotSent):
    """Answered with 500 or 503: not accepted, as far as a message is concerned.

    A single-use token is not risked on that.
    """


class AnswerLost(ZaloFault):
    """Time-out, dropped connection or an unreadable answer: it may have been accepted."""


class BadRequest(ZaloFault):
    """Refused by its HTTP status (4xx): trying again would not help."""


@dataclass(frozen=True)
class Answer:
    """`error` 0 is success; `data` the answer's own object; `pause` seconds asked for."""

    error: int
    data: Mapping[str, Any]
    pause: float = 0.0


@dataclass(frozen=True)
class Grant:
    """A fresh token pair; `expires_in` seconds for the access token (25 hours)."""

    access: str
    refresh: str
    expires_in: int


class GrantRefused(Exception):
    """OAuth said no, with this code; −32 alone is not final."""

    def __init__(self, error: int) -> None:
        super().__init__(f"code_{error}")
        self.error = error


class ZaloClient:
    """`session` is made on first use (inside the loop) and closed by `close`."""

    def __init__(
        self,
        settings: Settings,
        send_seconds: float = SEND_SECONDS,
        oauth_seconds: float = OAUTH_SECONDS,
    ) -> None:
        self._api = settings.zalo_api_base.rstrip("/")
        self._oauth = settings.zalo_oauth_base.rstrip("/")
        self._app_id = settings.zalo_app_id or ""
        self._secret = (
            settings.zalo_app_secret.get_secret_value() if settings.zalo_app_secret else ""
        )
        self._seconds, self._oauth_seconds = send_seconds, oauth_seconds
        self._session: aiohttp.ClientSession | None = None

    async def send(
        self, access: str, recipient: Mapping[str, str], message: Mapping[str, Any]
    ) -> Answer:
        """A consultation message (`/v3.0/oa/message/cs`); raises ZaloFault."""
        body = orjson.dumps({"recipient": recipient, "message": message})
        headers = {"access_token": access, "Content-Type": "application/json"}
        return await self._ask("POST", f"{self._api}/v3.0/oa/message/cs", headers, body)

    async def works(self, access: str) -> bool:
        """Whether an access token is alive (asks for the OA's own profile); raises ZaloFault."""
        answer = await self._ask("GET", f"{self._api}/v2.0/oa/getoa", {"access_token": access})
        if answer.error == -32:
            raise NotSent("rate", answer.pause)
        return answer.error == 0

    async def exchange(self, code: str, verifier: str) -> Grant:
        """The first pair for a consent code (10 minutes, one use); raises as `refresh`."""
        return await self._grant(grant_type="authorization_code", code=code, code_verifier=verifier)

    async def refresh(self, refresh: str) -> Grant:
        """Spends a single-use refresh token; raises GrantRefused, ZaloFault."""
        return await self._grant(grant_type="refresh_token", refresh_token=refresh)

    async def close(self) -> None:
        if self._session is not None:
            await self._session.close()

    async def _grant(self, **form: str) -> Grant:
        body = aiohttp.FormData({"app_id": self._app_id, **form})()
        headers = {
            "secret_key": self._secret,
            "Content-Type": "application/x-www-form-urlencoded",
        }
        url = f"{self._oauth}/v4/oa/access_token"
        answer = await self._ask("POST", url, headers, body, self._oauth_seconds)
        if answer.error:
            raise GrantRefused(answer.error)
        try:
            given = answer.data
            pair = str(given["access_token"]), str(given["refresh_token"])
            return Grant(*pair, int(given.get("expires_in", 90_000)))
        except (KeyError, ValueError, TypeError) as error:
            raise AnswerLost("unreadable") from error

    async def _ask(
        self,
        method: str,
        url: str,
        headers: Mapping[str, str],
        body: Any = None,
        seconds: float | None = None,
    ) -> Answer:
        timeout = aiohttp.ClientTimeout(total=seconds or self._seconds, connect=CONNECT_SECONDS)
        try:
            async with self._open().request(
                method, url, headers=headers, data=body, timeout=timeout, allow_redirects=False
            ) as response:
                raw = await response.read()
        except (aiohttp.ClientConnectorError, aiohttp.ConnectionTimeoutError) as error:
            raise NotSent("no_connection") from error
        except (aiohttp.InvalidURL, ValueError) as error:
            raise BadRequest("bad_address") from error
        except TimeoutError as error:
            raise AnswerLost("timeout") from error
        except (aiohttp.ClientError, OSError) as error:
            raise AnswerLost("dropped") from error
        return _read(response.status, response.headers, raw)

    def _open(self) -> aiohttp.ClientSession:
        if self._session is None or self._session.closed:
            connector = aiohttp.TCPConnector(limit=64, keepalive_timeout=KEEPALIVE_SECONDS)
            self._session = aiohttp.ClientSession(
                connector=connector,
                cookie_jar=aiohttp.DummyCookieJar(),
                **through_proxy(self._api),
            )
        return self._session


def _read(status: int, headers: Mapping[str, str], raw: bytes) -> Answer:
    pause = _seconds(headers.get("Retry-After", ""))
    if status in _LOST_BEHIND_A_GATEWAY:
        raise AnswerLost(f"http_{status}")
    if status == 429:
        raise NotSent("http_429", pause or 10.0)
    if status == 408 or status >= 500:
        raise ServerTrouble(f"http_{status}", pause)
    if status >= 300:
        raise BadRequest(f"http_{status}")
    try:
        answer = orjson.loads(raw)
        error = int(answer.get("error", 0 if "access_token" in answer else None))
    except (ValueError, TypeError, AttributeError) as fault:
        raise AnswerLost("unreadable") from fault
    data = answer if "access_token" in answer else answer.get("data")
    return Answer(error, data if isinstance(data, dict) else {}, pause)


def _seconds(value: str) -> float:
    return float(min(int(value), 600)) if value.isascii() and value.isdigit() else 0.0

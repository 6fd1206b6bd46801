"""How python-telegram-bot reaches the Bot API: over aiohttp, with faults kept apart.

The library's own transport (httpx) costs four times the processor time for a message, and does
not tell a request that never left from one whose answer was lost.
"""

import json
from typing import Any

import aiohttp
from telegram.error import TelegramError
from telegram.request import BaseRequest, RequestData

from bot.channels.proxy import through_proxy

SERVER_FAULT = 500
TOO_MANY = 429
CONNECTIONS = 128
CONNECT_SECONDS = 5.0
FORM = {"Content-Type": "application/x-www-form-urlencoded"}
# Raised before anything was written.
_NOT_SENT = (
    aiohttp.ClientConnectorError,
    aiohttp.ClientHttpProxyError,
    aiohttp.ConnectionTimeoutError,
    aiohttp.InvalidURL,
)
_LOST = (aiohttp.ClientError, OSError)


class NotSent(TelegramError):
    """No connection: the request surely did not arrive."""

    def __init__(self) -> None:
        super().__init__("no connection")


class AnswerLost(TelegramError):
    """The connection ended, or nothing came in time, after the request may have arrived."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


class ServerFault(TelegramError):
    """A 5xx, or an error that is not the Bot API's (a proxy's page)."""

    def __init__(self, status: int) -> None:
        super().__init__("server fault")
        self.status = status


class Flooded(TelegramError):
    """Too many requests (429); `seconds` to be silent."""

    def __init__(self, seconds: float) -> None:
        super().__init__("too many requests")
        self.seconds = seconds


class Transport(BaseRequest):
    """An answer is waited for `seconds`. A proxy is taken from the environment (HTTPS_PROXY)."""

    def __init__(self, seconds: float) -> None:
        self._seconds = seconds
        self._session: aiohttp.ClientSession | None = None

    @property
    def read_timeout(self) -> float:
        return self._seconds

    async def initialize(self) -> None:
        """The session is made with the first request, in the loop that asks."""

    async def shutdown(self) -> None:
        if self._session is not None:
            await self._session.close()
            self._session = None

    async def do_request(
        self,
        url: str,
        method: str,
        request_data: RequestData | None = None,
        read_timeout: Any = BaseRequest.DEFAULT_NONE,
        write_timeout: Any = BaseRequest.DEFAULT_NONE,
        connect_timeout: Any = BaseRequest.DEFAULT_NONE,
        pool_timeout: Any = BaseRequest.DEFAULT_NONE,
    ) -> tuple[int, bytes]:
        """(status, body); raises NotSent, AnswerLost, ServerFault, Flooded.

        Of the time-outs only the first is heeded: our requests are small.
        """
        form = request_data.url_encoded_parameters().encode() if request_data else b""
        seconds = read_timeout if isinstance(read_timeout, int | float) else self._seconds
        status, body = await self._asked(method, url, form, seconds)
        if status >= SERVER_FAULT or (status != 200 and not _is_of_the_api(body)):
            raise ServerFault(status)
        if status == TOO_MANY:
            raise Flooded(_retry_after(body))
        return status, body

    async def _asked(self, method: str, url: str, form: bytes, seconds: float) -> tuple[int, bytes]:
        if self._session is None:
            self._session = aiohttp.ClientSession(
                connector=aiohttp.TCPConnector(limit=CONNECTIONS), **through_proxy(url)
            )
        patience = aiohttp.ClientTimeout(
            total=seconds + CONNECT_SECONDS,
            connect=min(CONNECT_SECONDS, seconds),
            sock_read=seconds,
        )
        # The causes hold the address, and with it the token: they are left behind.
        try:
            async with self._session.request(
                method, url, data=form, headers=FORM, timeout=patience, allow_redirects=False
            ) as answer:
                return answer.status, await answer.read()
        except _NOT_SENT:
            raise NotSent from None
        except TimeoutError:
            raise AnswerLost("timeout") from None
        except _LOST:
            raise AnswerLost("answer_lost") from None


def _is_of_the_api(body: bytes) -> bool:
    try:
        answer = json.loads(body)
    except ValueError:
        return False
    return isinstance(answer, dict) and answer.get("ok") is False


def _retry_after(body: bytes) -> float:
    try:
        return max(1.0, float(json.loads(body)["parameters"]["retry_after"]))
    except (ValueError, KeyError, TypeError):
        return 1.0

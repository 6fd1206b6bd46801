"""One NLU process as seen from here: its address, its breaker, what it is busy with."""

import asyncio
import time
from collections.abc import Callable
from dataclasses import dataclass
from enum import Enum, auto
from typing import Any
from urllib.parse import urlsplit

import aiohttp
import orjson

from bot import metrics
from bot.nlu import Breaker, Parsed, parsed_answer

# An idle connection may have been closed at the moment it was chosen (a process that is being
# replaced). To parse twice does no harm, so the next connection is tried at once.
CONNECTIONS = 3
# The answers that blame the text and not the process.
TEXT_REFUSED = frozenset({400, 413, 422})
MODEL_HEADER = "X-Model"


class Failed(Enum):
    """Why there is no answer: the process is not well, or it cannot read this text."""

    PROCESS = auto()
    TEXT = auto()


@dataclass(frozen=True)
class Answered:
    """What came back, and the fingerprint of the model that said it."""

    parsed: Parsed
    model: str | None


class NluProcess:
    """`url` without path; a caller who leaves after `slow` seconds counts as a failure."""

    def __init__(
        self,
        session: aiohttp.ClientSession,
        url: str,
        token: str | None = None,
        slow: float = 0.2,
        breaker: Breaker | None = None,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._session, self._url, self._slow, self._clock = session, url, slow, clock
        self._headers = {"Content-Type": "application/json"}
        if token:
            self._headers["Authorization"] = f"Bearer {token}"
        self.breaker = breaker or Breaker()
        self.name = urlsplit(url).netloc
        self.in_flight = 0

    async def ask(self, body: bytes, length: int) -> Answered | Failed:
        """The answer for a text of `length` letters; raises nothing but CancelledError."""
        began = self._clock()
        self.in_flight += 1
        try:
            answer = await self._answer(body, length)
        except asyncio.CancelledError:
            if self._clock() - began >= self._slow:
                self.breaker.failed()
            raise
        except (aiohttp.ClientError, OSError, ValueError, KeyError, TypeError, AttributeError):
            answer = Failed.PROCESS
        finally:
            self.in_flight -= 1
        if answer is Failed.PROCESS:
            self.breaker.failed()
        else:
            self.breaker.succeeded()
        return answer

    async def model(self, seconds: float) -> str | None:
        """The fingerprint of the model it serves ("" when it does not say); None: it is away."""
        try:
            async with (
                asyncio.timeout(seconds),
                self._session.get(f"{self._url}/health", headers=self._headers) as response,
            ):
                told = orjson.loads(await response.read()) if response.status == 200 else None
        except (aiohttp.ClientError, OSError, ValueError):
            told = None
        metrics.NLU_UP.labels(self.name).set(told is not None)
        return str(told.get("model", "")) if isinstance(told, dict) else None

    async def _answer(self, body: bytes, length: int) -> Answered | Failed:
        status, model, raw = await self._post(body)
        if status in TEXT_REFUSED:
            return Failed.TEXT
        if status != 200:
            return Failed.PROCESS
        answer: Any = orjson.loads(raw)
        return Answered(parsed_answer(answer, length), model)

    async def _post(self, body: bytes) -> tuple[int, str | None, bytes]:
        for left in reversed(range(CONNECTIONS)):
            try:
                return await self._once(body)
            except aiohttp.ClientConnectorError:
                raise
            except (aiohttp.ServerDisconnectedError, aiohttp.ClientOSError):
                if not left:
                    raise
                metrics.NLU_RETRIES.labels("connection").inc()
        raise AssertionError("the last try returns or raises")

    async def _once(self, body: bytes) -> tuple[int, str | None, bytes]:
        async with self._session.post(
            f"{self._url}/model/parse",
            data=body,
            headers=self._headers,
            allow_redirects=False,
        ) as response:
            return response.status, response.headers.get(MODEL_HEADER), await response.read()

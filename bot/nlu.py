"""Our side of the NLU contract: `POST /model/parse`, with a time-out and a circuit breaker."""

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, Protocol

import aiohttp
import orjson

from handlers.turn import Entity

INTENTS = frozenset(
    (
        "danger_now report_trafficking report_scam check_scam job_offer victim_support ask_law "
        "ask_prevention hotline quiz follow_up human greet thanks goodbye affirm deny out_of_scope"
    ).split()
)
MAX_CHARS = 4000


class NluDown(Exception):
    """The model gave no usable answer in time."""


@dataclass(frozen=True)
class Parsed:
    """What the model made of a text: intents best first, each with a probability."""

    ranking: Sequence[tuple[str, float]]
    entities: Sequence[Entity]


class Nlu(Protocol):
    """The model, or something that stands in for it."""

    async def parse(self, text: str) -> Parsed:
        """Raises NluDown."""

    async def healthy(self) -> bool: ...


class Breaker:
    """Opens after `limit` failures in a row; lets one call through every `pause` seconds."""

    def __init__(
        self, limit: int = 3, pause: float = 1.0, clock: Callable[[], float] = time.monotonic
    ) -> None:
        self._limit, self._pause, self._clock = limit, pause, clock
        self._failures = 0
        self._retry_at = 0.0

    def allows(self) -> bool:
        if self._failures < self._limit:
            return True
        if self._clock() < self._retry_at:
            return False
        self._retry_at = self._clock() + self._pause
        return True

    def succeeded(self) -> None:
        self._failures = 0

    def failed(self) -> None:
        self._failures += 1
        if self._failures >= self._limit:
            self._retry_at = self._clock() + self._pause


class HttpNlu:
    """The Rasa process on loopback (`url` without path, `timeout` in seconds)."""

    def __init__(
        self,
        session: aiohttp.ClientSession,
        url: str,
        token: str | None,
        timeout: float,
        breaker: Breaker | None = None,
    ) -> None:
        self._session = session
        self._url = url.rstrip("/")
        self._headers = {"Content-Type": "application/json"}
        if token:
            self._headers["Authorization"] = f"Bearer {token}"
        self._timeout = aiohttp.ClientTimeout(total=timeout)
        self._breaker = breaker or Breaker()

    async def parse(self, text: str) -> Parsed:
        if not self._breaker.allows():
            raise NluDown("waiting before the next try")
        try:
            parsed = _parsed(await self._post(text), len(text))
        except (aiohttp.ClientError, TimeoutError, ValueError, KeyError, TypeError) as error:
            self._breaker.failed()
            raise NluDown(type(error).__name__) from error
        self._breaker.succeeded()
        return parsed

    async def _post(self, text: str) -> Any:
        async with self._session.post(
            f"{self._url}/model/parse",
            data=orjson.dumps({"text": text[:MAX_CHARS]}),
            headers=self._headers,
            timeout=self._timeout,
        ) as response:
            response.raise_for_status()
            return orjson.loads(await response.read())

    async def healthy(self) -> bool:
        try:
            async with self._session.get(
                f"{self._url}/health", headers=self._headers, timeout=self._timeout
            ) as response:
                return response.status == 200
        except (aiohttp.ClientError, TimeoutError):
            return False


def _parsed(answer: Any, length: int) -> Parsed:
    ranking = [
        (str(item["name"]), float(item["confidence"]))
        for item in answer.get("intent_ranking") or [answer["intent"]]
        if item["name"] in INTENTS
    ]
    if not ranking:
        raise ValueError("no intent of ours")
    entities = [
        Entity(str(e["entity"]), str(e["value"]), int(e["start"]), int(e["end"]))
        for e in answer.get("entities", ())
        if 0 <= int(e["start"]) < int(e["end"]) <= length
    ]
    return Parsed(ranking, entities)

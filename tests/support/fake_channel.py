"""A platform in memory: says what it was told to say, and remembers what it was given."""

import asyncio
from collections import deque
from collections.abc import Mapping
from typing import Any

from bot.channels.base import Delivery, Outcome

SENT = Delivery(Outcome.sent)


class FakeChannel:
    """`answers` are given first, in order, then `sent`; `got` holds (address, part)."""

    def __init__(
        self, name: str = "telegram", rate: float = 10_000.0, seconds: float = 0.0
    ) -> None:
        self.name, self.rate = name, rate
        self.answers: deque[Delivery] = deque()
        self.got: list[tuple[dict[str, Any], dict[str, Any]]] = []
        self.times: list[float] = []
        self._seconds = seconds

    async def deliver(self, address: Mapping[str, Any], part: dict[str, Any]) -> Delivery:
        self.times.append(asyncio.get_running_loop().time())
        if self._seconds:
            await asyncio.sleep(self._seconds)
        self.got.append((dict(address), part))
        return self.answers.popleft() if self.answers else SENT

    async def close(self) -> None:
        """Nothing is open."""

    def texts(self) -> list[str]:
        return [str(part["text"]) for _, part in self.got]

"""A door that keeps messages in memory, each delivery once."""

import asyncio

from bot.inbox import Incoming


class FakeDoor:
    """`taken` in order of arrival; `faults` are raised first; `closed` holds everything back."""

    def __init__(self) -> None:
        self.taken: list[Incoming] = []
        self.faults: list[Exception] = []
        self.deliveries = 0
        self.open = asyncio.Event()
        self.open.set()
        self._known: set[bytes] = set()

    async def take(self, message: Incoming) -> bool:
        self.deliveries += 1
        await self.open.wait()
        if self.faults:
            raise self.faults.pop(0)
        if message.dedupe_key in self._known:
            return False
        self._known.add(message.dedupe_key)
        self.taken.append(message)
        return True

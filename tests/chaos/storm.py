"""What goes wrong, by chance and with a seed: processes, database, model, platforms."""

import asyncio
import random
import signal
from collections import Counter
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, field
from typing import TypeVar

from tests.support import fake_telegram, fake_zalo
from tests.support.cluster import Member, Nlu
from tests.support.street import Street

Drawn = TypeVar("Drawn")
Restart = Callable[[signal.Signals], Awaitable[float]]
ROLES = ("worker", "sender", "worker", "sender", "web")
WAYS = (signal.SIGINT, signal.SIGQUIT, signal.SIGKILL)
T = fake_telegram.Fault
# Of a thousand sends; those that hang cost ten (Telegram) or six seconds (Zalo) each.
TELEGRAM = {
    T.too_many: 2,
    T.internal: 10,
    T.bad_gateway: 5,
    T.gateway_timeout: 5,
    T.drop_before: 10,
    T.drop_after: 10,
    T.hang_before: 2,
    T.hang_after: 2,
}
Z = fake_zalo.Fault
ZALO = {
    Z(status=429, retry_after=1): 2,
    Z(status=500): 10,
    Z(status=503): 5,
    Z(status=502): 5,
    Z(way="drop_before"): 10,
    Z(way="drop_after"): 10,
    Z(way="hang"): 2,
    Z(way="hang_after"): 2,
}


@dataclass
class Storm:
    """`over` ends it; `did` counts what was done, `away` are the seconds without a database."""

    street: Street
    nlu: Nlu
    chance: random.Random
    restart: Restart
    every: float = 6.0
    did: Counter[str] = field(default_factory=Counter)
    faults: Counter[str] = field(default_factory=Counter)
    away: list[float] = field(default_factory=list)

    def platforms_fail(self) -> None:
        """From now on some sends go wrong."""
        self.street.telegram.fault = self._telegram
        self.street.zalo.fault_of = self._zalo

    def platforms_recover(self) -> None:
        self.street.telegram.fault = lambda _method, _chat: None
        self.street.zalo.fault_of = lambda _user: None

    def _telegram(self, method: str, _chat: int) -> fake_telegram.Fault | None:
        if method != "sendMessage":
            return None
        found = self._drawn(list(TELEGRAM), list(TELEGRAM.values()))
        if found is not None:
            self.faults[f"telegram {found}"] += 1
        return found

    def _zalo(self, _user: str) -> fake_zalo.Fault | None:
        found = self._drawn(list(ZALO), list(ZALO.values()))
        if found is not None:
            self.faults[f"zalo {found.way or found.status}"] += 1
        return found

    def _drawn(self, faults: Sequence[Drawn], weights: Sequence[int]) -> Drawn | None:
        if self.chance.random() * 1000 >= sum(weights):
            return None
        return self.chance.choices(faults, weights)[0]

    async def processes(self) -> None:
        """Kill one after another and start it again, until cancelled."""
        while True:
            await asyncio.sleep(self.chance.uniform(0.5, 1.5) * self.every)
            role = self.chance.choice(ROLES)
            victim = self.chance.choice(self._victims(role))
            victim.kill()
            self.did[f"SIGKILL {role}"] += 1
            await asyncio.sleep(self.chance.uniform(0, 1.5))
            self._again(victim)

    def _victims(self, role: str) -> list[Member]:
        """Zalo does not deliver again what was answered, so its web process is spared."""
        living = self.street.cluster.living(role)
        return [m for m in living if m.url not in self.street.zalo_url]

    def _again(self, member: Member) -> None:
        self.street.start(member.role, member.port if member.role == "web" else None)

    async def database(self, done: Callable[[], float], times: int) -> None:
        """`times` restarts spread over the run; `done()`: the share that has been written."""
        for turn in range(times):
            await _reached(done, (turn + 0.5) / times)
            self.away.append(await self.restart(WAYS[turn % len(WAYS)]))
            self.did["database restarted"] += 1

    async def model(self, done: Callable[[], float], times: int) -> None:
        for turn in range(times):
            await _reached(done, (turn + 0.3) / times)
            self.nlu.kill()
            self.did["SIGKILL NLU"] += 1
            await asyncio.sleep(self.chance.uniform(1, 4))
            await self.nlu.start()

    async def tokens(self, done: Callable[[], float]) -> None:
        """Zalo's access token dies in the middle, as it does every 25 hours."""
        await _reached(done, 0.45)
        self.street.zalo.expire()
        self.did["Zalo token expired"] += 1


async def _reached(done: Callable[[], float], share: float) -> None:
    while done() < share:
        await asyncio.sleep(0.1)

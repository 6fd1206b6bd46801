"""One fault run from the calm beginning to the verdict."""

import asyncio
import contextlib
import random
import time
from dataclasses import dataclass
from pathlib import Path

from store.crypto import Keyring
from tests.chaos.books import Books, read_books, still_open
from tests.chaos.storm import Restart, Storm
from tests.chaos.story import LENGTH, plain, tell
from tests.chaos.verdict import Verdict, judge
from tests.support.cluster import Nlu
from tests.support.street import Person, Street, street

# No limit that a run would reach: those are tested elsewhere.
LIMITS = {"LACHAN_FLOOD_PER_MINUTE": "100000", "LACHAN_TURNS_RATE": "100000"}
CHANNELS = ("telegram", "zalo")


@dataclass(frozen=True)
class Plan:
    """`conversations` of twenty messages, half on each platform; pauses in seconds."""

    conversations: int = 500
    seed: int = 0
    workers: int = 2
    senders: int = 2
    at_once: int = 60
    pause: float = 0.5
    thrice: float = 0.1
    kill_every: float = 6.0
    restarts: int = 3
    nlu_deaths: int = 4
    patience: float = 300.0

    @property
    def messages(self) -> int:
        return self.conversations * LENGTH


@dataclass
class Outcome:
    """What a run found; `seconds`: from the first message to the last reply."""

    plan: Plan
    verdict: Verdict
    books: Books
    storm: Storm
    street: Street
    seconds: float
    stuck: int

    @property
    def good(self) -> bool:
        books, plan = self.books, self.plan
        messages = plan.messages + len(CHANNELS) * LENGTH
        return (
            self.verdict.good
            and self.stuck == 0
            and books.inbox == {1: messages}
            and set(books.outbox) <= {2}
            and not books.disorder
            and not books.left
            and books.reports == plan.conversations + len(CHANNELS)
        )


async def run(folder: Path, url: str, ring: Keyring, plan: Plan, restart: Restart) -> Outcome:
    """Over an empty database with its schema; `restart` brings the database down and back."""
    nlu = Nlu()
    await nlu.start()
    try:
        async with street(folder, url, ring, nlu.url, **LIMITS) as here:
            here.open(plan.workers, plan.senders)
            await here.cluster.ready()
            expected = await _calm(here, url)
            storm = Storm(here, nlu, random.Random(plan.seed), restart, plan.kill_every)
            people, seconds, stuck = await _stormy(here, url, plan, storm)
            names = [person.name for person in people]
            members = here.cluster.members
            verdict = judge(names, here.witness.copies, expected, members)
            books = await read_books(url)
            return Outcome(plan, verdict, books, storm, here, seconds, stuck)
    finally:
        nlu.kill()


async def _calm(here: Street, url: str) -> dict[str, list[str]]:
    """One conversation on each platform before anything goes wrong: what the others must get."""
    chance = random.Random(1)
    people = [here.person(channel, 0) for channel in CHANNELS]
    await asyncio.gather(*(tell(person, chance, 0.05, 0.0) for person in people))
    assert await _settled(url, 60) == 0
    replies = {p.channel: [plain(text) for text in p.texts] for p in people}
    for texts in replies.values():
        assert len(set(texts)) == len(texts) >= LENGTH, texts
    return replies


async def _stormy(
    here: Street, url: str, plan: Plan, storm: Storm
) -> tuple[list[Person], float, int]:
    people = [here.person(CHANNELS[n % 2], 1 + n // 2) for n in range(plan.conversations)]
    written, started = 0, time.monotonic()
    slots = asyncio.Semaphore(plan.at_once)

    async def tells(person: Person, number: int) -> None:
        nonlocal written
        async with slots:
            chance = random.Random(plan.seed * 100_003 + number)
            await tell(person, chance, plan.pause, plan.thrice)
            written += 1

    def done() -> float:
        return written / len(people)

    storm.platforms_fail()
    kills = asyncio.create_task(storm.processes())
    others = [
        asyncio.create_task(storm.database(done, plan.restarts)),
        asyncio.create_task(storm.model(done, plan.nlu_deaths)),
        asyncio.create_task(storm.tokens(done)),
    ]
    await asyncio.gather(*(tells(person, n) for n, person in enumerate(people)))
    await asyncio.gather(*others)
    kills.cancel()
    with contextlib.suppress(asyncio.CancelledError):
        await kills
    _complete(here, plan)
    stuck = await _settled(url, plan.patience)
    return people, time.monotonic() - started, stuck


def _complete(here: Street, plan: Plan) -> None:
    """Whoever was killed last is started again."""
    for role, count in (("worker", plan.workers), ("sender", plan.senders)):
        for _ in range(count - len(here.cluster.living(role))):
            here.start(role)


async def _settled(url: str, seconds: float) -> int:
    """Wait until nothing is open any more; the number of rows that still are."""
    deadline = time.monotonic() + seconds
    while (left := await still_open(url)) and time.monotonic() < deadline:
        await asyncio.sleep(0.5)
    return left

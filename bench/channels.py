"""Telegram from the webhook to the platform's receipt of the reply, through real processes.

    python -m bench.channels [broadcast]

The strict fake of Telegram, the people who write and the product share this machine's cores. Its
limit is raised where our own speed is measured, and kept where we must keep to it.
"""

import asyncio
import gc
import itertools
import statistics
import sys
import tempfile
import time
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import aiohttp
import orjson
from sqlalchemy import func, insert, select, text

from bot.channels.telegram_client import secrets_of
from bot.models import Conversation, Outbox, OutboxKind, OutboxState
from bot.supervisor.nlu_setup import ENVIRONMENT, PYTHON, model_path
from store.crypto import Keyring
from store.embedded import EmbeddedPostgres
from store.engine import make_engine, make_sessions
from store.migrate import upgrade
from store.settings import ROOT, Settings
from store.types import use_keyring
from tests.support.cluster import Cluster, Member
from tests.support.fake_telegram import FakeTelegram
from tests.support.house import free_ports

SECONDS = 10.0
TEXTS = (
    "cho em hỏi đi xuất khẩu lao động nhật bản phí bao nhiêu là đúng ạ",
    "co nguoi goi bao la cong an keu em chuyen tien co phai lua dao k",
    "tuyển nam nữ đi campuchia việc nhẹ lương 25tr bao ăn ở không cần bằng cấp",
    "mua bán người bị phạt bao nhiêu năm tù vậy",
    "làm sao để con em không bị dụ dỗ trên mạng",
    "hom nay troi dep qua di choi o dau duoc nhi",
)
BROADCAST = 20_000
# Telegram's own 30 a second would take eleven minutes for 20,000; the rule is the same at 250.
BROADCAST_RATE = 250
Process = asyncio.subprocess.Process


class Clocked(FakeTelegram):
    """Notes when each reply came, and wakes who waits for the first one to a chat."""

    def __post_init__(self) -> None:
        super().__post_init__()
        self._awaited: dict[int, asyncio.Future[float]] = {}
        self.received: list[float] = []

    def expect(self, chat: int) -> "asyncio.Future[float]":
        self.known.add(chat)
        self._awaited[chat] = asyncio.get_running_loop().create_future()
        return self._awaited[chat]

    async def _do_sendMessage(self, params: dict[str, Any], lost: bool) -> dict[str, Any]:
        answer = await super()._do_sendMessage(params, lost)
        self.received.append(time.perf_counter())
        future = self._awaited.pop(int(params["chat_id"]), None)
        if future is not None and not future.done():
            future.set_result(time.perf_counter())
        return answer


@dataclass
class Street:
    """The platform, the product's processes and the people; `post` is one webhook call."""

    telegram: Clocked
    cluster: Cluster
    ring: Keyring
    settings: Settings
    url: str
    client: aiohttp.ClientSession
    chats: "itertools.count[int]" = field(default_factory=lambda: itertools.count(1_000))

    async def post(self, web: Member, chat: int, text: str) -> None:
        secrets = secrets_of(self.settings, self.ring)
        headers = {
            "X-Telegram-Bot-Api-Secret-Token": secrets.header,
            "Content-Type": "application/json",
        }
        body = orjson.dumps(self.telegram.people.says(chat, text))
        url = f"{web.url}/telegram/{secrets.path}"
        async with self.client.post(url, data=body, headers=headers) as answer:
            assert answer.status == 200, answer.status

    async def ask(self, web: Member, chat: int, text: str) -> float:
        """Seconds from the webhook call to the platform's receipt of the first reply."""
        started = time.perf_counter()
        replied = self.telegram.expect(chat)
        await self.post(web, chat, text)
        return await asyncio.wait_for(replied, 60) - started


@asynccontextmanager
async def open_street(folder: Path, rate: int | None) -> AsyncIterator[Street]:
    """The platform allows `rate` a second; without a limit the model is started to be asked."""
    server = EmbeddedPostgres(folder / "postgres", owner=True)
    ring = Keyring.generate()
    use_keyring(ring)
    upgrade(server.url)
    port = free_ports(1)[0]
    nlu = await start_nlu(port) if rate is None else None
    async with Clocked(rate=rate) as telegram, aiohttp.ClientSession() as client:
        environment = {
            "TELEGRAM_BOT_TOKEN": telegram.token,
            "TELEGRAM_API_BASE": telegram.url,
            "LACHAN_TELEGRAM_RATE": str(rate or 100_000),
            "LACHAN_TURNS_RATE": "100000",
            "LACHAN_NLU_URL": f"http://127.0.0.1:{port}",
        }
        settings = Settings(_env_file=None, TELEGRAM_BOT_TOKEN=telegram.token)
        try:
            with Cluster(folder / "members", server.url, ring, **environment) as cluster:
                yield Street(telegram, cluster, ring, settings, server.url, client)
        finally:
            if nlu is not None:
                nlu.terminate()
                await nlu.wait()
            server.stop()


async def start_nlu(port: int) -> Process:
    """The real model of today's data; `make bench` trains it before."""
    process = await asyncio.create_subprocess_exec(
        str(PYTHON),
        *("-m", "nlu.server", "--model", str(model_path()), "--port", str(port)),
        env=ENVIRONMENT,
        cwd=ROOT,
        stderr=asyncio.subprocess.DEVNULL,
    )
    for _ in range(300):
        await asyncio.sleep(0.1)
        try:
            _, writer = await asyncio.open_connection("127.0.0.1", port)
        except OSError:
            continue
        writer.close()
        return process
    raise RuntimeError("the NLU did not start; train it first: make run")


def line(name: str, rate: float, times: list[float] | None = None) -> None:
    spread = ""
    if times:
        cuts = statistics.quantiles(times, n=100)
        spread = "".join(f"{cuts[p - 1] * 1000:9.0f}" for p in (50, 95, 99))
    print(f"{name:44}{rate:9.0f}{spread}", flush=True)


async def accepted(street: Street) -> None:
    """How many webhook calls a second are stored and answered 200 (nobody works on them)."""
    web = street.cluster.start("web")
    await street.cluster.ready(web)
    texts = itertools.cycle(TEXTS)
    count = 0

    async def caller(until: float, kept: bool) -> None:
        nonlocal count
        while time.perf_counter() < until:
            await street.post(web, next(street.chats), next(texts))
            count += kept

    await asyncio.gather(*(caller(time.perf_counter() + 1.5, False) for _ in range(48)))
    began = time.perf_counter()
    await asyncio.gather(*(caller(began + SECONDS, True) for _ in range(48)))
    line("webhook calls stored, 48 at once", count / (time.perf_counter() - began))
    web.process.terminate()
    web.process.wait()


async def busy(street: Street, web: Member, name: str, at_once: int = 48) -> None:
    """People who write again as soon as they are answered."""
    texts = itertools.cycle(TEXTS)
    times: list[float] = []

    async def person(until: float, kept: bool) -> None:
        while time.perf_counter() < until:
            seconds = await street.ask(web, next(street.chats), next(texts))
            if kept:
                times.append(seconds)

    await asyncio.gather(*(person(time.perf_counter() + 2, False) for _ in range(at_once)))
    began = time.perf_counter()
    await asyncio.gather(*(person(began + SECONDS, True) for _ in range(at_once)))
    line(name, len(times) / (time.perf_counter() - began), times)


async def steady(street: Street, web: Member, rate: float) -> None:
    """So many new people a second, however long the answers take."""
    texts = itertools.cycle(TEXTS)
    began = time.perf_counter()
    tasks = []
    for number in range(int(rate * SECONDS)):
        await asyncio.sleep(max(0.0, began + number / rate - time.perf_counter()))
        tasks.append(asyncio.create_task(street.ask(web, next(street.chats), next(texts))))
    times = await asyncio.gather(*tasks)
    line(f"steady, {rate:.0f} a second", len(times) / (time.perf_counter() - began), times)


async def speed(folder: Path) -> None:
    async with open_street(folder, None) as street:
        await accepted(street)
        await empty(street)
        all_in_one = street.cluster.start("web,worker,sender")
        await street.cluster.ready(all_in_one)
        await busy(street, all_in_one, "one process for all roles, 48 at once")
        await steady(street, all_in_one, 100)
        all_in_one.process.terminate()
        all_in_one.process.wait()
        web = street.cluster.start("web")
        sender = street.cluster.start("sender")
        workers: list[Member] = []
        for count in (1, 2, 4):
            while len(workers) < count:
                workers.append(street.cluster.start("worker"))
            await street.cluster.ready(web, sender, *workers)
            await busy(street, web, f"web, sender and {count} worker(s), 48 at once")


async def empty(street: Street) -> None:
    """The inbox of the first measurement is thrown away: nobody was to answer it."""
    engine = make_engine(street.url, pool_size=1)
    async with make_sessions(engine)() as session:
        await session.execute(text("TRUNCATE conversations CASCADE"))
        await session.commit()
    await engine.dispose()


async def broadcast(folder: Path) -> None:
    async with open_street(folder, BROADCAST_RATE) as street:
        engine = make_engine(street.url, pool_size=2)
        sessions = make_sessions(engine)
        now = datetime.now(UTC)
        async with sessions() as session:
            for start in range(0, BROADCAST, 2_000):
                numbers = range(start, start + 2_000)
                keys = [n.to_bytes(32) for n in numbers]
                people = [{"key": k, "channel": "telegram", "updated_at": now} for k in keys]
                await session.execute(insert(Conversation), people)
                news = [_news(key, n, now) for key, n in zip(keys, numbers, strict=True)]
                await session.execute(insert(Outbox), news)
            await session.commit()
        street.telegram.known.update(range(1_000_000, 1_000_000 + BROADCAST))
        street.cluster.start("sender")
        sender = street.cluster.start("sender")
        await street.cluster.ready(sender)
        # The platform must not stop for its own housekeeping: it would see our pace as bursts.
        gc.collect()
        gc.freeze()
        gc.disable()
        await asyncio.wait_for(_all_sent(sessions), BROADCAST)
        gc.enable()
        received = street.telegram.received
        rate = (len(received) - 1) / (received[-1] - received[0])
        refused = len(street.telegram.refused)
        line(f"broadcast of {BROADCAST:,}, {BROADCAST_RATE} a second allowed", rate)
        fullest = street.telegram.fullest_second
        print(
            f"{rate / BROADCAST_RATE:.1%} of the limit; fullest second {fullest}; refused {refused}"
        )
        await engine.dispose()


def _news(key: bytes, number: int, now: datetime) -> dict[str, Any]:
    part = {"method": "sendMessage", "text": f"Tin {number}", "rows": []}
    return {
        "channel": "telegram",
        "conversation": key,
        "kind": OutboxKind.broadcast,
        "payload": part,
        "address": {"chat_id": 1_000_000 + number},
        "created_at": now,
        "due_at": now,
    }


async def _all_sent(sessions: Any) -> None:
    """Return when every row of the broadcast is written down as over."""
    over = select(func.count()).select_from(Outbox).where(Outbox.state >= OutboxState.sent)
    sent = 0
    while sent < BROADCAST:
        await asyncio.sleep(1)
        async with sessions() as session:
            sent = await session.scalar(over) or 0


def main(given: Sequence[str] = ()) -> None:
    if "broadcast" in given:
        with tempfile.TemporaryDirectory() as folder:
            asyncio.run(broadcast(Path(folder)))
        return
    head = "".join(f"{name:>9}" for name in ("p50 ms", "p95 ms", "p99 ms"))
    print(f"{'Telegram, webhook to receipt of the reply':44}{'a second':>9}{head}")
    with tempfile.TemporaryDirectory() as folder:
        asyncio.run(speed(Path(folder) / "speed"))
        asyncio.run(broadcast(Path(folder) / "broadcast"))


if __name__ == "__main__":
    main(sys.argv[1:])

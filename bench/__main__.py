"""Messages a second through the real processes.

    make bench

Starts the whole product on free ports, then measures `POST /api/chat` (a new message stored,
understood, answered and marked as sent) and `POST /model/parse`, one at a time and 16 at
once. For scale, stock Rasa on such a machine: 57 messages/s end to end with an in-memory
tracker, 79 to 100 parses/s.
"""

import asyncio
import itertools
import statistics
import tempfile
import time
from collections.abc import Awaitable, Callable
from pathlib import Path

import aiohttp

from bench import channels, nlu_processes, safety
from tests.support.house import House

SECONDS = 8.0
WARM_UP = 150
TEXTS = (
    "cho em hỏi đi xuất khẩu lao động nhật bản phí bao nhiêu là đúng ạ",
    "co nguoi goi bao la cong an keu em chuyen tien co phai lua dao k",
    "tuyển nam nữ đi campuchia việc nhẹ lương 25tr bao ăn ở không cần bằng cấp",
    "mua bán người bị phạt bao nhiêu năm tù vậy",
    "em muốn làm quiz",
    "số điện thoại tổng đài là gì",
    "hom nay troi dep qua",
    "làm sao để con em không bị dụ dỗ trên mạng",
)
Call = Callable[[int, str], Awaitable[None]]


async def measure(call: Call, at_once: int, seconds: float = SECONDS) -> tuple[float, list[float]]:
    """Calls a second, and the seconds of each call."""
    times: list[float] = []
    counter = itertools.count()

    async def one(lane: int, until: float, keep: bool) -> None:
        while time.perf_counter() < until:
            text = f"{TEXTS[next(counter) % len(TEXTS)]} {next(counter)}"
            started = time.perf_counter()
            await call(lane, text)
            if keep:
                times.append(time.perf_counter() - started)

    await asyncio.gather(*(one(n, time.perf_counter() + 1.5, False) for n in range(at_once)))
    began = time.perf_counter()
    await asyncio.gather(*(one(n, began + seconds, True) for n in range(at_once)))
    return len(times) / (time.perf_counter() - began), times


def row(name: str, at_once: int, rate: float, times: list[float], stock: float) -> str:
    cuts = statistics.quantiles(times, n=100)
    spread = "".join(f"{cuts[p - 1] * 1000:9.1f}" for p in (50, 95, 99))
    return f"{name:22}{at_once:8}{rate:11.0f}{spread}{rate / stock:10.1f}×"


async def compare(house: House) -> None:
    connector = aiohttp.TCPConnector(limit=64)
    async with aiohttp.ClientSession(connector=connector) as client:
        sessions: dict[int, str] = {}

        async def chat(lane: int, text: str) -> None:
            body = {"text": text}
            if lane in sessions:
                body["session"] = sessions[lane]
            async with client.post(f"{house.chat}/api/chat", json=body) as answer:
                got = await answer.json()
                assert answer.status == 200, got
                assert got["messages"], got
                sessions[lane] = got["session"]

        async def parse(_lane: int, text: str) -> None:
            async with client.post(f"{house.nlu}/model/parse", json={"text": text}) as answer:
                assert answer.status == 200
                assert (await answer.json())["intent"]["name"]

        head = "".join(f"{name:>9}" for name in ("p50 ms", "p95 ms", "p99 ms"))
        print(f"{'':22}{'at once':>8}{'per second':>11}{head}{'stock Rasa':>11}")
        for name, call, stock in (
            ("POST /api/chat", chat, (57, 57)),
            ("POST /model/parse", parse, (79, 100)),
        ):
            for at_once, beside in zip((1, 16), stock, strict=True):
                rate, times = await measure(call, at_once)
                print(row(name, at_once, rate, times, beside), flush=True)


def main() -> None:
    with tempfile.TemporaryDirectory() as folder:
        limits = {
            f"LACHAN_{name}": "1000000"
            for name in ("SESSION_BURST", "ADDRESS_BURST", "SITE_BURST", "TURNS_RATE")
        }
        house = House(Path(folder) / "data", **limits).start()
        try:
            asyncio.run(compare(house))
        finally:
            house.stop()
    print()
    nlu_processes.main()
    print()
    channels.main()
    print()
    safety.main()


if __name__ == "__main__":
    main()

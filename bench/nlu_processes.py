"""Parses a second through our own client, for one and two NLU processes, the cache off.

    python -m bench.nlu_processes [MODEL]

Starts `nlu.server` on free ports with today's model (or MODEL), asks the frozen test
messages 1, 16 and 64 at once, and prints what a caller waits. Also: seconds until the model
had read its canaries, resident memory, and processor time of the servers for one parse, which
says most when other programs share the machine (its load is printed too).
"""

import asyncio
import itertools
import json
import os
import statistics
import sys
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

import aiohttp
import uvloop

from bot.nlu_pool import NluPool
from bot.product import http_nlu
from bot.supervisor.children import stop_all
from bot.supervisor.nlu_children import NluChild, nlu_children, places_here
from bot.supervisor.nlu_setup import model_path
from store.settings import ROOT, Settings
from tests.support.house import free_ports, wait_until

SECONDS = 6.0
WARM_UP = 1.5
PROCESSES = (1, 2)
AT_ONCE = (1, 16, 64)
GOAL = "goal: p99 under 25 ms at 16 at once"
TICKS = os.sysconf("SC_CLK_TCK")


def main(given: Sequence[str] = ()) -> None:
    model = Path(given[0]) if given else model_path()
    if not model.exists():
        print(f"no model at {model}: nlu/.venv/bin/python -m nlu.train")
        return
    heads = ("p50 ms", "p95 ms", "p99 ms", "µs CPU")
    print(f"load of the machine before: {os.getloadavg()[0]:.1f}; {GOAL}")
    print(
        f"{'NLU processes':22}{'at once':>8}{'per second':>11}{''.join(f'{h:>9}' for h in heads)}"
    )
    for count in PROCESSES:
        ports = free_ports(count)
        url = ",".join(f"http://127.0.0.1:{port}" for port in ports)
        settings = Settings(_env_file=None, nlu_url=url, nlu_cache_seconds=0, nlu_timeout=10)  # type: ignore[call-arg]
        with running(settings, model) as (children, seconds):
            uvloop.run(compare(settings, children))
            memory = " + ".join(f"{resident(child):.0f}" for child in children)
            print(f"{'':22}started in {seconds:.1f} s; resident {memory} MB", flush=True)


@contextmanager
def running(settings: Settings, model: Path) -> Iterator[tuple[list[NluChild], float]]:
    """The processes, started one after the other, and the seconds of the slowest start."""
    children = nlu_children(settings, str(model), places_here(settings))
    slowest = 0.0
    try:
        for child in children:
            began = time.monotonic()
            child.start()
            wait_until(lambda child=child: child.answers(1), 60.0)
            slowest = max(slowest, time.monotonic() - began)
        yield children, slowest
    finally:
        stop_all(children)


async def compare(settings: Settings, children: Sequence[NluChild]) -> None:
    connector = aiohttp.TCPConnector(limit=128)
    async with aiohttp.ClientSession(connector=connector) as session:
        pool = http_nlu(settings, session)
        for at_once in AT_ONCE:
            await measure(pool, at_once, WARM_UP)
            before = sum(map(spent, children))
            began = time.perf_counter()
            times = await measure(pool, at_once, SECONDS)
            rate = len(times) / (time.perf_counter() - began)
            each = (sum(map(spent, children)) - before) / len(times) * 1e6
            cuts = statistics.quantiles(times, n=100)
            spread = "".join(f"{cuts[p - 1] * 1000:9.1f}" for p in (50, 95, 99))
            print(f"{len(children):<22}{at_once:8}{rate:11.0f}{spread}{each:9.0f}", flush=True)


async def measure(pool: NluPool, at_once: int, seconds: float) -> list[float]:
    """The seconds of each call, made for so many seconds."""
    times: list[float] = []
    texts = itertools.cycle(lines())
    until = time.perf_counter() + seconds

    async def lane() -> None:
        while (began := time.perf_counter()) < until:
            await pool.parse(next(texts))
            times.append(time.perf_counter() - began)

    await asyncio.gather(*(lane() for _ in range(at_once)))
    return times


def lines() -> list[str]:
    """The frozen test messages, of 2 to 120 words."""
    files = sorted((ROOT / "nlu" / "tests" / "frozen").glob("messages_*.jsonl"))
    return [json.loads(line)["text"] for file in files for line in file.open(encoding="utf-8")]


def spent(child: NluChild) -> float:
    """Seconds of processor time of a process (Linux)."""
    words = Path(f"/proc/{child.pid}/stat").read_text().rpartition(")")[2].split()
    return (int(words[11]) + int(words[12])) / TICKS


def resident(child: NluChild) -> float:
    """Megabytes of memory it holds (Linux)."""
    pages = int(Path(f"/proc/{child.pid}/statm").read_text().split()[1])
    return pages * os.sysconf("SC_PAGE_SIZE") / 1e6


if __name__ == "__main__":
    main(sys.argv[1:])

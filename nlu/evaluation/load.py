"""How many parses a second a served model gives over HTTP, and how long one takes."""

from __future__ import annotations

import asyncio
import itertools
import os
import socket
import statistics
import subprocess
import sys
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[2]
SECONDS, WARM_UP, PATIENCE = 8.0, 1.5, 120.0
CALLERS = (1, 16)


def served(model: Path, by_us: bool, texts: Sequence[str]) -> dict[str, dict[str, float]]:
    """Serve `model` with our server or with Rasa's; figures by number of callers at once.

    `rate` parses a second, `p50` and `p99` in milliseconds, `memory` in resident megabytes,
    `start` in seconds until the first answer.
    """
    port = _free_port()
    begun = time.monotonic()
    process = _start(model, by_us, port)
    try:
        asyncio.run(_wait(port, begun))
        start = time.monotonic() - begun
        found = {}
        for callers in CALLERS:
            found[str(callers)] = asyncio.run(_callers(port, callers, texts))
            found[str(callers)].update(memory=_memory(process.pid), start=start)
        return found
    finally:
        process.terminate()
        process.wait(30)


def _start(model: Path, by_us: bool, port: int) -> subprocess.Popen[bytes]:
    if by_us:
        words = ["-m", "nlu.server", "--model", str(model), "--port", str(port), "--any-corpus"]
    else:
        words = ["-m", "rasa", "run", "--enable-api", "--model", str(model), "-p", str(port)]
        words += ["-i", "127.0.0.1"]
    quiet = {**os.environ, "RASA_TELEMETRY_ENABLED": "false", "TF_CPP_MIN_LOG_LEVEL": "3"}
    none = subprocess.DEVNULL
    return subprocess.Popen(
        [sys.executable, *words], cwd=ROOT, env=quiet, stdin=none, stdout=none, stderr=none
    )


def _free_port() -> int:
    with socket.socket() as found:
        found.bind(("127.0.0.1", 0))
        return int(found.getsockname()[1])


def _memory(process: int) -> float:
    lines = Path(f"/proc/{process}/status").read_text().splitlines()
    return next(int(line.split()[1]) for line in lines if line.startswith("VmRSS")) / 1024


async def _wait(port: int, begun: float) -> None:
    import aiohttp

    async with aiohttp.ClientSession() as client:
        while time.monotonic() - begun < PATIENCE:
            try:
                await _ask(client, port, "xin chào")
                return
            except (aiohttp.ClientError, OSError, RuntimeError):
                await asyncio.sleep(0.25)
    raise RuntimeError("the server did not start")


async def _ask(client: Any, port: int, text: str) -> None:
    url = f"http://127.0.0.1:{port}/model/parse"
    async with client.post(url, json={"text": text}) as answer:
        body = await answer.json()
        if answer.status != 200 or not body["intent"]["name"]:
            raise RuntimeError(f"answered {answer.status}")


async def _callers(port: int, callers: int, texts: Sequence[str]) -> dict[str, float]:
    import aiohttp

    times: list[float] = []
    numbers = itertools.count()

    async def call(client: Any, until: float, keep: bool) -> None:
        while time.perf_counter() < until:
            number = next(numbers)
            # A number at the end: no two questions are the same, so no cache helps.
            text = f"{texts[number % len(texts)].lstrip('/')} {number}"
            begun = time.perf_counter()
            await _ask(client, port, text)
            if keep:
                times.append(time.perf_counter() - begun)

    async with aiohttp.ClientSession() as client:
        for seconds, keep in ((WARM_UP, False), (SECONDS, True)):
            begun = time.perf_counter()
            await asyncio.gather(*(call(client, begun + seconds, keep) for _ in range(callers)))
            taken = time.perf_counter() - begun
    cuts = statistics.quantiles(times, n=100)
    return {"rate": len(times) / taken, "p50": cuts[49] * 1000, "p99": cuts[98] * 1000}

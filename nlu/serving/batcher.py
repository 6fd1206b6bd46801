"""Gathering what is waiting into one run of the model."""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import Callable, Sequence
from typing import Any

Answer = dict[str, Any]
Parse = Callable[[Sequence[str]], list[Answer]]


# The text, where its answer goes, and the loop's time after which nobody waits for it.
Waiting = tuple[str, "asyncio.Future[Answer]", float]


class Busy(Exception):
    """More is waiting than can be answered in time."""


class Batcher:
    """Runs `parse` on the event loop's own thread, a batch at a time.

    An idle server answers at once. While a batch runs, new requests pile up in their sockets;
    before the next one they get `rounds` turns of the loop to be read, so that they share a run.
    A run of 32 messages takes a few milliseconds: shorter than handing it to a thread is worth.
    """

    def __init__(
        self, parse: Parse, largest: int = 32, waiting: int = 512, rounds: int = 2
    ) -> None:
        self._parse = parse
        self._largest = largest
        self._limit = waiting
        self._rounds = rounds
        self._waiting: deque[Waiting] = deque()
        self._running = False

    async def parse(self, text: str, timeout: float) -> Answer:
        """The answer for `text`. Raises Busy when the queue is full, TimeoutError when its turn
        comes more than `timeout` seconds from now: only waiting takes long, and a run holds up
        the loop, so that a timer could not ring any sooner."""
        if len(self._waiting) >= self._limit:
            raise Busy
        loop = asyncio.get_running_loop()
        future: asyncio.Future[Answer] = loop.create_future()
        self._waiting.append((text, future, loop.time() + timeout))
        if not self._running:
            self._running = True
            loop.call_soon(self._turn, loop, 0)
        return await future

    def _turn(self, loop: asyncio.AbstractEventLoop, turn: int) -> None:
        crowd = len(self._waiting) > 1
        if crowd and len(self._waiting) < self._largest and turn < self._rounds:
            loop.call_soon(self._turn, loop, turn + 1)
            return
        self._run_one(loop.time())
        if self._waiting:
            loop.call_soon(self._turn, loop, 0)
        else:
            self._running = False

    def _run_one(self, now: float) -> None:
        batch: list[tuple[str, asyncio.Future[Answer]]] = []
        while self._waiting and len(batch) < self._largest:
            text, future, latest = self._waiting.popleft()
            if future.done():
                continue
            if latest <= now:
                future.set_exception(asyncio.TimeoutError())
            else:
                batch.append((text, future))
        if not batch:
            return
        try:
            answers = self._parse([text for text, _ in batch])
        except Exception:
            # Nothing of the error is kept: its text could quote the message.
            self._fail_alone(batch)
            return
        for (_, future), answer in zip(batch, answers):
            future.set_result(answer)

    def _fail_alone(self, batch: list[tuple[str, asyncio.Future[Answer]]]) -> None:
        """One message the model cannot read must not take the others down with it."""
        for text, future in batch:
            try:
                future.set_result(self._parse([text])[0])
            except Exception as error:
                future.set_exception(ParseFailed(type(error).__name__))


class ParseFailed(Exception):
    """The model failed on this message; holds the error's type only, never its text."""

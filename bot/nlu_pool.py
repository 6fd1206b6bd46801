"""Several NLU processes as one: the least busy is asked, another when it fails or is slow."""

import asyncio
from collections.abc import Sequence
from itertools import count

import aiohttp
import orjson

from bot import metrics
from bot.nlu import MAX_CHARS, NluDown, Parsed
from bot.nlu_cache import ResultCache
from bot.nlu_process import Answered, Failed, NluProcess

# The share of the time-out after which a second process is asked beside the first.
PATIENCE = 0.2
Question = asyncio.Task[Answered | Failed]


class NluPool:
    """`timeout`: seconds for all tries together."""

    def __init__(
        self, processes: Sequence[NluProcess], timeout: float, cache: ResultCache | None = None
    ) -> None:
        self.processes = tuple(processes)
        self._timeout = timeout
        self._patience = timeout * PATIENCE
        self._cache = ResultCache(seconds=0) if cache is None else cache
        self._turn = count()

    async def parse(self, text: str) -> Parsed:
        """Raises NluDown when no process gives an answer in time."""
        kept = self._cache.get(text)
        if kept is not None:
            return kept
        try:
            body = orjson.dumps({"text": text[:MAX_CHARS]})
            async with asyncio.timeout(self._timeout):
                answer = await self._ask(body, len(text))
        except (TimeoutError, orjson.JSONEncodeError) as error:
            raise NluDown(type(error).__name__) from None
        self._cache.keep(text, answer.parsed, answer.model)
        return answer.parsed

    async def healthy(self) -> bool:
        """Whether at least one process answers; sets the figure of each."""
        models = await asyncio.gather(*(one.model(self._timeout) for one in self.processes))
        told = {model for model in models if model is not None}
        for model in told:
            # Two models at once (in the middle of a reload): what was kept is forgotten.
            self._cache.model_is(model or None)
        return bool(told)

    async def _ask(self, body: bytes, length: int) -> Answered:
        tried: list[NluProcess] = []
        running: set[Question] = set()
        try:
            while True:
                process = self._next(tried, beside=bool(running))
                if process is not None:
                    tried.append(process)
                    running.add(asyncio.create_task(process.ask(body, length)))
                elif not running:
                    raise NluDown("no process answers")
                answer, running = await self._first(running, len(tried) < len(self.processes))
                if answer is not None:
                    return answer
        finally:
            for question in running:
                question.cancel()

    async def _first(
        self, running: set[Question], more: bool
    ) -> tuple[Answered | None, set[Question]]:
        """The first answer and what still runs; with `more` to ask only for a while."""
        done, running = await asyncio.wait(
            running,
            timeout=self._patience if more else None,
            return_when=asyncio.FIRST_COMPLETED,
        )
        outcomes = [question.result() for question in done]
        for outcome in outcomes:
            if isinstance(outcome, Answered):
                return outcome, running
        if Failed.TEXT in outcomes:
            raise NluDown("the text was refused")
        return None, running

    def _next(self, tried: Sequence[NluProcess], beside: bool) -> NluProcess | None:
        """The least busy process not tried yet, the equally busy by turns.

        `beside` one that is only slow, it has to be clearly less busy: where all are slow,
        asking twice would make it worse.
        """
        turn = next(self._turn) % len(self.processes)
        by_turns = self.processes[turn:] + self.processes[:turn]
        for process in sorted(by_turns, key=lambda one: one.in_flight):
            if process in tried:
                continue
            if beside and process.in_flight * 2 > tried[-1].in_flight:
                return None
            if process.breaker.allows():
                if tried:
                    metrics.NLU_RETRIES.labels("slow" if beside else "failed").inc()
                return process
        return None


def nlu_pool(
    session: aiohttp.ClientSession,
    addresses: Sequence[str],
    token: str | None,
    timeout: float,
    cache_seconds: float = 0.0,
) -> NluPool:
    """The pool over `addresses`; `timeout` and `cache_seconds` in seconds."""
    slow = timeout * PATIENCE
    processes = [NluProcess(session, address, token, slow) for address in addresses]
    return NluPool(processes, timeout, ResultCache(cache_seconds))

"""The parts of a running product, put together once."""

import asyncio
from collections.abc import Callable, Coroutine
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, TypeVar

import aiohttp
from sqlalchemy.ext.asyncio import AsyncEngine

from bot.conversation import Conversations
from bot.limits import Limiter
from bot.nlu import HttpNlu, Nlu
from bot.understanding import Understander
from bot.worker import Worker, utc_now
from content.loader import Content, load
from handlers.safety import SafetyRules
from store.crypto import Keyring, load_or_create
from store.engine import Sessions, make_engine, make_sessions
from store.settings import Settings
from store.types import use_keyring

Result = TypeVar("Result")


class Waiting:
    """Web requests that wait for the turn of their message."""

    def __init__(self) -> None:
        self._futures: dict[int, list[asyncio.Future[dict[str, Any]]]] = {}

    def expect(self, inbox_id: int) -> asyncio.Future[dict[str, Any]]:
        future = asyncio.get_running_loop().create_future()
        self._futures.setdefault(inbox_id, []).append(future)
        return future

    def forget(self, inbox_id: int, future: asyncio.Future[dict[str, Any]]) -> None:
        futures = self._futures.get(inbox_id, [])
        if future in futures:
            futures.remove(future)
        if not futures:
            self._futures.pop(inbox_id, None)

    def done(self, inbox_id: int, result: dict[str, Any]) -> None:
        for future in self._futures.get(inbox_id, ()):
            if not future.done():
                future.set_result(result)


@dataclass
class Readiness:
    """The last answer of `/readyz`, so that asking often costs nothing."""

    lock: asyncio.Lock = field(default_factory=asyncio.Lock)
    answer: tuple[int, dict[str, str]] | None = None
    at: float = 0.0


@dataclass(frozen=True)
class Product:
    """Everything a channel needs to take a message and answer it."""

    settings: Settings
    ring: Keyring
    content: Content
    engine: AsyncEngine
    sessions: Sessions
    nlu: Nlu
    safety: SafetyRules
    understander: Understander
    worker: Worker
    waiting: Waiting
    by_session: Limiter
    by_address: Limiter
    clock: Callable[[], datetime] = field(default=utc_now)
    readiness: Readiness = field(default_factory=Readiness)
    tasks: set[asyncio.Task[Any]] = field(default_factory=set)

    def spawn(self, work: Coroutine[Any, Any, Result]) -> asyncio.Task[Result]:
        """A task that may be left behind: a hung database call does not even hear a cancel."""
        task = asyncio.create_task(work)
        self.tasks.add(task)
        task.add_done_callback(self._forget)
        return task

    def _forget(self, task: asyncio.Task[Any]) -> None:
        self.tasks.discard(task)
        if not task.cancelled():
            task.exception()


def keyring_of(settings: Settings) -> Keyring:
    """The keyring from the setting or its file; raises KeyringError."""
    if settings.keyring is not None:
        return Keyring.loads(settings.keyring.get_secret_value())
    return load_or_create(settings.keyring_path)


def http_nlu(settings: Settings, session: aiohttp.ClientSession) -> HttpNlu:
    token = settings.nlu_token.get_secret_value() if settings.nlu_token else None
    return HttpNlu(session, settings.nlu_url, token, settings.nlu_timeout)


def build(
    settings: Settings,
    database_url: str,
    nlu: Nlu,
    clock: Callable[[], datetime] = utc_now,
) -> Product:
    """Put the product together; raises ContentError, KeyringError."""
    ring = keyring_of(settings)
    use_keyring(ring)
    content = load()
    engine = make_engine(database_url, pool_size=24)
    sessions = make_sessions(engine)
    safety = SafetyRules(content.safety)
    understander = Understander(safety, nlu)
    conversations = Conversations(content, understander, settings.form_timeout)
    waiting = Waiting()
    worker = Worker(sessions, conversations, ring, settings.receipt_tries, waiting.done, clock)
    return Product(
        settings=settings,
        ring=ring,
        content=content,
        engine=engine,
        sessions=sessions,
        nlu=nlu,
        safety=safety,
        understander=understander,
        worker=worker,
        waiting=waiting,
        by_session=Limiter(settings.session_burst, settings.session_rate),
        by_address=Limiter(settings.address_burst, settings.address_rate),
        clock=clock,
    )

"""The parts of a running product, put together once."""

import asyncio
from collections.abc import Callable, Coroutine
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, TypeVar

import aiohttp
from sqlalchemy.ext.asyncio import AsyncEngine

from bot.abuse import Gate, Limits
from bot.blocklist import Blocklist
from bot.conversation import Conversations
from bot.door import Door
from bot.limits import Limiter
from bot.nlu import Nlu
from bot.nlu_pool import NluPool, nlu_pool
from bot.sender import Sender
from bot.understanding import Understander
from bot.worker import Worker, utc_now
from content.loader import Content, load
from handlers.safety import SafetyRules
from reports.allowance import Allowance
from store.crypto import Keyring, load_or_create
from store.engine import Sessions, make_engine, make_sessions
from store.settings import Settings
from store.types import use_keyring

Result = TypeVar("Result")
ALL_ROLES = frozenset({"web", "worker", "sender"})
# Seconds between looks into the database when other processes give us work.
ALONE_LOOK = 0.05


def nobody(_conversation: bytes, _urgent: bool = False) -> None:
    """Wakes nobody: another process looks for what is new."""


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
    wake: Callable[[bytes, bool], None]
    door: Door
    roles: frozenset[str]
    waiting: Waiting
    by_session: Limiter
    by_address: Limiter
    clock: Callable[[], datetime] = field(default=utc_now)
    readiness: Readiness = field(default_factory=Readiness)
    tasks: set[asyncio.Task[Any]] = field(default_factory=set)
    # Senders of this process by channel: woken when a turn here has replies for them.
    senders: dict[str, Sender] = field(default_factory=dict)

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


def http_nlu(settings: Settings, session: aiohttp.ClientSession) -> NluPool:
    token = settings.nlu_token.get_secret_value() if settings.nlu_token else None
    addresses = settings.nlu_addresses
    return nlu_pool(session, addresses, token, settings.nlu_timeout, settings.nlu_cache_seconds)


def build(
    settings: Settings,
    database_url: str,
    nlu: Nlu,
    clock: Callable[[], datetime] = utc_now,
    roles: frozenset[str] = ALL_ROLES,
) -> Product:
    """Put the product together; raises ContentError, KeyringError.

    `roles`: what this process does; without "worker" its messages are found by other processes.
    """
    ring = keyring_of(settings)
    use_keyring(ring)
    content = load()
    engine = make_engine(database_url, pool_size=24)
    sessions = make_sessions(engine)
    safety = SafetyRules(content.safety)
    understander = Understander(safety, nlu)
    conversations = Conversations(content, understander, settings.form_timeout)
    waiting = Waiting()
    senders: dict[str, Sender] = {}
    together = "worker" in roles
    worker = Worker(
        sessions,
        conversations,
        ring,
        Allowance(settings.receipt_tries, settings.forms_per_day, settings.reports_per_day),
        waiting.done,
        clock,
        sweep_every=settings.look_every if roles == ALL_ROLES else ALONE_LOOK,
        burst_window=settings.burst_window,
        to_send=lambda channel: senders[channel].wake() if channel in senders else None,
        gate=Gate(
            conversations,
            Blocklist(ring),
            Limits(settings.flood_per_minute, settings.media_minutes),
        ),
        budget=Limiter(max(1, round(2 * settings.turns_rate)), settings.turns_rate),
    )
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
        wake=worker.wake if together else nobody,
        door=Door(
            engine,
            worker.wake if together else nobody,
            lambda said: understander.by_rules(said).priority.urgent,
        ),
        roles=roles,
        waiting=waiting,
        by_session=Limiter(settings.session_burst, settings.session_rate),
        by_address=Limiter(settings.address_burst, settings.address_rate),
        clock=clock,
        senders=senders,
    )

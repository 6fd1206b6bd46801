"""The parts of a running console, and the keys under which a request finds them."""

import asyncio
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime

from aiohttp import web
from sqlalchemy.ext.asyncio import AsyncEngine, AsyncSession

from console.throttle import Throttle
from console.words import Words, load_words
from reports.models import Officer
from store.crypto import Keyring, load_or_create
from store.engine import Sessions, make_engine, make_sessions
from store.settings import Settings
from store.types import use_keyring

PASSWORDS_AT_ONCE = 2  # one check takes 64 MiB


def utc_now() -> datetime:
    return datetime.now(UTC)


@dataclass(frozen=True)
class Site:
    """Everything a page needs; `provinces` are names by code."""

    settings: Settings
    ring: Keyring
    engine: AsyncEngine
    sessions: Sessions
    provinces: Mapping[str, str]
    words: Words
    clock: Callable[[], datetime]
    throttle: Throttle = field(default_factory=Throttle)
    passwords: asyncio.Semaphore = field(
        default_factory=lambda: asyncio.Semaphore(PASSWORDS_AT_ONCE)
    )


SITE = web.AppKey("site", Site)
DB = web.RequestKey("db", AsyncSession)
OFFICER = web.RequestKey("officer", Officer)


def keyring_of(settings: Settings) -> Keyring:
    """The keyring from the setting or its file; raises KeyringError."""
    if settings.keyring is not None:
        return Keyring.loads(settings.keyring.get_secret_value())
    return load_or_create(settings.keyring_path)


def build(
    settings: Settings,
    database_url: str,
    provinces: Mapping[str, str],
    clock: Callable[[], datetime] = utc_now,
) -> Site:
    """Put the console together; raises KeyringError, ValueError (a malformed address)."""
    ring = keyring_of(settings)
    use_keyring(ring)
    engine = make_engine(database_url, pool_size=8, pre_ping=True)
    return Site(settings, ring, engine, make_sessions(engine), provinces, load_words(), clock)

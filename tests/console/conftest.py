"""The console over a real database, with a visitor who browses it."""

from collections.abc import AsyncIterator, Awaitable, Callable
from pathlib import Path
from typing import Any

import pytest
from aiohttp.test_utils import TestClient, TestServer
from sqlalchemy.ext.asyncio import AsyncEngine

from console.app import make_app
from console.site import Site
from reports.models import Officer, Report
from reports.terms import Priority, Role
from store.crypto import Keyring
from store.engine import Sessions
from tests.console.made import make_officer, make_report, make_site
from tests.console.visitor import Visitor
from tests.support.clock import Clock

NewOfficer = Callable[..., Awaitable[Officer]]
NewReport = Callable[..., Awaitable[Report]]


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def site(
    keyring: Keyring, database_url: str, engine: AsyncEngine, clock: Clock, tmp_path: Path
) -> Site:
    return make_site(keyring, database_url, clock, tmp_path)


@pytest.fixture
async def client(site: Site) -> AsyncIterator[TestClient[Any, Any]]:
    async with TestClient(TestServer(make_app(site))) as client:
        yield client


@pytest.fixture
def visitor(client: TestClient[Any, Any]) -> Visitor:
    return Visitor(client)


@pytest.fixture
def new_officer(sessions: Sessions, clock: Clock) -> NewOfficer:
    async def make(username: str = "lan", role: Role = Role.officer) -> Officer:
        return await make_officer(sessions, username, role, clock())

    return make


@pytest.fixture
async def signed_in(visitor: Visitor, new_officer: NewOfficer) -> Visitor:
    """A visitor signed in as `lan`, an officer."""
    await new_officer("lan")
    answer = await visitor.sign_in("lan")
    assert answer.status == 303
    return visitor


@pytest.fixture
def new_report(sessions: Sessions, keyring: Keyring, clock: Clock) -> NewReport:
    async def make(priority: Priority = Priority.P2, **parts: Any) -> Report:
        return await make_report(sessions, keyring, clock(), priority, **parts)

    return make

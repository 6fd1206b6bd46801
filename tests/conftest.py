"""One embedded PostgreSQL for the whole run; every test gets empty tables."""

from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import pytest
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncEngine, AsyncSession

from content.loader import Content, load
from store.base import Base
from store.crypto import Keyring
from store.embedded import EmbeddedPostgres
from store.engine import Sessions, make_engine, make_sessions
from store.types import use_keyring
from tests.support.house import OFFICER, PASSWORD, House
from tests.support.schema import create_schema


@pytest.fixture(scope="session")
def content() -> Content:
    return load()


@pytest.fixture(scope="session")
def keyring() -> Iterator[Keyring]:
    ring = Keyring.generate()
    use_keyring(ring)
    yield ring
    use_keyring(None)


@pytest.fixture(scope="session")
def database_url(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    folder: Path = tmp_path_factory.mktemp("pg")
    server = EmbeddedPostgres(folder)
    create_schema(server.url)
    yield server.url
    server.stop()


@pytest.fixture
async def engine(database_url: str, keyring: Keyring) -> AsyncIterator[AsyncEngine]:
    engine = make_engine(database_url)
    async with engine.begin() as connection:
        names = ", ".join(f'"{table.name}"' for table in Base.metadata.sorted_tables)
        if names:
            await connection.execute(text(f"TRUNCATE {names} RESTART IDENTITY CASCADE"))
    yield engine
    await engine.dispose()


@pytest.fixture
def sessions(engine: AsyncEngine) -> Sessions:
    return make_sessions(engine)


@pytest.fixture
async def session(sessions: Sessions) -> AsyncIterator[AsyncSession]:
    async with sessions() as session:
        yield session


@pytest.fixture(scope="session")
def house(tmp_path_factory: pytest.TempPathFactory) -> Iterator[House]:
    """The whole product in its real processes (Rasa, PostgreSQL, chat, console), one officer."""
    house = House(tmp_path_factory.mktemp("house")).start()
    made = house.run(
        "officer", "add", OFFICER, "--name", "Cán bộ Thử", LACHAN_OFFICER_PASSWORD=PASSWORD
    )
    assert made.returncode == 0, made.stdout + made.stderr
    yield house
    house.stop()

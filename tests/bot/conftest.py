"""The chat application over a real database, with a stand-in for the model."""

from collections.abc import AsyncIterator, Awaitable, Callable
from pathlib import Path
from typing import Any

import pytest
from aiohttp.test_utils import TestClient, TestServer
from pydantic import SecretStr
from sqlalchemy.ext.asyncio import AsyncEngine

from bot.product import Product, build
from bot.serve import chat_app
from store.crypto import Keyring
from store.settings import Settings
from tests.support.clock import Clock
from tests.support.fake_nlu import FakeNlu

Chat = Callable[..., Awaitable[dict[str, Any]]]


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def nlu() -> FakeNlu:
    return FakeNlu()


@pytest.fixture
def settings(keyring: Keyring, database_url: str, tmp_path: Path) -> Settings:
    return Settings(
        _env_file=None,
        database_url=SecretStr(database_url),
        data_dir=tmp_path,
        keyring=SecretStr(keyring.dumps()),
    )


@pytest.fixture
async def product(
    settings: Settings, engine: AsyncEngine, nlu: FakeNlu, clock: Clock, database_url: str
) -> AsyncIterator[Product]:
    product = build(settings, database_url, nlu, clock)
    yield product
    await product.engine.dispose()


@pytest.fixture
async def client(product: Product) -> AsyncIterator[TestClient[Any, Any]]:
    async with TestClient(TestServer(chat_app(product))) as client:
        yield client


@pytest.fixture
def chat(client: TestClient[Any, Any]) -> Chat:
    """Send a message, check that it was answered, give the body."""

    async def send(session: str | None = None, **body: Any) -> dict[str, Any]:
        sent = {"session": session, **body} if session else body
        answer = await client.post("/api/chat", json=sent)
        assert answer.status == 200, await answer.text()
        return dict(await answer.json())

    return send

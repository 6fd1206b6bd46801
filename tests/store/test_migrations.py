"""Migrations and models say the same, upwards and downwards."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.runtime.migration import MigrationContext
from sqlalchemy import Engine, create_engine, inspect

from store.base import Base
from store.embedded import EmbeddedPostgres
from store.engine import driver_url
from store.migrate import config, upgrade
from tests.support.schema import import_models


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[EmbeddedPostgres]:
    server = EmbeddedPostgres(tmp_path_factory.mktemp("migrations"))
    yield server
    server.stop()


@pytest.fixture
def engine(server: EmbeddedPostgres) -> Iterator[Engine]:
    engine = create_engine(driver_url(server.url))
    yield engine
    engine.dispose()


def test_migrations_make_exactly_the_models_tables(
    server: EmbeddedPostgres, engine: Engine
) -> None:
    import_models()
    upgrade(server.url)
    with engine.connect() as connection:
        assert compare_metadata(MigrationContext.configure(connection), Base.metadata) == []


def test_upgrading_twice_changes_nothing(server: EmbeddedPostgres, engine: Engine) -> None:
    upgrade(server.url)
    before = sorted(inspect(engine).get_table_names())
    upgrade(server.url)
    assert sorted(inspect(engine).get_table_names()) == before


def test_everything_can_be_taken_back(server: EmbeddedPostgres, engine: Engine) -> None:
    upgrade(server.url)
    settings = config()
    with engine.connect() as connection:
        settings.attributes["connection"] = connection
        command.downgrade(settings, "base")
        connection.commit()
    assert inspect(engine).get_table_names() == ["alembic_version"]
    upgrade(server.url)


def test_a_full_folder_is_a_clear_error(tmp_path: Path) -> None:
    from store.embedded import EmbeddedError

    (tmp_path / "file").write_text("not a folder")
    with pytest.raises(EmbeddedError, match="PostgreSQL"):
        EmbeddedPostgres(tmp_path / "file")

"""Brings a database to the newest schema; safe to run from several machines at once."""

from pathlib import Path

from alembic import command
from alembic.config import Config
from sqlalchemy import create_engine, text

from store.engine import driver_url

ADVISORY_LOCK = 0x1AC4A7


def config() -> Config:
    settings = Config()
    settings.set_main_option("script_location", str(Path(__file__).parent / "migrations"))
    return settings


def upgrade(database_url: str) -> None:
    """Run every missing migration under an advisory lock; raises SQLAlchemyError."""
    engine = create_engine(driver_url(database_url), connect_args={"connect_timeout": 10})
    settings = config()
    try:
        with engine.connect() as connection:
            connection.execute(text("SELECT pg_advisory_lock(:key)"), {"key": ADVISORY_LOCK})
            connection.commit()
            settings.attributes["connection"] = connection
            command.upgrade(settings, "head")
            connection.commit()
    finally:
        engine.dispose()

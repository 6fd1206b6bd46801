"""Makes the tables of a test database."""

import importlib

from sqlalchemy import create_engine

from store.base import Base
from store.engine import driver_url

MODELS = ("reports.models", "bot.models", "console.models")


def create_schema(url: str) -> None:
    for name in MODELS:
        try:
            importlib.import_module(name)
        except ModuleNotFoundError as missing:
            if missing.name not in (name, name.split(".")[0]):
                raise
    engine = create_engine(driver_url(url))
    Base.metadata.create_all(engine)
    engine.dispose()

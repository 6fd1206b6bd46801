"""Makes the tables of a test database, by the migrations that production runs."""

import importlib

from store.migrate import upgrade

MODELS = ("reports.models", "reports.officer_models", "bot.models")


def import_models() -> None:
    for name in MODELS:
        importlib.import_module(name)


def create_schema(url: str) -> None:
    import_models()
    upgrade(url)

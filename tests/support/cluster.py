"""The product as several real processes over one database, each of which may be killed.

    with Cluster(folder, url, ring, TELEGRAM_API_BASE=…) as cluster:
        web = cluster.start("web")
        cluster.start("worker"), cluster.start("worker"), cluster.start("sender")
        await cluster.ready()
        web.kill()

Every process has ports of its own and writes to a file of its own in `folder`.
"""

import asyncio
import contextlib
import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import IO, Self

from store.crypto import Keyring
from store.embedded import EmbeddedError, EmbeddedPostgres
from tests.support.house import ROOT, fetch, free_ports

READY_SECONDS = 90.0
OTHERS = ("LACHAN_", "TELEGRAM_", "ZALO_", "DATABASE_URL", "PG")


@dataclass
class Member:
    """One process: `name` is unique in the cluster's life, `port` serves people and platforms."""

    name: str
    role: str
    port: int
    ops_port: int
    process: subprocess.Popen[bytes]
    killed_at: float | None = None

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    @property
    def alive(self) -> bool:
        return self.process.poll() is None

    def healthy(self) -> bool:
        return fetch(f"http://127.0.0.1:{self.ops_port}/healthz", 1.0)[0] == 200

    def kill(self) -> None:
        """SIGKILL: no farewell, nothing is written down."""
        self.killed_at = time.monotonic()
        self.process.kill()
        self.process.wait()


class Cluster:
    """Members share `settings` (environment variables) and the keyring."""

    def __init__(self, folder: Path, url: str, ring: Keyring, **settings: str) -> None:
        self._folder = folder
        folder.mkdir(parents=True, exist_ok=True)
        kept = {k: v for k, v in os.environ.items() if not k.startswith(OTHERS)}
        self._environment = {
            **kept,
            "DATABASE_URL": url,
            "LACHAN_KEYRING": ring.dumps(),
            "LACHAN_DATA_DIR": str(folder),
            "LACHAN_LOG_LEVEL": "warning",
            "PYTHONUNBUFFERED": "1",
            **settings,
        }
        self._files: list[IO[bytes]] = []
        self.members: list[Member] = []

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, _: TracebackType | None
    ) -> None:
        for member in self.members:
            if member.alive:
                member.process.send_signal(signal.SIGTERM)
        for member in self.members:
            try:
                member.process.wait(15)
            except subprocess.TimeoutExpired:
                member.kill()
        for file in self._files:
            file.close()

    def start(self, role: str, port: int | None = None, **more: str) -> Member:
        """A new process of `role` ("web", "worker,sender" …); `port`: a web's place to return to.

        `{name}` in a value of `more` becomes the member's name.
        """
        name = f"{role.replace(',', '-')}-{len(self.members)}"
        own, ops = free_ports(2)
        ports = {"LACHAN_PORT": str(port or own), "LACHAN_OPS_PORT": str(ops)}
        named = {key: value.replace("{name}", name) for key, value in more.items()}
        member = Member(name, role, port or own, ops, self._process(name, role, {**ports, **named}))
        self.members.append(member)
        return member

    def _process(self, name: str, role: str, own: dict[str, str]) -> subprocess.Popen[bytes]:
        log = (self._folder / f"{name}.log").open("wb")
        self._files.append(log)
        return subprocess.Popen(
            [sys.executable, "-m", "bot.cli", "run", "--only", role],
            cwd=ROOT,
            env={**self._environment, **own},
            stdout=log,
            stderr=subprocess.STDOUT,
            start_new_session=True,
        )

    def living(self, role: str) -> list[Member]:
        return [m for m in self.members if m.role == role and m.alive]

    async def ready(self, *members: Member) -> None:
        """Until `members` (or all living ones) answer; raises AssertionError."""
        for member in members or [m for m in self.members if m.alive]:
            deadline = time.monotonic() + READY_SECONDS
            while not await asyncio.to_thread(member.healthy):
                assert member.alive, self.said(member)
                assert time.monotonic() < deadline, self.said(member)
                await asyncio.sleep(0.1)

    def said(self, member: Member, lines: int = 30) -> str:
        """The last words of a process."""
        words = (self._folder / f"{member.name}.log").read_text(errors="replace")
        return "\n".join([member.name, *words.splitlines()[-lines:]])

    def logs(self) -> Iterator[str]:
        for path in sorted(self._folder.glob("*.log")):
            yield path.read_text(errors="replace")


class Nlu:
    """The stand-in NLU as a process of its own, always at the same address."""

    def __init__(self) -> None:
        self.port = free_ports(1)[0]
        self._process: subprocess.Popen[bytes] | None = None

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    async def start(self) -> None:
        address = ("--host", "127.0.0.1", "--port", str(self.port))
        self._process = subprocess.Popen(
            [sys.executable, "-m", "tests.support.fake_nlu_program", "--model", "one", *address],
            cwd=ROOT,
        )
        while not (await asyncio.to_thread(fetch, f"{self.url}/health", 1.0))[0]:
            assert self._process.poll() is None
            await asyncio.sleep(0.05)

    def kill(self) -> None:
        if self._process is not None:
            self._process.kill()
            self._process.wait()


async def restart_database(server: EmbeddedPostgres, folder: Path, how: signal.Signals) -> float:
    """End the server and bring it back; the seconds that it was away.

    SIGINT breaks off what is at work, SIGQUIT and SIGKILL are crashes.
    """
    started = time.monotonic()
    os.kill(int((folder / "postmaster.pid").read_text().split()[0]), how)
    while not await asyncio.to_thread(_revived, server):
        await asyncio.sleep(0.1)
    return time.monotonic() - started


def _revived(server: EmbeddedPostgres) -> bool:
    with contextlib.suppress(EmbeddedError, RuntimeError):
        return server.revive()
    return False

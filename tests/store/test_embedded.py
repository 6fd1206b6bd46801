"""The embedded server ends with its last user, however the ones before it ended."""

import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from store import embedded
from store.embedded import EmbeddedPostgres, folders_to_open
from store.settings import ROOT

HOLD = (
    "import sys; from pathlib import Path; from store.embedded import EmbeddedPostgres as E; "
    "server = E(Path(sys.argv[1]), owner=sys.argv[2] == 'owner'); print('up', flush=True); "
    "sys.stdin.readline(); server.stop(); print('left', flush=True)"
)


@contextmanager
def another_process(folder: Path, role: str) -> Iterator[subprocess.Popen[str]]:
    with subprocess.Popen(
        [sys.executable, "-c", HOLD, str(folder), role],
        cwd=ROOT,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    ) as process:
        assert process.stdout is not None
        assert process.stdout.readline() == "up\n"
        try:
            yield process
        finally:
            process.kill()


def leave(process: subprocess.Popen[str]) -> None:
    out, _ = process.communicate("\n", timeout=60)
    assert out == "left\n"


def running(folder: Path) -> bool:
    try:
        pid = int((folder / "postmaster.pid").read_text().split()[0])
        os.kill(pid, 0)
    except (OSError, IndexError):
        return False
    return True


def test_a_killed_user_does_not_keep_the_server_alive(tmp_path: Path) -> None:
    folder = tmp_path / "postgres"
    with another_process(folder, "owner") as killed:
        killed.send_signal(signal.SIGKILL)
        killed.wait()
    assert running(folder)
    server = EmbeddedPostgres(folder)
    server.stop()
    assert not running(folder)
    server.stop()


def test_a_guest_leaves_the_server_to_its_owner_who_ends_it_for_all(tmp_path: Path) -> None:
    folder = tmp_path / "postgres"
    with another_process(folder, "owner") as owner:
        guest = EmbeddedPostgres(folder)
        guest.stop()
        assert running(folder)
        with another_process(folder, "guest"):
            leave(owner)
            assert not running(folder)


@pytest.mark.parametrize("user", [0, 1000])
def test_only_root_opens_folders_and_only_closed_ones_are_named(
    user: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    closed, open_ = tmp_path / "closed", tmp_path / "closed" / "open"
    open_.mkdir(parents=True)
    open_.chmod(0o755)
    closed.chmod(0o700)
    monkeypatch.setattr(embedded.os, "geteuid", lambda: user)
    named = folders_to_open(open_ / "postgres")
    assert (closed in named) == (user == 0)
    assert open_ not in named

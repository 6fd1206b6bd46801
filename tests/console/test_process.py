"""`python -m console` as operators start it."""

import json
import os
import signal
import socket
import subprocess
import sys
import time
import urllib.request
from pathlib import Path

from store.settings import ROOT


def start(folder: Path, **settings: str) -> subprocess.Popen[str]:
    known = {k: v for k, v in os.environ.items() if not k.startswith(("LACHAN_", "DATABASE_"))}
    return subprocess.Popen(
        [sys.executable, "-m", "console"],
        cwd=folder,
        env=known | {"PYTHONPATH": str(ROOT), "LACHAN_DATA_DIR": str(folder)} | settings,
        stderr=subprocess.PIPE,
        text=True,
    )


def refused(folder: Path, **settings: str) -> str:
    process = start(folder, **settings)
    _, told = process.communicate(timeout=30)
    assert process.returncode == 1
    assert "Traceback" not in told
    return told


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def test_it_serves_until_sigterm(tmp_path: Path, database_url: str) -> None:
    port = free_port()
    process = start(tmp_path, DATABASE_URL=database_url, LACHAN_CONSOLE_PORT=str(port))
    try:
        body = _ask(f"http://127.0.0.1:{port}/healthz", process)
        assert json.loads(body) == {"status": "ok"}
        process.send_signal(signal.SIGTERM)
        _, told = process.communicate(timeout=15)
    finally:
        process.kill()
    assert process.returncode == 0
    events = [json.loads(line)["event"] for line in told.splitlines()]
    assert events[0] == "console_started"
    assert events[-1] == "console_stopped"


def _ask(url: str, process: subprocess.Popen[str]) -> bytes:
    deadline = time.monotonic() + 30
    while time.monotonic() < deadline and process.poll() is None:
        try:
            with urllib.request.urlopen(url, timeout=1) as answer:
                return bytes(answer.read())
        except OSError:
            time.sleep(0.05)
    raise AssertionError("never answered")


def test_a_start_that_fails_says_what_to_do(tmp_path: Path, database_url: str) -> None:
    assert "DATABASE_URL" in refused(tmp_path)
    assert "postgresql://" in refused(tmp_path, DATABASE_URL="mysql://x")
    assert "CONSOLE_PORT" in refused(
        tmp_path, DATABASE_URL=database_url, LACHAN_CONSOLE_PORT="99999"
    )
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = str(taken.getsockname()[1])
        told = refused(tmp_path, DATABASE_URL=database_url, LACHAN_CONSOLE_PORT=port)
    assert port in told
    (tmp_path / "keyring.json").write_text("{}")
    assert "khóa" in refused(tmp_path, DATABASE_URL=database_url)

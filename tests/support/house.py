"""The whole product in its real processes, on free ports and in a folder of its own."""

import os
import queue
import re
import signal
import socket
import subprocess
import sys
import threading
import time
import urllib.error
import urllib.request
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
START_SECONDS = 240.0
OFFICER = "canbo.thu"
PASSWORD = "mat-khau-thu-nghiem-1"


def free_ports(count: int) -> list[int]:
    sockets = [socket.socket() for _ in range(count)]
    try:
        for one in sockets:
            one.bind(("127.0.0.1", 0))
        return [one.getsockname()[1] for one in sockets]
    finally:
        for one in sockets:
            one.close()


class House:
    """`lachan run`, started with `start` and stopped with `stop`; `lines` is what it printed."""

    def __init__(self, data: Path, **settings: str) -> None:
        self.data = data
        self.port, self.console_port, self.ops_port, self.nlu_port = free_ports(4)
        self.environment = {
            **{k: v for k, v in os.environ.items() if not k.startswith("LACHAN_")},
            "LACHAN_DATA_DIR": str(data),
            "LACHAN_PORT": str(self.port),
            "LACHAN_CONSOLE_PORT": str(self.console_port),
            "LACHAN_OPS_PORT": str(self.ops_port),
            "LACHAN_NLU_URL": f"http://127.0.0.1:{self.nlu_port}",
            "PYTHONUNBUFFERED": "1",
            **settings,
        }
        self.environment.pop("DATABASE_URL", None)
        self.lines: list[str] = []
        self._fresh: queue.Queue[str] = queue.Queue()
        self._process: subprocess.Popen[str] | None = None

    @property
    def chat(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    @property
    def console(self) -> str:
        return f"http://127.0.0.1:{self.console_port}"

    @property
    def nlu(self) -> str:
        return f"http://127.0.0.1:{self.nlu_port}"

    def start(self) -> "House":
        self._process = subprocess.Popen(
            [sys.executable, "-m", "bot.cli", "run"],
            cwd=ROOT,
            env=self.environment,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            start_new_session=True,
        )
        self._reader = threading.Thread(target=self._read, daemon=True)
        self._reader.start()
        self.wait_for("Ctrl-C", START_SECONDS)
        return self

    def _read(self) -> None:
        assert self._process is not None
        assert self._process.stdout is not None
        with self._process.stdout as printed:
            for line in printed:
                self.lines.append(line.rstrip())
                self._fresh.put(line)

    def wait_for(self, words: str, seconds: float = 30.0) -> str:
        """The next printed line that holds `words`; raises AssertionError."""
        deadline = time.monotonic() + seconds
        while (left := deadline - time.monotonic()) > 0:
            try:
                line = self._fresh.get(timeout=min(left, 0.5))
            except queue.Empty:
                assert self._process is not None
                if self._process.poll() is not None and self._fresh.empty():
                    break
                continue
            if words in line:
                return line
        raise AssertionError(f"never said {words!r}:\n" + "\n".join(self.lines[-40:]))

    def run(self, *command: str, **environment: str) -> subprocess.CompletedProcess[str]:
        """`lachan …` beside the running house."""
        return subprocess.run(
            [sys.executable, "-m", "bot.cli", *command],
            cwd=ROOT,
            env={**self.environment, **environment},
            capture_output=True,
            text=True,
            check=False,
            timeout=120,
        )

    def pids(self, words: str) -> list[int]:
        """Processes of this house whose command line holds `words`."""
        found = []
        for folder in Path("/proc").iterdir():
            if folder.name.isdigit():
                try:
                    line = (folder / "cmdline").read_bytes().replace(b"\0", b" ").decode()
                    mine = self.marks() & set(re.findall(r"\S+", line)) or self._is_child(folder)
                except (OSError, UnicodeDecodeError):
                    continue
                if mine and words in line:
                    found.append(int(folder.name))
        return found

    def marks(self) -> set[str]:
        return {str(self.nlu_port), str(self.data / "postgres")}

    def _is_child(self, folder: Path) -> bool:
        assert self._process is not None
        status = (folder / "status").read_text()
        return f"PPid:\t{self._process.pid}\n" in status

    def kill(self, words: str) -> None:
        for pid in self.pids(words):
            os.kill(pid, signal.SIGKILL)

    def signal(self, number: signal.Signals) -> None:
        assert self._process is not None
        self._process.send_signal(number)

    def stop(self) -> int:
        """Ctrl-C, and the exit code."""
        if self._process is None:
            return 0
        if self._process.poll() is None:
            self.signal(signal.SIGINT)
        code = self._process.wait(40)
        self._reader.join(5)
        return code


def fetch(url: str, seconds: float = 3.0) -> tuple[int, str]:
    """Status and body, or (0, "") when nobody answers."""
    try:
        with urllib.request.urlopen(url, timeout=seconds) as answer:
            return answer.status, answer.read().decode()
    except urllib.error.HTTPError as error:
        return error.code, error.read().decode()
    except OSError:
        return 0, ""


def wait_until(condition: object, seconds: float = 30.0) -> None:
    """Until `condition()` is true; raises AssertionError."""
    assert callable(condition)
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        if condition():
            return
        time.sleep(0.1)
    raise AssertionError("waited in vain")

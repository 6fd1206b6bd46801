"""Child processes: started, watched, restarted with growing pauses, stopped without orphans."""

import ctypes
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field

from bot.supervisor.progress import say

PR_SET_PDEATHSIG = 1
STOP_SECONDS = 10.0
LONGEST_PAUSE = 30.0
STEADY_SECONDS = 60.0
OURS = ("LACHAN_", "DATABASE_URL", "PG")


def _die_with_parent() -> None:
    """On Linux the kernel ends the child should the supervisor be killed outright."""
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, signal.SIGTERM)


@dataclass
class Child:
    """One process: `name` for people, `command`, extra environment.

    A `stranger` (the NLU with its many libraries) sees none of our settings: no keys, no
    database, only what `environment` gives it.
    """

    name: str
    command: Sequence[str]
    environment: Mapping[str, str] = field(default_factory=dict)
    stranger: bool = False
    process: subprocess.Popen[bytes] | None = None
    started: float = 0.0
    restarts: int = 0
    retry_at: float = 0.0

    def start(self) -> None:
        self.started = time.monotonic()
        self.process = subprocess.Popen(
            list(self.command),
            env=self.surroundings(os.environ),
            start_new_session=True,
            preexec_fn=_die_with_parent,  # one thread here, and only a system call
        )

    def surroundings(self, inherited: Mapping[str, str]) -> dict[str, str]:
        """The environment that the process gets."""
        kept = {
            name: value
            for name, value in inherited.items()
            if not (self.stranger and name.startswith(OURS))
        }
        return {**kept, **self.environment}

    def ended(self) -> int | None:
        """The exit code once it has ended."""
        return None if self.process is None else self.process.poll()

    def signal(self, number: signal.Signals) -> None:
        if self.process is not None and self.process.poll() is None:
            self.process.send_signal(number)


def watch(child: Child, clock: Callable[[], float] = time.monotonic) -> None:
    """Say so when the child has died, and start it again after its pause."""
    code = child.ended()
    if code is None:
        return
    if child.retry_at == 0.0:
        steady = clock() - child.started > STEADY_SECONDS
        child.restarts = 1 if steady else child.restarts + 1
        pause = min(LONGEST_PAUSE, 0.5 * 2 ** (child.restarts - 1))
        child.retry_at = clock() + pause
        say(f"! {child.name} đã dừng (mã {code}); khởi động lại sau {pause:.1f} giây")
    if clock() >= child.retry_at:
        child.retry_at = 0.0
        child.start()
        say(f"✓ {child.name} đã khởi động lại")


def stop_all(children: Sequence[Child]) -> None:
    """Ask every child to end, last started first; kill what has not after ten seconds."""
    for child in reversed(children):
        child.signal(signal.SIGTERM)
    deadline = time.monotonic() + STOP_SECONDS
    for child in children:
        if child.process is None:
            continue
        try:
            child.process.wait(max(0.1, deadline - time.monotonic()))
        except subprocess.TimeoutExpired:
            child.signal(signal.SIGKILL)
            child.process.wait()

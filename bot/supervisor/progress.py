"""Progress for whoever typed the command: one line a step, with its time."""

import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager

QUIET_SECONDS = 1.0


def say(line: str) -> None:
    print(line, flush=True)  # noqa: T201 - this is the command's own output


@contextmanager
def step(name: str) -> Iterator[None]:
    """Announce `name` once it takes over a second; say how long it took."""
    started = time.monotonic()
    shown = threading.Timer(QUIET_SECONDS, say, [f"… {name}"])
    shown.start()
    try:
        yield
    finally:
        shown.cancel()
    sys.stdout.flush()
    say(f"✓ {name} ({time.monotonic() - started:.1f} s)")

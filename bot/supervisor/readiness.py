"""Waiting until everything answers, and noticing what never will."""

import threading
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Sequence

from bot.supervisor.children import Child, watch
from bot.supervisor.faults import CannotStart, Stopped
from bot.supervisor.machine import site_of
from bot.supervisor.progress import step
from store.settings import Settings

READY_SECONDS = 90.0
HOPELESS = 5


def wait_until_ready(settings: Settings, children: Sequence[Child], stop: threading.Event) -> None:
    """Until the chat, the model and the console answer; raises CannotStart or Stopped."""
    ready = f"{site_of(settings.ops_bind, settings.ops_port)}/readyz"
    console = f"{site_of(settings.console_bind, settings.console_port)}/healthz"
    with step("khởi động NLU, chat và console"):
        wait_until(lambda: b'"ready"' in fetch(ready) and bool(fetch(console)), children, stop)


def wait_until(
    condition: Callable[[], bool], children: Sequence[Child], stop: threading.Event
) -> None:
    """Bring back what dies until `condition` holds; raises CannotStart or Stopped."""
    deadline = time.monotonic() + READY_SECONDS
    while not condition():
        for child in children:
            watch(child)
        give_up(children, late=time.monotonic() > deadline)
        if stop.wait(0.2):
            raise Stopped


def give_up(children: Sequence[Child], late: bool) -> None:
    """Raises CannotStart when it is `late`, or earlier when a child ended five times in a row."""
    dying = [child for child in children if child.restarts >= (1 if late else HOPELESS)]
    if dying:
        names = ", ".join(f"{child.name} ({child.restarts} lần)" for child in dying)
        raise CannotStart(f"Tiến trình cứ khởi động rồi dừng: {names}; xem nhật ký phía trên.")
    if late:
        raise CannotStart("Các tiến trình không sẵn sàng sau 90 giây; xem nhật ký phía trên.")


def fetch(url: str, seconds: float = 2.0) -> bytes:
    """The body of a good answer, else nothing."""
    try:
        with urllib.request.urlopen(url, timeout=seconds) as answer:  # noqa: S310 - our own address
            return bytes(answer.read())
    except (urllib.error.URLError, OSError):
        return b""

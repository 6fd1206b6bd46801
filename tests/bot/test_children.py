"""Child processes of `lachan run`: brought back when they die, ended when asked."""

import sys
import time
from functools import partial

import pytest

from bot.supervisor.children import Child, stop_all, watch
from tests.support.house import wait_until

SLEEPER = [sys.executable, "-c", "import time; time.sleep(60)"]
STUBBORN = [
    sys.executable,
    "-c",
    "import signal, time; signal.signal(15, signal.SIG_IGN); time.sleep(60)",
]


def test_a_dead_child_is_started_again_after_its_pause(capsys: pytest.CaptureFixture[str]) -> None:
    child = Child("thử", [sys.executable, "-c", "raise SystemExit(3)"])
    child.start()
    wait_until(lambda: child.ended() == 3)
    now = time.monotonic()
    watch(child, lambda: now)
    assert "mã 3" in capsys.readouterr().out
    watch(child, lambda: now + 0.1)
    assert child.ended() == 3
    child.command = SLEEPER
    watch(child, lambda: now + 0.6)
    assert child.ended() is None
    assert "khởi động lại" in capsys.readouterr().out
    stop_all([child])
    assert child.ended() is not None


def test_pauses_grow_while_a_child_keeps_dying() -> None:
    child = Child("thử", [sys.executable, "-c", "pass"])
    child.start()
    pauses = []
    now = time.monotonic()
    for _ in range(4):
        wait_until(lambda: child.ended() == 0)
        watch(child, partial(float, now))
        pauses.append(child.retry_at - now)
        now = child.retry_at
        watch(child, partial(float, now))
    assert pauses == sorted(pauses)
    assert pauses[-1] > pauses[0]
    stop_all([child])


def test_a_child_that_will_not_end_is_killed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("bot.supervisor.children.STOP_SECONDS", 0.3)
    child = Child("lì", STUBBORN)
    child.start()
    time.sleep(0.3)
    stop_all([child])
    assert child.ended() is not None

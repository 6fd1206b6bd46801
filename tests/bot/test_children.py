"""Child processes of `lachan run`: brought back when they die, ended when asked."""

import os
import sys
import threading
import time
from functools import partial
from pathlib import Path

import pytest

from bot.supervisor import nlu_setup, readiness
from bot.supervisor.children import Child, stop_all, watch
from bot.supervisor.faults import CannotStart, Stopped
from bot.supervisor.machine import alone_in, site_of
from bot.supervisor.run import commands
from store.settings import Settings
from tests.support.house import free_ports, wait_until

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


def test_stopping_during_training_ends_the_trainer_at_once(tmp_path: Path) -> None:
    told = tmp_path / "pid"
    words = f"import os, time; open({str(told)!r}, 'w').write(str(os.getpid())); time.sleep(60)"
    stop = threading.Event()
    asked = threading.Thread(target=lambda: (wait_until(lambda: _written(told)), stop.set()))
    asked.start()
    with pytest.raises(Stopped):
        nlu_setup.train(stop, [sys.executable, "-c", words])
    asked.join()
    with pytest.raises(ProcessLookupError):
        os.kill(int(told.read_text()), 0)


def _written(path: Path) -> bool:
    return path.exists() and path.read_text() != ""


def test_a_training_that_fails_or_cannot_begin_is_a_sentence(tmp_path: Path) -> None:
    stop = threading.Event()
    with pytest.raises(CannotStart, match="không thành công"):
        nlu_setup.train(stop, [sys.executable, "-c", "raise SystemExit(1)"])
    with pytest.raises(CannotStart, match="make run"):
        nlu_setup.train(stop, [str(tmp_path / "python"), "-m", "nlu.train"])


def test_the_nlu_sees_no_keys_and_no_database(monkeypatch: pytest.MonkeyPatch) -> None:
    secret = "a-secret-of-ours"
    for name in ("LACHAN_KEYRING", "LACHAN_KEYRING_FILE", "DATABASE_URL", "PGPASSWORD"):
        monkeypatch.setenv(name, secret)
    settings = Settings(_env_file=None, nlu_token="for-the-nlu")  # type: ignore[call-arg]
    nlu, chat, _console = commands(settings, "postgresql://there", "model.tar.gz")
    seen = nlu.surroundings(os.environ)
    assert secret not in seen.values()
    assert "postgresql://there" not in seen.values()
    assert seen["LACHAN_NLU_TOKEN"] == "for-the-nlu"
    assert seen["PATH"] == os.environ["PATH"]
    assert chat.surroundings(os.environ)["LACHAN_KEYRING"] == secret
    assert chat.surroundings(os.environ)["DATABASE_URL"] == "postgresql://there"


def test_the_nlu_watches_its_parent() -> None:
    nlu = commands(Settings(_env_file=None), "", "m")[0].command  # type: ignore[call-arg]
    assert nlu[nlu.index("--parent-pid") + 1] == str(os.getpid())


def test_a_child_that_keeps_dying_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    ops, console = free_ports(2)
    settings = Settings(_env_file=None, ops_port=ops, console_port=console)  # type: ignore[call-arg]
    steady, dying = Child("chat", SLEEPER), Child("NLU", [sys.executable, "-c", "raise SystemExit"])
    monkeypatch.setattr(readiness, "HOPELESS", 2)
    steady.start()
    dying.start()
    try:
        with pytest.raises(CannotStart, match=r"NLU \(2 lần\)") as said:
            readiness.wait_until_ready(settings, [steady, dying], threading.Event())
    finally:
        stop_all([steady, dying])
    assert "chat" not in str(said.value)


def test_a_start_that_takes_too_long_names_who_died_if_any() -> None:
    calm, died = Child("chat", SLEEPER), Child("NLU", SLEEPER, restarts=1)
    readiness.give_up([calm, died], late=False)
    with pytest.raises(CannotStart, match="NLU"):
        readiness.give_up([calm, died], late=True)
    with pytest.raises(CannotStart, match="90 giây"):
        readiness.give_up([calm], late=True)


def test_only_one_start_in_a_data_folder(tmp_path: Path) -> None:
    with alone_in(tmp_path / "data"):
        with pytest.raises(CannotStart, match="LACHAN_DATA_DIR"), alone_in(tmp_path / "data"):
            pytest.fail("two at once")
        with alone_in(tmp_path / "other"):
            pass
    with alone_in(tmp_path / "data"):
        pass


def test_a_data_folder_that_cannot_be_written_is_a_sentence(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(CannotStart, match="LACHAN_DATA_DIR"), alone_in(tmp_path / "file"):
        pytest.fail("a file is no folder")


@pytest.mark.parametrize(
    ("host", "site"),
    [
        ("127.0.0.1", "http://127.0.0.1:9090"),
        ("10.1.2.3", "http://10.1.2.3:9090"),
        ("0.0.0.0", "http://127.0.0.1:9090"),
        ("::", "http://[::1]:9090"),
        ("fd00::7", "http://[fd00::7]:9090"),
    ],
)
def test_health_is_asked_where_the_process_listens(host: str, site: str) -> None:
    assert site_of(host, 9090) == site

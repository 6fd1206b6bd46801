"""A new model in running processes: nobody's message is lost, and a bad one changes nothing."""

import asyncio
import os
import signal
import subprocess
import sys
import threading
from collections.abc import Callable, Generator, Iterator
from pathlib import Path

import aiohttp
import pytest

from bot import cli_nlu
from bot.nlu_pool import nlu_pool
from bot.supervisor import reload, signals
from bot.supervisor.children import stop_all, watch
from bot.supervisor.faults import CannotStart
from bot.supervisor.machine import alone_in, who_is_in
from bot.supervisor.nlu_children import NluChild, nlu_children, places_alone, places_here
from bot.supervisor.reload import Reloader
from store.settings import Settings
from tests.support.house import free_ports, wait_until

PROGRAM = [sys.executable, "-m", "tests.support.fake_nlu_program"]
Start = Callable[[int], list[NluChild]]


def some(**values: object) -> Settings:
    return Settings(_env_file=None, **values)  # type: ignore[arg-type]


@pytest.fixture
def start() -> Iterator[Start]:
    """So many running processes with the model "first"."""
    started: list[NluChild] = []

    def begin(count: int) -> list[NluChild]:
        ports = free_ports(count)
        url = ",".join(f"http://127.0.0.1:{port}" for port in ports)
        settings = some(nlu_url=url)
        started.extend(nlu_children(settings, "first", places_here(settings)))
        for child in started:
            child.command = [*PROGRAM, *child.command[3:]]
            child.start()
        wait_until(lambda: all(child.answers() for child in started))
        return started

    yield begin
    stop_all(started)


def reloader(children: list[NluChild], folder: Path, model: Path) -> Reloader:
    asked = threading.Event()
    asked.set()
    return Reloader(children, folder, asked, lambda: model, lambda: _no_training(model))


def _no_training(model: Path) -> Generator[None, None, None]:
    raise CannotStart(f"Huấn luyện {model.name} không thành công.")
    yield


def finished(work: Reloader, folder: Path) -> str:
    told = folder / reload.OUTCOME

    def done() -> bool:
        work.step()
        return told.exists()

    wait_until(done)
    return told.read_text("utf-8")


def model_of(folder: Path, name: str) -> Path:
    (folder / name).write_text("")
    return folder / name


@pytest.mark.parametrize("count", [1, 2])
async def test_no_message_is_lost_while_the_processes_are_replaced(
    start: Start, tmp_path: Path, count: int
) -> None:
    children = start(count)
    before = [child.pid for child in children]
    model = model_of(tmp_path, "second")
    work = reloader(children, tmp_path, model)
    told = tmp_path / reload.OUTCOME
    answered = 0

    async with aiohttp.ClientSession() as session:
        pool = nlu_pool(session, [child.site for child in children], None, timeout=2.0)

        async def citizen(number: int) -> None:
            nonlocal answered
            while not told.exists():
                await pool.parse(f"cứu {number}")
                answered += 1

        citizens = [asyncio.create_task(citizen(number)) for number in range(12)]
        async with asyncio.timeout(60):
            while not told.exists():
                work.step()
                await asyncio.sleep(0.05)
            await asyncio.gather(*citizens)
        models = {await process.model(1.0) for process in pool.processes}
    assert told.read_text("utf-8").startswith(f"✓ đã thay {count}")
    assert answered > 50
    assert models == {str(model)}
    after = [child.pid for child in children]
    assert not set(before) & set(after)
    for pid in before:
        assert pid is not None
        with pytest.raises(ProcessLookupError):
            os.kill(pid, 0)


def test_a_model_that_does_not_load_leaves_the_old_one_in_charge(
    start: Start, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    children = start(2)
    before = [child.pid for child in children]
    line = finished(reloader(children, tmp_path, model_of(tmp_path, "bad")), tmp_path)
    assert line.startswith("✗")
    assert "bad" in line
    assert "Đã thay 0/2" in line
    assert line in capsys.readouterr().out
    assert [child.pid for child in children] == before
    assert all(child.answers() for child in children)
    assert all("first" in child.command for child in children)


def test_a_process_that_never_answers_is_given_up(
    start: Start, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(reload, "START_SECONDS", 0.5)
    children = start(1)
    before = children[0].pid
    line = finished(reloader(children, tmp_path, model_of(tmp_path, "slow")), tmp_path)
    assert line.startswith("✗")
    assert children[0].pid == before


def test_a_training_that_fails_changes_nothing(start: Start, tmp_path: Path) -> None:
    children = start(1)
    before = children[0].pid
    line = finished(reloader(children, tmp_path, tmp_path / "missing"), tmp_path)
    assert "Huấn luyện missing không thành công" in line
    assert children[0].pid == before


def test_a_stop_in_the_middle_leaves_no_orphan(start: Start, tmp_path: Path) -> None:
    children = start(1)
    work = reloader(children, tmp_path, model_of(tmp_path, "slow"))
    work.step()
    assert len(processes_with(str(tmp_path / "slow"))) == 1
    work.close()
    assert processes_with(str(tmp_path / "slow")) == []
    assert children[0].answers()


def test_a_replaced_process_that_dies_comes_back_with_the_new_model(
    start: Start, tmp_path: Path
) -> None:
    children = start(1)
    model = model_of(tmp_path, "second")
    finished(reloader(children, tmp_path, model), tmp_path)
    assert children[0].process is not None
    children[0].process.kill()
    children[0].process.wait()
    wait_until(lambda: watch(children[0]) is None and children[0].answers())
    assert processes_with(str(model)) == [children[0].pid]


def processes_with(words: str) -> list[int]:
    found = subprocess.run(["pgrep", "-f", words], capture_output=True, text=True, check=False)
    return [int(line) for line in found.stdout.split()]


def test_where_processes_are_started() -> None:
    assert places_here(some(nlu_processes=2)) == [("127.0.0.1", 5005), ("127.0.0.1", 5006)]
    assert places_here(some(nlu_url="http://[::1]:9")) == [("::1", 9)]
    far = "http://nlu-a:5005,http://nlu-b:5005"
    assert places_here(some(nlu_url=far)) == []
    assert places_here(some(nlu_url=f"{far},http://localhost:7")) == [("127.0.0.1", 7)]
    alone = some(nlu_url=far, nlu_processes=2, nlu_bind="10.0.0.5")
    assert places_alone(alone) == [("10.0.0.5", 5005), ("10.0.0.5", 5006)]


def test_several_processes_have_names_and_ports_of_their_own() -> None:
    settings = some(nlu_processes=2)
    first, second = nlu_children(settings, "m", places_here(settings))
    assert [first.name, second.name] == ["NLU 1", "NLU 2"]
    assert [one.command[-1] for one in (first, second)] == ["5005", "5006"]
    assert second.site == "http://127.0.0.1:5006"


def test_who_holds_a_folder_can_be_asked(tmp_path: Path) -> None:
    assert who_is_in(tmp_path) is None
    with alone_in(tmp_path):
        assert who_is_in(tmp_path) == os.getpid()
    assert who_is_in(tmp_path) is None


def test_a_reload_with_nobody_running_is_a_sentence(tmp_path: Path) -> None:
    with pytest.raises(CannotStart, match="LACHAN_DATA_DIR"):
        cli_nlu.running(some(data_dir=tmp_path))


def test_the_command_tells_what_the_supervisor_told(tmp_path: Path) -> None:
    (tmp_path / reload.OUTCOME).write_text("✓ an older one")
    words = (
        "import pathlib, signal, sys\n"
        f"told = pathlib.Path({str(tmp_path / reload.OUTCOME)!r})\n"
        "signal.signal(signal.SIGUSR1, lambda *_: told.write_text('✓ đã thay 1'))\n"
        "print('ready', flush=True)\n"
        "while True: signal.pause()\n"
    )
    with subprocess.Popen([sys.executable, "-c", words], stdout=subprocess.PIPE) as supervisor:
        assert supervisor.stdout is not None
        supervisor.stdout.readline()
        assert cli_nlu.outcome(tmp_path, supervisor.pid, 10.0) == "✓ đã thay 1"
        supervisor.kill()


@pytest.mark.parametrize(("terminal", "wanted"), [(False, "reload"), (True, "stop")])
def test_a_closed_window_stops_and_a_service_reloads(
    monkeypatch: pytest.MonkeyPatch, terminal: bool, wanted: str
) -> None:
    monkeypatch.setattr(signals, "_at_a_terminal", lambda: terminal)
    known = (signal.SIGINT, signal.SIGTERM, signal.SIGUSR1, signal.SIGHUP)
    kept = {number: signal.getsignal(number) for number in known}
    signal.signal(signal.SIGHUP, signal.SIG_DFL)
    try:
        stop, asked = signals.heed()
        os.kill(os.getpid(), signal.SIGHUP)
        assert {"stop": stop, "reload": asked}[wanted].wait(5)
        assert not {"stop": asked, "reload": stop}[wanted].is_set()
        os.kill(os.getpid(), signal.SIGUSR1)
        assert asked.wait(5)
    finally:
        for number, handler in kept.items():
            signal.signal(number, handler)

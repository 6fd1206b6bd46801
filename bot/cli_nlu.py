"""`lachan nlu reload`: today's data into the running NLU, without a lost message."""

import os
import threading
import time
from pathlib import Path

import typer
from pydantic import ValidationError

from bot import cli_config
from bot.supervisor.faults import CannotStart
from bot.supervisor.machine import who_is_in
from bot.supervisor.nlu_setup import model_path, train
from bot.supervisor.reload import FOLDER, OUTCOME, START_SECONDS
from bot.supervisor.signals import RELOAD
from store.settings import Settings

app = typer.Typer(no_args_is_help=True, help="The model and its processes.")


@app.callback()
def nlu() -> None:
    """The model and its processes."""


@app.command()
def reload() -> None:
    """Train if the data changed, then replace the running NLU processes one after the other."""
    try:
        settings = Settings()
        houses = running(settings)
        if not model_path().exists():
            train(threading.Event())
        wait = START_SECONDS * settings.nlu_processes * 2
        lines = [outcome(folder, process, wait) for folder, process in houses]
    except ValidationError as error:
        lines = list(cli_config.explain(error))
    except CannotStart as fault:
        lines = [f"✗ {fault}"]
    except OSError as error:
        lines = [
            f"✗ Không báo được cho tiến trình đang chạy ({error.strerror}); hãy dùng cùng tài "
            "khoản với nó."
        ]
    for line in lines:
        typer.echo(line)
    raise typer.Exit(0 if all(line.startswith("✓") for line in lines) else 1)


def running(settings: Settings) -> list[tuple[Path, int]]:
    """The folder and the process of each supervisor here; raises CannotStart without any."""
    folders = (settings.data_dir, settings.data_dir / FOLDER)
    found = [(folder, who_is_in(folder)) for folder in folders]
    houses = [(folder, process) for folder, process in found if process is not None]
    if not houses:
        raise CannotStart(
            f"Không thấy `lachan run` nào đang chạy với thư mục dữ liệu {settings.data_dir}. Kiểm "
            "tra biến LACHAN_DATA_DIR; mô hình mới sẽ được dùng ở lần khởi động tới."
        )
    return houses


def outcome(folder: Path, process: int, seconds: float) -> str:
    """Ask a supervisor to reload; the line it ends with."""
    told = folder / OUTCOME
    told.unlink(missing_ok=True)
    os.kill(process, RELOAD)
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        line = told.read_text("utf-8") if told.exists() else ""
        if line:
            return line
        time.sleep(0.2)
    return "✗ Chưa thay xong; xem nhật ký của `lachan run`."

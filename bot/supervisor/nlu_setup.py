"""The NLU's own environment and model: where they are, and training when the data changed."""

import subprocess
import sys
import threading
from collections.abc import Generator, Sequence
from contextlib import closing
from pathlib import Path

from bot.supervisor.children import Child, stop_all
from bot.supervisor.faults import CannotStart, Stopped
from store.settings import ROOT

NLU = ROOT / "nlu"
PYTHON = NLU / ".venv" / "bin" / "python"
TRAIN = (str(PYTHON), "-m", "nlu.train")
ENVIRONMENT = {"PYTHONPATH": str(ROOT), "RASA_TELEMETRY_ENABLED": "false"}


def model_path() -> Path:
    """Where the model of today's data stands or will stand."""
    answer = subprocess.run(
        [sys.executable, "-m", "nlu.fingerprint"],
        cwd=ROOT,
        check=True,
        capture_output=True,
        text=True,
    )
    return NLU / "models" / f"nlu-{answer.stdout.strip()}.tar.gz"


def train(stop: threading.Event, command: Sequence[str] = TRAIN) -> None:
    """Train, with progress on the terminal; raises CannotStart, or Stopped as soon as asked."""
    with closing(training(command)) as work:
        for _ in work:
            if stop.wait(0.2):
                raise Stopped


def training(command: Sequence[str] = TRAIN) -> Generator[None, None, None]:
    """Train bit by bit: yields while the trainer works, ends it when closed.

    Raises CannotStart when there is no model in the end.
    """
    if not Path(command[0]).exists():
        raise CannotStart("Thiếu môi trường NLU (nlu/.venv). Chạy: make run")
    trainer = Child("huấn luyện", command, ENVIRONMENT, stranger=True)
    trainer.start()
    try:
        while trainer.ended() is None:
            yield
    finally:
        stop_all([trainer])
    if trainer.ended() != 0:
        raise CannotStart("Huấn luyện mô hình không thành công; xem thông báo ngay phía trên.")

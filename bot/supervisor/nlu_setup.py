"""The NLU's own environment and model: where they are, and training when the data changed."""

import os
import subprocess
import sys
from pathlib import Path

from store.settings import ROOT

NLU = ROOT / "nlu"
PYTHON = NLU / ".venv" / "bin" / "python"


class NluMissing(Exception):
    """The NLU environment is not there, or its model could not be trained."""


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


def train() -> None:
    """Train, with progress on the terminal; raises NluMissing."""
    if not PYTHON.exists():
        raise NluMissing("Thiếu môi trường NLU (nlu/.venv). Chạy: make run")
    environment = {**os.environ, "RASA_TELEMETRY_ENABLED": "false"}
    done = subprocess.run([str(PYTHON), "-m", "nlu.train"], cwd=ROOT, env=environment, check=False)
    if done.returncode != 0:
        raise NluMissing("Huấn luyện mô hình không thành công; xem thông báo ngay phía trên.")

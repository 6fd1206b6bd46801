"""A small model trained once by Rasa's own command line, for every test that needs one."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]

CORPUS = """version: "3.1"
nlu:
- intent: danger_now
  examples: |
    - cứu em với em bị nhốt
    - họ đánh em không cho ra ngoài
    - cứu con tôi, nó bị bắt giữ
    - em đang bị giam bên campuchia cứu
- intent: greet
  examples: |
    - xin chào
    - chào bạn nhé
    - hello bot
    - chào buổi sáng
- intent: out_of_scope
  examples: |
    - thời tiết hôm nay thế nào
    - nấu phở bò ra sao
    - bóng đá tối nay mấy giờ
    - hát cho tôi nghe một bài
"""


def rasa_train(data: str, folder: Path, name: str) -> Path:
    """The archive that `rasa train nlu` makes from `data` with our configuration."""
    (folder / "corpus.yml").write_text(data, encoding="utf-8")
    command = [
        str(Path(sys.executable).with_name("rasa")), "train", "nlu",
        "-u", str(folder / "corpus.yml"), "-c", "nlu/config.yml",
        "--out", str(folder), "--fixed-model-name", name,
    ]  # fmt: skip
    environment = {
        **os.environ,
        "RASA_TELEMETRY_ENABLED": "false",
        "RASA_CACHE_DIRECTORY": str(folder / "cache"),
    }
    subprocess.run(command, cwd=ROOT, env=environment, check=True, capture_output=True, timeout=120)
    return folder / f"{name}.tar.gz"


@pytest.fixture(scope="session")
def archive(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return rasa_train(CORPUS, tmp_path_factory.mktemp("model"), "small")

#!/usr/bin/env python3
"""Makes the two Python environments on a machine that has nothing but Python and a network.

    python3 deploy/bootstrap.py product [--dev]     .venv        (Python 3.11 or newer)
    python3 deploy/bootstrap.py nlu [--dev]         nlu/.venv    (Python 3.10, for Rasa)

Standard library only, runs on Python 3.8 and newer; uv is used when it is there, else
installed under `.tools/`. An environment whose lock has not changed is left as it is.
"""

from __future__ import annotations

import glob
import hashlib
import os
import re
import shutil
import subprocess
import sys
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
TOOLS = ROOT / ".tools" / "uv"
UV_VERSION = "0.13.9"
NEEDED_BYTES = {"product": 1_500_000_000, "nlu": 3_500_000_000}
FAULTS = (
    (r"No space left|os error 28", "Ổ đĩa đã đầy. Giải phóng vài GB rồi chạy lại."),
    (
        r"hash|does not match",
        "Gói tải về không khớp mã băm trong tệp khóa. Thử lại; nếu vẫn vậy, đừng cài.",
    ),
    (
        r"error sending request|dns error|Could not connect|timed out|Connection|Temporary failure"
        r"|No matching distribution|Could not find a version|tls|certificate",
        "Không tới được kho gói Python. Kiểm tra mạng hoặc cấu hình proxy của pip/uv rồi chạy lại.",
    ),
)


def fail(sentence: str, detail: str = "") -> None:
    tail = "\n".join(detail.strip().splitlines()[-6:])
    print(f"✗ {sentence}" + (f"\n{tail}" if tail else ""), file=sys.stderr)
    sys.exit(1)


def quietly(command: list[str], doing: str, folder: Path = ROOT) -> str:
    """Run with a progress line; on failure one sentence that says what to do."""
    started = time.monotonic()
    print(f"… {doing}", flush=True)
    done = subprocess.run(command, capture_output=True, text=True, cwd=folder, check=False)
    if done.returncode != 0:
        words = done.stderr + done.stdout
        for pattern, sentence in FAULTS:
            if re.search(pattern, words, re.IGNORECASE):
                fail(sentence, words)
        fail(f"Không xong bước: {doing}", words)
    print(f"✓ {doing} ({time.monotonic() - started:.1f} s)", flush=True)
    return done.stdout


def uv() -> str:
    found = shutil.which("uv")
    if found:
        return found
    own = TOOLS / "bin" / "uv"
    if not own.exists():
        quietly([sys.executable, "-m", "venv", str(TOOLS)], "tạo chỗ cho uv")
        pip = [str(TOOLS / "bin" / "python"), "-m", "pip", "install", "--quiet"]
        quietly([*pip, "--disable-pip-version-check", f"uv=={UV_VERSION}"], "cài uv")
    return str(own)


def version_of(python: str) -> tuple[int, ...]:
    asked = subprocess.run(
        [python, "-c", "import sys; print(*sys.version_info[:3])"],
        capture_output=True,
        text=True,
        check=False,
    )
    return tuple(map(int, asked.stdout.split())) if asked.returncode == 0 else ()


def pyenv_pythons() -> list[str]:
    roots = [os.environ.get("PYENV_ROOT", ""), str(Path.home() / ".pyenv"), "/opt/pyenv"]
    found = [p for root in roots if root for p in glob.glob(f"{root}/versions/*/bin/python")]
    return sorted(found, key=version_of, reverse=True)


def find_python(tool: str, wanted: str) -> str:
    """A Python of the wanted kind: this one, one that uv finds or downloads, one of pyenv's."""
    low, high = ((3, 11), (3, 15)) if wanted == "product" else ((3, 10), (3, 11))

    def fits(python: str) -> bool:
        return low <= version_of(python)[:2] < high

    named = os.environ.get("LACHAN_PYTHON310" if wanted == "nlu" else "LACHAN_PYTHON")
    candidates = [named] if named else []
    if wanted == "product":
        candidates += [sys.executable, *(shutil.which(f"python3.{n}") or "" for n in (13, 12, 11))]
    else:
        candidates += [shutil.which("python3.10") or ""]
    for python in [*candidates, *pyenv_pythons()]:
        if python and fits(python):
            return python
    request = ">=3.11,<3.15" if wanted == "product" else "3.10"
    for command in (["python", "find", request], ["python", "install", "3.10"]):
        if command[1] == "install" and wanted == "product":
            continue
        subprocess.run([tool, *command], capture_output=True, check=False)
        found = subprocess.run(
            [tool, "python", "find", request], capture_output=True, text=True, check=False
        )
        if found.returncode == 0 and fits(found.stdout.strip()):
            return found.stdout.strip()
    if wanted == "nlu":
        fail(
            "Thiếu Python 3.10 (Rasa cần đúng bản này). Cài bằng `uv python install 3.10`, "
            "`pyenv install 3.10` hoặc gói của hệ điều hành; hay chỉ đường bằng biến "
            "LACHAN_PYTHON310=/đường/dẫn/python3.10. Rồi chạy lại."
        )
    fail("Thiếu Python 3.11 trở lên. Cài thêm, hay chỉ đường bằng LACHAN_PYTHON=…, rồi chạy lại.")
    raise AssertionError


def make_environment(wanted: str, dev: bool) -> None:
    folder = ROOT / ".venv" if wanted == "product" else ROOT / "nlu" / ".venv"
    base = ROOT if wanted == "product" else ROOT / "nlu"
    lock = base / ("requirements-dev.lock" if dev else "requirements.lock")
    wants = hashlib.sha256(lock.read_bytes() + b"dev" * dev).hexdigest()
    stamp = folder / ("lachan-dev.stamp" if dev else "lachan.stamp")
    if stamp.exists() and stamp.read_text() == wants:
        return
    if shutil.disk_usage(ROOT).free < NEEDED_BYTES[wanted]:
        need = NEEDED_BYTES[wanted] / 1e9
        fail(f"Ổ đĩa không đủ chỗ: cần khoảng {need:.1f} GB cho môi trường {wanted}.")
    tool = uv()
    python = folder / "bin" / "python"
    if not python.exists():
        chosen = find_python(tool, wanted)
        quietly([tool, "venv", "--clear", "--python", chosen, str(folder)], f"tạo {folder.name}")
    install = [tool, "pip", "install", "--python", str(python), "--require-hashes", "--no-deps"]
    doing = "cài thư viện của sản phẩm" if wanted == "product" else "cài Rasa (vài phút)"
    quietly([*install, "-r", str(lock)], doing)
    if wanted == "product":
        put_on_path(folder)
    stamp.write_text(wants)


def put_on_path(folder: Path) -> None:
    """The checkout itself on the environment's path, and the `lachan` command."""
    packages = next(folder.glob("lib/python3*/site-packages"))
    (packages / "lachan.pth").write_text(f"{ROOT}\n")
    command = folder / "bin" / "lachan"
    command.write_text(f"#!{folder}/bin/python\nfrom bot.cli import main\n\nmain()\n")
    command.chmod(0o755)


def main() -> None:
    arguments = sys.argv[1:]
    wanted = [a for a in arguments if a in NEEDED_BYTES]
    if not wanted:
        fail("Cách dùng: bootstrap.py product|nlu [--dev]")
    for name in wanted:
        make_environment(name, "--dev" in arguments)


if __name__ == "__main__":
    main()

#!/usr/bin/env python3
"""Finds a Chromium for the browser tests, or installs one, or says plainly what is missing."""

import os
import shutil
import subprocess
import sys

NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
PLAYWRIGHT = [".venv/bin/python", "-m", "playwright"]


def found() -> bool:
    named = os.environ.get("CHROMIUM")
    if named:
        return os.access(named, os.X_OK)
    return any(shutil.which(name) for name in NAMES) or playwright_has_one()


def playwright_has_one() -> bool:
    asked = (
        "from playwright.sync_api import sync_playwright as p\n"
        "with p() as q: print(q.chromium.executable_path)"
    )
    path = subprocess.run(
        [PLAYWRIGHT[0], "-c", asked], capture_output=True, text=True, check=False
    ).stdout.strip()
    return bool(path) and os.access(path, os.X_OK)


def works(command: list[str]) -> bool:
    environment = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
    return (
        subprocess.run(command, env=environment, capture_output=True, check=False).returncode == 0
    )


def main() -> None:
    if found():
        return
    print("… cài Chromium cho kiểm thử trình duyệt", flush=True)
    if os.geteuid() == 0 and shutil.which("apt-get"):
        works(["apt-get", "update"])
        works(["apt-get", "install", "-y", "--no-install-recommends", "chromium"])
    if not found():
        works([*PLAYWRIGHT, "install", "chromium"])
    if not found():
        print(
            "✗ Không có Chromium. Cài gói chromium của hệ điều hành, hoặc chỉ đường bằng "
            "CHROMIUM=/đường/dẫn/chromium, rồi chạy lại.",
            file=sys.stderr,
        )
        sys.exit(1)


if __name__ == "__main__":
    main()

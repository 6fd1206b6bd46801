#!/usr/bin/env python3
"""Renews the four lock files with hashes and without any registry's address."""

import subprocess

from bootstrap import ROOT, quietly, uv

LOCKS = (
    (".", "requirements.lock", "3.11", []),
    (".", "requirements-dev.lock", "3.11", ["--group", "dev"]),
    ("nlu", "requirements.lock", "3.10", []),
    ("nlu", "requirements-dev.lock", "3.10", ["--group", "dev"]),
)


def main() -> None:
    for folder, lock, python, more in LOCKS:
        command = [uv(), "pip", "compile", "--quiet", "--python-version", python]
        command += ["--generate-hashes", "--no-emit-index-url", "pyproject.toml", "-o", lock]
        quietly([*command, *more], f"{folder}/{lock}", ROOT / folder)
    subprocess.run(["git", "diff", "--stat", "--", "*.lock"], cwd=ROOT, check=False)


if __name__ == "__main__":
    main()

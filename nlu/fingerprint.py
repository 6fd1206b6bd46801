"""What a trained model depends on, as one short name. Standard library only, any Python 3."""

from __future__ import annotations

import hashlib
import re
from pathlib import Path

ROOT = Path(__file__).resolve().parent
_CODE = (
    "text.py",
    "noise.py",
    "cues.py",
    "lookup.py",
    "vectorizer.py",
    "linear.py",
    "hidden.py",
    "blend.py",
    "tagging.py",
    "corpus.py",
    "topics.py",
    "topics.json",
    "config.yml",
)
_TREES = (("components", "*.py"), ("entities", "*.py"), ("lexicons", "*.json"), ("data", "*.yml"))
_PINS = re.compile(r"^(rasa|numpy|scipy|scikit-learn|python-crfsuite)==\S+", re.MULTILINE)


def inputs(root: Path = ROOT) -> list[Path]:
    """Every file that a trained model depends on, but for the lock."""
    paths = [root / name for name in _CODE]
    for folder, pattern in _TREES:
        paths += sorted((root / folder).rglob(pattern))
    return paths


def fingerprint(root: Path = ROOT) -> str:
    """16 hexadecimal digits over data, configuration, components, lexicons and Rasa's version.

    `root` is an `nlu/` folder. Raises OSError when one of its own files is missing.
    """
    digest = hashlib.sha256()
    for path in inputs(root):
        digest.update(f"{path.relative_to(root).as_posix()}\0".encode())
        digest.update(hashlib.sha256(path.read_bytes()).digest())
    lock = (root / "requirements.lock").read_text(encoding="utf-8")
    digest.update("\n".join(m.group() for m in _PINS.finditer(lock)).encode())
    return digest.hexdigest()[:16]


def model_path(root: Path = ROOT) -> Path:
    """Where the model of the present fingerprint is, or will be once trained."""
    return root / "models" / f"nlu-{fingerprint(root)}.tar.gz"


if __name__ == "__main__":
    print(fingerprint())

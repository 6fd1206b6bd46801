"""Reading the training files with the standard library alone.

The files are Rasa's YAML in one fixed layout (see README.md); whatever else a file holds is
refused by name and line, so that nothing is left out in silence.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

DATA = Path(__file__).resolve().parent / "data"
_INTENT = re.compile(r"\s*-\s+intent:\s*([a-z_]+)\s*$")
_EXAMPLES = re.compile(r"\s+examples:\s*\|[-+]?\s*$")
_EXAMPLE = re.compile(r"\s+- ?(.*\S)\s*$")
_IGNORED = re.compile(r"\s*(#.*)?$|version:\s*[\"']?3\.\d[\"']?\s*$|nlu:\s*$")
ANNOTATION = re.compile(r"\[[^\]]+\](\([^)]*\)|\{[^}]*\})")


@dataclass(frozen=True)
class Utterance:
    """One example: its text, its intent, and the batch (file) and line it stands in."""

    text: str
    intent: str
    batch: str
    line: int


class CorpusError(Exception):
    """A data file does not have the layout we write; says which file and line."""


def read_file(path: Path, batch: str) -> Iterator[Utterance]:
    """The utterances of one file. Raises CorpusError at the first line it cannot place."""
    intent = ""
    inside = False
    for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), 1):
        found = _INTENT.match(line)
        if found:
            intent, inside = found.group(1), False
        elif inside and line.strip() and not line.lstrip().startswith("#"):
            example = _EXAMPLE.match(line)
            if not example:
                raise CorpusError(f"{path}:{number}: an example must begin with '- '")
            yield Utterance(example.group(1), intent, batch, number)
        elif intent and _EXAMPLES.match(line):
            inside = True
        elif not _IGNORED.match(line):
            raise CorpusError(f"{path}:{number}: not understood outside an example list")


def read(folder: Path = DATA) -> list[Utterance]:
    """All utterances under `folder`, in a fixed order; a batch is a file's path below it."""
    found: list[Utterance] = []
    for path in sorted(folder.rglob("*.yml")):
        found.extend(read_file(path, path.relative_to(folder).as_posix()))
    return found

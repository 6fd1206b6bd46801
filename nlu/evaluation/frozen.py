"""The frozen test set: lines by people other than those of the training data.

Standard library only, for whoever checks or measures. No line of it is ever trained on.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from nlu.noise import noisy, strip_marks

FROZEN = Path(__file__).resolve().parent.parent / "tests" / "frozen"
INDEPENDENT = "independent.jsonl"
EXPLAINED = "explained.jsonl"
# Another seed than the one for training copies in tfidf_featurizer.py.
SEED = 111
FORMS = ("as typed", "stripped", "noisy", "independent")
HARMLESS = "harmless"
KINDS = ("direct", "indirect", HARMLESS)


@dataclass(frozen=True)
class Line:
    """One frozen message: `intent` is wanted, `also` are answers honest people would accept.

    `kind` is "" in the general set, else one of KINDS; `where` is file and line number.
    """

    text: str
    intent: str
    also: tuple[str, ...]
    topic: str
    kind: str
    batch: str
    where: str

    @property
    def accepted(self) -> frozenset[str]:
        """The wanted intent and its alternates."""
        return frozenset((self.intent, *self.also))


class FrozenError(Exception):
    """A frozen file cannot be used; says which file and line, and why."""


def rows(path: Path) -> Iterator[tuple[str, dict[str, Any]]]:
    """(file:line, object) for every line of a JSONL file. Raises FrozenError."""
    for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), 1):
        where = f"{path.name}:{number}"
        try:
            row = json.loads(line)
        except ValueError as error:
            raise FrozenError(f"{where} is no JSON: {error}") from error
        if not isinstance(row, dict) or not str(row.get("text") or "").strip():
            raise FrozenError(f"{where} holds no text")
        yield where, row


def _line(where: str, row: dict[str, Any]) -> Line:
    try:
        also = tuple(row.get("also") or ())
        topic, kind = row.get("topic") or "", row.get("kind", "")
        return Line(row["text"], row["intent"], also, topic, kind, row["batch"], where)
    except KeyError as error:
        raise FrozenError(f"{where} has no {error}") from error


def messages(folder: Path = FROZEN) -> list[Line]:
    """The general set (`messages_*.jsonl`), in a fixed order."""
    return [_line(*r) for path in sorted(folder.glob("messages_*.jsonl")) for r in rows(path)]


def safety(folder: Path = FROZEN) -> list[Line]:
    """The safety set (`safety_*.jsonl`), in a fixed order."""
    return [_line(*r) for path in sorted(folder.glob("safety_*.jsonl")) for r in rows(path)]


def mark(text: str) -> str:
    """A short name of a text, by which its independently made noisy form is found."""
    return hashlib.sha256(text.encode()).hexdigest()[:16]


def independent(folder: Path = FROZEN) -> dict[str, str]:
    """The independently noisy form of each line, by the `mark` of the line."""
    return {row["of"]: row["text"] for _, row in rows(folder / INDEPENDENT)}


def explained(folder: Path = FROZEN) -> dict[str, str]:
    """Why a misread line is hard, as somebody who read it says, by the `mark` of the line."""
    path = folder / EXPLAINED
    return {row["of"]: row["text"] for _, row in rows(path)} if path.exists() else {}


def used_up(folder: Path = FROZEN) -> list[str]:
    """What the report has to say of lines that somebody read and then changed something by."""
    path = folder / "used_up.md"
    return [path.read_text(encoding="utf-8").strip()] if path.exists() else []


def in_form(lines: Sequence[Line], form: str, folder: Path = FROZEN) -> list[str]:
    """The texts of `lines` in one of FORMS. Raises FrozenError when a form was not made."""
    if form == "as typed":
        return [line.text for line in lines]
    if form == "stripped":
        return [strip_marks(line.text) for line in lines]
    if form == "noisy":
        return [noisy(line.text, SEED) for line in lines]
    made = independent(folder)
    try:
        return [made[mark(line.text)] for line in lines]
    except KeyError as error:
        raise FrozenError(f"{INDEPENDENT} is older than the set: make it again") from error

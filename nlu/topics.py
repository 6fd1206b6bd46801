"""Which of the typologies T1 to T13 a training line is about, as `topics.json` says.

The file names every batch (a data file's path below `data/`): "T1" to "T13", "none" for lines
about no typology, "mixed" for lines nobody has sorted; those teach nothing about topics. Where
the lines of a batch differ, it is an object instead: `all` is the label of most lines, `lines`
the labels of others by their `mark`, so that inserting or moving a line disturbs nothing.

Standard library only, for whoever checks or measures. It stands outside `data/` because Rasa
reads every file there.
"""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import Any

from nlu import corpus
from nlu.corpus import Utterance
from nlu.text import fold

LABELS = Path(__file__).resolve().parent / "topics.json"
NONE = "none"
MIXED = "mixed"
TOPICS = tuple(f"T{number}" for number in range(1, 14))
_KNOWN = frozenset((*TOPICS, NONE, MIXED))
_ANNOTATED = re.compile(r"\[([^\]]+)\](?:\([^)]*\)|\{[^}]*\})")


class TopicError(Exception):
    """The labels cannot be used; says which batch, and why."""


def mark(text: str) -> str:
    """A line's short name, which taking away its marks or annotating it does not change."""
    plain = " ".join(fold(_ANNOTATED.sub(r"\1", text)).split())
    return hashlib.sha256(plain.encode()).hexdigest()[:10]


class Labels:
    """What the file says, by batch and line."""

    def __init__(self, batches: dict[str, Any]) -> None:
        """`batches` as in the file. Raises TopicError for an unknown label."""
        self._all: dict[str, str] = {}
        self._lines: dict[str, dict[str, str]] = {}
        for batch, entry in batches.items():
            parts: dict[str, Any] = {"all": entry} if isinstance(entry, str) else dict(entry)
            self._all[batch] = parts.get("all", MIXED)
            self._lines[batch] = parts.get("lines", {})
            for label in (self._all[batch], *self._lines[batch].values()):
                if label not in _KNOWN:
                    raise TopicError(f"{batch} has the unknown topic {label!r}")

    @property
    def batches(self) -> frozenset[str]:
        return frozenset(self._all)

    def of(self, batch: str, text: str) -> str:
        """The label of a line; MIXED where nothing is known."""
        return self._lines.get(batch, {}).get(mark(text)) or self._all.get(batch, MIXED)

    def stray(self, batch: str, marks: frozenset[str]) -> int:
        """How many line labels of `batch` belong to none of its lines."""
        return len(self._lines.get(batch, {}).keys() - marks)


def read(path: Path = LABELS) -> Labels:
    """The labels of a file. Raises TopicError when it is not JSON or names an unknown topic."""
    try:
        return Labels(json.loads(path.read_text(encoding="utf-8")))
    except ValueError as error:
        raise TopicError(f"{path.name} is no JSON: {error}") from error


def by_mark(found: Iterable[Utterance], labels: Labels) -> dict[str, str]:
    """The topics of the labelled lines among `found`, by `mark`; MIXED ones are left out."""
    told = ((mark(u.text), labels.of(u.batch, u.text)) for u in found)
    return {name: label for name, label in told if label != MIXED}


def of_our_data() -> dict[str, str]:
    """The topics of the labelled lines under `data/`, by `mark`: what a model learns them from.

    Raises TopicError or `corpus.CorpusError` when labels or data cannot be read.
    """
    return by_mark(corpus.read(), read())


def check_topics(found: Sequence[Utterance], labels: Labels | None = None) -> Iterator[str]:
    """Batches without a label, labels without a batch, and line labels without their line."""
    labels = labels or read()
    marks: dict[str, set[str]] = {}
    for utterance in found:
        marks.setdefault(utterance.batch, set()).add(mark(utterance.text))
    for batch in sorted(marks.keys() - labels.batches):
        yield f"{batch} has no topic in {LABELS.name}: T1 to T13, none or mixed"
    for batch in sorted(labels.batches - marks.keys()):
        yield f"{LABELS.name} names {batch}, which is not there"
    for batch in sorted(marks.keys() & labels.batches):
        stray = labels.stray(batch, frozenset(marks[batch]))
        if stray:
            yield f"{LABELS.name} has {stray} labels for lines that {batch} does not hold"

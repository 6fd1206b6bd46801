"""How the product's model reads the frozen set, and what the product then does, as one file.

`write` (here, with the model) → `python -m bench.danger` (with the rules, in the product's own
environment, adds its verdicts) → `load`.
"""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from nlu.evaluation import frozen
from nlu.evaluation.figures import Answered
from nlu.evaluation.frozen import FROZEN, FrozenError, Line
from nlu.fingerprint import ROOT, fingerprint, model_path

READ = ROOT / "models" / "frozen-read.json"
JUDGED = ROOT / "models" / "frozen-judged.json"
RUBBISH = "rubbish"


@dataclass(frozen=True)
class Verdict:
    """What the product did first; see `bench.danger.Judge.read`."""

    numbers: str
    named: bool
    did: str
    service: str
    priority: str
    urgent: bool
    rule: str | None
    ranking: list[tuple[str, float]]

    @property
    def why(self) -> str:
        """Who decided: the rule, or the model's first intent with its probability."""
        name, confidence = self.ranking[0] if self.ranking else ("nothing", 0.0)
        model = f"model {name} {confidence:.2f}"
        return f"rule {self.rule}; {model}" if self.rule else model


@dataclass(frozen=True)
class Judged:
    """The frozen set with texts, answers and verdicts by form (verdicts may be missing)."""

    fingerprint: str
    lines: list[Line]
    texts: dict[str, list[str]]
    answers: dict[str, list[Answered]]
    verdicts: dict[str, list[Verdict]]
    rubbish: list[str]
    thresholds: dict[str, float]
    service_of: dict[str, str]

    def chosen(self, numbers: Sequence[int]) -> Judged:
        """The same for some of the lines."""

        def pick(found: dict[str, list[Any]]) -> dict[str, list[Any]]:
            return {f: [own[i] for i in numbers] for f, own in found.items() if f != RUBBISH}

        return Judged(
            self.fingerprint, [self.lines[i] for i in numbers], pick(self.texts),
            pick(self.answers), pick(self.verdicts), [], self.thresholds, self.service_of,
        )  # fmt: skip


def write(path: Path = READ) -> None:
    """Read the frozen set with the model of the present data, training it if needed."""
    name, archive = fingerprint(), model_path()
    if not archive.exists():
        subprocess.run([sys.executable, "-m", "nlu.train"], cwd=ROOT.parent, check=True)
    from nlu.serving.graph import Understanding

    model = Understanding(archive)
    lines = frozen.messages() + frozen.safety()
    texts = {form: frozen.in_form(lines, form) for form in frozen.FORMS}
    texts[RUBBISH] = [text for _, text in rubbish()]
    forms = {form: list(zip(own, _rankings(model, own))) for form, own in texts.items()}
    told = {
        "fingerprint": name,
        "marks": [frozen.mark(line.text) for line in lines],
        "forms": forms,
    }
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(json.dumps(told, ensure_ascii=False), encoding="utf-8")


def _rankings(model: Any, texts: Sequence[str], size: int = 32) -> list[list[list[Any]]]:
    found = []
    for at in range(0, len(texts), size):
        for answer in model.parse(texts[at : at + size]):
            found.append([[e["name"], e["confidence"]] for e in answer["intent_ranking"]])
    return found


def rubbish(folder: Path = FROZEN) -> list[tuple[str, str]]:
    """(sort, text) of the lines that nobody could act upon."""
    return [(row["sort"], row["text"]) for _, row in frozen.rows(folder / "rubbish.jsonl")]


def load(path: Path = JUDGED) -> Judged:
    """What was written. Raises FrozenError when the frozen set has changed since, and OSError."""
    told = json.loads(path.read_text(encoding="utf-8"))
    lines = frozen.messages() + frozen.safety()
    if told["marks"] != [frozen.mark(line.text) for line in lines]:
        raise FrozenError(f"{path.name} was written for another frozen set")
    forms = told["forms"]
    return Judged(
        told["fingerprint"],
        lines,
        {form: [text for text, _ in pairs] for form, pairs in forms.items()},
        {form: _answers(lines, forms[form]) for form in frozen.FORMS},
        {form: [Verdict(**v) for v in own] for form, own in told.get("verdicts", {}).items()},
        [sort for sort, _ in rubbish()],
        told.get("thresholds", {}),
        told.get("service_of", {}),
    )


def _answers(lines: Sequence[Line], pairs: Sequence[Any]) -> list[Answered]:
    found = []
    for line, (_, ranking) in zip(lines, pairs):
        (first, sure), (second, close) = ranking[:2]
        found.append(Answered(line.intent, first, sure, second, close, line.also))
    return found

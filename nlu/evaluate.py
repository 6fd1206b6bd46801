"""Measure the model on the frozen set and on held-out batches, and write the report.

    python -m nlu.evaluate --rankings                     how the model reads the frozen set
    python -m bench.danger READ --out JUDGED              what the product does then
    python -m nlu.evaluate --report docs/nlu-report.md    all figures; pictures beside the report
    python -m nlu.evaluate --compare                      beside other pipelines (takes hours)

`make nlu-report` does all but the last, whose result is kept in docs/nlu-comparison.json.

Settings of the pipeline can be tried out with `--set name=value` (JSON) on folds of the training
data; then only the figures are printed.
"""

from __future__ import annotations

import argparse
import json
import logging
import sys
import time
import warnings
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

from nlu import check_frozen
from nlu.corpus import DATA, Utterance, read
from nlu.evaluation import compare, entities, figures, frozen, judged
from nlu.evaluation.figures import Answered
from nlu.evaluation.folds import folds
from nlu.evaluation.frozen import SEED
from nlu.evaluation.report import Measured, report
from nlu.evaluation.report_comparison import load as load_comparison
from nlu.evaluation.report_folds import Run
from nlu.noise import noisy, strip_marks

FORMS: dict[str, Callable[[str], str]] = {
    "as typed": str,
    "stripped": strip_marks,
    "noisy": lambda text: noisy(text, SEED),
}


def evaluate(
    found: Sequence[Utterance], count: int = 5, changes: dict[str, Any] | None = None
) -> dict[str, list[Answered]]:
    """Held-out answers for every utterance in each form, in the order of `found`."""
    from nlu.evaluation.pipeline import Pipeline

    fold = folds(found, count)
    answers: dict[str, list[Answered | None]] = {form: [None] * len(found) for form in FORMS}
    for k in range(count):
        inside = [u for u, f in zip(found, fold) if f != k]
        outside = [i for i, f in enumerate(fold) if f == k]
        pipeline = Pipeline(changes=changes)
        pipeline.train([u.text for u in inside], [u.intent for u in inside])
        for form, change in FORMS.items():
            rankings = pipeline.parse([change(found[i].text) for i in outside])
            for i, ranking in zip(outside, rankings):
                second = ranking[1] if len(ranking) > 1 else ("", 0.0)
                answers[form][i] = Answered(found[i].intent, *ranking[0], *second)
    return {form: [a for a in own if a] for form, own in answers.items()}


def _print(forms: dict[str, list[Answered]], seconds: float) -> None:
    for form, answers in forms.items():
        danger = figures.per_intent(answers).get("danger_now")
        print(
            f"{form:10} accuracy {figures.accuracy(answers):.3f}  "
            f"macro F1 {figures.macro_f1(answers):.3f}  "
            f"danger recall {danger.recall if danger else 0:.3f}  "
            f"ECE {figures.calibration_error(answers):.3f}"
        )
    print(f"{seconds:.0f} s")


def _write(path: Path, run: Run) -> None:
    from nlu.evaluation.picture import confusion_svg, reliability_svg, risk_svg

    told = judged.load(judged.JUDGED if judged.JUDGED.exists() else judged.READ)
    found = Measured(told, _entities(), run, load_comparison(), _near(run.found), _topics())
    forms = found.general.answers
    typed = forms["as typed"]
    intents = sorted({answer.wanted for answer in typed})
    drawn = {
        "confusion": confusion_svg(
            intents, figures.confusion(typed, intents), "wanted (rows), given (columns)"
        ),
        "reliability": reliability_svg({f: figures.reliability(a) for f, a in forms.items()}),
        "risk": risk_svg({form: figures.risk_curve(a) for form, a in forms.items()}),
    }
    names = {kind: f"{path.stem}-{kind}.svg" for kind in drawn}
    path.parent.mkdir(parents=True, exist_ok=True)
    for kind, picture in drawn.items():
        path.with_name(names[kind]).write_text(picture, encoding="utf-8")
    path.write_text(report(found, names), encoding="utf-8")


def _entities() -> dict[str, dict[str, entities.Score]]:
    from nlu.entities.extract import extract

    marked = entities.load(frozen.FROZEN / "entities.jsonl")
    forms = entities.copies(marked, SEED)
    return {name: entities.measure(own, extract) for name, own in forms.items()}


def _topics() -> str:
    """The section on the stage that names the typology."""
    from nlu.evaluation import topics

    heading = "### The second stage: which typology (T1 to T13)"
    return f"{heading}\n\n{topics.section(topics.on_frozen())}"


def _near(found: Sequence[Utterance]) -> frozenset[str]:
    """Names of the general set's lines that have a near copy in training or in the set."""
    training = [("", utterance.text) for utterance in found]
    tested = [(line.where, line.text) for line in frozen.messages()]
    return frozenset(line.split()[0] for line in check_frozen.copies(training, tested))


def main(given: list[str] | None = None) -> int:
    """Evaluate, print the figures, write the report when asked to."""
    parser = argparse.ArgumentParser(prog="nlu.evaluate", description=__doc__.split("\n")[0])
    parser.add_argument("--data", type=Path, default=DATA)
    parser.add_argument("--rankings", action="store_true", help=f"write {judged.READ.name}")
    parser.add_argument("--compare", action="store_true", help=f"write {compare.SAVED.name}")
    parser.add_argument("--report", type=Path, help="Markdown file to write")
    parser.add_argument("--folds", type=int, default=5)
    parser.add_argument("--set", action="append", default=[], metavar="NAME=VALUE")
    options = parser.parse_args(given)
    warnings.filterwarnings("ignore")
    logging.disable(logging.WARNING)
    if options.compare:
        return compare.main([])
    if options.rankings:
        judged.write()
        return 0
    changes = {k: json.loads(v) for k, _, v in (item.partition("=") for item in options.set)}
    found = read(options.data)
    if not found:
        print(f"There is no data in {options.data}.", file=sys.stderr)
        return 1
    begun = time.monotonic()
    forms = evaluate(found, options.folds, changes)
    seconds = time.monotonic() - begun
    _print(forms, seconds)
    if options.report and not changes:
        _write(options.report, Run(found, forms, options.folds, seconds))
        print(f"wrote {options.report}")
    return 0


if __name__ == "__main__":
    sys.exit(main())

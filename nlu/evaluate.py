"""Measure the pipeline on batches it was not trained on, and write the report.

    python -m nlu.evaluate --report docs/nlu-report.md

The pictures are written beside the report. Settings of the pipeline can be tried out with
`--set name=value` (JSON); then only the figures are printed.
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

from nlu.corpus import DATA, Utterance, read
from nlu.evaluation import figures
from nlu.evaluation.figures import Answered
from nlu.evaluation.folds import folds
from nlu.evaluation.report import Run, report
from nlu.fingerprint import fingerprint
from nlu.noise import noisy, strip_marks

# Another seed than the one for training copies in tfidf_featurizer.py.
SEED = 111
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
    from nlu.evaluation.picture import confusion_svg, reliability_svg

    names = (f"{path.stem}-confusion.svg", f"{path.stem}-reliability.svg")
    typed = run.forms["as typed"]
    intents = sorted({answer.wanted for answer in typed})
    heat = confusion_svg(
        intents, figures.confusion(typed, intents), "wanted (rows), given (columns)"
    )
    curves = {form: figures.reliability(answers) for form, answers in run.forms.items()}
    path.parent.mkdir(parents=True, exist_ok=True)
    path.with_name(names[0]).write_text(heat, encoding="utf-8")
    path.with_name(names[1]).write_text(reliability_svg(curves), encoding="utf-8")
    path.write_text(report(run, names), encoding="utf-8")


def main(given: list[str] | None = None) -> int:
    """Evaluate, print the figures, write the report when asked to."""
    parser = argparse.ArgumentParser(prog="nlu.evaluate", description=__doc__.split("\n")[0])
    parser.add_argument("--data", type=Path, default=DATA)
    parser.add_argument("--report", type=Path, help="Markdown file to write")
    parser.add_argument("--folds", type=int, default=5)
    parser.add_argument("--set", action="append", default=[], metavar="NAME=VALUE")
    options = parser.parse_args(given)
    warnings.filterwarnings("ignore")
    logging.disable(logging.WARNING)
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
        _write(options.report, Run(found, forms, options.folds, seconds, fingerprint()))
        print(f"wrote {options.report}")
    return 0


if __name__ == "__main__":
    sys.exit(main())

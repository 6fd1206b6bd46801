"""The report's sections on the frozen general set."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from nlu.evaluation import figures
from nlu.evaluation.figures import Answered
from nlu.evaluation.frozen import Line
from nlu.evaluation.judged import Judged
from nlu.evaluation.likeness import nearest
from nlu.evaluation.tables import cell, percent, table
from nlu.text import view

LENGTHS = ((1, 3), (4, 8), (9, 20), (21, 50), (51, 1000))
LIKENESSES = ((0.0, 0.15), (0.15, 0.2), (0.2, 0.3), (0.3, 0.5), (0.5, 0.7), (0.7, 1.01))
COVERAGES = (1.0, 0.95, 0.9, 0.8, 0.7, 0.5)


def has_marks(text: str) -> bool:
    """Whether stripping would change it."""
    seen = view(text)
    return seen.typed.lower() != seen.folded


def gap(judged: Judged) -> tuple[float, int]:
    """Accuracy as typed less stripped on the lines written with marks, and how many they are."""
    own = judged.chosen([i for i, line in enumerate(judged.lines) if has_marks(line.text)])
    typed, stripped = (figures.accuracy(own.answers[form]) for form in ("as typed", "stripped"))
    return typed - stripped, len(own.lines)


def headline(judged: Judged) -> str:
    """Accuracy, macro F1 and calibration by form."""
    rows = []
    for form, answers in judged.answers.items():
        strict = sum(a.strict for a in answers) / len(answers)
        first_two = sum(a.in_first_two for a in answers) / len(answers)
        shares = (figures.accuracy(answers), strict, figures.macro_f1(answers), first_two)
        error = figures.calibration_error(answers)
        rows.append([form, *map(percent, shares), f"{error:.3f}"])
    difference, count = gap(judged)
    note = (
        f"On the {count} lines that were written with marks, taking them away costs "
        f"{100 * difference:.1f} points."
    )
    head = ["form", "accuracy %", "without alternates %", "macro F1 %", "in first two %", "ECE"]
    return f"{table(head, rows)}\n\n{note}"


def intents(judged: Judged) -> str:
    """Precision, recall and F1 of each intent, alternates counted as right."""
    scores = {form: figures.per_intent(answers) for form, answers in judged.answers.items()}
    first, *others = scores
    rows: list[list[object]] = []
    for intent, typed in scores[first].items():
        row = [intent, typed.support, *map(percent, (typed.precision, typed.recall, typed.f1))]
        rows.append(row + [percent(scores[form][intent].f1) for form in others])
    head = ["intent", "lines", "precision", "recall", "F1", *(f"F1 {form}" for form in others)]
    return table(head, rows)


def by(judged: Judged, groups: Sequence[tuple[str, Callable[[Line], bool]]], name: str) -> str:
    """Accuracy in each form of the lines of each group."""
    rows: list[list[object]] = []
    for title, inside in groups:
        numbers = [i for i, line in enumerate(judged.lines) if inside(line)]
        if numbers:
            own = judged.chosen(numbers)
            shares = [percent(figures.accuracy(answers)) for answers in own.answers.values()]
            rows.append([title, len(numbers), *shares])
    return table([name, "lines", *(f"{form} %" for form in judged.answers)], rows)


def lengths(judged: Judged) -> str:
    """Accuracy by number of words as typed."""

    def between(low: int, high: int) -> Callable[[Line], bool]:
        return lambda line: low <= len(line.text.split()) <= high

    return by(judged, [(f"{a} to {b}", between(a, b)) for a, b in LENGTHS], "words")


def topics(judged: Judged) -> str:
    """Accuracy by typology."""

    def about(topic: str) -> Callable[[Line], bool]:
        return lambda line: line.topic == topic

    names = sorted({line.topic for line in judged.lines}, key=lambda t: (len(t), t))
    return by(judged, [(name or "none", about(name)) for name in names], "topic")


def likenesses(judged: Judged, training: Sequence[str]) -> str:
    """Accuracy by how like a line is to the nearest training line."""
    near = dict(
        zip((line.where for line in judged.lines), nearest(judged.texts["as typed"], training))
    )

    def alike(low: float, high: float) -> Callable[[Line], bool]:
        return lambda line: low <= near[line.where] < high

    groups = [(f"{a} to {b}", alike(a, b)) for a, b in LIKENESSES]
    return by(judged, groups, "likeness to the nearest training line")


def risks(judged: Judged) -> str:
    """Share wrong among the surest answers."""
    rows = [
        [percent(share), *(percent(figures.risk(a, share)) for a in judged.answers.values())]
        for share in COVERAGES
    ]
    head = ["surest %", *(f"wrong, {form} %" for form in judged.answers)]
    return table(head, rows)


def without_copies(judged: Judged, near: frozenset[str]) -> str:
    """A sentence with the accuracies of the lines that are nobody's near copy."""
    if not near:
        return "No line is a near copy of a training line or of another frozen one."
    own = judged.chosen([i for i, line in enumerate(judged.lines) if line.where not in near])
    shares = " / ".join(percent(figures.accuracy(a)) for a in own.answers.values())
    return (
        f"{len(judged.lines) - len(own.lines)} lines (most of one to three words) are near "
        f"copies of a training line or of another frozen one; without them: {shares} %."
    )


def misread(judged: Judged) -> str:
    """Every line that was misread in any form, with what it was taken for."""
    rows = []
    for i, line in enumerate(judged.lines):
        answers = [own[i] for own in judged.answers.values()]
        if not all(answer.right for answer in answers):
            wanted = " or ".join([line.intent, *line.also])
            rows.append([line.where, wanted, *map(_given, answers), cell(line.text)])
    return table(["line", "wanted", *judged.answers, "text as typed"], rows)


def _given(answer: Answered) -> str:
    return "·" if answer.right else f"{answer.given} {answer.confidence:.2f}"

"""The report's sections on batches held out of the training data (folds)."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from nlu.corpus import Utterance
from nlu.evaluation import figures
from nlu.evaluation.figures import Answered
from nlu.evaluation.report_frozen import LENGTHS
from nlu.evaluation.tables import cell, percent, table

_ROUND = re.compile(r"[^/]+/r(\d)_")
Forms = dict[str, list[Answered]]


@dataclass(frozen=True)
class Run:
    """What one evaluation gave: the data, the answers in each form, and how it was made."""

    found: Sequence[Utterance]
    forms: Forms
    folds: int
    seconds: float


def headline(forms: Forms) -> str:
    """Accuracy, macro F1, recall of danger and calibration by form."""
    rows = []
    for name, answers in forms.items():
        top_two = sum(a.wanted in (a.given, a.second) for a in answers) / max(1, len(answers))
        rows.append(
            [
                name,
                percent(figures.accuracy(answers)),
                percent(figures.macro_f1(answers)),
                percent(top_two),
                percent(figures.per_intent(answers)["danger_now"].recall),
                f"{figures.calibration_error(answers):.3f}",
            ]
        )
    return table(
        ["form", "accuracy %", "macro F1 %", "in first two %", "danger recall %", "ECE"], rows
    )


def intents(forms: Forms) -> str:
    """Precision, recall and F1 of each intent."""
    scores = {name: figures.per_intent(answers) for name, answers in forms.items()}
    first = next(iter(scores.values()))
    others = [name for name in scores if name != "as typed"]
    rows = []
    for intent, typed in first.items():
        row = [intent, typed.support, *map(percent, (typed.precision, typed.recall, typed.f1))]
        rows.append(row + [percent(scores[name][intent].f1) for name in others])
    head = ["intent", "lines", "precision", "recall", "F1", *[f"F1 {name}" for name in others]]
    return table(head, rows)


def confused(answers: Sequence[Answered]) -> str:
    """The fifteen most frequent confusions."""
    wrong = Counter((a.wanted, a.given) for a in answers if not a.right)
    wanted = Counter(a.wanted for a in answers)
    rows = [
        [pair[0], pair[1], count, percent(count / wanted[pair[0]])]
        for pair, count in wrong.most_common(15)
    ]
    return table(["wanted", "given", "times", "% of wanted"], rows)


def thresholds(forms: Forms) -> str:
    """What a confidence means, by form."""
    rows = []
    for limit in (0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9):
        row: list[object] = [f"≥ {limit}"]
        for answers in forms.values():
            acted = [a for a in answers if a.confidence >= limit]
            row.append(f"{percent(len(acted) / len(answers))} → {percent(figures.accuracy(acted))}")
        rows.append(row)
    return "Share of messages at or above a confidence → share of these that are right (%).\n\n" + (
        table(["confidence", *forms], rows)
    )


def routing(forms: Forms) -> str:
    """What a router would do with other thresholds."""
    rows = []
    for limit in (0.3, 0.4, 0.45, 0.5, 0.6, 0.7):
        for ratio in (0.4, 0.5, 0.6, 0.8):
            row: list[object] = [limit, ratio]
            for name in ("as typed", "noisy"):
                acted, offered, asked, right, hit = figures.routed(forms[name], limit, ratio)
                shares = " / ".join(map(percent, (acted, offered, asked)))
                row += [shares, percent(right), percent(hit)]
            rows.append(row)
    head = ["act above", "close ratio"]
    for name in ("as typed", "noisy"):
        head += [f"{name}: acted / offered / asked %", "acted right %", "offer holds it %"]
    note = (
        "Above a confidence the product acts; unless the second intent has at least the close "
        "ratio of the first, then it offers both; below the confidence it asks. Counted by intent "
        "(the product adds up intents of one service), without the safety rules."
    )
    return note + "\n\n" + table(head, rows)


def lengths(run: Run) -> str:
    """Accuracy by number of words."""
    rows = []
    for low, high in LENGTHS:
        chosen = [
            answer
            for utterance, answer in zip(run.found, run.forms["as typed"])
            if low <= len(utterance.text.split()) <= high
        ]
        if chosen:
            rows.append([f"{low} to {high}", len(chosen), percent(figures.accuracy(chosen))])
    return table(["words", "utterances", "accuracy %"], rows)


def rounds(run: Run) -> str:
    """Accuracy by the round in which a batch was written (files of later rounds: `r2_…`)."""
    groups: dict[str, list[int]] = {}
    for i, utterance in enumerate(run.found):
        later = _ROUND.match(utterance.batch)
        groups.setdefault(later.group(1) if later else "1", []).append(i)
    rows = []
    for name, numbers in sorted(groups.items()):
        shares = (figures.accuracy([own[i] for i in numbers]) for own in run.forms.values())
        rows.append([name, len(numbers), *map(percent, shares)])
    return table(["round", "utterances", *(f"{form} %" for form in run.forms)], rows)


def mistakes(run: Run) -> str:
    """The forty surest wrong answers."""
    pairs = zip(run.found, run.forms["as typed"])
    wrong = sorted((p for p in pairs if not p[1].right), key=lambda p: -p[1].confidence)[:40]
    rows = [
        [a.wanted, f"{a.given} {a.confidence:.2f}", cell(u.text[:160]), u.batch] for u, a in wrong
    ]
    return table(["wanted", "given", "text", "batch"], rows)

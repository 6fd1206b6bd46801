"""The evaluation as a Markdown page."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from nlu.check_data import grams, near_pairs, plain
from nlu.corpus import Utterance
from nlu.evaluation import figures
from nlu.evaluation.figures import Answered

Forms = dict[str, list[Answered]]
LENGTHS = ((1, 3), (4, 8), (9, 20), (21, 50), (51, 1000))


@dataclass(frozen=True)
class Run:
    """What one evaluation gave: the data, the answers in each form, and how it was made."""

    found: Sequence[Utterance]
    forms: Forms
    folds: int
    seconds: float
    fingerprint: str


def report(run: Run, pictures: tuple[str, str]) -> str:
    """The page. `pictures`: file names of the confusion and the reliability picture."""
    parts = [
        "# How well the model understands",
        _introduction(run),
        "## Figures",
        _headline(run.forms),
        "## Each intent",
        _intents(run.forms),
        "## Who is taken for whom",
        f"![Confusion, as typed]({pictures[0]})",
        _confused(run.forms["as typed"]),
        "## What a confidence means",
        f"![Reliability]({pictures[1]})",
        _thresholds(run.forms),
        "## Act, offer two, or ask",
        _routing(run.forms),
        "## By length, as typed",
        _lengths(run),
        "## The data",
        _data(run.found),
        "## Surest mistakes, as typed",
        _mistakes(run),
    ]
    return "\n\n".join(parts) + "\n"


def _introduction(run: Run) -> str:
    return (
        f"Written by `python -m nlu.evaluate` in {run.seconds:.0f} s; model fingerprint "
        f"`{run.fingerprint}`. {len(run.found)} utterances in "
        f"{len({u.batch for u in run.found})} author batches; {run.folds} folds, and a batch is "
        "never on both sides. The copies made for training are made inside each fold. **As typed** "
        "is the text as its author wrote it (over a third of it without marks already); "
        "**stripped** is the same without any marks; **noisy** has seeded slips, teencode, "
        "partial marks and Telex leftovers. The batches were written for this project by the same "
        "means, so strangers' messages will be harder; a separately written test set is the next "
        "step. The settings were chosen among about 40, on 6,233 of these utterances split by "
        "author batch in three other ways; the cue lists were written after reading some 110 of "
        "their misread lines, so the figures flatter a little."
    )


def _table(head: Sequence[str], rows: Sequence[Sequence[object]]) -> str:
    lines = ["| " + " | ".join(head) + " |", "|" + " --- |" * len(head)]
    return "\n".join(lines + ["| " + " | ".join(map(str, row)) + " |" for row in rows])


def _percent(value: float) -> str:
    return f"{100 * value:.1f}"


def _headline(forms: Forms) -> str:
    rows = []
    for name, answers in forms.items():
        top_two = sum(a.wanted in (a.given, a.second) for a in answers) / max(1, len(answers))
        rows.append(
            [
                name,
                _percent(figures.accuracy(answers)),
                _percent(figures.macro_f1(answers)),
                _percent(top_two),
                _percent(figures.per_intent(answers)["danger_now"].recall),
                f"{figures.calibration_error(answers):.3f}",
            ]
        )
    return _table(
        ["form", "accuracy %", "macro F1 %", "in first two %", "danger recall %", "ECE"], rows
    )


def _intents(forms: Forms) -> str:
    scores = {name: figures.per_intent(answers) for name, answers in forms.items()}
    first = next(iter(scores.values()))
    others = [name for name in scores if name != "as typed"]
    rows = []
    for intent, typed in first.items():
        row = [intent, typed.support, *map(_percent, (typed.precision, typed.recall, typed.f1))]
        rows.append(row + [_percent(scores[name][intent].f1) for name in others])
    head = ["intent", "lines", "precision", "recall", "F1", *[f"F1 {name}" for name in others]]
    return _table(head, rows)


def _confused(answers: Sequence[Answered]) -> str:
    wrong = Counter((a.wanted, a.given) for a in answers if not a.right)
    wanted = Counter(a.wanted for a in answers)
    rows = [
        [pair[0], pair[1], count, _percent(count / wanted[pair[0]])]
        for pair, count in wrong.most_common(15)
    ]
    return _table(["wanted", "given", "times", "% of wanted"], rows)


def _thresholds(forms: Forms) -> str:
    rows = []
    for limit in (0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9):
        row: list[object] = [f"≥ {limit}"]
        for answers in forms.values():
            acted = [a for a in answers if a.confidence >= limit]
            row.append(
                f"{_percent(len(acted) / len(answers))} → {_percent(figures.accuracy(acted))}"
            )
        rows.append(row)
    return "Share of messages at or above a confidence → share of these that are right (%).\n\n" + (
        _table(["confidence", *forms], rows)
    )


def _routing(forms: Forms) -> str:
    rows = []
    for limit in (0.3, 0.4, 0.45, 0.5, 0.6, 0.7):
        for ratio in (0.4, 0.5, 0.6, 0.8):
            row: list[object] = [limit, ratio]
            for name in ("as typed", "noisy"):
                acted, offered, asked, right, hit = figures.routed(forms[name], limit, ratio)
                shares = " / ".join(map(_percent, (acted, offered, asked)))
                row += [shares, _percent(right), _percent(hit)]
            rows.append(row)
    head = ["act above", "close ratio"]
    for name in ("as typed", "noisy"):
        head += [f"{name}: acted / offered / asked %", "acted right %", "offer holds it %"]
    note = (
        "Above a confidence the product acts; unless the second intent has at least the close "
        "ratio of the first, then it offers both; below the confidence it asks. Counted by intent "
        "(the product adds up intents of one service), without the safety rules."
    )
    return note + "\n\n" + _table(head, rows)


def _lengths(run: Run) -> str:
    rows = []
    for low, high in LENGTHS:
        chosen = [
            answer
            for utterance, answer in zip(run.found, run.forms["as typed"])
            if low <= len(utterance.text.split()) <= high
        ]
        if chosen:
            rows.append([f"{low} to {high}", len(chosen), _percent(figures.accuracy(chosen))])
    return _table(["words", "utterances", "accuracy %"], rows)


def _data(found: Sequence[Utterance]) -> str:
    texts = [plain(utterance.text) for utterance in found]
    nearest = [0.0] * len(texts)
    for a, b, similarity in near_pairs([grams(text) for text in texts], 0.4):
        nearest[a] = max(nearest[a], similarity)
        nearest[b] = max(nearest[b], similarity)
    words = [word for text in texts for word in text.split()]
    threes = [" ".join(t.split()[i : i + 3]) for t in texts for i in range(len(t.split()) - 2)]
    rows: list[list[object]] = [
        ["utterances", len(texts)],
        ["words", len(words)],
        ["different folded words", len(set(words))],
        [
            "different folded word triples, % of all",
            _percent(len(set(threes)) / max(1, len(threes))),
        ],
    ]
    for limit in (0.4, 0.5, 0.6):
        share = sum(n >= limit for n in nearest) / len(nearest)
        rows.append([f"with another at least {limit} alike, %", _percent(share)])
    note = "Likeness is the Jaccard similarity of folded character 5-grams; above 0.7 is refused."
    return note + "\n\n" + _table(["", ""], rows)


def _mistakes(run: Run) -> str:
    pairs = zip(run.found, run.forms["as typed"])
    wrong = sorted((p for p in pairs if not p[1].right), key=lambda p: -p[1].confidence)[:40]
    rows = [
        [a.wanted, f"{a.given} {a.confidence:.2f}", u.text.replace("|", "\\|")[:160], u.batch]
        for u, a in wrong
    ]
    return _table(["wanted", "given", "text", "batch"], rows)

"""The evaluation as a Markdown page."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from nlu.corpus import Utterance
from nlu.diversity import diversity
from nlu.evaluation import entities, figures, frozen, report_comparison, report_danger, report_folds
from nlu.evaluation import report_frozen as frozen_set
from nlu.evaluation.candidates import OURS
from nlu.evaluation.entities import Score
from nlu.evaluation.frozen import HARMLESS, Line
from nlu.evaluation.judged import Judged
from nlu.evaluation.report_folds import Run
from nlu.evaluation.tables import percent, table


@dataclass(frozen=True)
class Measured:
    """All that the page tells: the frozen set judged, entities by form, folds, the comparison
    with other pipelines, which frozen lines are near copies, and the topic stage's section."""

    judged: Judged
    entities: dict[str, dict[str, Score]]
    folds: Run
    comparison: dict[str, Any]
    near: frozenset[str]
    topics: str = ""

    @property
    def general(self) -> Judged:
        """The judged lines of the general set alone."""
        lines = enumerate(self.judged.lines)
        return self.judged.chosen([i for i, line in lines if not line.kind])


def report(found: Measured, pictures: Mapping[str, str]) -> str:
    """The page. `pictures`: file names of "confusion", "reliability" and "risk"."""
    general, judged, run = found.general, found.judged, found.folds
    parts = [
        "# How well the model understands",
        _introduction(found),
        "## What was asked, and what is reached",
        _goals(found),
        "## Intents on the frozen set",
        frozen_set.headline(general),
        frozen_set.without_copies(general, found.near),
        "Held-out batches of the training data (below) score lower; they come from several "
        "rounds of writing, the first of them with very peculiar authors, have no alternates, "
        "and are read by models with a fifth less data. How like a frozen line is to the nearest "
        "training line:",
        frozen_set.likenesses(general, [utterance.text for utterance in run.found]),
        "### Each intent",
        frozen_set.intents(general),
        "### By length and by topic",
        frozen_set.lengths(general),
        frozen_set.topics(general),
        *([found.topics] if found.topics else []),
        "### Who is taken for whom",
        f"![Confusion, as typed]({pictures['confusion']})",
        "### What a confidence means",
        f"![Reliability]({pictures['reliability']}) ![Risk]({pictures['risk']})",
        "Share of wrong answers among the surest.",
        frozen_set.risks(general),
        *_danger(judged),
        "## Entities on the frozen messages",
        _entities(found.entities),
        "## Beside other pipelines",
        report_comparison.section(found.comparison, judged.fingerprint),
        *_folds(run),
        "## The data",
        _data(run.found, judged),
        *_lists(judged, general, run),
    ]
    return "\n\n".join(parts) + "\n"


def _introduction(found: Measured) -> str:
    return (
        f"Written by `make nlu-report`; model fingerprint `{found.judged.fingerprint}`. The "
        "published figures are those on the **frozen set** (`nlu/tests/frozen/`): messages of "
        "other imagined people than those of the training data, written separately, with "
        "alternates where honest people would differ; no line of it was ever trained on. Four "
        "forms: **as typed** by the author (many without marks already); **stripped** of all "
        "marks; **noisy** with seeded slips, teencode, partial marks and Telex leftovers, by the "
        "generator that also makes training copies but with another seed; **independent**: "
        "mistyped by another project's generator (nom-vn 0.2.37, its model of thumbs on a "
        "phone), which training never saw. All of it was written for "
        "this project, so strangers' messages may be harder still."
    )


def _goals(found: Measured) -> str:
    rows = [*_intent_goals(found), *_danger_goals(found.judged), *_entity_goals(found.entities)]
    rows += _speed_goals(found.comparison)
    return table(["", "asked", "reached"], rows)


def _intent_goals(found: Measured) -> list[list[str]]:
    general = found.general
    answers = general.answers.values()
    accuracies = " / ".join(percent(figures.accuracy(own)) for own in answers)
    errors = " / ".join(f"{figures.calibration_error(own):.3f}" for own in answers)
    forms = "typed / stripped / noisy / independent"
    return [
        [f"intent accuracy, {forms} %", "93 / 92 / 89 / –", accuracies],
        ["gap with and without marks, points", "≤ 1", f"{100 * frozen_set.gap(general)[0]:.1f}"],
        [f"calibration error, {forms}", "≤ 0.05", errors],
    ]


def _danger_goals(judged: Judged) -> list[list[str]]:
    if not judged.verdicts:
        return []

    def shares(inside: report_danger.Inside, count: str = "numbers") -> str:
        own = [report_danger.tally(judged, form, inside) for form in judged.answers]
        return " / ".join(percent(getattr(found, count) / max(1, found.total)) for found in own)

    def harmless(line: Line) -> bool:
        return line.kind == HARMLESS

    opened = [report_danger.open_set(judged, form) for form in judged.answers]
    return [
        ["danger, answered with the numbers first %", "≥ 99", shares(report_danger.is_danger)],
        ["danger, numbers in the first reply %", "–", shares(report_danger.is_danger, "named")],
        ["false alarms on the harmless %", "≤ 1", shares(harmless)],
        ["harmless, numbers in the first reply %", "–", shares(harmless, "named")],
        [
            "out_of_scope not acted upon %",
            "≥ 92",
            " / ".join(percent(found.left_alone) for found in opened),
        ],
        ["in scope, refused %", "≤ 3", " / ".join(percent(found.refused) for found in opened)],
    ]


def _entity_goals(forms: Mapping[str, Mapping[str, Score]]) -> list[list[str]]:
    def scores(kind: str) -> str:
        return " / ".join(percent(forms[name][kind].f1) for name in ("as typed", "noisy"))

    asked = {kind: "95 / 93" for kind in ("phone", "money", "link", "bank_account")}
    asked.update({kind: "90" for kind in ("province", "commune", "country")})
    return [
        [f"{kind}, span F1, typed / noisy", f"≥ {a}", scores(kind)] for kind, a in asked.items()
    ]


def _speed_goals(told: dict[str, Any]) -> list[list[str]]:
    ours = report_comparison.row_of(told, OURS)
    if not ours:
        return []
    faster = report_comparison.times_faster(told)
    rows = [["parses/s beside stock DIET", "≥ 10×", _times(faster)]] if faster else []
    return [
        *rows,
        ["p99 with 16 at once, ms", "< 25", f"{ours['http']['16']['p99']:.1f}"],
        ["training, s", "< 180", f"{ours['training']['seconds']:.0f}"],
        ["model, MB", "< 20", f"{ours['megabytes']:.1f}"],
        ["resident memory of a server, MB", "said", f"{ours['http']['16']['memory']:.0f}"],
    ]


def _times(faster: Mapping[str, float]) -> str:
    return "; ".join(f"{value:.1f}× {name}" for name, value in faster.items())


def _danger(judged: Judged) -> list[str]:
    if not judged.verdicts:
        return ["## Danger", "Not judged; `make nlu-report` does."]
    return [
        "## Danger: rules and model together",
        "Each message as the first one of somebody new, through the product's own conversation. "
        "Every miss and every false alarm is listed at the end. **Numbers come first**: the reply "
        "is the one for danger; **in the first reply**: 111 and 113 also stand at the end of "
        "another answer where danger is not excluded. Numbers that come first but "
        "below P1 were brought by the model alone; P0 or P1 without numbers is a stranger who "
        "may hold the phone (rules `third_party_…`), answered blandly on purpose.",
        *frozen.used_up(),
        report_danger.tallies(judged, report_danger.DANGERS),
        "### False alarms",
        report_danger.tallies(judged, report_danger.HARMLESSES),
        "## What is not our business",
        report_danger.open_sets(judged),
    ]


def _entities(forms: dict[str, dict[str, Score]]) -> str:
    note = (
        "Exact spans. **noisy around**: the entities as typed in mistyped words; **noisy**: light "
        "slips in the entities' own words as well. **value**: share of the right spans whose "
        "normalised value is right too."
    )
    return f"{note}\n\n{entities.table(forms)}"


def _folds(run: Run) -> list[str]:
    note = (
        f"For development: {run.folds} folds over the training data by author batch, measured in "
        f"{run.seconds:.0f} s; a batch is never on both sides, and copies for training are made "
        "inside each fold. Settings and cue lists were chosen on such folds, so these figures "
        "flatter a little; the frozen set's do not."
    )
    typed = run.forms["as typed"]
    parts = [
        "## Held-out training batches",
        note,
        report_folds.headline(run.forms),
        "### Each intent, held out",
        report_folds.intents(run.forms),
        "### Most frequent confusions, held out",
        report_folds.confused(typed),
        "### Confidence, held out",
        report_folds.thresholds(run.forms),
        "### Act, offer two, or ask: other thresholds, held out",
        report_folds.routing(run.forms),
        "### By length and by round of writing, held out",
        report_folds.lengths(run),
        report_folds.rounds(run),
    ]
    return parts


def _data(found: Sequence[Utterance], judged: Judged) -> str:
    sets = {
        "training": [utterance.text for utterance in found],
        "frozen, general": [line.text for line in judged.lines if not line.kind],
        "frozen, safety": [line.text for line in judged.lines if line.kind],
    }
    rows: list[list[object]] = []
    for name, texts in sets.items():
        own = diversity(texts)
        alike = (percent(share) for share in own.alike.values())
        rows.append([name, own.texts, own.words, own.different_words, percent(own.triples), *alike])
    limits = diversity([]).alike
    head = ["", "messages", "words", "different words", "different triples %"]
    head += [f"with another ≥ {limit} alike %" for limit in limits]
    note = "Words are folded. Likeness is the Jaccard similarity of folded character 5-grams."
    return f"{note}\n\n{table(head, rows)}"


def _lists(judged: Judged, general: Judged, run: Run) -> list[str]:
    parts = []
    reasons = frozen.explained()
    if judged.verdicts:
        parts += [
            "## Every danger message that did not get the numbers first",
            report_danger.missed(judged, reasons),
            "## Danger messages that got the numbers by the model alone, below P1",
            report_danger.low(judged),
            "## Every false alarm on the harmless set",
            report_danger.alarms(judged, report_danger.HARMLESSES[0][1], reasons),
            "## Other intents of the general set answered as danger",
            report_danger.alarms(judged, report_danger.is_other),
            "## Out-of-scope messages acted upon, as typed",
            report_danger.acted_upon(judged),
        ]
    return [
        *parts,
        "## Every misread line of the frozen general set",
        "A dot: read rightly in that form.",
        frozen_set.misread(general),
        "## Surest mistakes on held-out training batches, as typed",
        report_folds.mistakes(run),
    ]

"""The report's section that sets our pipeline beside Rasa's own, and beside itself with less."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from nlu.evaluation.candidates import OURS, PARTS, STOCK_DIET, STOCK_LINEAR
from nlu.evaluation.compare import AT_ONCE, SAVED
from nlu.evaluation.frozen import FORMS
from nlu.evaluation.tables import percent, table


def load(path: Path = SAVED) -> dict[str, Any]:
    """What `compare.save` wrote; without rows when it never ran."""
    if not path.exists():
        return {"fingerprint": "", "epochs": 0, "rows": []}
    told: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
    order = [STOCK_DIET, STOCK_LINEAR, OURS, *PARTS]
    told["rows"].sort(key=lambda row: order.index(row["name"]))
    return told


def row_of(told: dict[str, Any], name: str) -> dict[str, Any]:
    """The figures of one candidate, or nothing."""
    return next((row for row in told["rows"] if row["name"] == name), {})


def section(told: dict[str, Any], fingerprint: str) -> str:
    """Both tables with what was measured and how."""
    if not told["rows"]:
        return "Not measured; `python -m nlu.evaluate --compare` does."
    when = "of this very model"
    if told["fingerprint"] != fingerprint:
        when = f"of an earlier state (`{told['fingerprint']}`)"
    note = (
        f"In one run on one machine of two cores, {when}. Every candidate is trained by Rasa on "
        "the same data; seconds are without imports. Stock DIET: WhitespaceTokenizer, "
        "RegexFeaturizer, LexicalSyntacticFeaturizer, counts of words and of letters (1-4), "
        f"DIETClassifier with {told['epochs']} epochs and entity_recognition off; counts + LR: "
        "the same counts with LogisticRegressionClassifier. Neither finds entities, ours does. "
        "Accuracy with alternates on the frozen general set."
    )
    return f"{note}\n\n{_accuracies(told)}\n\n{_speeds(told)}"


def _accuracies(told: dict[str, Any]) -> str:
    rows = [
        [
            row["name"],
            *(percent(row["accuracy"][form]) for form in FORMS),
            f"{row['training']['seconds']:.0f} ({row['training']['busy']:.0f})",
            f"{row['megabytes']:.1f}",
        ]
        for row in told["rows"]
    ]
    return table(["pipeline", *(f"{form} %" for form in FORMS), "training s (busy)", "MB"], rows)


def _speeds(told: dict[str, Any]) -> str:
    rows = []
    for row in told["rows"]:
        if "http" not in row:
            continue
        one, many = row["http"]["1"], row["http"]["16"]
        rows.append(
            [
                row["name"],
                *("{:.0f} ({:.0f})".format(*row["rates"][name]) for name in _rates()),
                f"{one['rate']:.0f}",
                f"{one['p50']:.1f} / {one['p99']:.1f}",
                f"{many['rate']:.0f}",
                f"{many['p50']:.1f} / {many['p99']:.1f}",
                f"{many['memory']:.0f}",
                f"{one['start']:.1f}",
            ]
        )
    in_process = (f"parses/s in process, {name}" for name in _rates())
    over = ("1 caller: /s", "p50 / p99 ms", "16 callers: /s", "p50 / p99 ms", "MB", "start s")
    return (
        "In brackets: by seconds of processor time, which other work on the machine disturbs less. "
        "One process each; over HTTP ours with `nlu.server`, stock with `rasa run --enable-api`; "
        "the callers share the two cores with the server.\n\n"
        + table(["pipeline", *in_process, *over], rows)
    )


def _rates() -> tuple[str, str]:
    return "one at a time", f"{AT_ONCE} at once"


def times_faster(told: dict[str, Any]) -> dict[str, float]:
    """Our parses a second over stock DIET's: in process (both ways) and over HTTP."""
    ours, stock = row_of(told, OURS), row_of(told, STOCK_DIET)
    if not ours or not stock:
        return {}
    found = {f"in process, {n}": ours["rates"][n][0] / stock["rates"][n][0] for n in _rates()}
    for callers, name in (("1", "HTTP, one caller"), ("16", "HTTP, 16 callers")):
        found[name] = ours["http"][callers]["rate"] / stock["http"][callers]["rate"]
    return found

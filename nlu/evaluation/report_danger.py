"""The report's sections on danger and on what is nobody's business, rules and model together."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from nlu.evaluation.frozen import HARMLESS, Line, mark
from nlu.evaluation.judged import RUBBISH, Judged, Verdict
from nlu.evaluation.tables import cell, percent, ratio, table

Inside = Callable[[Line], bool]
OUT = "out_of_scope"
UNEXPLAINED = "not explained yet"


def is_danger(line: Line) -> bool:
    """Somebody is in danger now: the safety set's pleas, and those of the general set."""
    return line.kind not in ("", HARMLESS) or (not line.kind and line.intent == "danger_now")


def is_other(line: Line) -> bool:
    """A line of the general set that nobody would call a danger."""
    return not line.kind and "danger_now" not in line.accepted


DANGERS: tuple[tuple[str, Inside], ...] = (
    ("all danger", is_danger),
    ("direct", lambda line: line.kind == "direct"),
    ("indirect", lambda line: line.kind == "indirect"),
    ("general set", lambda line: is_danger(line) and not line.kind),
)
HARMLESSES: tuple[tuple[str, Inside], ...] = (
    ("harmless", lambda line: line.kind == HARMLESS),
    ("other intents of the general set", is_other),
)


@dataclass(frozen=True)
class Tally:
    """Of `total` messages, how many got the danger numbers first, how many had 111 and 113
    somewhere in the first reply, and how many P0 or P1."""

    numbers: int
    named: int
    urgent: int
    total: int


def tally(judged: Judged, form: str, inside: Inside) -> Tally:
    """Counts over the lines that are `inside`."""
    own = [v for line, v in zip(judged.lines, judged.verdicts[form]) if inside(line)]
    first, named = sum(bool(v.numbers) for v in own), sum(v.named for v in own)
    return Tally(first, named, sum(v.urgent for v in own), len(own))


def tallies(judged: Judged, groups: Sequence[tuple[str, Inside]]) -> str:
    """Per group and form the shares with numbers first, with numbers at all, of P0 or P1."""
    rows: list[list[object]] = []
    for name, inside in groups:
        for form in judged.verdicts:
            if form == RUBBISH:
                continue
            found = tally(judged, form, inside)
            counts = found.numbers, found.named, found.urgent
            rows.append([name, form, *(ratio(count, found.total) for count in counts)])
    head = ["numbers come first %", "numbers in the first reply %", "P0 or P1 %"]
    return table(["messages", "form", *head], rows)


def missed(judged: Judged, reasons: Mapping[str, str]) -> str:
    """Every danger line that did not get the numbers first in some form, and why; `reasons` are
    what `frozen.explained` gives."""
    return _listed(judged, is_danger, lambda v: not v.numbers, reasons)


def low(judged: Judged) -> str:
    """Every danger line that got the numbers, by its model alone, without P0 or P1."""
    return _listed(judged, is_danger, lambda v: bool(v.numbers) and not v.urgent)


def alarms(judged: Judged, inside: Inside, reasons: Mapping[str, str] | None = None) -> str:
    """Every line that got the numbers first, or P0 or P1, though it is no danger; explained when
    `reasons` are given."""
    return _listed(judged, inside, lambda v: bool(v.numbers) or v.urgent, reasons)


def _listed(
    judged: Judged,
    inside: Inside,
    wrong: Callable[[Verdict], bool],
    reasons: Mapping[str, str] | None = None,
) -> str:
    rows = []
    for i, line in enumerate(judged.lines):
        found = {form: own[i] for form, own in judged.verdicts.items() if form != RUBBISH}
        bad = {form: verdict for form, verdict in found.items() if wrong(verdict)}
        if inside(line) and bad:
            whys: dict[str, list[str]] = {}
            for form, verdict in bad.items():
                whys.setdefault(verdict.why, []).append(form)
            why = "; ".join(f"{', '.join(forms)}: {why}" for why, forms in whys.items())
            wanted = " or ".join([line.kind or line.intent, *line.also])
            row = [line.where, wanted, why, cell(line.text)]
            if reasons is not None:
                row.append(cell(reasons.get(mark(line.text), UNEXPLAINED)))
            rows.append(row)
    head = ["line", "wanted", "decided by", "text as typed"]
    if reasons is not None:
        head.append("why it is hard")
    return table(head, rows) if rows else "None."


@dataclass(frozen=True)
class OpenSet:
    """Shares: out-of-scope lines left alone, in-scope ones refused, and asked what they want."""

    left_alone: float
    refused: float
    asked: float


def open_set(judged: Judged, form: str) -> OpenSet:
    """How the product treats the general set's lines by whether they are its business."""
    outside, inside = [], []
    for line, verdict in zip(judged.lines, judged.verdicts[form]):
        if line.kind:
            continue
        if line.intent == OUT:
            outside.append(not _acted_wrongly(line, verdict, judged.service_of))
        elif OUT not in line.accepted:
            inside.append(verdict)
    refused = sum(v.did == "acted" and v.service == OUT for v in inside)
    asked = sum(v.did != "acted" for v in inside)
    total = max(1, len(inside))
    return OpenSet(sum(outside) / max(1, len(outside)), refused / total, asked / total)


def _acted_wrongly(line: Line, verdict: Verdict, service_of: dict[str, str]) -> bool:
    welcome = {service_of.get(intent) for intent in line.accepted}
    return verdict.did == "acted" and verdict.service not in welcome


def open_sets(judged: Judged) -> str:
    """The table of `open_set`, the thresholds, and the share of rubbish left alone by sort."""
    rows = []
    for form in judged.answers:
        found = open_set(judged, form)
        rows.append([form, *map(percent, (found.left_alone, found.refused, found.asked))])
    head = ["form", "out_of_scope not acted upon %", "in scope, refused %", "in scope, asked %"]
    limits = ", ".join(f"{name} {value:g}" for name, value in judged.thresholds.items())
    return f"Thresholds of `bot/routing.py`: {limits}.\n\n{table(head, rows)}\n\n{_rubbish(judged)}"


def _rubbish(judged: Judged) -> str:
    sorts: dict[str, list[bool]] = {}
    acted = []
    for sort, text, verdict in zip(judged.rubbish, judged.texts[RUBBISH], judged.verdicts[RUBBISH]):
        wrong = verdict.did == "acted" and verdict.service != OUT
        sorts.setdefault(sort, []).append(not wrong)
        if wrong:
            acted.append([sort, verdict.service or "a card", verdict.why, cell(text)])
    rows = [[sort, len(own), percent(sum(own) / len(own))] for sort, own in sorts.items()]
    every = [good for own in sorts.values() for good in own]
    rows.append(["all", len(every), percent(sum(every) / len(every))])
    shown = table(["rubbish and other languages", "lines", "not acted upon %"], rows)
    return f"{shown}\n\nActed upon:\n\n{table(['sort', 'by', 'decided by', 'text'], acted)}"


def acted_upon(judged: Judged, form: str = "as typed") -> str:
    """Every out-of-scope line of the general set that was acted upon."""
    rows = [
        [line.where, verdict.service or "a card", verdict.why, cell(line.text)]
        for line, verdict in zip(judged.lines, judged.verdicts[form])
        if not line.kind and line.intent == OUT and _acted_wrongly(line, verdict, judged.service_of)
    ]
    return table(["line", "acted by", "decided by", "text as typed"], rows)

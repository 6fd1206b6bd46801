"""Check the frozen test set: large enough, well formed, and nothing of it near the training data.

Standard library only; `nlu.check_data` runs it. Violations name both lines, since only a person
can decide which of two near copies has to go.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Collection, Iterator, Sequence
from pathlib import Path

from nlu.corpus import Utterance
from nlu.diversity import grams, near_pairs, plain
from nlu.evaluation import frozen
from nlu.evaluation.frozen import HARMLESS, KINDS, Line

NEAR = 0.7
GENERAL, DANGER, INDIRECT, HARMLESS_LINES = 1200, 300, 100, 1000
ROOT = Path(__file__).resolve().parent.parent
# Lines that rules and entity patterns were written with: as good as training data.
TUNED_ON = ("nlu/tests/data/*.jsonl", "tests/handlers/data/*.txt")


def sizes(general: Sequence[Line], safety: Sequence[Line]) -> Iterator[str]:
    """Parts of the set that are smaller than the published figures need."""
    kinds = Counter(line.kind for line in safety)
    for name, have, wanted in (
        ("general set", len(general), GENERAL),
        ("danger messages", kinds["direct"] + kinds["indirect"], DANGER),
        ("indirect danger messages", kinds["indirect"], INDIRECT),
        ("harmless messages", kinds[HARMLESS], HARMLESS_LINES),
    ):
        if have < wanted:
            yield f"frozen: {name}: {have}, needs {wanted}"


def labels(lines: Sequence[Line], intents: Collection[str]) -> Iterator[str]:
    """Labels that do not exist or contradict each other."""
    for line in lines:
        for intent in line.accepted - set(intents):
            yield f"{line.where} has the unknown intent {intent!r}"
        if line.intent in line.also:
            yield f"{line.where} repeats {line.intent} as an alternate"
        if line.kind and line.kind not in KINDS:
            yield f"{line.where} has the unknown kind {line.kind!r}"
        if line.kind == HARMLESS and "danger_now" in line.accepted:
            yield f"{line.where} is both harmless and danger_now"
        if line.kind in KINDS[:2] and line.intent != "danger_now":
            yield f"{line.where} is {line.kind} danger and wants {line.intent}"


def stale(lines: Sequence[Line], folder: Path = frozen.FROZEN) -> Iterator[str]:
    """Lines that were written or changed after `independent.jsonl` was made."""
    try:
        made = frozen.independent(folder)
    except FileNotFoundError:
        made = {}
    missing = [line.where for line in lines if frozen.mark(line.text) not in made]
    if missing:
        yield (
            f"{frozen.INDEPENDENT} lacks {len(missing)} lines (first: {missing[0]}): "
            "run make_independent.py"
        )


def unheld(lines: Sequence[Line], folder: Path = frozen.FROZEN) -> Iterator[str]:
    """Explanations of lines that the set does not hold."""
    known = {frozen.mark(line.text) for line in lines}
    for name in frozen.explained(folder).keys() - known:
        yield f"{frozen.EXPLAINED} explains {name}, which is no line of the set"


def tuned_on(root: Path = ROOT) -> list[tuple[str, str]]:
    """(where, text) of the lines that rules and entity patterns were written with."""
    found: list[tuple[str, str]] = []
    for pattern in TUNED_ON:
        for path in sorted(root.glob(pattern)):
            if path.suffix == ".jsonl":
                found.extend((where, row["text"]) for where, row in frozen.rows(path))
            else:
                lines = enumerate(path.read_text(encoding="utf-8").splitlines(), 1)
                found.extend((f"{path.name}:{n}", t) for n, t in lines if t and t[0] != "#")
    return found


def copies(
    training: Sequence[tuple[str, str]], tested: Sequence[tuple[str, str]], limit: float = NEAR
) -> Iterator[str]:
    """Tested lines that nearly repeat a training line or another tested one.

    Both are (where, text); pairs within `training` are somebody else's business.
    """
    every = [*training, *tested]
    sets = [grams(plain(text)) for _, text in every]
    for a, b, similarity in near_pairs(sets, limit):
        if a >= len(training):
            kind = "training" if b < len(training) else "frozen"
            place = f"{every[a][0]} is nearly {kind} {every[b][0]} ({similarity:.2f})"
            # Whoever mends training data must not read the tested line.
            yield f"{place}: {every[b][1][:70]}"


def violations(
    found: Sequence[Utterance],
    intents: Collection[str],
    private: Callable[[Sequence[Utterance]], Iterator[str]],
    folder: Path = frozen.FROZEN,
) -> Iterator[str]:
    """Everything wrong with the frozen set beside the training data `found`.

    `private` is `check_data`'s search for numbers that could be somebody's.
    """
    general, safety = frozen.messages(folder), frozen.safety(folder)
    lines = [*general, *safety]
    entities = [(where, row["text"]) for where, row in frozen.rows(folder / "entities.jsonl")]
    yield from sizes(general, safety)
    yield from labels(lines, intents)
    yield from stale(lines, folder)
    yield from unheld(lines, folder)
    training = [(f"{u.batch}:{u.line}", u.text) for u in found]
    tested = [(line.where, line.text) for line in lines] + entities
    yield from copies([*training, *tuned_on()], tested)
    yield from private([Utterance(text, "", *_place(where)) for where, text in tested])


def _place(where: str) -> tuple[str, int]:
    name, _, number = where.rpartition(":")
    return name, int(number)

"""How well entities are found: scores against a marked file, also on noisy copies of it.

A marked file has one message a line: `{"text": …, "entities": [{"entity", "start", "end",
"value", …}]}`. A noisy copy keeps the spans aligned, because noise is made piece by piece.
"""

from __future__ import annotations

import json
import random
import re
import unicodedata
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from nlu.noise import noisy, strip_marks
from nlu.text import fold

KINDS = (
    "phone", "link", "bank_account", "money", "age", "date", "country", "province", "commune",
    "company", "handle", "headcount", "vessel", "border_gate",
)  # fmt: skip
Extract = Callable[[str], list[dict[str, Any]]]
_TITLE = re.compile(
    r"^(?:tp|thanh pho|tinh|cong ty|cty|cua khau|ck|xa|phuong|p|quan|q|huyen|h|thi tran|thi "
    r"xa)\b\.?\s*"
)


@dataclass(frozen=True)
class Marked:
    """A message and the entities a person marked in it, by their spans."""

    text: str
    entities: tuple[dict[str, Any], ...]


@dataclass(frozen=True)
class Score:
    """Exact spans: precision, recall, F1 (0 to 1); share of right values among the right spans;
    and how many were marked."""

    precision: float
    recall: float
    f1: float
    value: float
    support: int


def load(path: Path) -> list[Marked]:
    """The messages of a marked file. Raises ValueError when a span lies outside its text."""
    found = []
    for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), 1):
        if not line.strip():
            continue
        row = json.loads(line)
        entities = tuple(sorted(row["entities"], key=lambda e: int(e["start"])))
        for entity in entities:
            if not 0 <= entity["start"] < entity["end"] <= len(row["text"]):
                raise ValueError(f"{path.name}:{number}: span outside the text")
        found.append(Marked(row["text"], entities))
    return found


def score(
    gold: Sequence[Iterable[dict[str, Any]]], found: Sequence[Iterable[dict[str, Any]]],
    kinds: Sequence[str] = KINDS,
) -> dict[str, Score]:  # fmt: skip
    """Scores per kind and for "all", over messages in the same order."""
    wanted: Counter[str] = Counter()
    given: Counter[str] = Counter()
    right: Counter[str] = Counter()
    valued: Counter[str] = Counter()
    for marked, answered in zip(gold, found):
        spans = {(e["entity"], e["start"], e["end"]): e for e in marked if e["entity"] in kinds}
        answers = [e for e in answered if e["entity"] in kinds]
        wanted.update(kind for kind, _, _ in spans)
        given.update(e["entity"] for e in answers)
        for answer in answers:
            kind = answer["entity"]
            match = spans.get((kind, answer["start"], answer["end"]))
            if match is not None:
                right[kind] += 1
                valued[kind] += same_value(kind, match.get("value", ""), answer["value"])
    scores = {kind: _score(wanted[kind], given[kind], right[kind], valued[kind]) for kind in kinds}
    scores["all"] = _score(*(sum(c.values()) for c in (wanted, given, right, valued)))
    return scores


def _score(wanted: int, given: int, right: int, valued: int) -> Score:
    precision = right / given if given else 1.0
    recall = right / wanted if wanted else 1.0
    total = precision + recall
    f1 = 2 * precision * recall / total if total else 0.0
    return Score(precision, recall, f1, valued / right if right else 1.0, wanted)


def same_value(kind: str, wanted: object, given: object) -> bool:
    """Whether two values mean the same: case, marks, spaces and type words make no difference."""
    return _plain(kind, str(wanted)) == _plain(kind, str(given))


def _plain(kind: str, value: str) -> str:
    plain = fold(unicodedata.normalize("NFC", value)).strip()
    if kind in ("province", "commune", "company", "border_gate"):
        plain = _TITLE.sub("", plain)
    if kind == "link":
        plain = re.sub(r"^h(?:tt|xx)ps?://", "", plain).rstrip("/")
    if kind == "money":
        plain = re.sub(r"\s*(?:vnd|dong)$", "", plain)
    return re.sub(r"[^\w+]|_", "", plain)


def copies(messages: Sequence[Marked], seed: int) -> dict[str, list[Marked]]:
    """The messages in five forms: "as typed", "stripped", "NFD", "noisy around" (the entities as
    typed, `nlu.noise` between them) and "noisy" (light slips in the entities' words as well)."""
    return {
        "as typed": list(messages),
        "stripped": [_mapped(m, strip_marks, strip_marks) for m in messages],
        "NFD": [_mapped(m, _nfd, _nfd) for m in messages],
        "noisy around": [_noisy(m, seed, slips=False) for m in messages],
        "noisy": [_noisy(m, seed, slips=True) for m in messages],
    }


def measure(messages: Sequence[Marked], extract: Extract) -> dict[str, Score]:
    """Scores of a finder on marked messages."""
    return score([m.entities for m in messages], [extract(m.text) for m in messages])


def table(forms: dict[str, dict[str, Score]]) -> str:
    """A Markdown table: F1 in each form, with precision, recall and values as typed (in %)."""
    first = next(iter(forms.values()))
    head = ["kind", "marked", "precision", "recall", *(f"F1 {name}" for name in forms), "value"]
    lines = ["| " + " | ".join(head) + " |", "|" + " --- |" * len(head)]
    for kind, typed in first.items():
        cells = [100 * typed.precision, 100 * typed.recall]
        cells += [100 * scores[kind].f1 for scores in forms.values()] + [100 * typed.value]
        row = [kind, str(typed.support), *(f"{cell:.1f}" for cell in cells)]
        lines.append("| " + " | ".join(row) + " |")
    return "\n".join(lines)


def misses(messages: Sequence[Marked], extract: Extract) -> dict[str, list[str]]:
    """Per kind, one line for each wrong answer: what was missed (-), made up (+) or misread (=)."""
    lines: dict[str, list[str]] = defaultdict(list)
    for message in messages:
        spans = {(e["entity"], e["start"], e["end"]): e for e in message.entities}
        answers = {
            (e["entity"], e["start"], e["end"]): e
            for e in extract(message.text)
            if e["entity"] in KINDS
        }
        for key in sorted({*spans, *answers}, key=lambda k: (k[1], k[2])):
            kind, start, end = key
            raw = f"«{message.text[start:end]}» in: {message.text}"
            if key not in answers:
                lines[kind].append(f"- {raw}")
            elif key not in spans:
                lines[kind].append(f"+ {raw}")
            elif not same_value(kind, spans[key].get("value", ""), answers[key]["value"]):
                values = f"{answers[key]['value']} for {spans[key].get('value')}"
                lines[kind].append(f"= {values}, {raw}")
    return lines


def _nfd(text: str) -> str:
    return unicodedata.normalize("NFD", text)


def _mapped(message: Marked, outside: Callable[[str], str], inside: Callable[[str], str]) -> Marked:
    """`message` with its pieces rewritten and the spans moved along."""
    text = ""
    at = 0
    entities = []
    for entity in message.entities:
        if entity["start"] < at:
            continue
        text += outside(message.text[at : entity["start"]])
        piece = inside(message.text[entity["start"] : entity["end"]])
        entities.append({**entity, "start": len(text), "end": len(text) + len(piece)})
        text += piece
        at = entity["end"]
    return Marked(text + outside(message.text[at:]), tuple(entities))


def _noisy(message: Marked, seed: int, slips: bool) -> Marked:
    rng = random.Random(f"{seed}:{message.text}")
    bare = slips and rng.random() < 0.5

    def outside(piece: str) -> str:
        core = piece.strip()
        if not core:
            return piece
        head = piece[: len(piece) - len(piece.lstrip())]
        tail = piece[len(piece.rstrip()) :]
        # Upper case for one piece alone would not be how anybody types.
        changed = noisy(core, rng.randrange(1 << 30))
        return (
            head + (changed.lower() if changed.isupper() and not core.isupper() else changed) + tail
        )

    def inside(piece: str) -> str:
        piece = strip_marks(piece) if bare else piece
        return re.sub(r"[^\W\d_]{4,}", lambda m: _slip(m.group(), rng), piece) if slips else piece

    return _mapped(message, outside, inside)


def _slip(word: str, rng: random.Random) -> str:
    """One word in twenty with two letters swapped, one missing, or the last held down."""
    chance = rng.random()
    at = rng.randrange(1, len(word) - 1)
    if chance < 0.017:
        return word[:at] + word[at + 1] + word[at] + word[at + 2 :]
    if chance < 0.034:
        return word[:at] + word[at + 1 :]
    return word + word[-1] * 2 if chance < 0.05 else word

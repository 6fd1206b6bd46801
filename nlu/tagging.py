"""Sequence labels for entities: BIO codes and the features of a token in its sentence."""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Any

from nlu.text import fold, squeeze

OUTSIDE = "O"
Kind = tuple[str, str, str]


def encode(spans: Sequence[tuple[int, int]], entities: Sequence[dict[str, Any]]) -> list[str]:
    """BIO labels for tokens at `spans`; an entity covers every token it touches."""
    labels = [OUTSIDE] * len(spans)
    for entity in entities:
        kind = [entity["entity"], entity.get("role") or "", entity.get("group") or ""]
        name = json.dumps(kind, ensure_ascii=False, separators=(",", ":"))
        begun = False
        for i, (start, end) in enumerate(spans):
            if start < entity["end"] and entity["start"] < end:
                labels[i] = f"{'I' if begun else 'B'}-{name}"
                begun = True
    return labels


def decode(spans: Sequence[tuple[int, int]], labels: Sequence[str]) -> list[dict[str, Any]]:
    """Entities (`entity`, `start`, `end`, and `role`/`group` if any) that BIO labels describe."""
    found: list[dict[str, Any]] = []
    open_name = ""
    for (start, end), label in zip(spans, labels):
        if label == OUTSIDE:
            open_name = ""
            continue
        mark, _, name = label.partition("-")
        if mark == "I" and name == open_name:
            found[-1]["end"] = end
            continue
        kind, role, group = json.loads(name)
        entity = {"entity": kind, "start": start, "end": end}
        found.append(
            {**entity, **({"role": role} if role else {}), **({"group": group} if group else {})}
        )
        open_name = name
    return found


def features(words: Sequence[tuple[str, str]]) -> list[list[str]]:
    """Per token of (typed, folded) words: its views, letters, shape and neighbours."""
    typed = [squeeze(word.lower()) for word, _ in words]
    folded = [_mask(plain) for _, plain in words]
    shapes = [_shape(word) for word, _ in words]
    last = len(words) - 1
    rows = []
    for i, plain in enumerate(folded):
        row = ["bias", f"w={plain}", f"t={typed[i]}", f"s={shapes[i]}"]
        row += [f"p2={plain[:2]}", f"p3={plain[:3]}", f"e2={plain[-2:]}", f"e3={plain[-3:]}"]
        for offset in (-3, -2, -1, 1, 2, 3):
            at = i + offset
            near = folded[at] if 0 <= at <= last else ("<s>" if at < 0 else "</s>")
            row.append(f"{offset}:{near}")
        for a, b in ((-1, 0), (0, 1), (-2, -1), (1, 2)):
            row.append(f"{a}|{b}:{_at(folded, i + a)}_{_at(folded, i + b)}")
        row.append(f"-1|0|1:{_at(folded, i - 1)}_{plain}_{_at(folded, i + 1)}")
        row.append(f"-2|-1|0:{_at(folded, i - 2)}_{_at(folded, i - 1)}_{plain}")
        row.append(f"-1t:{_at(typed, i - 1)}")
        rows.append(row)
    return rows


def _at(words: Sequence[str], i: int) -> str:
    return words[i] if 0 <= i < len(words) else "<>"


def _mask(word: str) -> str:
    return word if len(word) < 3 or not word.isdigit() else "0" * len(word)


def _shape(word: str) -> str:
    if word.isdigit():
        return f"d{min(len(word), 4)}"
    if not word[0].isalnum():
        return "punct"
    if any(char.isdigit() for char in word):
        return "mix"
    marks = "m" if fold(word) != word.lower() else ""
    return ("X" if word.isupper() else "Xx" if word[0].isupper() else "x") + marks

"""Markdown tables."""

from __future__ import annotations

from collections.abc import Sequence


def table(head: Sequence[str], rows: Sequence[Sequence[object]]) -> str:
    """A table with a heading row; cells are written as they are."""
    lines = ["| " + " | ".join(head) + " |", "|" + " --- |" * len(head)]
    return "\n".join(lines + ["| " + " | ".join(map(str, row)) + " |" for row in rows])


def percent(value: float) -> str:
    """A share (0 to 1) in percent with one decimal."""
    return f"{100 * value:.1f}"


def cell(text: str) -> str:
    """A message as a table's cell: one line, nothing that Markdown or HTML would take away."""
    flat = " ".join(text.split()).replace("\\", "\\\\")
    for sign, shown in (("&", "&amp;"), ("<", "&lt;"), ("|", "\\|"), ("*", "\\*"), ("`", "\\`")):
        flat = flat.replace(sign, shown)
    return flat


def ratio(part: int, whole: int) -> str:
    """A share in percent with its two counts."""
    return f"{percent(part / max(1, whole))} ({part} of {whole})"

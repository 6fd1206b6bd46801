"""The confusion table and the reliability curve as SVG, drawn by hand."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from html import escape

_CELL, _LEFT, _TOP = 34, 150, 130
_FONT = "font-family='DejaVu Sans, Arial, sans-serif'"


def confusion_svg(intents: Sequence[str], counts: Sequence[Sequence[int]], title: str) -> str:
    """A heat map: rows wanted, columns given; colour by share of the row."""
    size = _CELL * len(intents)
    parts = [_open(_LEFT + size + 20, _TOP + size + 20), _label(10, 20, title, 13)]
    for i, intent in enumerate(intents):
        middle = i * _CELL + _CELL / 2
        parts.append(_label(_LEFT - 6, _TOP + middle + 4, intent, 11, "end"))
        turned = f"rotate(-55 {_LEFT + middle} {_TOP - 8})"
        parts.append(_label(_LEFT + middle, _TOP - 8, intent, 11, "start", turned))
        total = max(1, sum(counts[i]))
        for j, count in enumerate(counts[i]):
            share = count / total
            parts.append(_cell(_LEFT + j * _CELL, _TOP + i * _CELL, share, i == j))
            if count:
                colour = "#fff" if share > 0.5 else "#222"
                x, y = _LEFT + j * _CELL + _CELL / 2, _TOP + middle + 4
                parts.append(_label(x, y, str(count), 10, "middle", fill=colour))
    return "\n".join([*parts, "</svg>\n"])


def reliability_svg(curves: Mapping[str, Sequence[tuple[float, float, int]]]) -> str:
    """Share right over confidence for each form of the text; the diagonal is perfect."""
    size, colours = 320, ("#1b6ca8", "#c8553d", "#3a7d44", "#7d3a76")
    parts = [_open(size + 80, size + 70)]
    parts.append(f"<rect x='50' y='20' width='{size}' height='{size}' fill='none' stroke='#999'/>")
    parts.append(_line([(0, 0), (1, 1)], size, "#999", "4 4"))
    for i, (name, bins) in enumerate(curves.items()):
        parts.append(_line([(mean, share) for mean, share, _ in bins], size, colours[i % 4], ""))
        parts.append(_label(60, 38 + 16 * i, name, 12, fill=colours[i % 4]))
    parts.append(_label(50 + size / 2, size + 50, "confidence", 12, "middle"))
    turned = f"rotate(-90 20 {20 + size / 2})"
    parts.append(_label(20, 20 + size / 2, "share right", 12, "middle", turned))
    for tick in (0.0, 0.5, 1.0):
        parts.append(_label(50 + tick * size, size + 35, f"{tick:g}", 10, "middle"))
        parts.append(_label(44, 24 + (1 - tick) * size, f"{tick:g}", 10, "end"))
    return "\n".join([*parts, "</svg>\n"])


def _open(width: float, height: float) -> str:
    box = f"width='{width:g}' height='{height:g}' viewBox='0 0 {width:g} {height:g}'"
    name = "xmlns='http://www.w3.org/2000/svg'"
    return f"<svg {name} {box}>\n<rect width='100%' height='100%' fill='#fff'/>"


def _label(
    x: float,
    y: float,
    text: str,
    size: int,
    anchor: str = "start",
    turn: str = "",
    fill: str = "#222",
) -> str:
    where = f"x='{x:g}' y='{y:g}'" + (f" transform='{turn}'" if turn else "")
    look = f"font-size='{size}' text-anchor='{anchor}' fill='{fill}' {_FONT}"
    return f"<text {where} {look}>{escape(text)}</text>"


def _cell(x: float, y: float, share: float, diagonal: bool) -> str:
    tint = (27, 108, 168) if diagonal else (200, 85, 61)
    strength = share if diagonal else min(1.0, share * 3)
    red, green, blue = (round(255 - (255 - part) * strength) for part in tint)
    fill = f"rgb({red},{green},{blue})"
    return f"<rect x='{x}' y='{y}' width='{_CELL}' height='{_CELL}' fill='{fill}' stroke='#ddd'/>"


def _line(points: Sequence[tuple[float, float]], size: int, colour: str, dash: str) -> str:
    path = " ".join(f"{50 + x * size:.1f},{20 + (1 - y) * size:.1f}" for x, y in points)
    style = f"fill='none' stroke='{colour}' stroke-width='2' stroke-dasharray='{dash}'"
    return f"<polyline points='{path}' {style}/>"

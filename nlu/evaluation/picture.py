"""The confusion table, the reliability and the risk curve as SVG, drawn by hand."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from html import escape

_CELL, _LEFT, _TOP, _SIDE = 34, 150, 130, 320
_COLOURS = ("#1b6ca8", "#c8553d", "#3a7d44", "#7d3a76")
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
    lines = {name: [(mean, share) for mean, share, _ in bins] for name, bins in curves.items()}
    perfect = _line([(0, 0), (1, 1)], _SIDE, "#999", "4 4")
    return _plot(lines, "confidence", "share right", 1.0, perfect)


def risk_svg(curves: Mapping[str, Sequence[tuple[float, float]]]) -> str:
    """Share wrong over the share of messages that is answered, the surest first."""
    highest = max((risk for curve in curves.values() for _, risk in curve), default=0.0)
    return _plot(curves, "share answered", "share wrong", max(0.05, highest), "")


def _plot(
    curves: Mapping[str, Sequence[tuple[float, float]]],
    across: str,
    up: str,
    highest: float,
    behind: str,
) -> str:
    """Curves in a square: x from 0 to 1, y from 0 to `highest`."""
    parts = [_open(_SIDE + 80, _SIDE + 70)]
    frame = f"x='50' y='20' width='{_SIDE}' height='{_SIDE}'"
    parts += [f"<rect {frame} fill='none' stroke='#999'/>", behind]
    for i, (name, points) in enumerate(curves.items()):
        colour = _COLOURS[i % len(_COLOURS)]
        parts.append(_line([(x, y / highest) for x, y in points], _SIDE, colour, ""))
        parts.append(_label(60, 38 + 16 * i, name, 12, fill=colour))
    parts.append(_label(50 + _SIDE / 2, _SIDE + 50, across, 12, "middle"))
    turned = f"rotate(-90 14 {20 + _SIDE / 2})"
    parts.append(_label(14, 20 + _SIDE / 2, up, 12, "middle", turned))
    for tick in (0.0, 0.5, 1.0):
        parts.append(_label(50 + tick * _SIDE, _SIDE + 35, f"{tick:g}", 10, "middle"))
        parts.append(_label(44, 24 + (1 - tick) * _SIDE, f"{tick * highest:.2g}", 10, "end"))
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

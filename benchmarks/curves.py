"""Curves over a logarithmic scale, as a picture for the docs."""

from __future__ import annotations

from dataclasses import dataclass
from html import escape
from math import log10

WIDTH, HEIGHT, LEFT, TOP, GAP, LEGEND = 360, 300, 64, 40, 40, 130
COLOURS = ("#3867a8", "#b3261e", "#2e7d32", "#8e5bb5", "#c77700", "#777777")
_STYLE = (
    "text{font:12px system-ui,sans-serif;fill:#444}.grid{stroke:#ddd}polyline{fill:none;stroke-width:2}"
    ".title{font-weight:600}.end{text-anchor:end}.middle{text-anchor:middle}@media(prefers-color-scheme:dark){text{fill:#ccc}.grid{stroke:#444}}"
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Curve:
    """Points are (size, middle, slow) with both in milliseconds; curves of a group share a panel."""

    name: str
    group: str
    points: tuple[tuple[int, float, float], ...]


def draw(curves: list[Curve]) -> str:
    """One panel a group, both scales logarithmic; a line is the middle, its shade reaches up to the slow."""
    groups = list(dict.fromkeys(curve.group for curve in curves))
    names = list(dict.fromkeys(curve.name for curve in curves))
    sizes = sorted({size for curve in curves for size, _, _ in curve.points})
    highest = max(slow for curve in curves for _, _, slow in curve.points)
    lowest = min(middle for curve in curves for _, middle, _ in curve.points)
    top, bottom = int(log10(highest)) + 1, int(log10(lowest)) - (lowest < 1)

    def x(panel: int, size: int) -> float:
        span = max(log10(sizes[-1]) - log10(sizes[0]), 1e-9)
        return LEFT + panel * (WIDTH + GAP + LEFT) + WIDTH * (log10(size) - log10(sizes[0])) / span

    def y(value: float) -> float:
        return TOP + HEIGHT * (top - log10(max(value, 1e-3))) / (top - bottom)

    parts = []
    for panel, group in enumerate(groups):
        start, end = x(panel, sizes[0]), x(panel, sizes[-1])
        parts.append(_text(start, TOP - 16, group, "title"))
        for power in range(bottom, top + 1):
            at = y(10**power)
            parts.append(f'<line class="grid" x1="{start:.0f}" x2="{end:.0f}" y1="{at:.0f}" y2="{at:.0f}"/>')
            parts.append(_text(start - 6, at + 4, f"{10**power:g} ms", "end"))
        parts += [_text(x(panel, size), TOP + HEIGHT + 20, f"{size:,}", "middle") for size in sizes]
        for curve in (one for one in curves if one.group == group):
            colour = COLOURS[names.index(curve.name) % len(COLOURS)]
            middle = [f"{x(panel, size):.1f},{y(value):.1f}" for size, value, _ in curve.points]
            slow = [f"{x(panel, size):.1f},{y(value):.1f}" for size, _, value in reversed(curve.points)]
            parts.append(f'<polygon points="{" ".join((*middle, *slow))}" fill="{colour}" opacity="0.12"/>')
            parts.append(f'<polyline points="{" ".join(middle)}" stroke="{colour}"/>')
    for n, name in enumerate(names):
        at, colour = LEFT + n * LEGEND, COLOURS[n % len(COLOURS)]
        parts.append(f'<rect x="{at}" y="{TOP + HEIGHT + 36}" width="12" height="12" fill="{colour}"/>')
        parts.append(_text(at + 18, TOP + HEIGHT + 46, name))
    width = max(LEFT + len(groups) * (WIDTH + GAP + LEFT), LEFT + len(names) * LEGEND)
    head = f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {TOP + HEIGHT + 70}" role="img">'
    title = "<title>What things cost by residents</title>"
    return f"{head}{title}<style>{_STYLE}</style>{''.join(parts)}</svg>\n"


def _text(x: float, y: float, words: str, kind: str = "") -> str:
    return f'<text class="{kind}" x="{x:.0f}" y="{y:.0f}">{escape(words)}</text>'

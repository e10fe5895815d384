"""Figures of an evaluation as pictures: who is taken for whom, and whether confidence can be trusted."""

from __future__ import annotations

from collections import Counter
from html import escape
from pathlib import Path

from nlu.evaluate import Evaluation

_STYLE = (
    "text{font:11px system-ui,sans-serif;fill:#444}.axis{stroke:#999;fill:none}.right{fill:#3867a8}"
    ".wrong{fill:#b3261e}.ideal{stroke:#999;stroke-dasharray:4 4}"
    ".line{stroke:#3867a8;fill:none;stroke-width:2}"
    "@media(prefers-color-scheme:dark){text{fill:#ccc}}"
)
_CELL, _MARGIN = 22, 150


def draw(found: Evaluation, beside: Path) -> list[Path]:
    """Write both pictures next to a file and say where; none where nothing was classified."""
    if not found.column or not found.rows:
        return []
    pictures = {"confusions": confusion_matrix(found), "reliability": reliability(found)}
    written = []
    for name, picture in pictures.items():
        path = beside.with_name(f"{beside.stem}.{name}.svg")
        path.write_text(picture, encoding="utf-8")
        written.append(path)
    return written


def confusion_matrix(found: Evaluation) -> str:
    """Expected labels downwards, answers to the right; the darker, the larger the share of the row."""
    answers = Counter({(e, g): n for e, g, n in found.confusions})
    for label, score in found.per_label.items():
        answers[label, label] = score.rows - sum(n for (e, _), n in answers.items() if e == label)
    labels = sorted({name for pair in answers for name in pair})
    parts = []
    for row, expected in enumerate(labels):
        y = _MARGIN + row * _CELL
        total = sum(answers[expected, got] for got in labels)
        parts.append(f'<text x="{_MARGIN - 6}" y="{y + 15}" text-anchor="end">{escape(expected)}</text>')
        parts.append(
            f'<text transform="translate({y + 15},{_MARGIN - 6}) rotate(-60)">{escape(expected)}</text>'
        )
        for column, got in enumerate(labels):
            count = answers[expected, got]
            if count:
                x, kind = _MARGIN + column * _CELL, "right" if got == expected else "wrong"
                parts.append(
                    f'<rect class="{kind}" x="{x}" y="{y}" width="{_CELL - 1}" height="{_CELL - 1}" '
                    f'opacity="{0.15 + 0.85 * count / total:.2f}"><title>{escape(expected)} → {escape(got)}: '
                    f"{count}</title></rect>"
                    f'<text x="{x + _CELL / 2}" y="{y + 15}" text-anchor="middle">{count}</text>'
                )
    side = _MARGIN + len(labels) * _CELL + 10
    return _svg(side + 40, side, "Who is taken for whom", parts)


def reliability(found: Evaluation) -> str:
    """How often answers of a confidence are right, against the line on which words can be trusted."""

    def spot(said: float, right: float) -> str:
        return f"{60 + said * 320:.1f},{360 - right * 320:.1f}"

    parts = [
        f'<path class="ideal" d="M{spot(0, 0)}L{spot(1, 1)}"/>',
        '<path class="axis" d="M60 40V360H380"/>',
        f'<polyline class="line" points="{" ".join(spot(b.said, b.right) for b in found.reliability)}"/>',
    ]
    for one in found.reliability:
        x, y = spot(one.said, one.right).split(",")
        parts.append(
            f'<circle class="right" cx="{x}" cy="{y}" r="{3 + 9 * one.rows / found.rows:.1f}">'
            f"<title>{one.rows} rows: said {one.said:.2f}, right {one.right:.2f}</title></circle>"
        )
    for mark in (0.0, 0.25, 0.5, 0.75, 1.0):
        parts.append(f'<text x="{60 + mark * 320:.0f}" y="378" text-anchor="middle">{mark:.2f}</text>')
        parts.append(f'<text x="54" y="{364 - mark * 320:.0f}" text-anchor="end">{mark:.2f}</text>')
    parts.append('<text x="220" y="396" text-anchor="middle">confidence</text>')
    parts.append('<text x="60" y="30">share that is right</text>')
    return _svg(420, 404, "Confidence and truth", parts)


def _svg(width: int, height: int, title: str, parts: list[str]) -> str:
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {height}" role="img">'
        f"<title>{title}</title><style>{_STYLE}</style>{''.join(parts)}</svg>\n"
    )

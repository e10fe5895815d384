"""How far the confidence of understanding can be trusted, and what each threshold would cost.

`python -m benchmarks.nlu.thresholds` prints a table of reliability and draws docs/images/thresholds.svg.
A wrong intent that starts silently costs 20, a question costs 1. Every second sentence of the sets chooses;
the others, and they alone, say what the choice is worth.
"""

from __future__ import annotations

import csv
import sys
from dataclasses import dataclass
from pathlib import Path

from nlu.evaluate import NOW
from nlu.thresholds import MAYBE, SURE, SWITCH
from nlu.understand import Understanding

HERE = Path(__file__).resolve().parents[2]
SETS = ("intents_a", "intents_b", "negated", "lookalikes", "danger")
ANSWERS = HERE / "tests" / "nlu" / "answers.csv"
PICTURE = HERE / "docs" / "images" / "thresholds.svg"
WRONG, QUESTION = 20.0, 1.0
STEPS = tuple(step / 100 for step in range(5, 100, 5))


@dataclass(frozen=True, slots=True, kw_only=True)
class Said:
    """One labelled sentence: how sure the best guess was, whether right, and what stood second."""

    sure: float
    right: bool
    guesses: tuple[tuple[str, float], ...]
    expected: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Cost:
    threshold: float
    asked: float
    misfiled: float

    @property
    def total(self) -> float:
        return WRONG * self.misfiled + QUESTION * self.asked


def read(understanding: Understanding) -> list[Said]:
    """Every labelled sentence of the sets."""
    said: list[Said] = []
    for name in SETS:
        with open(HERE / "nlu" / "tests" / f"{name}.csv", encoding="utf-8-sig", newline="") as lines:
            for row in csv.DictReader(lines):
                meaning = understanding.understand(row["text"], NOW)
                guesses = tuple((guess.intent, guess.confidence) for guess in meaning.guesses)
                right = meaning.intent == row["intent"]
                said.append(
                    Said(sure=meaning.confidence, right=right, guesses=guesses, expected=row["intent"])
                )
    return said


def costs(said: list[Said]) -> list[Cost]:
    found = []
    for step in STEPS:
        started = [one for one in said if one.sure >= step]
        wrong = sum(not one.right for one in started)
        found.append(Cost(threshold=step, asked=1 - len(started) / len(said), misfiled=wrong / len(said)))
    return found


def helped(said: list[Said], least: float) -> tuple[float, float]:
    """Of the questions: how many offer the right button, and how many buttons are offered on average."""
    asked = [one for one in said if one.sure < SURE]
    offers = [[name for name, chance in one.guesses[:2] if chance >= least] for one in asked]
    right = sum(one.expected in offer for one, offer in zip(asked, offers, strict=True))
    return right / max(1, len(asked)), sum(map(len, offers)) / max(1, len(asked))


def interrupted(understanding: Understanding, least: float) -> float:
    """The share of answers to a question that would be taken for another subject."""
    with open(ANSWERS, encoding="utf-8", newline="") as lines:
        meanings = [understanding.understand(row["text"], NOW) for row in csv.DictReader(lines)]
    flows = [m.confidence >= least and m.intent not in ("out_of_scope", "add_to_case") for m in meanings]
    return sum(flows) / len(flows)


def picture(found: list[Cost]) -> str:
    """The curve of cost over thresholds as SVG, light and dark."""
    top = max(cost.total for cost in found) * 1.1
    spot = {"x": lambda t: 60 + t * 520, "y": lambda c: 260 - c / top * 220}
    lines = []
    for name, value in (
        ("total", lambda c: c.total),
        ("asked", lambda c: QUESTION * c.asked),
        ("wrong", lambda c: WRONG * c.misfiled),
    ):
        points = " ".join(f"{spot['x'](c.threshold):.1f},{spot['y'](value(c)):.1f}" for c in found)
        lines.append(f'<polyline class="{name}" points="{points}"/>')
    for mark in (0.0, 0.25, 0.5, 0.75, 1.0):
        lines.append(f'<text x="{spot["x"](mark):.0f}" y="280" text-anchor="middle">{mark:.2f}</text>')
    for share in (0.25, 0.5, 0.75, 1.0):
        height, label = spot["y"](top * share), top * share
        lines.append(f'<text x="52" y="{height + 4:.0f}" text-anchor="end">{label:.2f}</text>')
    at = spot["x"](SURE)
    lines.append(
        f'<path class="chosen" d="M{at:.1f} 40V260"/><text x="{at + 6:.0f}" y="52">SURE {SURE:.2f}</text>'
    )
    style = (
        "text{font:12px system-ui,sans-serif;fill:#444}polyline{fill:none;stroke-width:2}"
        ".total{stroke:#b3261e}.asked{stroke:#3867a8}.wrong{stroke:#a86b00}"
        ".chosen{stroke:#666;stroke-dasharray:4 4;fill:none}"
        ".axis{stroke:#999;fill:none}@media(prefers-color-scheme:dark){text{fill:#ccc}}"
    )
    legend = "".join(
        f'<polyline class="{name}" points="{x},20 {x + 24},20"/><text x="{x + 30}" y="24">{label}</text>'
        for name, label, x in (
            ("total", "cost of a message", 60),
            ("wrong", "20 × filed wrongly", 220),
            ("asked", "1 × asked", 380),
        )
    )
    return (
        '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 600 300" role="img">'
        "<title>Cost of a message over the threshold from which a flow starts</title>"
        f'<style>{style}</style><path class="axis" d="M60 40V260H580"/>{legend}{"".join(lines)}</svg>\n'
    )


def main() -> None:
    understanding = Understanding.load()
    if "vectors" in sys.argv[1:]:
        understanding = understanding.with_vectors(wait=True)
    everything = read(understanding)
    said, unseen = everything[::2], everything[1::2]
    print(f"{len(said)} sentences\nconfidence    n  said  right")
    for low in range(10):
        held = [one for one in said if low / 10 <= one.sure < (low + 1) / 10 or (low == 9 and one.sure == 1)]
        if held:
            mean = sum(one.sure for one in held) / len(held)
            right = sum(one.right for one in held) / len(held)
            print(f"{low / 10:.1f}–{(low + 1) / 10:.1f}  {len(held):7} {mean:5.2f} {right:6.2f}")
    found = costs(said)
    print("threshold  asked  misfiled  cost")
    for cost in found:
        chosen = " <- SURE" if abs(cost.threshold - SURE) < 0.001 else ""
        print(f"{cost.threshold:9.2f} {cost.asked:6.1%} {cost.misfiled:9.2%} {cost.total:5.2f}{chosen}")
    at = next(cost for cost in costs(unseen) if abs(cost.threshold - SURE) < 0.001)
    print(
        f"on the {len(unseen)} others: asked {at.asked:.1%}, misfiled {at.misfiled:.2%}, cost {at.total:.2f}"
    )
    print("least  right button among two  buttons")
    for least in (0.02, 0.05, 0.08, 0.10, 0.15, 0.20, 0.30):
        right, buttons = helped(said, least)
        print(f"{least:5.2f} {right:24.2f} {buttons:8.2f}{' <- MAYBE' if least == MAYBE else ''}")
    print("least  answers taken for another subject")
    for least in (0.50, 0.60, 0.70, 0.80, 0.85, 0.90):
        share = interrupted(understanding, least)
        print(f"{least:5.2f} {share:8.1%}{' <- SWITCH' if least == SWITCH else ''}")
    PICTURE.parent.mkdir(parents=True, exist_ok=True)
    PICTURE.write_text(picture(found), encoding="utf-8")
    print(f"drawn: {PICTURE.relative_to(HERE)}")


if __name__ == "__main__":
    main()

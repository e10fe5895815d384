"""`python -m benchmarks.nlu`: Linli's understanding beside Rasa's DIET, on the same examples and sentences.

Each engine is a process of its own, started once: cold start is from its start to its first answer, memory is
what it holds after the last. `--rasa PYTHON` names the Python (3.10) in which Rasa 3.6 and jieba are
installed; its model is trained from our examples with the pipeline Rasa recommends, or named by `--model`.
Without it Linli stands alone in the table. Rasa takes hours for all examples: `--each 60` gives both engines
the first sixty of every intent.
"""

from __future__ import annotations

import csv
import json
import os
import shutil
import subprocess
import sys
import time
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated

import numpy as np
import typer
from rich.console import Console
from rich.progress import track
from rich.table import Table
from sklearn.metrics import f1_score

from nlu import vectors
from nlu.corpus import EXAMPLES
from nlu.train import train

HERE = Path(__file__).resolve().parent
ROOT = HERE.parents[1]
SETS = ("intents_a", "intents_b", "negated", "danger", "lookalikes")
NO_INTENTS = ("danger", "no_danger", "private")
PIPELINE = HERE / "rasa.yml"
SCRATCH = ROOT / "var" / "benchmarks"
console = Console()


@dataclass(frozen=True, slots=True, kw_only=True)
class Figures:
    """What one engine showed; times in seconds, memory in bytes."""

    accuracy: dict[str, float]
    macro_f1: float
    out_of_scope_f1: float
    p50: float
    p99: float
    cold_start: float
    memory: int


def sentences() -> list[tuple[str, str, str]]:
    """Set, text and intent of every unseen sentence."""
    found = []
    for name in SETS:
        with open(ROOT / "nlu" / "tests" / f"{name}.csv", encoding="utf-8-sig", newline="") as lines:
            found += [(name, row["text"], row["intent"]) for row in csv.DictReader(lines)]
    return found


def measure(name: str, command: list[str], said: list[tuple[str, str, str]]) -> Figures:
    """Start an engine and ask it everything, one text after another."""
    began = time.perf_counter()
    with subprocess.Popen(
        command, cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True
    ) as process:
        assert process.stdin
        assert process.stdout
        answers = []
        cold = 0.0
        for _, text, _ in track(said, description=name, console=console):
            process.stdin.write(json.dumps(text) + "\n")
            process.stdin.flush()
            line = process.stdout.readline()
            if not line:
                raise typer.BadParameter(f"{name} ended before it had answered everything")
            cold = cold or time.perf_counter() - began
            answers.append(json.loads(line))
        process.stdin.close()
    guessed, wanted = [one["intent"] for one in answers], [intent for _, _, intent in said]
    right = {part: [] for part in SETS}
    for (part, _, intent), guess in zip(said, guessed, strict=True):
        right[part].append(guess == intent)
    times = [one["seconds"] for one in answers[1:]]
    return Figures(
        accuracy={part: float(np.mean(marks)) for part, marks in right.items()},
        macro_f1=float(
            f1_score(wanted, guessed, average="macro", labels=sorted(set(wanted)), zero_division=0)
        ),
        out_of_scope_f1=float(
            f1_score(wanted, guessed, average="macro", labels=["out_of_scope"], zero_division=0)
        ),
        p50=float(np.percentile(times, 50)),
        p99=float(np.percentile(times, 99)),
        cold_start=cold,
        memory=answers[-1]["memory"],
    )


def examples(each: int) -> Path:
    """The examples both engines learn from: the first `each` of every intent, or all of them for 0."""
    folder = SCRATCH / "examples"
    shutil.rmtree(folder, ignore_errors=True)
    shutil.copytree(EXAMPLES, folder)
    for path in folder.glob("*.yml") if each else ():
        if path.stem in NO_INTENTS:
            continue
        head, listed = path.read_text(encoding="utf-8").split("examples: |\n", 1)
        path.write_text(head + "examples: |\n" + "".join(listed.splitlines(keepends=True)[:each]), "utf-8")
    return folder


def trained(python: Path, folder: Path) -> Path:
    """A Rasa model of these examples of intents, read unchanged."""
    intents = SCRATCH / "intents"
    shutil.rmtree(intents, ignore_errors=True)
    intents.mkdir(parents=True)
    for path in folder.glob("*.yml"):
        if path.stem not in NO_INTENTS:
            shutil.copy(path, intents)
    command = [str(python), "-m", "rasa", "train", "nlu", "--config", str(PIPELINE)]
    command += ["--nlu", str(intents), "--out", str(SCRATCH), "--fixed-model-name", "rasa"]
    began = time.perf_counter()
    subprocess.run(command, cwd=SCRATCH, check=True)
    console.print(f"Rasa learned for {time.perf_counter() - began:.0f} s")
    return SCRATCH / "rasa.tar.gz"


def show(figures: dict[str, Figures], count: int) -> None:
    table = Table(title=f"{count} sentences nobody trained on, one process each")
    table.add_column("")
    for name in figures:
        table.add_column(name, justify="right")
    found = figures.values()
    for part in SETS:
        table.add_row(f"accuracy, {part}", *(f"{one.accuracy[part]:.3f}" for one in found))
    table.add_row("macro-F1, all", *(f"{one.macro_f1:.3f}" for one in found))
    table.add_row("out_of_scope F1", *(f"{one.out_of_scope_f1:.3f}" for one in found))
    table.add_row("p50 ms", *(f"{one.p50 * 1e3:.2f}" for one in found))
    table.add_row("p99 ms", *(f"{one.p99 * 1e3:.2f}" for one in found))
    table.add_row("cold start s", *(f"{one.cold_start:.2f}" for one in found))
    table.add_row("memory MB", *(f"{one.memory / 1e6:.0f}" for one in found))
    last = list(figures.values())[-1]
    table.add_row("p50, ratio to the last", *(f"{one.p50 / last.p50:.4f}" for one in found))
    table.add_row("memory, ratio to the last", *(f"{one.memory / last.memory:.3f}" for one in found))
    console.print(table)


def main(
    rasa: Annotated[Path | None, typer.Option(help="The Python in which Rasa is installed.")] = None,
    model: Annotated[Path | None, typer.Option(help="A Rasa model trained before.")] = None,
    each: Annotated[int, typer.Option(help="Learn from so many examples an intent; 0: all.")] = 0,
) -> None:
    """Measure Linli, with its sentence vectors where they are installed, and Rasa where it is."""
    said = sentences()
    folder = examples(each)
    began = time.perf_counter()
    train(folder, SCRATCH / "model")
    console.print(f"Linli learned for {time.perf_counter() - began:.0f} s")
    own = [sys.executable, "-m", "benchmarks.nlu.answer_linli", str(SCRATCH / "model"), str(folder)]
    figures = {"Linli, characters": measure("Linli, characters", own, said)}
    if vectors.installed():
        figures["Linli, with vectors"] = measure("Linli, with vectors", [*own, "vectors"], said)
    if rasa is not None:
        where = model or trained(rasa, folder)
        os.environ["TF_CPP_MIN_LOG_LEVEL"] = "3"
        figures["Rasa DIET"] = measure("Rasa", [str(rasa), str(HERE / "answer_rasa.py"), str(where)], said)
    show(figures, len(said))


if __name__ == "__main__":
    typer.run(main)

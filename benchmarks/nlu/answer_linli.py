"""A process that understands one text a line: model folder, examples folder, and `vectors` to add these."""

from __future__ import annotations

import sys
from collections.abc import Callable
from pathlib import Path

from benchmarks.nlu.answering import answer


def parser() -> Callable[[str], str]:
    from nlu.classify import Model
    from nlu.evaluate import NOW
    from nlu.understand import Understanding

    understanding = Understanding(Model.load(Path(sys.argv[1]), Path(sys.argv[2])))
    if "vectors" in sys.argv[3:]:
        understanding = understanding.with_vectors(wait=True)
    return lambda text: understanding.understand(text, NOW).intent


if __name__ == "__main__":
    answer(parser)

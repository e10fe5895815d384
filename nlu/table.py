"""The sorted table that tells the row of each gram."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from nlu import features


@dataclass(frozen=True, slots=True, kw_only=True)
class Found:
    """The known grams of a text: where they stand in the table, and how often they came, dampened."""

    at: NDArray[np.intp]
    counts: NDArray[np.float32]


@dataclass(frozen=True, slots=True)
class Table:
    """The grams that any head knows, as sorted numbers; there is at least one."""

    keys: NDArray[np.uint64]

    def find(self, words: str) -> Found:
        """What is known of a normalised text."""
        wanted, often = features.grams(words)
        at = np.minimum(np.searchsorted(self.keys, wanted), len(self.keys) - 1)
        known = self.keys[at] == wanted
        return Found(at=at[known], counts=(1.0 + np.log(often[known])).astype(np.float32))

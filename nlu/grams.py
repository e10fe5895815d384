"""The grams of many texts as one sparse table, from which each fold takes its own rows and columns."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

SHORT = 3  # longer grams must be seen twice to be learned


class Counts:
    """How often which gram stands in which text, dampened by the logarithm."""

    def __init__(self, counts: Sequence[dict[str, int]]) -> None:
        from scipy.sparse import csr_matrix

        self.names = sorted({gram for one in counts for gram in one})
        column = {gram: at for at, gram in enumerate(self.names)}
        self._long = np.array([len(gram) >= SHORT for gram in self.names])
        starts = np.cumsum([0, *(len(one) for one in counts)])
        columns = np.fromiter((column[gram] for one in counts for gram in one), dtype=np.int32)
        values = np.fromiter((n for one in counts for n in one.values()), dtype=np.float64)
        self._table = csr_matrix(
            (1.0 + np.log(values), columns, starts), shape=(len(counts), len(self.names))
        )

    def known(self, rows: Any) -> tuple[Any, Any]:
        """The columns worth learning from these rows, and their weights of rarity."""
        seen = np.bincount(self._table[rows].indices, minlength=len(self.names))
        columns = np.flatnonzero((seen > 1) | ((seen > 0) & ~self._long))
        return columns, 1.0 + np.log((1 + len(rows)) / (1 + seen[columns]))

    def matrix(self, rows: Any, columns: Any, idf: Any) -> Any:
        """These rows over these columns, weighted by rarity, each of length one."""
        from scipy.sparse import diags

        table = self._table[rows][:, columns] @ diags(idf)
        lengths = np.sqrt(np.asarray(table.multiply(table).sum(axis=1)).ravel())
        return (diags(1.0 / np.maximum(lengths, 1e-9)) @ table).tocsr()

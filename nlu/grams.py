"""The grams of many texts as one sparse table, from which each fold takes its own rows and columns."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from nlu import features

Read = tuple[NDArray[np.uint64], NDArray[np.intp]]


class Counts:
    """How often which gram stands in which text, dampened by the logarithm."""

    def __init__(self, texts: Sequence[Read]) -> None:
        from scipy.sparse import csr_matrix

        self.keys, columns = np.unique(np.concatenate([keys for keys, _ in texts]), return_inverse=True)
        self._long = features.is_long(self.keys)  # these must be seen twice to be learned
        starts = np.cumsum([0, *(len(keys) for keys, _ in texts)])
        values = 1.0 + np.log(np.concatenate([counts for _, counts in texts]))
        shape = (len(texts), len(self.keys))
        self._table = csr_matrix((values, columns.astype(np.int32), starts), shape=shape)

    def known(self, rows: Any) -> tuple[Any, Any]:
        """The columns worth learning from these rows, and their weights of rarity."""
        seen = np.bincount(self._table[rows].indices, minlength=len(self.keys))
        columns = np.flatnonzero((seen > 1) | ((seen > 0) & ~self._long))
        return columns, 1.0 + np.log((1 + len(rows)) / (1 + seen[columns]))

    def matrix(self, rows: Any, columns: Any, idf: Any) -> Any:
        """These rows over these columns, weighted by rarity, each of length one."""
        from scipy.sparse import diags

        table = self._table[rows][:, columns] @ diags(idf)
        lengths = np.sqrt(np.asarray(table.multiply(table).sum(axis=1)).ravel())
        return (diags(1.0 / np.maximum(lengths, 1e-9)) @ table).tocsr()

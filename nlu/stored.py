"""Arrays in one file that is mapped into memory: a page is read when somebody asks for what stands on it."""

from __future__ import annotations

import hashlib
import mmap
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

ALIGNED = 64  # bytes
SEAL = 64  # characters at the end of the file that say what it holds


def keep(path: Path, arrays: Mapping[str, NDArray[Any]]) -> dict[str, Any]:
    """Write the arrays; what comes back says where each of them stands, and belongs to `opened`."""
    where: dict[str, list[Any]] = {}
    sealed, at = hashlib.sha256(), 0
    with open(path, "wb") as out:
        for name, array in sorted(arrays.items()):
            held = np.ascontiguousarray(array)
            pieces = (b"\0" * (-at % ALIGNED), held.tobytes())
            where[name] = [held.dtype.str, list(held.shape), at + len(pieces[0])]
            for piece in pieces:
                out.write(piece)
                sealed.update(piece)
                at += len(piece)
        out.write(sealed.hexdigest().encode())
    return {"arrays": where, "seal": sealed.hexdigest()}


def opened(path: Path, told: Mapping[str, Any]) -> dict[str, NDArray[Any]]:
    """The arrays, to be read only. ValueError when the file is another than the one that was told of."""
    with open(path, "rb") as file:
        held = mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ)
    if held[-SEAL:] != str(told["seal"]).encode():
        raise ValueError("not the file that belongs here")
    return {
        name: np.frombuffer(held, dtype=kind, count=int(np.prod(shape)), offset=at).reshape(shape)
        for name, (kind, shape, at) in told["arrays"].items()
    }

"""What stands for a name, a number or a room where they are not to be read."""

from __future__ import annotations


def masked_name(name: str) -> str:
    """The first character, and a star for each of the others: 李*, 王**."""
    return name[:1] + "*" * max(1, len(name) - 1) if name else ""

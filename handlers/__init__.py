"""What Linli says: one file per intent. Importing the package registers them all."""

from __future__ import annotations

from importlib import import_module
from pathlib import Path

for _file in sorted(Path(__file__).parent.glob("[a-z]*.py")):
    import_module(f"handlers.{_file.stem}")

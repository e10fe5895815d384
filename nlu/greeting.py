"""A polite opening says nothing of what follows: 你好,电梯坏了 is a report."""

from __future__ import annotations

from nlu import late_re as re

_OPENING = re.compile(
    r"^(?:(?:你们?好|您好|大家好|早上好|上午好|中午好|下午好|晚上好|早啊?|喂+|哈喽|嗨|在吗|在不在|有人吗|hello|hi|hey)"
    r"[,，.。!！?？~～、 啊呀哦]*){1,3}(?:(?:请问|麻烦问下|问一?下)[,， ]*)?",
    re.IGNORECASE,
)
SHORTEST = 4  # characters that can be a matter of their own


def without_greeting(words: str) -> str:
    """The message without its greeting; a greeting that is all there is stays."""
    opening = _OPENING.match(words)
    if opening is None or len(words) - opening.end() < SHORTEST:
        return words
    if words[opening.end() - 1 : opening.end()].isascii() and words[opening.end()].isascii():
        separated = not words[opening.end() - 1].isalpha()  # "history" is no "hi"
        return words[opening.end() :] if separated else words
    return words[opening.end() :]
